#include <iostream>

#include "screening/command.hpp"
#include "screening/run_folder.hpp"
#include "screening/summary_of_run.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

int run(const Options& options, MpiWorld*) {
  RunFolder folder{options["run"].as<std::string>()};
  folder.open_finished();
  const nlohmann::json& results = folder.manifest().at("results");
  if (options.contains("json"))
    std::cout << results.at("enrichment").dump(2) << '\n';
  else
    std::cout << enrichment_table(results);
  return exit_code::kDone;
}

}  // namespace

Command validate_command() {
  Command command;
  command.name = "validate";
  command.usage = "RUN [--json]";
  command.summary = "how well a run found the known actives that were held back";
  command.help =
      "For each score and target whose campaign says hold_back: ROC AUC with a 95 % bootstrap interval, enrichment "
      "factors at 1 %\n"
      "and 5 %, BEDROC (alpha 20) and log-AUC of the held-back actives among all compounds that the stage ranked. "
      "Queries are\n"
      "left out; on equal scores decoys come first.";
  command.examples = "digitalis validate run";
  command.cite =
      "J.-F. Truchon, C. I. Bayly, J. Chem. Inf. Model. 2007, 47, 488-508 (RIE, BEDROC)\n"
      "M. M. Mysinger, B. K. Shoichet, J. Chem. Inf. Model. 2010, 50, 1561-1573 (log-AUC)";
  command.arguments.add_options()("run", po::value<std::string>()->required());
  command.options.add_options()("json", "as JSON");
  command.positional.add("run", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
