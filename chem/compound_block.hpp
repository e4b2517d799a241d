#pragma once
// A chunk of prepared compounds as columns: what the store keeps, what a stage reads.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chem/preparer.hpp"

namespace digitalis {

/// Compounds as columns, one vector per field: a stage that only wants fingerprints touches only fingerprints.
/// Reading is safe to call concurrently.
class CompoundBlock {
 public:
  void add(const Compound& compound);
  /// Adds `first` to every source(): compounds of a part of what is shown as a whole.
  void number_sources_from(std::uint32_t first);

  [[nodiscard]] std::size_t size() const { return sources_.size(); }
  [[nodiscard]] std::string_view id(std::size_t i) const { return text(ids_, id_ends_, i); }
  [[nodiscard]] std::string_view smiles(std::size_t i) const { return text(smiles_, smiles_ends_, i); }
  [[nodiscard]] const Descriptors& descriptors(std::size_t i) const { return descriptors_[i]; }
  [[nodiscard]] std::span<const std::uint16_t> alerts(std::size_t i) const { return list(alerts_, alert_ends_, i); }
  [[nodiscard]] std::span<const std::uint16_t> on_bits(std::size_t i) const { return list(bits_, bit_ends_, i); }
  [[nodiscard]] std::uint32_t source(std::size_t i) const { return sources_[i]; }
  [[nodiscard]] std::uint64_t line(std::size_t i) const { return lines_[i]; }
  /// All fields of one compound.
  [[nodiscard]] Compound compound(std::size_t i) const;

  [[nodiscard]] std::string to_bytes() const;
  /// Throws std::runtime_error when the bytes are damaged: every offset is checked.
  [[nodiscard]] static CompoundBlock from_bytes(std::string_view bytes);

 private:
  using Ends = std::vector<std::uint32_t>;  // where each entry ends in its pool
  static std::string_view text(const std::string& pool, const Ends& ends, std::size_t i) {
    const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view{pool}.substr(begin, ends[i] - begin);
  }
  static std::span<const std::uint16_t> list(const std::vector<std::uint16_t>& pool, const Ends& ends, std::size_t i) {
    const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return std::span{pool}.subspan(begin, ends[i] - begin);
  }

  std::vector<Descriptors> descriptors_;
  std::vector<std::uint32_t> sources_;
  std::vector<std::uint64_t> lines_;
  std::vector<std::uint16_t> alerts_, bits_;
  std::string ids_, smiles_;
  Ends alert_ends_, bit_ends_, id_ends_, smiles_ends_;
};

}  // namespace digitalis
