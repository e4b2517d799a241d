#include <iostream>

#include "screening/command.hpp"
#include "screening/run_folder.hpp"
#include "screening/run_status.hpp"
#include "screening/slurm_job.hpp"
#include "screening/slurm_run.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

int run(const Options& options, MpiWorld*) {
  RunFolder folder{options["run"].as<std::string>()};
  folder.open_existing();
  const std::vector<ActiveJob> jobs = active_jobs(folder.path());
  if (jobs.empty())
    throw UsageError(folder.path().string() + ": no job of this run waits or runs; hint: squeue --me lists your jobs");
  // First the note, so that the script of the job finds it when its step ends.
  update_run_status(folder.path(), [](RunStatus& status) { status.state = "cancelled"; });
  const std::string next = "; 'digitalis resume " + shell_word(folder.path().string()) + "' goes on\n";
  for (const ActiveJob& job : jobs) {
    const bool now = job.state != "RUNNING" || options.contains("now");
    cancel_job(job.id, now);
    std::cout << "job " << job.id << (now ? " is cancelled" : " finishes the chunks in work and ends") << next;
  }
  return exit_code::kDone;
}

}  // namespace

Command cancel_command() {
  Command command;
  command.name = "cancel";
  command.usage = "RUN [--now]";
  command.summary = "stop the Slurm job of a run";
  command.help =
      "The ranks finish the chunks they have in work, then the job ends; it does not requeue itself. What is finished\n"
      "stays, and 'digitalis resume RUN' goes on from there.";
  command.examples = "digitalis cancel run\ndigitalis cancel run --now     # at once: the chunks in work are lost";
  command.arguments.add_options()("run", po::value<std::string>()->required());
  command.options.add_options()("now", "do not wait for the chunks in work");
  command.positional.add("run", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
