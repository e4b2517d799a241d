#include <iostream>

#include "screening/command.hpp"
#include "screening/run_budget.hpp"
#include "screening/screen_campaign.hpp"
#include "screening/summary_of_run.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

int run(const Options& options, MpiWorld* world) {
  const ScreenRequest request{.campaign = options["campaign"].as<std::string>(),
                              .out = options["out"].as<std::string>(),
                              .threads = options["threads"].as<int>(),
                              .quiet = options.contains("quiet"),
                              .shares = options.contains("shared"),
                              .only_prepares = options.contains("only-prepare"),
                              .scratch = options.contains("scratch") ? options["scratch"].as<std::string>() : "",
                              .budget_core_h = options.contains("budget-core-h")
                                                   ? std::optional{options["budget-core-h"].as<double>()}
                                                   : std::nullopt};
  const ScreenEnd end = screen_campaign(*world, request);
  if (end == ScreenEnd::kStopped) {
    if (world->is_first()) std::cerr << "stopped; run the same command again to go on\n";
    return exit_code::kStopped;
  }
  if (end == ScreenEnd::kPrepared) return exit_code::kDone;
  if (end == ScreenEnd::kBudgetReached) {
    if (world->is_first()) std::cerr << budget_message(request.out, read_run_status(request.out)) << '\n';
    return exit_code::kStopped;
  }
  if (world->is_first()) {
    if (end == ScreenEnd::kFoundFinished)
      std::cerr << request.out.string() << ": already finished; nothing was computed\n";
    RunFolder folder{request.out};
    folder.open_existing();
    std::cout << summary_of_run(folder, 10);
  }
  return exit_code::kDone;
}

}  // namespace

Command screen_command() {
  Command command;
  command.name = "screen";
  command.usage = "CAMPAIGN --out RUN [options]";
  command.summary = "run a campaign: library in, ranked and drawn hits out";
  command.help =
      "Prepares the library (or takes a prepared store), runs the campaign's stages and writes to the run directory:\n"
      "hits.csv, hits.sdf.gz, rejects.csv, results.sqlite, report.html, run.log. Killed or stopped at any moment, the\n"
      "same command goes on where it was, on any number of ranks and threads, to the same bytes. SIGUSR1 and the "
      "first\n"
      "Ctrl-C finish the chunks in flight, SIGTERM abandons them; both end with exit code 75.";
  command.examples =
      "digitalis screen campaign.toml --out run\n"
      "digitalis screen campaign.toml --out run --budget-core-h 500\n"
      "mpirun -n 4 digitalis screen campaign.toml --out run --threads 2\n"
      "srun digitalis screen campaign.toml --out run\n"
      "digitalis screen campaign.toml --out run --shared     # the same on other machines that see the folder: they "
      "share\n"
      "                                                      # the work, without MPI; each may come and go";
  command.cite =
      "D. Rogers, M. Hahn, J. Chem. Inf. Model. 2010, 50, 742-754 (Morgan fingerprints)\n"
      "and for docking, what 'digitalis dock --help' names";
  const auto check = [](double hours) {
    if (!(hours >= 0.0)) throw UsageError("--budget-core-h: expected core-hours, or 0 for no bound");
  };
  command.arguments.add_options()("campaign", po::value<std::string>()->required());
  command.options.add_options()("out,o", po::value<std::string>()->required()->value_name("RUN"),
                                "run directory; made when it is not there")(
      "scratch", po::value<std::string>()->value_name("DIR"),
      "copy the store to this folder of each node first (a local disk: \"$TMPDIR\")")(
      "budget-core-h", po::value<double>()->value_name("N")->notifier(check),
      "stop, resumably and with exit code 75, when all starts together have used N core-hours (wall time x ranks x "
      "threads); 0: no bound; default: budget_core_h of the campaign");
  command.options.add_options()("shared",
                                "share the run, through its folder, with all processes that are started like this, on "
                                "any machine and at any time; "
                                "without MPI")(
      "only-prepare", "end when the library is prepared; the same command without this goes on");
  add_rank_options(command.options);
  command.positional.add("campaign", 1);
  command.uses_ranks = true;
  command.run = &run;
  return command;
}

}  // namespace digitalis
