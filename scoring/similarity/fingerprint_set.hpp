#pragma once
// Many fingerprints as lists of on-bits, one after the other: about 90 bytes for a drug-like compound.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <stdexcept>
#include <vector>

namespace digitalis {

/// Rows 0, 1, ... in the order in which they were added. Reading is safe to call concurrently.
class FingerprintSet {
 public:
  /// @param bits  length of the fingerprints, 1 to 65536; std::invalid_argument else
  explicit FingerprintSet(std::uint32_t bits = 2048) : bits_(bits) {
    if (bits == 0 || bits > 65536) throw std::invalid_argument("fingerprints have 1 to 65536 bits");
  }

  /// @param on_bits  ascending, each below bits(); std::invalid_argument else, also for more than 2^32 - 2 rows
  void add(std::span<const std::uint16_t> on_bits) {
    if (std::ranges::adjacent_find(on_bits, std::greater_equal{}) != on_bits.end() ||
        (!on_bits.empty() && on_bits.back() >= bits_))
      throw std::invalid_argument("on-bits must ascend and lie within the fingerprint");
    if (size() >= std::numeric_limits<std::uint32_t>::max() - 1)
      throw std::invalid_argument("a set of fingerprints holds at most 2^32 - 2");
    on_bits_.insert(on_bits_.end(), on_bits.begin(), on_bits.end());
    ends_.push_back(on_bits_.size());
  }

  /// On-bits of a row, ascending; valid until the next add().
  [[nodiscard]] std::span<const std::uint16_t> operator[](std::size_t row) const {
    const std::size_t begin = row == 0 ? 0 : ends_[row - 1];
    return std::span(on_bits_).subspan(begin, ends_[row] - begin);
  }
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] std::uint32_t bits() const { return bits_; }

 private:
  std::uint32_t bits_;
  std::vector<std::uint16_t> on_bits_;
  std::vector<std::size_t> ends_;
};

}  // namespace digitalis
