#pragma once
// How a run is doing, for `digitalis status` and for the script of a Slurm job: status.json in the run directory,
// rewritten by rank 0 at most every five seconds. Needs no ranks to be read.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace digitalis {

struct StageStatus {
  std::string name;
  std::uint64_t items = 0, rejects = 0;  ///< over all attempts
  double fraction = -1.0;                ///< done, 0 to 1; negative: not known
  double wall_s = 0, busy_core_s = 0;    ///< over all attempts
  std::uint64_t in = 0;                  ///< items that entered, once known
};

/// One start of the program on this run.
struct AttemptStatus {
  std::string started, ended;  ///< UTC; ended is empty while it runs, and for one that was killed
  std::string slurm_job;       ///< "4711"; empty: not under Slurm
  std::string host;
  int ranks = 0, threads_per_rank = 0;
  double wall_s = 0, busy_core_s = 0;
  std::string end;  ///< "finished", "stopped", "budget", "lost_ranks"; empty: killed or running
  [[nodiscard]] double core_h() const { return wall_s * ranks * threads_per_rank / 3600.0; }
};

struct RunStatus {
  std::string campaign;
  std::string state;  ///< "submitted", "running", "stopped", "budget", "finished"
  std::vector<StageStatus> stages;
  std::vector<AttemptStatus> attempts;
  std::vector<std::string> slurm_jobs;  ///< ids, as submitted
  double budget_core_h = 0;             ///< 0: none
  nlohmann::json estimate;              ///< what `estimate` said before; null: nothing
  [[nodiscard]] double core_h() const {
    double sum = 0;
    for (const AttemptStatus& attempt : attempts) sum += attempt.core_h();
    return sum;
  }
};

/// Throws UsageError when the file is there and cannot be understood; a run without one gives an empty status.
[[nodiscard]] RunStatus read_run_status(const std::filesystem::path& run);
/// Atomic.
void write_run_status(const std::filesystem::path& run, const RunStatus& status);

}  // namespace digitalis
