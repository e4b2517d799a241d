#include <iostream>

#include "screening/command.hpp"
#include "screening/run_folder.hpp"
#include "screening/run_status.hpp"
#include "screening/slurm_job.hpp"
#include "screening/slurm_run.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

/// What sbatch shall take instead of what stands in the script.
std::vector<std::string> sbatch_options(const Options& options, bool is_array) {
  std::vector<std::string> all;
  for (const char* name : {"partition", "account", "qos", "time", "dependency"}) {
    if (!options.contains(name)) continue;
    const auto& value = options[name].as<std::string>();
    const bool good = std::string_view{name} == "time" ? slurm_minutes(value) > 0 : is_slurm_name(value);
    if (!good) throw UsageError("--" + std::string{name} + ": '" + value + "' is not one that Slurm takes");
    all.push_back("--" + std::string{name} + "=" + value);
  }
  if (options.contains("nodes")) {
    if (is_array) throw UsageError("--nodes: this run was submitted as an array; hint: --array N");
    if (options["nodes"].as<int>() < 1) throw UsageError("--nodes: expected 1 or more");
    all.push_back("--nodes=" + std::to_string(options["nodes"].as<int>()));
  }
  if (options.contains("array")) {
    if (!is_array) throw UsageError("--array: this run was submitted as one job; hint: --nodes N");
    if (options["array"].as<int>() < 1) throw UsageError("--array: expected 1 or more");
    all.push_back("--array=1-" + std::to_string(options["array"].as<int>()));
  }
  return all;
}

int run(const Options& options, MpiWorld*) {
  RunFolder folder{std::filesystem::weakly_canonical(std::filesystem::absolute(options["run"].as<std::string>()))};
  folder.open_existing();
  const std::filesystem::path& path = folder.path();
  if (folder.finished()) {
    std::cout << path.string() << ": already finished; nothing was submitted\n";
    return exit_code::kDone;
  }
  if (std::error_code ignored; !std::filesystem::is_regular_file(folder.file("job.sbatch"), ignored))
    throw UsageError(path.string() + ": was not submitted to Slurm; hint: 'digitalis submit CAMPAIGN --out " +
                     path.string() + "'");
  const std::vector<std::string> over_script = sbatch_options(options, array_tasks(folder.file("job.sbatch")) > 0);
  const bool prepares = folder.manifest().at("campaign").at("library").at("store") == "";
  refuse_second_job(path);
  const RunStatus status = read_run_status(path);
  const bool has_budget = options.contains("budget-core-h");
  const double budget_core_h = has_budget ? options["budget-core-h"].as<double>() : status.budget_core_h;
  if (budget_core_h > 0 && status.core_h() >= budget_core_h)
    throw UsageError(path.string() + ": its budget of core-hours is used; hint: raise it with --budget-core-h");
  std::cout << what_comes_next(path, submit_run(path, over_script, budget_core_h, prepares));
  return exit_code::kDone;
}

}  // namespace

Command resume_command() {
  Command command;
  command.name = "resume";
  command.usage = "RUN [options]";
  command.summary = "submit a run to Slurm again, as it is";
  command.help =
      "Gives RUN/job.sbatch to sbatch again: the run goes on from its journal. Options replace what the script says, "
      "for\n"
      "this submission.";
  command.examples = "digitalis resume run\ndigitalis resume run --nodes 16 --time 12:00:00";
  command.arguments.add_options()("run", po::value<std::string>()->required());
  auto add = command.options.add_options();
  add("nodes,N", po::value<int>()->value_name("N"), "nodes");
  add("array", po::value<int>()->value_name("N"), "tasks, of a run that was submitted as an array");
  add("time", po::value<std::string>()->value_name("LIMIT"), "time limit of one start");
  add("partition,p", po::value<std::string>()->value_name("NAME"), "partition");
  add("account,A", po::value<std::string>()->value_name("NAME"), "account to charge");
  add("qos", po::value<std::string>()->value_name("NAME"), "quality of service");
  add("budget-core-h", po::value<double>()->value_name("N"),
      "core-hours that all starts together may use; 0: no bound");
  add("dependency", po::value<std::string>()->value_name("LIST"), "as sbatch's: afterok:4711");
  command.positional.add("run", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
