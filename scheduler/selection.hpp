#pragma once
// The best k of a set of keys that is spread over the ranks and never gathered: a radix selection that counts 65,536
// buckets per pass over the two next bytes of the key, sums the counts over the ranks and goes into the bucket that
// holds the k-th key. Bounded memory, exact, the same answer for any spread over ranks. And the way back: the place of
// a few keys among them.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/mpi_world.hpp"

namespace digitalis {

/// Keys are byte strings in lexicographic order, as if padded with zero bytes without end.
/// A cut keeps every key whose first prefix.size() bytes (zero-padded) are <= prefix. Without a prefix it keeps all
/// keys or, when keeps_all is false, none.
struct Cut {
  std::string prefix;
  bool keeps_all = true;  ///< also when there are no more than k keys
  [[nodiscard]] bool keeps(std::string_view key) const;
};

/// Calls its argument once for each key of this rank; the same keys on each call.
using KeyScan = std::function<void(const std::function<void(std::string_view)>&)>;

/// The cut that keeps exactly the k smallest keys (more only when keys are equal as padded). k = 0 keeps none.
/// Collective. Cost: one scan per two bytes of the longest common prefix around the k-th key.
[[nodiscard]] Cut select_smallest(MpiWorld& world, std::uint64_t k, const KeyScan& scan);

/// For each of rank 0's keys, in its order, how many keys of the scan are smaller, on every rank; what the other ranks
/// pass is ignored. The scan may call its argument concurrently. Keys are compared as they are, without padding.
/// Collective. One scan; memory on every rank: the keys.
[[nodiscard]] std::vector<std::uint64_t> count_smaller(MpiWorld& world, const std::vector<std::string>& keys,
                                                       const KeyScan& scan);

/// Eight bytes that sort as the score does, best (highest) first; -0 equals 0; NaN is worst.
[[nodiscard]] std::string descending_key(double score);

}  // namespace digitalis
