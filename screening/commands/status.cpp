#include <iostream>

#include "screening/command.hpp"
#include "screening/status_of_run.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

/// For a job script's `if`: nothing but the exit code.
constexpr int kNotResumable = 1;

int run(const Options& options, MpiWorld*) {
  const std::filesystem::path run = options["run"].as<std::string>();
  if (options.contains("joinable")) {
    const RunStatus status = read_run_status(run);
    return is_joinable(phase_of(run, status), status) ? exit_code::kDone : kNotResumable;
  }
  if (options.contains("resumable")) {
    const RunStatus status = read_run_status(run);
    return is_resumable(phase_of(run, status), status) ? exit_code::kDone : kNotResumable;
  }
  const RunOverview overview = look_at_run(run);
  if (options.contains("json"))
    std::cout << to_json(overview).dump(2) << '\n';
  else
    std::cout << to_text(overview);
  return exit_code::kDone;
}

}  // namespace

Command status_command() {
  Command command;
  command.name = "status";
  command.usage = "RUN [--json | --resumable | --joinable]";
  command.summary = "how a run is doing: stage, rate, time left, core-hours, budget";
  command.help =
      "Reads what the run wrote last (every five seconds), also of one that was killed or is finished. Time left comes "
      "with\nthe bounds that hold it in nine of ten cases if the rate goes on varying as in the last ten minutes. "
      "Slurm "
      "is asked once,\nand only for a run whose jobs may be in its queue.";
  command.examples =
      "digitalis status run\n"
      "digitalis status run --json\n"
      "if digitalis status run --resumable; then scontrol requeue $SLURM_JOB_ID; fi";
  command.arguments.add_options()("run", po::value<std::string>()->required());
  command.options.add_options()("json", "all figures as JSON on standard output")(
      "resumable",
      "print nothing; exit code 0 when the run should be started again as it is (stopped, killed or short of ranks, "
      "and "
      "not finished), 1 when not (finished, in work, cancelled, failed, budget spent)")(
      "joinable", "the same for one of several processes that share the run: 0 also when others work on it");
  command.positional.add("run", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
