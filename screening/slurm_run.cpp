#include "screening/slurm_run.hpp"

#include <algorithm>
#include <utility>

#include "chem/usage_error.hpp"
#include "screening/csv.hpp"
#include "screening/run_status.hpp"
#include "screening/slurm_job.hpp"

namespace digitalis {

std::vector<ActiveJob> active_jobs(const std::filesystem::path& run) {
  constexpr std::size_t kOfOneSubmission = 2;
  const std::vector<std::string> all = read_run_status(run).slurm_jobs;
  std::vector<ActiveJob> active;
  for (std::size_t back = 1; back <= std::min(all.size(), kOfOneSubmission); ++back)
    if (ActiveJob job{all[all.size() - back], job_state(all[all.size() - back])}; !job.state.empty())
      active.push_back(std::move(job));
  return active;
}

ActiveJob active_job(const std::filesystem::path& run) {
  const std::vector<ActiveJob> active = active_jobs(run);
  return active.empty() ? ActiveJob{} : active.front();
}

void refuse_second_job(const std::filesystem::path& run) {
  const ActiveJob job = active_job(run);
  if (!job.id.empty())
    throw UsageError(run.string() + ": job " + job.id + " of this run is " + job.state +
                     "; hint: wait for it, or 'digitalis cancel " + run.string() + "' first");
}

std::string submit_run(const std::filesystem::path& run, const std::vector<std::string>& sbatch_options,
                       double budget_core_h, bool prepares) {
  std::string state_before;
  update_run_status(run, [&](RunStatus& status) {  // before the job can start and say that it runs
    state_before = std::exchange(status.state, "submitted");
    status.budget_core_h = budget_core_h;
  });
  std::vector<std::string> arguments;
  if (budget_core_h > 0) arguments = {"--budget-core-h", fixed(budget_core_h, 3)};
  const std::filesystem::path script = run / "job.sbatch";
  const auto note = [&](const std::string& job) {
    update_run_status(run, [&](RunStatus& status) {
      auto& jobs = status.slurm_jobs;
      if (std::find(jobs.begin(), jobs.end(), job) == jobs.end()) jobs.push_back(job);
    });
  };
  std::vector<std::string> options = sbatch_options;
  std::string job, first;
  try {
    if (prepares && array_tasks(script) > 0) {
      options.emplace_back("--array=0");
      std::vector<std::string> prepare = arguments;
      prepare.emplace_back("--only-prepare");
      first = submit_job(script, options, prepare);
      note(first);
      options = sbatch_options;
      std::erase_if(options, [](const std::string& option) { return option.starts_with("--dependency="); });
      options.insert(options.end(), {"--dependency=afterok:" + first, "--kill-on-invalid-dep=yes"});
    }
    job = submit_job(script, options, arguments);
  } catch (...) {
    if (!first.empty()) cancel_job(first, true);
    update_run_status(run, [&](RunStatus& status) { status.state = state_before; });
    throw;
  }
  note(job);
  return job;
}

std::string what_comes_next(const std::filesystem::path& run, const std::string& job) {
  const std::string folder = shell_word(run.string());
  return "submitted job " + job + "\n  digitalis status " + folder + "   how far it is, and when it will be done\n" +
         "  digitalis cancel " + folder + "   stops it; nothing that is finished is lost\n" + "  digitalis resume " +
         folder + "   goes on after that, or after whatever Slurm did not mend\n";
}

}  // namespace digitalis
