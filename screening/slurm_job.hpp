#pragma once
// A run as a job of Slurm: the batch script, and what sbatch, squeue and scancel are asked.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "screening/site.hpp"

namespace digitalis {

/// What a job is made of beside the site's settings.
struct JobRequest {
  std::filesystem::path program, campaign, run;  ///< absolute
  std::string campaign_name;
  int nodes = 1;
  int array = 0;  ///< tasks of an array, each of one node, that share the run without MPI; 0: one job
};

/// The name of a job: the campaign's, with what other tools might trip over replaced. `squeue` shows it to everybody.
[[nodiscard]] std::string job_name(std::string_view campaign_name);

/// The batch script: the site's template, slurm/job.sbatch.in or (array) slurm/array.sbatch.in, filled in. `site.slurm`
/// has been overridden by what the user asked for. @throws UsageError  a path that #SBATCH lines cannot hold, or an
/// unknown @WORD@ in the site's template
[[nodiscard]] std::string job_script(const Site& site, const JobRequest& request);

/// Whether Slurm takes it as the name of a partition, account or QOS, and #SBATCH lines and command lines as one word.
[[nodiscard]] bool is_slurm_name(std::string_view text);

/// Minutes of a time limit as Slurm writes it: "90", "90:00", "24:00:00", "2-12", "2-12:30", "2-12:30:00"; 0: not one.
[[nodiscard]] double slurm_minutes(std::string_view time);

/// What one argument must look like for a shell to read it back.
[[nodiscard]] std::string shell_word(std::string_view text);

// The three below start Slurm's own programs. They throw UsageError with Slurm's words when Slurm refuses, and when
// this machine has no Slurm.

/// @param options    of sbatch, over those of the script: "--nodes=8"
/// @param arguments  of the script: what `screen` gets beside
/// @return the job's id, "4711"
[[nodiscard]] std::string submit_job(const std::filesystem::path& script, const std::vector<std::string>& options,
                                     const std::vector<std::string>& arguments);

/// "RUNNING", "PENDING"...; of an array that of the task that is furthest on; empty when Slurm does not know the job
/// any more, or it has ended.
[[nodiscard]] std::string job_state(const std::string& job);

/// @param now  false: the ranks finish the chunks in work, tasks of an array that have not begun never do; true: what
/// is
///             in work is lost
void cancel_job(const std::string& job, bool now);

/// Tasks of the array that a script is for; 0: it is for one job.
[[nodiscard]] int array_tasks(const std::filesystem::path& script);

/// "slurm 22.05.8"; empty when this machine has no Slurm.
[[nodiscard]] std::string slurm_version();
/// Whether `srun --mpi=` knows this name.
[[nodiscard]] bool srun_has_mpi(const std::string& name);

}  // namespace digitalis
