#pragma once
// What [outcomes] does to a campaign: tables checked, weights drawn, the gate asked, and what became of it on record.

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
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
  std::map<std::string, std::uint64_t> counts;        ///< of findings that do not refuse, by code
  std::map<std::string, std::string> digests;         ///< of every file that was read
  std::map<std::string, std::string> counts_to_keep;  ///< by SHA-256 of the table's file; kept_counts.hpp
};

/// Tables that did not pass; says every finding, one a line.
class RefusedTables : public Refusal {
 public:
  RefusedTables(const std::string& text, std::vector<TableIdentity> identities,
                std::map<std::string, std::uint64_t> found)
      : Refusal(text), tables(std::move(identities)), counts(std::move(found)) {}
  std::vector<TableIdentity> tables;
  std::map<std::string, std::uint64_t> counts;  ///< of findings, by code
};

/// What the agreement asks of tables, where there is one that can be read; the gate says what else is wrong with it.
[[nodiscard]] DisclosurePolicy policy_of(const OutcomesSpec& spec);

/// Checks the tables and draws the weights; nothing for a campaign without [outcomes]. A second's work at most. On one
/// rank.
/// @param earlier  tables that the site accepted before: AcceptedTables
/// @throws RefusedTables  one did not pass
/// @throws UsageError     a file cannot be read
[[nodiscard]] std::optional<CampaignOutcomes> read_campaign_outcomes(const Campaign& campaign,
                                                                     std::span<const OutcomeTable> earlier = {});
/// Gives the campaign's targets their mean weights.
void set_weights(Campaign& campaign, const CampaignOutcomes& outcomes);

/// Asks the gate, and puts the answer and the tables on record: in the site's audit log, else in that of the run
/// (`run`, which is there, but for a check; a check without a site's log is not logged).
/// @throws governance::RefusedByGate
governance::GateDecision pass_gate(governance::Moment moment, const Campaign& campaign,
                                   const CampaignOutcomes& outcomes, const Site& site,
                                   const std::filesystem::path& run);

/// Puts on record which tables were refused, and why, by codes. The same places.
void record_refusal(const Campaign& campaign, const RefusedTables& refused, const Site& site,
                    const std::filesystem::path& run);

/// The three together, for a run directory that is there: reads and checks the tables, asks the gate, records the
/// answer, and keeps what later tables must be held against, where the site says so; warnings go to stderr. Nothing for
/// a campaign without [outcomes].
/// @param allowed  receives the gate's answer
[[nodiscard]] std::optional<CampaignOutcomes> admit_outcomes(governance::Moment moment, const Campaign& campaign,
                                                             const std::filesystem::path& run,
                                                             governance::GateDecision& allowed);

/// Records that a run with outcome tables began (weights computed) or ended (results, the root of its journal, what
/// the tables changed). Both give the head of the log afterwards, for keeping elsewhere.
std::string record_start(const Campaign& campaign, const CampaignOutcomes& outcomes,
                         const governance::GateDecision& allowed, const Site& site, const std::filesystem::path& run,
                         int ranks);
std::string record_end(const Campaign& campaign, const CampaignOutcomes& outcomes,
                       const governance::GateDecision& allowed, const Site& site, const std::filesystem::path& run,
                       int ranks, double influence);

/// The gate for results that leave a run, `hits`, `explain` and `report`, and the record of what left. Asked with the tables that
/// the log says the run was allowed. Nothing for a run whose ranking no table shaped.
/// @throws governance::RefusedByGate  the agreement has ended meanwhile, say
void pass_export_gate(const std::filesystem::path& run);

/// The weights of diseases and targets with their intervals, and what each table contributes. No cell of a table.
[[nodiscard]] nlohmann::json weights_json(const CampaignOutcomes& outcomes);
/// What manifest.json keeps: those, where the files were with their digests, and influence.
[[nodiscard]] nlohmann::json to_json(const Campaign& campaign, const CampaignOutcomes& outcomes,
                                     const WeightInfluence& influence);

}  // namespace digitalis
