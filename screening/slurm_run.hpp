#pragma once
// A run directory and its job, or array of jobs: at most one at a time, noted in status.json.

#include <filesystem>
#include <string>
#include <vector>

namespace digitalis {

/// A job of this run that Slurm still knows, with its state; an empty id: none.
struct ActiveJob {
  std::string id, state;
};
[[nodiscard]] ActiveJob active_job(const std::filesystem::path& run);
/// All of them, of an array with the job that prepares its library; the newest first.
[[nodiscard]] std::vector<ActiveJob> active_jobs(const std::filesystem::path& run);

/// @throws UsageError  a job of this run waits or runs: two must not work in one run directory
void refuse_second_job(const std::filesystem::path& run);

/// Submits RUN/job.sbatch, notes the run as submitted and the job's id, and returns that. When Slurm refuses, the run's
/// status is what it was.
/// The library of a script for an array is prepared by one task of it, as a job of its own that the others wait for:
/// else all would hold a node while they wait for one.
/// @param sbatch_options  over those of the script
/// @param budget_core_h   0: none
/// @param prepares        the run has a library that may have to be prepared
std::string submit_run(const std::filesystem::path& run, const std::vector<std::string>& sbatch_options,
                       double budget_core_h, bool prepares);

/// "submitted job 4711 ..." with the commands that come next.
[[nodiscard]] std::string what_comes_next(const std::filesystem::path& run, const std::string& job);

}  // namespace digitalis
