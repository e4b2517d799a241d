#pragma once
// What [outcomes] does to a campaign: tables checked, weights drawn, the gate asked, and what became of it on record.

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "scoring/outcomes/disclosure.hpp"
#include "scoring/outcomes/weights.hpp"
#include "screening/campaign.hpp"
#include "screening/governance/gate.hpp"
#include "screening/site.hpp"
#include "screening/weight_influence.hpp"

namespace digitalis {

/// Everything that a campaign's outcome tables say, in the order of its targets where there is one value for each.
struct CampaignOutcomes {
  std::vector<TableIdentity> tables;
  std::vector<std::string> diseases;  ///< ontology ids, ascending
  OutcomeWeights weights;             ///< of the targets' symbols
  std::vector<double> of_target;      ///< mean weights
  WeightDraws draws;
  std::vector<OtherWeights> others;  ///< equal diseases; then without each table
  std::vector<std::string> warnings;
  std::map<std::string, std::string> digests;  ///< of every file that was read
};

/// Checks the tables and draws the weights; nothing for a campaign without [outcomes]. A second's work at most. On one
/// rank.
/// @throws Refusal     a table is refused; every finding, one a line
/// @throws UsageError  a file cannot be read, or a disease has no evidence
[[nodiscard]] std::optional<CampaignOutcomes> read_campaign_outcomes(const Campaign& campaign);
/// Gives the campaign's targets their mean weights.
void set_weights(Campaign& campaign, const CampaignOutcomes& outcomes);

/// Asks the gate, and puts the answer on record: in the site's audit log, else in that of the run (`run` is empty at
/// check, which then is not logged).
/// @throws governance::RefusedByGate
void pass_gate(governance::Moment moment, const Campaign& campaign, const CampaignOutcomes& outcomes, const Site& site,
               const std::filesystem::path& run);

/// Records that a run with outcome tables began (weights computed) or ended (results, the root of its journal, what
/// the tables changed).
void record_start(const Campaign& campaign, const CampaignOutcomes& outcomes, const Site& site,
                  const std::filesystem::path& run, int ranks);
void record_end(const Campaign& campaign, const CampaignOutcomes& outcomes, const Site& site,
                const std::filesystem::path& run, int ranks, double influence);

/// The same for results that leave a run: `hits` and `report`. Nothing for a run whose ranking no table shaped.
/// @throws governance::RefusedByGate  the agreement has ended meanwhile, say
void pass_export_gate(const std::filesystem::path& run);

/// What manifest.json keeps: weights with their intervals, what each table contributes, influence. No cell of a table.
[[nodiscard]] nlohmann::json to_json(const Campaign& campaign, const CampaignOutcomes& outcomes,
                                     const WeightInfluence& influence);

}  // namespace digitalis
