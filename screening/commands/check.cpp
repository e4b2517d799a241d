#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "chem/parse_record.hpp"
#include "chem/suggest.hpp"
#include "screening/campaign_check.hpp"
#include "screening/campaign_outcomes.hpp"
#include "screening/command.hpp"
#include "screening/governance/accepted_tables.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

/// How many forms of a compound are docked at most.
std::uint32_t most_docked(const FormOptions& forms) {
  const std::uint32_t protomers = forms.ph ? forms.most_protomers : 1;
  return std::min(forms.most_forms,
                  protomers * forms.most_stereoisomers * std::max(std::uint32_t{1}, forms.most_tautomers));
}

/// "protomers at pH 7.4, up to 8 stereoisomers of each: at most 32 forms of a compound are docked, ...".
std::string in_words(const FormOptions& forms) {
  if (forms.as_drawn()) return "compounds are docked as drawn";
  std::vector<std::string> kinds;
  if (forms.ph) {
    std::ostringstream ph;
    ph << *forms.ph;
    kinds.push_back("protomers at pH " + ph.str());
  }
  if (forms.most_stereoisomers > 1)
    kinds.push_back("up to " + std::to_string(forms.most_stereoisomers) + " stereoisomers of each");
  if (forms.most_tautomers == 1) kinds.emplace_back("the canonical tautomer");
  if (forms.most_tautomers > 1) kinds.push_back("up to " + std::to_string(forms.most_tautomers) + " tautomers");
  const std::uint32_t most = most_docked(forms);
  return join(kinds) + ": at most " + std::to_string(most) + (most == 1 ? " form" : " forms") +
         " of a compound are docked, the best one counts";
}

void print_json(const Campaign& campaign, const Findings& findings, const CampaignOverview& overview) {
  nlohmann::json json{{"accepted", findings.errors() == 0},
                      {"findings", nlohmann::json::array()},
                      {"library", overview.library},
                      {"targets", nlohmann::json::array()}};
  for (const Finding& finding : findings.all())
    json["findings"].push_back(
        {{"kind", finding.kind == Finding::Kind::kError ? "error" : "warning"}, {"message", finding.message}});
  for (const auto& target : overview.targets)
    json["targets"].push_back({{"name", target.name},
                               {"weight", target.weight},
                               {"queries", target.queries},
                               {"held_back", target.held_back},
                               {"receptor", target.receptor},
                               {"shape_queries", target.shape_queries}});
  if (campaign.has(StageSpec::Kind::kDock))
    json["forms"] = {{"ph", campaign.forms.ph ? nlohmann::json(*campaign.forms.ph) : nlohmann::json()},
                     {"stereoisomers", campaign.forms.most_stereoisomers},
                     {"tautomers", campaign.forms.most_tautomers},
                     {"at_most", most_docked(campaign.forms)}};
  std::cout << json.dump(2) << '\n';
}

void print_text(const Campaign& campaign, const Findings& findings, const CampaignOverview& overview) {
  for (const Finding& finding : findings.all())
    std::cerr << (finding.kind == Finding::Kind::kError ? "error: " : "warning: ") << finding.message << '\n';
  if (findings.errors() > 0) {
    std::cerr << findings.errors() << (findings.errors() == 1 ? " error" : " errors") << "; nothing was computed\n";
    return;
  }
  std::cout << "campaign '" << campaign.name << "' is in order\n";
  for (const std::string& source : overview.library) std::cout << "  library  " << source << '\n';
  for (const auto& target : overview.targets) {
    std::cout << "  target   " << target.name << ": weight " << target.weight << ", " << target.queries
              << " known actives as queries, " << target.held_back << " held back\n";
    for (const std::string& query : target.shape_queries) std::cout << "           overlays on: " << query << '\n';
    for (const std::string& decision : target.receptor) std::cout << "           receptor: " << decision << '\n';
  }
  for (const StageSpec& stage : campaign.stages) {
    std::cout << "  stage    " << stage.name;
    if (stage.keep.share) std::cout << ", keeps " << *stage.keep.share * 100.0 << " %";
    if (stage.keep.count) std::cout << ", keeps " << *stage.keep.count;
    std::cout << '\n';
  }
  if (campaign.has(StageSpec::Kind::kDock)) std::cout << "  forms    " << in_words(campaign.forms) << '\n';
  const CompoundLimits& limits = campaign.limits;
  std::cout << "  limits   ";
  if (limits.seconds_per_compound > 0.0)
    std::cout << limits.seconds_per_compound << " s per compound";
  else
    std::cout << "no time limit per compound";
  if (limits.memory_GiB_per_rank > 0.0)
    std::cout << ", " << limits.memory_GiB_per_rank << " GiB of memory per rank\n";
  else
    std::cout << ", memory as the job was given\n";
}

/// Tables, weights and the gate; what is said to people goes to `findings`. True: governance refuses.
bool check_outcomes(Campaign& campaign, CampaignOverview& overview, Findings& findings) {
  if (!campaign.outcomes.given()) return false;
  const Site site = read_site(findings);
  try {
    const governance::AcceptedTables accepted{site.governance.accepted_tables};
    const CampaignOutcomes outcomes = *read_campaign_outcomes(campaign, accepted.tables());
    for (const std::string& warning : outcomes.warnings) findings.warning(warning);
    set_weights(campaign, outcomes);
    for (std::size_t i = 0; i < overview.targets.size(); ++i) overview.targets[i].weight = outcomes.of_target[i];
    (void)pass_gate(governance::Moment::kCheck, campaign, outcomes, site, {});
    return false;
  } catch (const Refusal& refused) {
    std::istringstream lines{refused.what()};
    for (std::string line; std::getline(lines, line);) findings.error(line);
    return true;
  }
}

int run(const Options& options, MpiWorld*) {
  start_rdkit();
  Findings findings;
  Campaign campaign;
  CampaignOverview overview;
  bool refused = false;
  try {
    campaign = read_campaign(options["campaign"].as<std::string>(), findings);
    overview = check_campaign(campaign, findings);
    refused = check_outcomes(campaign, overview, findings);
  } catch (const UsageError& error) {
    findings.error(error.what());
  }
  if (options.contains("json"))
    print_json(campaign, findings, overview);
  else
    print_text(campaign, findings, overview);
  if (refused) return exit_code::kRefused;
  return findings.errors() == 0 ? exit_code::kDone : exit_code::kWrongRequest;
}

}  // namespace

Command check_command() {
  Command command;
  command.name = "check";
  command.usage = "CAMPAIGN [--json]";
  command.summary = "check a campaign's every file and field, without computing anything";
  command.help =
      "Reads the campaign file, the head of every library file, all known actives, the receptors and the outcome "
      "tables,\n"
      "asks the gate of the data-use agreement, and lists everything that is wrong in one go. Exit code 0: the "
      "campaign\n"
      "can be screened; 2: it cannot; 3: governance refuses it.";
  command.examples = "digitalis check campaign.toml";
  command.arguments.add_options()("campaign", po::value<std::string>()->required());
  command.options.add_options()("json", "findings as JSON on standard output");
  command.positional.add("campaign", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
