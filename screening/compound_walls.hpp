#pragma once
// What a compound may take of a rank, and what happens when one takes more, or ends the process that works on it.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "chem/result.hpp"
#include "scheduler/item_watch.hpp"
#include "scheduler/mpi_world.hpp"
#include "scheduler/stage_runner.hpp"

namespace digitalis {

/// As a campaign's [limits] say.
struct CompoundLimits {
  double seconds_per_compound = 600.0;  ///< 0: no bound
  double memory_GiB_per_rank = 0.0;     ///< 0: the rank's share of what the job was given, if that is known
};

/// None, when made by default: tests, and what works on one compound only.
struct CompoundWalls {
  ItemLimits limits;
  std::vector<std::string> quarantine;  ///< command line of a quarantined process, to be completed; empty: none
  std::function<void(const std::string&)> leave;  ///< StagePlan::leave
};

/// Those of this rank. Whoever leaves says so on standard error and in `log` (empty: none), calls `before_leaving` (on
/// a thread of its own), and ends with exit code 75.
[[nodiscard]] CompoundWalls walls_of(const MpiWorld& world, const CompoundLimits& limits,
                                     const std::filesystem::path& log, std::function<void()> before_leaving = {});

/// A killer's reason, "crashed: segmentation fault", as a reject without place and ID.
[[nodiscard]] Reject reject_of(const KilledBy& killer);
/// Why an item of a task must not be touched; null: it may be.
[[nodiscard]] const KilledBy* killer_of(const Task& task, std::uint64_t item);

}  // namespace digitalis
