#pragma once
// In which order the chunks of a stage are begun: the dearest first, so that none of those is left for the end, where
// the others would wait for it. Longest processing time first is never more than a third worse than the best schedule:
// R. L. Graham, SIAM J. Appl. Math. 17 (1969) 416-429, doi:10.1137/0117039.

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace digitalis {

/// Chunks by their place in that order, and places by chunk. Immutable, safe to use concurrently. 16 bytes a chunk when
/// costs are given.
class ChunkOrder {
 public:
  /// As they are numbered.
  ChunkOrder() = default;
  /// By what each is expected to cost, in any unit; equal ones as they are numbered. Empty: as they are numbered.
  explicit ChunkOrder(std::span<const float> costs) : chunks_(costs.size()), places_(costs.size()) {
    std::iota(chunks_.begin(), chunks_.end(), std::uint64_t{0});
    std::stable_sort(chunks_.begin(), chunks_.end(),
                     [&](std::uint64_t a, std::uint64_t b) { return costs[a] > costs[b]; });
    for (std::uint64_t place = 0; place < chunks_.size(); ++place) places_[chunks_[place]] = place;
  }

  [[nodiscard]] bool is_as_numbered() const { return chunks_.empty(); }
  [[nodiscard]] std::uint64_t chunk_at(std::uint64_t place) const {
    return chunks_.empty() ? place : chunks_.at(place);
  }
  [[nodiscard]] std::uint64_t place_of(std::uint64_t chunk) const {
    return places_.empty() ? chunk : places_.at(chunk);
  }

 private:
  std::vector<std::uint64_t> chunks_, places_;
};

}  // namespace digitalis
