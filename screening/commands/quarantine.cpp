#include <memory>

#include "chem/digest.hpp"
#include "chem/parse_record.hpp"
#include "chem/usage_error.hpp"
#include "scheduler/quarantine.hpp"
#include "screening/command.hpp"
#include "screening/docking_stage.hpp"
#include "screening/funnel.hpp"
#include "screening/prepare_chunk.hpp"
#include "screening/targets.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;
using Work = std::function<ChunkResult(const Task&)>;

/// What a stage of a funnel needs, alive together.
struct StageAlone {
  MpiWorld world{MpiWorld::WithoutMpi{}};
  Campaign campaign;
  CompoundStore store;
  std::vector<Target> targets;
  Sites sites;
  Funnel funnel;

  StageAlone(Campaign wanted, const std::string& folder, Findings& findings)
      : campaign(std::move(wanted)),
        store(folder),
        targets(prepare_targets(campaign, store.info().preparation, findings)),
        sites(prepare_sites(campaign)),
        funnel(world, campaign, store, targets, sites) {}
};

Work stage_work(const Options& options) {
  Findings findings;
  Campaign campaign = read_campaign(options["campaign"].as<std::string>(), findings);
  if (findings.errors() > 0 || digest_128(campaign.identity()) != options["identity"].as<std::string>())
    throw UsageError(campaign.file.string() + ": the campaign file has changed while its run was going on; hint: undo it");
  const auto alone = std::make_shared<StageAlone>(std::move(campaign), options["store"].as<std::string>(), findings);
  const std::size_t number = options["number"].as<std::size_t>();
  alone->funnel.begin_alone(number);
  return [alone, number](const Task& task) { return alone->funnel.work_alone(number, task); };
}

int run(const Options& options, MpiWorld*) {
  return serve_quarantine([&](const Task& task) -> Work {
    start_rdkit();
    return options["work"].as<std::string>() == "prepare" ? quarantined_preparation(task) : stage_work(options);
  });
}

}  // namespace

Command quarantine_command() {
  Command command;
  command.name = "quarantine";
  command.usage = "prepare | stage";
  command.help =
      "Not for users: 'screen' and 'prepare' start it to work on one chunk that may hold a molecule that ends the\n"
      "process that works on it. It gets the chunk on its standard input.";
  command.examples = "digitalis quarantine prepare";
  command.arguments.add_options()("work", po::value<std::string>()->required());
  command.options.add_options()("campaign", po::value<std::string>()->value_name("FILE"), "of the run")(
      "store", po::value<std::string>()->value_name("FOLDER"), "its compounds")(
      "identity", po::value<std::string>()->value_name("DIGEST"), "of the campaign as it is run")(
      "number", po::value<std::size_t>()->value_name("N"), "of the stage, from 0");
  command.positional.add("work", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
