#pragma once
// Which compounds of a library came before, by structure and by ID, found without holding the library: see
// prepare_library.hpp.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scheduler/journal.hpp"
#include "scheduler/repeats.hpp"
#include "screening/earlier_generations.hpp"

namespace digitalis {

/// A compound's place among all prepared ones: chunk, then index within the chunk.
[[nodiscard]] constexpr std::uint64_t position_of(std::uint64_t chunk, std::uint64_t index) {
  return chunk << 24U | index;
}
[[nodiscard]] constexpr std::uint64_t chunk_of(std::uint64_t position) { return position >> 24U; }
[[nodiscard]] constexpr std::uint64_t index_of(std::uint64_t position) { return position & 0xFF'FFFFU; }

/// Into how many partitions, ranges of the digest, the keys of `compounds` compounds are split: 2^16 keys each (1.5 MiB
/// while sorted), but at most 64, because every partition reads all keys once.
[[nodiscard]] std::uint32_t partitions_for(std::uint64_t compounds);

/// The frame of one partition: repeats of structures, then of IDs, each sorted by position; then what keys.bin will say
/// of the partition's compounds. Safe to call concurrently.
[[nodiscard]] std::string repeats_in_partition(const Journal& prepared, std::uint32_t prepare_stage,
                                               std::uint32_t partition, std::uint32_t partitions,
                                               const EarlierGenerations& earlier);

/// Walks the repeats of all partitions in the order of the library, a few kilobytes of each at a time.
class RepeatedCompounds {
 public:
  RepeatedCompounds(const Journal& journal, std::uint32_t repeats_stage, std::uint32_t partitions);
  ~RepeatedCompounds();

  /// The first compound with a structure.
  struct First {
    bool is_stored = false;    ///< in an earlier generation of the store
    std::uint64_t number = 0;  ///< its position; of one that is stored, its number there
    bool operator==(const First&) const = default;
  };
  /// The first compound with the structure of the one at `position`, if that came earlier. Positions must ascend from
  /// call to call.
  [[nodiscard]] std::optional<First> first_with_structure(std::uint64_t position);
  /// How often the ID at `position` occurred up to there: 1 when it is new. Positions must ascend from call to call.
  [[nodiscard]] std::uint64_t id_occurrence(std::uint64_t position);

 private:
  class Stream;
  std::unique_ptr<Stream> structures_, ids_;
};

/// Writes keys.bin from the frames of all partitions, which are ranges in ascending order. Returns the file's digest.
/// @param compound_at  number in the store of the compound at a position; the position is of one that was kept
[[nodiscard]] std::string write_keys(const std::filesystem::path& folder, const Journal& journal,
                                     std::uint32_t repeats_stage, std::uint32_t partitions,
                                     const std::function<std::uint64_t(std::uint64_t)>& compound_at);

}  // namespace digitalis
