#pragma once
// Parts of fingerprint_index.cpp: a query with what compounds must share with it, and the best rows so far.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <vector>

#include "scoring/similarity/fingerprint_index.hpp"

namespace digitalis {

/// A query, and how many bits compounds must share with it to be hits.
class IndexQuery {
 public:
  /// @param lanes_of_bit  compounds of the whole index that have each bit
  IndexQuery(std::span<const std::uint16_t> on_bits, std::span<const std::uint64_t> lanes_of_bit,
             const SimilarityMeasure& measure)
      : measure_(measure), columns_(on_bits.begin(), on_bits.end()) {
    measure.check();
    if (std::ranges::adjacent_find(on_bits, std::greater_equal{}) != on_bits.end() ||
        (!on_bits.empty() && on_bits.back() >= lanes_of_bit.size()))
      throw std::invalid_argument("on-bits of a query must ascend and lie within the fingerprint");
    std::ranges::stable_sort(columns_, {}, [&](std::uint16_t bit) { return lanes_of_bit[bit]; });
  }

  [[nodiscard]] std::uint32_t on_bits() const { return static_cast<std::uint32_t>(columns_.size()); }
  [[nodiscard]] std::span<const std::uint16_t> columns() const { return columns_; }
  [[nodiscard]] double similarity(std::uint32_t shared, std::uint32_t of_row) const {
    return measure_(shared, on_bits(), of_row);
  }
  /// More than the lesser of both where none is enough.
  [[nodiscard]] std::uint32_t fewest_shared(std::uint32_t of_row, double threshold) const {
    return measure_.fewest_shared(on_bits(), of_row, threshold);
  }
  /// The same where the answer is not below `at_least`, as for a row with fewer on-bits.
  [[nodiscard]] std::uint32_t fewest_shared(std::uint32_t of_row, double threshold, std::uint32_t at_least) const {
    const std::uint32_t most = std::min(on_bits(), of_row);
    while (at_least <= most && similarity(at_least, of_row) < threshold) ++at_least;
    return at_least;
  }

 private:
  SimilarityMeasure measure_;
  std::vector<std::uint16_t> columns_;
};

/// The best `count` rows of those seen so far, and what to look for next. For one thread at a time.
class BestRows {
 public:
  /// @param in_all  rows there are to see
  BestRows(std::size_t count, std::size_t in_all) : count_(count), in_all_(in_all) {}

  /// No row below this can be among the best.
  [[nodiscard]] double floor() const { return rows_.size() < count_ ? kAny : rows_.back().similarity; }

  /// What the floor will most likely be above in the end: of the rows seen, so few are as similar that the others hold
  /// several times as many as are wanted, if they are like these. Never below the floor. Who looks for no less must
  /// look again when the floor stays below it.
  [[nodiscard]] double guess() const {
    constexpr double kTimesWanted = 16;
    constexpr std::size_t kLeast = 3;
    const double share = static_cast<double>(seen_) / static_cast<double>(in_all_);
    const double place = std::ceil(kTimesWanted * share * static_cast<double>(count_));
    const std::size_t at =
        std::max(kLeast, place < static_cast<double>(count_) ? static_cast<std::size_t>(place) : count_);
    return at >= count_ || at > rows_.size() ? floor() : rows_[at - 1].similarity;
  }

  /// Takes the rows found among `seen` more; leaves `found` empty.
  void add(std::vector<SimilarRow>& found, std::size_t seen) {
    seen_ += seen;
    if (found.size() > count_) {
      std::ranges::nth_element(found, found.begin() + static_cast<std::ptrdiff_t>(count_), before);
      found.resize(count_);
    }
    std::ranges::sort(found, before);
    const auto middle = static_cast<std::ptrdiff_t>(rows_.size());
    rows_.insert(rows_.end(), found.begin(), found.end());
    std::inplace_merge(rows_.begin(), rows_.begin() + middle, rows_.end(), before);
    if (rows_.size() > count_) rows_.resize(count_);
    found.clear();
  }

  [[nodiscard]] std::vector<SimilarRow> take() { return std::move(rows_); }

 private:
  static constexpr double kAny = -1.0;
  std::size_t count_, in_all_, seen_ = 0;
  std::vector<SimilarRow> rows_;  // best first
};

}  // namespace digitalis
