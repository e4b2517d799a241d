#pragma once
// What `digitalis status` says: the run's own status, what is left to do and when, what was used of what was estimated.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "screening/run_status.hpp"
#include "screening/slurm_queue.hpp"
#include "screening/time_left.hpp"

namespace digitalis {

struct RunOverview {
  std::filesystem::path run;
  RunStatus status;
  RunPhase phase = RunPhase::kNothing;
  std::uint64_t files = 0, bytes = 0;     ///< in the run directory
  std::map<std::string, QueuedJob> jobs;  ///< as squeue says; empty: not asked, or all have left

  /// Of the planned stages the one that is in work, or was; null before the first and when all are finished.
  [[nodiscard]] const StageStatus* stage() const;
  /// Its number among them, from 1.
  [[nodiscard]] std::size_t stage_number() const;
  /// Until the stage that is in work is done. Nothing when the run is not running or too little was seen.
  [[nodiscard]] std::optional<Interval> stage_left_s() const;
  /// Until the run is done: the stage's, and for stages that have not begun what the stored estimate says for as many
  /// threads. Nothing when one of them has no estimate.
  [[nodiscard]] std::optional<Interval> run_left_s() const;
};

/// Looks at a run directory. Asks squeue once when the run has Slurm jobs that may live.
/// @throws UsageError  there is no run
[[nodiscard]] RunOverview look_at_run(const std::filesystem::path& run);

/// What was estimated against what was used, per stage and in sum: {"core_h": {"low", "mid", "high", "used",
/// "within"}, "stages": [...]}; null without an estimate. Also for manifest.json and the report.
[[nodiscard]] nlohmann::json estimate_against_used(const RunStatus& status);

[[nodiscard]] nlohmann::json to_json(const RunOverview& overview);
[[nodiscard]] std::string to_text(const RunOverview& overview);

}  // namespace digitalis
