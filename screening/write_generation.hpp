#pragma once
// The last step of a preparation: the journal becomes the files of a store's generation.

#include <cstdint>
#include <filesystem>

#include "scheduler/journal.hpp"
#include "screening/earlier_generations.hpp"
#include "screening/prepare_library.hpp"

namespace digitalis {

/// Stages of a preparation in its journal.
namespace prepare_stage {
inline constexpr std::uint32_t kPrepare = 1, kRepeats = 2;
}

/// Writes the journal's chunks in order, without the compounds that came before, as a generation into `folder`, on
/// job.threads threads. Memory: a bit a compound and 16 bytes a chunk, four chunks a thread.
void write_generation(const LibraryJob& job, const std::filesystem::path& folder, const Journal& journal,
                      std::uint64_t chunks, std::uint32_t partitions, EarlierGenerations& earlier);

}  // namespace digitalis
