#pragma once
// One process that works on one task: started, fed, watched, and ended when it takes too much.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scheduler/item_watch.hpp"
#include "scheduler/stage_runner.hpp"

namespace digitalis {

/// How a quarantined process ended.
struct QuarantineEnd {
  std::optional<ChunkResult> result;
  std::optional<std::uint64_t> item;  ///< the last that it began; nothing: it did not get so far
  std::string cause;                  ///< without a result: "crashed: segmentation fault"
};

/// Starts `command`, gives it the task, and waits for its end. At most one task per process.
/// @param bounds  what ends it: seconds of one item, memory of the process
/// @param told_memory_bytes  what causes name as the bound on memory: the same for every try
/// @throws Abandoned           as Quarantine::work_on(); std::runtime_error when it cannot be started
[[nodiscard]] QuarantineEnd run_quarantined(const std::vector<std::string>& command, const Task& task,
                                            const ItemLimits& bounds, std::uint64_t told_memory_bytes);

}  // namespace digitalis
