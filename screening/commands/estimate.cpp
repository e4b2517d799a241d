#include <iostream>
#include <thread>

#include "chem/parse_record.hpp"
#include "screening/campaign_check.hpp"
#include "screening/command.hpp"
#include "screening/estimate_campaign.hpp"
#include "screening/run_folder.hpp"
#include "screening/run_status.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

int at_least_one(const Options& options, const char* name) {
  const int value = options[name].as<int>();
  if (value < 1) throw UsageError(std::string{"--"} + name + ": expected 1 or more");
  return value;
}

int run(const Options& options, MpiWorld*) {
  start_rdkit();
  EstimateRequest request;
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  request.sample = static_cast<std::uint64_t>(at_least_one(options, "sample"));
  request.docked = static_cast<std::uint64_t>(at_least_one(options, "dock"));
  request.seed = options["seed"].as<std::uint64_t>();
  request.nodes = at_least_one(options, "nodes");
  request.cores_per_node = options.contains("cores-per-node") ? at_least_one(options, "cores-per-node") : cores;
  const int threads = options["threads"].as<int>();
  request.threads = threads > 0 ? threads : cores;

  Findings findings;
  const Site site = read_site(findings);
  const Campaign campaign = read_campaign(options["campaign"].as<std::string>(), findings);
  if (findings.errors() == 0) (void)check_campaign(campaign, findings);
  for (const Finding& finding : findings.all())
    if (finding.kind == Finding::Kind::kWarning) std::cerr << "warning: " << finding.message << '\n';
  findings.throw_if_errors();

  const Estimate estimate = estimate_campaign(campaign, request, site);
  nlohmann::json json = to_json(estimate);
  json["seed"] = request.seed;
  json["sample"] = request.sample;
  json["made"] = utc_now();
  json["host"] = host_name();
  if (options.contains("out")) {
    RunFolder folder{options["out"].as<std::string>()};
    folder.open(campaign);
    update_run_status(folder.path(), [&](RunStatus& status) {
      status.campaign = campaign.name;
      status.estimate = json;
    });
  }
  if (options.contains("json"))
    std::cout << json.dump(2) << '\n';
  else
    std::cout << to_text(estimate);
  return exit_code::kDone;
}

}  // namespace

Command estimate_command() {
  Command command;
  command.name = "estimate";
  command.usage = "CAMPAIGN [--sample N] [--dock N] [--seed S] [--nodes N --cores-per-node C] [--out RUN] [--json]";
  command.summary = "what a campaign will cost: core-hours, time, disk, energy, price, with 90 % intervals";
  command.help =
      "Checks the campaign, draws a random sample of its library, runs the stages' own functions on it here and now, "
      "and "
      "says\nper stage what each compound takes and what the whole library will: core-hours with the interval that "
      "holds "
      "them in nine\nof ten cases, time on the nodes named, disk, files, energy and, where the site file states a "
      "tariff, "
      "the price. Idle cores\nat the ends of stages are part of it. Other processors differ: measure on a node of the "
      "kind that will run it.";
  command.examples =
      "digitalis estimate campaign.toml\n"
      "digitalis estimate campaign.toml --nodes 16 --cores-per-node 64 --out run";
  command.arguments.add_options()("campaign", po::value<std::string>()->required());
  command.options.add_options()("sample", po::value<int>()->default_value(10'000)->value_name("N"),
                                "records of the library that are prepared, filtered and compared")(
      "dock", po::value<int>()->default_value(200)->value_name("N"),
      "compounds of them that are docked at most, in each docking stage, and overlaid, in each shape stage")(
      "seed", po::value<std::uint64_t>()->default_value(1)->value_name("S"), "of the sample")(
      "nodes", po::value<int>()->default_value(1)->value_name("N"), "nodes that the run will have")(
      "cores-per-node", po::value<int>()->value_name("C"), "cores of each (default: this machine's)")(
      "threads,t", po::value<int>()->default_value(0, "all cores")->value_name("N"), "threads that measure")(
      "out,o", po::value<std::string>()->value_name("RUN"),
      "keep the estimate in this run directory; 'status' and the report compare it with what is used")(
      "json", "all figures as JSON on standard output");
  command.positional.add("campaign", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
