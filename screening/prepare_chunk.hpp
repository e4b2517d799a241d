#pragma once
// One chunk of a library's records becomes a frame of the prepare stage: in the run's processes, and in a quarantined
// one by the same function.

#include <functional>
#include <string>

#include "chem/preparer.hpp"
#include "chem/record_reader.hpp"
#include "scheduler/stage_runner.hpp"
#include "screening/prepare_library.hpp"

namespace digitalis {

/// Items are the records of the batch, from 0. `task` brings those that must not be touched, or the only one that is
/// to be. Safe to call concurrently with different preparers.
[[nodiscard]] ChunkResult prepare_chunk(const RecordBatch& raw, const std::string& source_name,
                                        const Preparer& preparer, const Task& task);

/// What a quarantined process needs to work on a task: its records, the name of their source, the options.
[[nodiscard]] std::string payload_for_quarantine(const LibraryJob& job, const Task& task);
/// Its side: what works on the task that it was given.
[[nodiscard]] std::function<ChunkResult(const Task&)> quarantined_preparation(const Task& task);

/// "record ZINC1 (lib.smi:12)".
[[nodiscard]] std::string name_of_record(const LibraryJob& job, const Task& task, std::uint64_t item);

}  // namespace digitalis
