#pragma once
// How a run is doing, for `digitalis status` and for the script of a Slurm job: status.json in the run directory. Rank
// 0 of a running campaign rewrites its part every five seconds (status_keeper.hpp); `submit`, `cancel` and `estimate`
// write theirs. Needs no ranks to be read.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace digitalis {

/// How far a stage was at some moment of the attempt that works on it.
struct RateSample {
  double at_s = 0;         ///< since the stage began in this attempt
  double fraction = -1.0;  ///< done, 0 to 1
  std::uint64_t items = 0;
};

struct StageStatus {
  std::string name, noun;
  std::uint64_t items = 0;    ///< over all attempts; of earlier attempts as many as their chunks hold on average
  std::uint64_t rejects = 0;  ///< over all attempts
  double fraction = -1.0;     ///< done, 0 to 1; negative: not known
  double wall_s = 0;          ///< over all attempts
  double core_s = 0;          ///< over all attempts: wall time x threads of all ranks
  double busy_core_s = 0;     ///< over all attempts; 0: not known
  bool finished = false;
  std::vector<RateSample> recent;  ///< of the last attempt, oldest first, at most 60
};

/// One start of the program on this run.
struct AttemptStatus {
  std::string started, ended;  ///< UTC; ended is empty while it runs
  std::string slurm_job;       ///< "4711"; empty: not under Slurm
  std::string host;            ///< of rank 0
  int process = 0;             ///< its number among those that share the run (scheduler/claims.hpp); 0: it is alone
  std::int64_t started_ns =
      0;  ///< since 1970: tells it from one that had its number before, of which a second may hold two
  int ranks = 0, threads_per_rank = 0;
  double wall_s = 0, busy_core_s = 0;  ///< as last written; busy_core_s 0: not known
  std::string end;  ///< "finished", "stopped", "budget", "lost_ranks", "limits" (a compound took more), "failed",
                    ///< "killed" (found out by the next attempt); empty: runs, or was killed
  [[nodiscard]] double core_h() const { return wall_s * ranks * threads_per_rank / 3600.0; }
};

struct RunStatus {
  std::string campaign;
  std::string
      state;  ///< "submitted", "running", "stopped", "budget", "cancelled", "failed", "finished"; empty: none yet
  std::string updated;               ///< UTC, when rank 0 last wrote: every few seconds while the run lives
  std::vector<StageStatus> stages;   ///< those that began, in their order
  std::vector<std::string> planned;  ///< names of all stages, in their order
  std::vector<AttemptStatus> attempts;
  std::vector<std::string> slurm_jobs;  ///< ids, as submitted or seen
  double budget_core_h = 0;             ///< 0: none
  nlohmann::json estimate;              ///< what `estimate` said before (to_json(Estimate)); null: nothing

  [[nodiscard]] double core_h() const {
    double sum = 0;
    for (const AttemptStatus& attempt : attempts) sum += attempt.core_h();
    return sum;
  }
  [[nodiscard]] double busy_core_s() const {
    double sum = 0;
    for (const AttemptStatus& attempt : attempts) sum += attempt.busy_core_s;
    return sum;
  }
  /// Threads of the attempts that have not ended, or were killed.
  [[nodiscard]] int threads_at_work() const {
    int sum = 0;
    for (const AttemptStatus& attempt : attempts)
      if (attempt.end.empty()) sum += attempt.ranks * attempt.threads_per_rank;
    return sum;
  }
  [[nodiscard]] bool budget_reached() const { return budget_core_h > 0 && core_h() >= budget_core_h; }
};

/// Throws UsageError when the file is there and cannot be understood; a run without one gives an empty status.
[[nodiscard]] RunStatus read_run_status(const std::filesystem::path& run);

/// Reads, lets `change` change, writes; atomic, and safe against others that do the same at the same time (where the
/// file system has locks). Follows no symlink. @throws std::system_error  the disk refuses
void update_run_status(const std::filesystem::path& run, const std::function<void(RunStatus&)>& change);

/// The same with everything replaced.
void write_run_status(const std::filesystem::path& run, const RunStatus& status);

/// What a run is doing, told from its status and from whether a process holds it.
enum class RunPhase {
  kNothing,    ///< never started
  kSubmitted,  ///< waits for Slurm
  kRunning,
  kKilled,  ///< its last attempt ended without a word
  kStopped,
  kBudget,
  kCancelled,
  kFailed,
  kFinished
};
[[nodiscard]] std::string_view name_of(RunPhase phase);

/// @param held   whether a process holds the run's lock; nothing: cannot be told from here, and a status that was
/// written
///               within 45 s counts as a living run
/// @param age_s  seconds since `updated`
[[nodiscard]] RunPhase phase_of(const RunStatus& status, std::optional<bool> held, double age_s);
/// The same for a run directory as it is now.
[[nodiscard]] RunPhase phase_of(const std::filesystem::path& run, const RunStatus& status);

/// Whether the run should be started again as it is: it is not finished and was stopped, killed, or lost ranks; not
/// when it is being worked on, was cancelled, failed, or has spent its budget.
[[nodiscard]] bool is_resumable(RunPhase phase, const RunStatus& status);

/// Whether a process that shares the run may begin to: as is_resumable(), or it is being worked on by others like it.
[[nodiscard]] bool is_joinable(RunPhase phase, const RunStatus& status);

/// Seconds between a utc_now() text and the present; 0 for a text that is none.
[[nodiscard]] double seconds_since_utc(const std::string& utc);

}  // namespace digitalis
