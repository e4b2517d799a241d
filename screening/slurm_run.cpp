#include "screening/slurm_run.hpp"

#include <algorithm>
#include <utility>

#include "chem/usage_error.hpp"
#include "screening/csv.hpp"
#include "screening/run_status.hpp"
#include "screening/slurm_job.hpp"

namespace digitalis {

ActiveJob active_job(const std::filesystem::path& run) {
  const RunStatus status = read_run_status(run);
  if (status.slurm_jobs.empty()) return {};
  ActiveJob job{.id = status.slurm_jobs.back(), .state = {}};
  job.state = job_state(job.id);
  return job.state.empty() ? ActiveJob{} : job;
}

void refuse_second_job(const std::filesystem::path& run) {
  const ActiveJob job = active_job(run);
  if (!job.id.empty())
    throw UsageError(run.string() + ": job " + job.id + " of this run is " + job.state +
                     "; hint: wait for it, or 'digitalis cancel " + run.string() + "' first");
}

std::string submit_run(const std::filesystem::path& run, const std::vector<std::string>& sbatch_options,
                       double budget_core_h) {
  std::string state_before;
  update_run_status(run, [&](RunStatus& status) {  // before the job can start and say that it runs
    state_before = std::exchange(status.state, "submitted");
    status.budget_core_h = budget_core_h;
  });
  std::vector<std::string> arguments;
  if (budget_core_h > 0) arguments = {"--budget-core-h", fixed(budget_core_h, 3)};
  std::string job;
  try {
    job = submit_job(run / "job.sbatch", sbatch_options, arguments);
  } catch (...) {
    update_run_status(run, [&](RunStatus& status) { status.state = state_before; });
    throw;
  }
  update_run_status(run, [&](RunStatus& status) {
    auto& jobs = status.slurm_jobs;
    if (std::find(jobs.begin(), jobs.end(), job) == jobs.end()) jobs.push_back(job);
  });
  return job;
}

std::string what_comes_next(const std::filesystem::path& run, const std::string& job) {
  const std::string folder = shell_word(run.string());
  return "submitted job " + job + "\n  digitalis status " + folder + "   how far it is, and when it will be done\n" +
         "  digitalis cancel " + folder + "   stops it; nothing that is finished is lost\n" + "  digitalis resume " +
         folder + "   goes on after that, or after whatever Slurm did not mend\n";
}

}  // namespace digitalis
