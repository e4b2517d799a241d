#include <iostream>

#include "screening/campaign_outcomes.hpp"
#include "screening/command.hpp"
#include "screening/compound_story.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

int run(const Options& options, MpiWorld*) {
  RunFolder folder{options["run"].as<std::string>()};
  folder.open_finished();
  pass_export_gate(folder.path());
  const nlohmann::json story = compound_story(folder, options["id"].as<std::string>());
  using Json = nlohmann::json;
  std::cout << (options.contains("json") ? story.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"
                                         : in_words(story));
  return exit_code::kDone;
}

}  // namespace

Command explain_command() {
  Command command;
  command.name = "explain";
  command.usage = "RUN ID [--json]";
  command.summary = "why one compound is where it is, hit or not";
  command.help =
      "Tells what a finished run knows of a compound: where its record stood, its properties and alerts, what each "
      "stage said of it\n"
      "(value, place, cut), why it was dropped, and for a hit the pose's terms and contacts. An ID of a rejected "
      "record "
      "gets the\n"
      "reason and what can be done.";
  command.examples =
      "digitalis explain run ZINC000000001\n"
      "digitalis explain run ZINC000000001 --json";
  command.arguments.add_options()("run", po::value<std::string>()->required())("id",
                                                                               po::value<std::string>()->required());
  command.options.add_options()("json", "the same for programs");
  command.positional.add("run", 1).add("id", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
