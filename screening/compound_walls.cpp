#include "screening/compound_walls.hpp"

#include <sysexits.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "scheduler/process_memory.hpp"
#include "screening/docking_stage.hpp"
#include "screening/run_log.hpp"

namespace digitalis {

CompoundWalls walls_of(const MpiWorld& world, const CompoundLimits& limits, const std::filesystem::path& log,
                       std::function<void()> before_leaving) {
  constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;
  CompoundWalls walls;
  walls.limits.seconds = limits.seconds_per_compound;
  walls.limits.memory_bytes = limits.memory_GiB_per_rank > 0.0
                                  ? static_cast<std::uint64_t>(limits.memory_GiB_per_rank * kGiB)
                                  : memory_bound_of_rank(world.ranks_on_node());
  walls.quarantine = {"/proc/self/exe", "quarantine"};
  walls.leave = [rank = world.rank(), log, before_leaving = std::move(before_leaving)](const std::string& why) {
    const std::string message = "rank " + std::to_string(rank) + ": " + why +
                                "; this process ends, and the next start works on the chunk in a process of its own";
    std::cerr << "error: " + message + "; hint: run the same command again\n";
    if (!log.empty()) RunLog{log}.info(message);
    if (before_leaving) before_leaving();
    MpiWorld::leave(EX_TEMPFAIL);
  };
  return walls;
}

Reject reject_of(const KilledBy& killer) {
  Reject reject;
  reject.code = docking_reject_code(killer.reason).value_or(RejectCode::kCrashed);
  const std::size_t colon = killer.reason.find(": ");
  reject.detail = colon == std::string::npos ? killer.reason : killer.reason.substr(colon + 2);
  if (reject.code == RejectCode::kOutOfTime) reject.hint = "raise seconds_per_compound in [limits]";
  if (reject.code == RejectCode::kOutOfMemory) reject.hint = "raise memory_GiB_per_rank in [limits]";
  return reject;
}

const KilledBy* killer_of(const Task& task, std::uint64_t item) {
  const auto found = std::find_if(task.killers.begin(), task.killers.end(),
                                  [item](const KilledBy& killer) { return killer.item == item; });
  return found == task.killers.end() ? nullptr : &*found;
}

}  // namespace digitalis
