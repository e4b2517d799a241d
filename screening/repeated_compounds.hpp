#pragma once
// Which compounds of a library came before, by structure and by ID, found without holding the library: see
// prepare_library.hpp.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scheduler/journal.hpp"
#include "scheduler/repeats.hpp"

namespace digitalis {

/// A compound's place among all prepared ones: chunk, then index within the chunk.
[[nodiscard]] constexpr std::uint64_t position_of(std::uint64_t chunk, std::uint64_t index) {
  return chunk << 24U | index;
}
[[nodiscard]] constexpr std::uint64_t chunk_of(std::uint64_t position) { return position >> 24U; }
[[nodiscard]] constexpr std::uint64_t index_of(std::uint64_t position) { return position & 0xFF'FFFFU; }

/// Into how many hash partitions the keys of `compounds` compounds are split: 2^16 keys each (1.5 MiB while sorted),
/// but at most 64, because every partition reads all keys once.
[[nodiscard]] std::uint32_t partitions_for(std::uint64_t compounds);

/// The frame of one partition: repeats of structures, then of IDs, each sorted by position.
[[nodiscard]] std::string repeats_in_partition(const Journal& prepared, std::uint32_t prepare_stage,
                                               std::uint32_t partition, std::uint32_t partitions);

/// Walks the repeats of all partitions in the order of the library, a few kilobytes of each at a time.
class RepeatedCompounds {
 public:
  RepeatedCompounds(const Journal& journal, std::uint32_t repeats_stage, std::uint32_t partitions);
  ~RepeatedCompounds();

  /// The first compound with the structure of the one at `position`, if that came earlier. Positions must ascend from
  /// call to call.
  [[nodiscard]] std::optional<std::uint64_t> first_with_structure(std::uint64_t position);
  /// How often the ID at `position` occurred up to there: 1 when it is new. Positions must ascend from call to call.
  [[nodiscard]] std::uint64_t id_occurrence(std::uint64_t position);

 private:
  class Stream;
  std::unique_ptr<Stream> structures_, ids_;
};

}  // namespace digitalis
