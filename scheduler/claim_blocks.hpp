#pragma once
// How the chunks of a stage are cut into the blocks that processes without MPI claim (claims.hpp). Guided
// self-scheduling (C. D. Polychronopoulos, D. J. Kuck, IEEE Trans. Comput. C-36 (1987) 1425-1439,
// doi:10.1109/TC.1987.5009495) with sizes that follow from the number of chunks alone: every process finds the same
// blocks without asking anybody. A block is a fixed part of what is left, so the last ones are single chunks; and no
// more than some hundred chunks, about a minute of a node's docking.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "scheduler/chunk_runs.hpp"

namespace digitalis {

/// The blocks of a stage: consecutive runs of its chunks. Immutable, safe to use concurrently.
class ClaimBlocks {
 public:
  /// O(blocks): one a chunk up to 512 chunks, 1,800 for 4,000 chunks, 12,000 for 4 million.
  explicit ClaimBlocks(std::uint64_t chunks) {
    const std::uint64_t most = std::max(kMostChunks, chunks / kMostLongBlocks);
    for (std::uint64_t first = 0; first < chunks;) {
      starts_.push_back(first);
      first += std::clamp<std::uint64_t>((chunks - first) / kShare, 1, most);
    }
    starts_.push_back(chunks);
  }

  [[nodiscard]] std::size_t count() const { return starts_.size() - 1; }
  [[nodiscard]] ChunkRun run(std::size_t block) const {
    return {starts_.at(block), starts_.at(block + 1) - starts_.at(block)};
  }
  /// Which block a chunk is in. O(log(blocks)).
  [[nodiscard]] std::size_t block_of(std::uint64_t chunk) const {
    return static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), chunk) - starts_.begin()) - 1;
  }

 private:
  static constexpr std::uint64_t kShare = 512;  ///< even shares for a hundred processes, until the last hundredth
  static constexpr std::uint64_t kMostChunks = 256;
  static constexpr std::uint64_t kMostLongBlocks = 8192;

  std::vector<std::uint64_t> starts_;  ///< and the number of chunks
};

}  // namespace digitalis
