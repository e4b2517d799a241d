#include "screening/campaign_outcomes.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "chem/digest.hpp"
#include "chem/file_io.hpp"
#include "chem/usage_error.hpp"
#include "scoring/outcomes/evidence.hpp"
#include "scoring/outcomes/kept_counts.hpp"
#include "screening/governance/accepted_tables.hpp"
#include "screening/governance/run_audit.hpp"
#include "screening/governance/run_tree.hpp"
#include "screening/run_folder.hpp"

namespace digitalis {

DisclosurePolicy policy_of(const OutcomesSpec& spec) {
  DisclosurePolicy policy = default_policy();
  if (spec.agreement.empty()) return policy;
  Findings for_the_gate;
  std::optional<governance::Agreement> agreement;
  try {
    agreement = governance::read_agreement(spec.agreement, for_the_gate);
  } catch (const std::system_error&) {
  }
  if (!agreement) return policy;
  policy.min_count = std::max(policy.min_count, static_cast<int>(agreement->sdc.min_count));
  policy.national_exempt = agreement->sdc.national_exempt;
  if (!agreement->sdc.levels.empty()) policy.levels = agreement->sdc.levels;
  for (const auto& dataset : agreement->datasets) policy.sha256_of_table[dataset.table_id] = dataset.sha256;
  return policy;
}

namespace {

std::string messages_of(const TableFindings& findings, bool refusing) {
  std::string text;
  for (const TableFinding& finding : findings.all())
    if (refuses(finding.code) == refusing) text += (text.empty() ? "" : "\n") + finding.message();
  return text;
}

/// A weight for each of the campaign's targets: that of its symbol, shared among the targets of one gene.
std::vector<double> in_order_of_targets(const Campaign& campaign, const std::vector<std::string>& symbols,
                                        std::span<const double> of_symbol) {
  std::map<std::string, double> targets_of, weight_of;
  for (const TargetSpec& target : campaign.targets) ++targets_of[target.symbol];
  for (std::size_t i = 0; i < symbols.size(); ++i) weight_of[symbols[i]] = of_symbol[i];
  std::vector<double> weights;
  for (const TargetSpec& target : campaign.targets)
    weights.push_back(weight_of[target.symbol] / targets_of[target.symbol]);
  return weights;
}

std::vector<double> means_of(const std::vector<WeightSummary>& summaries) {
  std::vector<double> means;
  for (const WeightSummary& one : summaries) means.push_back(one.mean);
  return means;
}

governance::GateCall gate_call(const Campaign& campaign, const std::vector<TableIdentity>& tables,
                               const std::vector<std::string>& diseases, const Site& site,
                               const std::filesystem::path& run, const char* role) {
  governance::GateCall call;
  call.agreement = campaign.outcomes.agreement;
  call.signature = campaign.outcomes.signature;
  call.request.partner = campaign.partner;
  call.request.campaign_id = governance::campaign_id(campaign.name, campaign.identity());
  call.request.diseases = diseases;
  for (const TableIdentity& table : tables)
    if (!table.table_id.empty()) call.request.tables.push_back({table.table_id, table.sha256});
  call.site = site.governance;
  call.log = run.empty() ? site.governance.audit_log : governance::audit_log_of(site.governance, run);
  call.context = governance::AuditContext::of_this_process(role, site.name);
  return call;
}

/// @param allowed  the gate's answer; null where it has not been asked
governance::AuditEntry entry_for(governance::AuditEntry::Event event, const governance::GateCall& call,
                                 const Campaign& campaign, const governance::GateDecision* allowed, int ranks) {
  governance::AuditEntry entry;
  entry.event = event;
  entry.context = call.context;
  entry.campaign_id = governance::record_name(call.request.campaign_id);
  for (const governance::NamedDigest& table : call.request.tables)
    entry.inputs.push_back({governance::record_name(table.name), table.sha256});
  if (allowed == nullptr) return entry;
  entry.context.ranks = static_cast<std::uint64_t>(ranks);
  entry.context.binary_sha256 = governance::own_binary_sha256();
  entry.agreement_id = allowed->agreement_id;
  entry.agreement_sha256 = allowed->agreement_sha256;
  entry.params_sha256 = to_hex(sha256({campaign.identity()}));
  entry.seed = campaign.seed;
  entry.nhs_informed = true;
  return entry;
}

void add_counts(governance::AuditEntry& entry, const std::map<std::string, std::uint64_t>& counts) {
  for (const auto& [code, count] : counts) entry.findings.push_back({code, count});
}

nlohmann::json summary_json(const WeightSummary& weight) {
  return {{"id", weight.id},
          {"mean", weight.mean},
          {"interval_95", {weight.low, weight.high}},
          {"p_top_k", weight.p_top_k}};
}

}  // namespace

std::optional<CampaignOutcomes> read_campaign_outcomes(const Campaign& campaign,
                                                       std::span<const OutcomeTable> earlier) {
  const OutcomesSpec& spec = campaign.outcomes;
  if (!spec.given()) return std::nullopt;
  CampaignOutcomes outcomes;
  const auto text_of = [&](const std::filesystem::path& file) {
    std::string text = read_file(file);
    outcomes.digests[file.string()] = digest_128(text);
    return text;
  };
  CheckedTables checked = check_tables(spec.tables, policy_of(spec), earlier);
  for (const TableIdentity& table : checked.identities) {
    outcomes.digests[table.file] = table.sha256;
    if (const auto statement = meta_file_of(table.file); std::filesystem::exists(statement)) (void)text_of(statement);
  }
  const std::vector<DiseaseMapping> map = parse_disease_map(text_of(spec.disease_map), spec.disease_map.string());
  Evidence evidence;
  for (const auto& file : spec.evidence) {
    Evidence more = parse_evidence(text_of(file), file.string());
    evidence.associations.insert(evidence.associations.end(), more.associations.begin(), more.associations.end());
    evidence.releases.insert(evidence.releases.end(), more.releases.begin(), more.releases.end());
  }
  if (!checked.findings.refused()) check_mapping(checked.tables, map, evidence, checked.findings);
  outcomes.counts = checked.findings.counts();
  if (checked.findings.refused())
    throw RefusedTables(messages_of(checked.findings, true), std::move(checked.identities), outcomes.counts);
  if (std::string said = messages_of(checked.findings, false); !said.empty()) outcomes.warnings.push_back(said);
  outcomes.tables = std::move(checked.identities);
  for (const OutcomeTable& table : checked.tables) outcomes.counts_to_keep[table.sha256] = counts_to_keep(table);

  std::set<std::string> symbols, ids;
  for (const TargetSpec& target : campaign.targets) symbols.insert(target.symbol);
  const std::vector<std::string> asked(symbols.begin(), symbols.end());
  outcomes.weights = outcome_weights(checked.tables, map, evidence, spec.settings, asked);
  const TargetWeights& targets = outcomes.weights.targets;
  for (const std::string& note : targets.notes) outcomes.warnings.push_back(spec.place + ": " + note);
  for (const DiseaseMapping& row : map)
    if (std::ranges::find(outcomes.weights.disease_draws.ids, row.disease_id) !=
        outcomes.weights.disease_draws.ids.end())
      ids.insert(row.ontology_id);
  outcomes.diseases.assign(ids.begin(), ids.end());

  const auto ordered = [&](std::span<const double> of_symbol) {
    return in_order_of_targets(campaign, targets.draws.ids, of_symbol);
  };
  outcomes.of_target = ordered(means_of(targets.targets));
  for (const TargetSpec& target : campaign.targets) outcomes.draws.ids.push_back(target.name);
  for (std::size_t r = 0; r < targets.draws.draws(); ++r) {
    const std::vector<double> draw = ordered(targets.draws.draw(r));
    outcomes.draws.values.insert(outcomes.draws.values.end(), draw.begin(), draw.end());
  }
  outcomes.others.push_back({"equal diseases", ordered(means_of(outcomes.weights.neutral.targets))});
  for (const TableContribution& table : outcomes.weights.tables)
    outcomes.others.push_back({"without " + table.table_id, ordered(table.target_means)});
  return outcomes;
}

void set_weights(Campaign& campaign, const CampaignOutcomes& outcomes) {
  for (std::size_t i = 0; i < campaign.targets.size(); ++i) campaign.targets[i].weight = outcomes.of_target[i];
}

governance::GateDecision pass_gate(governance::Moment moment, const Campaign& campaign,
                                   const CampaignOutcomes& outcomes, const Site& site,
                                   const std::filesystem::path& run) {
  const governance::GateCall call = gate_call(campaign, outcomes.tables, outcomes.diseases, site, run,
                                              moment == governance::Moment::kStart ? "job" : "submitter");
  if (!call.log.empty()) {
    governance::AuditEntry entry = entry_for(governance::AuditEntry::Event::kTableAccepted, call, campaign, nullptr, 0);
    add_counts(entry, outcomes.counts);
    (void)governance::AuditLog{call.log}.append(entry);
  }
  return governance::require_gate(moment, call);
}

void record_refusal(const Campaign& campaign, const RefusedTables& refused, const Site& site,
                    const std::filesystem::path& run) {
  const governance::GateCall call = gate_call(campaign, refused.tables, {}, site, run, "submitter");
  if (call.log.empty()) return;
  governance::AuditEntry entry = entry_for(governance::AuditEntry::Event::kTableRefused, call, campaign, nullptr, 0);
  add_counts(entry, refused.counts);
  (void)governance::AuditLog{call.log}.append(entry);
}

std::optional<CampaignOutcomes> admit_outcomes(governance::Moment moment, const Campaign& campaign,
                                               const std::filesystem::path& run, governance::GateDecision& allowed) {
  if (!campaign.outcomes.given()) return std::nullopt;
  Findings findings;
  const Site site = read_site(findings);
  findings.throw_if_errors();
  try {
    const governance::AcceptedTables accepted{site.governance.accepted_tables};
    CampaignOutcomes outcomes = *read_campaign_outcomes(campaign, accepted.tables());
    for (const std::string& warning : outcomes.warnings) std::cerr << "warning: " << warning << '\n';
    allowed = pass_gate(moment, campaign, outcomes, site, run);
    accepted.keep(outcomes.counts_to_keep);
    return outcomes;
  } catch (const RefusedTables& refused) {
    record_refusal(campaign, refused, site, run);
    throw;
  }
}

std::string record_start(const Campaign& campaign, const CampaignOutcomes& outcomes,
                         const governance::GateDecision& allowed, const Site& site, const std::filesystem::path& run,
                         int ranks) {
  using enum governance::AuditEntry::Event;
  const governance::GateCall call = gate_call(campaign, outcomes.tables, outcomes.diseases, site, run, "job");
  governance::AuditLog log{call.log};
  (void)log.append(entry_for(kWeightsComputed, call, campaign, &allowed, ranks));
  return log.append(entry_for(kRunStart, call, campaign, &allowed, ranks)).text();
}

std::string record_end(const Campaign& campaign, const CampaignOutcomes& outcomes,
                       const governance::GateDecision& allowed, const Site& site, const std::filesystem::path& run,
                       int ranks, double influence) {
  const governance::GateCall call = gate_call(campaign, outcomes.tables, outcomes.diseases, site, run, "job");
  governance::AuditEntry entry = entry_for(governance::AuditEntry::Event::kRunEnd, call, campaign, &allowed, ranks);
  entry.outputs = governance::outputs_of_run(run);
  entry.merkle = governance::run_tree(RunFolder{run}.journal()).entry();
  entry.influence_ppm = static_cast<std::uint64_t>(std::llround(influence * 1e6));
  return governance::AuditLog{call.log}.append(entry).text();
}

void pass_export_gate(const std::filesystem::path& run) {
  RunFolder folder{run};
  folder.open_existing();
  if (!folder.finished() || !folder.manifest().at("results").value("nhs_informed", false)) return;
  Findings findings;
  const Site site = read_site(findings);
  findings.throw_if_errors();
  const nlohmann::json& kept = folder.manifest().at("results").at("outcomes");
  governance::GateCall call;
  call.agreement = kept.at("agreement").get<std::string>();
  call.signature = kept.at("signature").get<std::string>();
  call.request.partner = kept.at("partner");
  call.request.campaign_id = governance::campaign_id_of_run(run);
  call.request.diseases = kept.at("disease_ids").get<std::vector<std::string>>();
  call.site = site.governance;
  call.log = governance::audit_log_of(site.governance, run);
  call.context = governance::AuditContext::of_this_process("exporter", site.name);
  governance::AuditLog log{call.log};
  (void)log.append_after_reading([&](std::span<const nlohmann::json> records) {
    for (const nlohmann::json& record : records) {
      if (record.at("event") != "gate.allow" || record.value("moment", "") != "start" ||
          record.value("campaign_id", "") != call.request.campaign_id)
        continue;
      call.request.tables.clear();
      for (const auto& table : record.at("inputs"))
        call.request.tables.push_back({table.at("name"), table.at("sha256")});
    }
    return std::vector<governance::AuditEntry>{};
  });
  if (call.request.tables.empty())
    throw Refusal(call.log.string() +
                  ": holds no record that this run was allowed its outcome tables; hint: results of a "
                  "run leave with the audit log that belongs to it");
  const governance::GateDecision decision = governance::require_gate(governance::Moment::kExport, call);
  governance::AuditEntry entry;
  entry.event = governance::AuditEntry::Event::kExport;
  entry.context = call.context;
  entry.campaign_id = governance::record_name(call.request.campaign_id);
  entry.agreement_id = decision.agreement_id;
  entry.agreement_sha256 = decision.agreement_sha256;
  entry.inputs = call.request.tables;
  entry.outputs = governance::outputs_of_run(run);
  entry.nhs_informed = true;
  (void)log.append(entry);
}

nlohmann::json weights_json(const CampaignOutcomes& outcomes) {
  nlohmann::json json{
      {"tables", nlohmann::json::array()}, {"diseases", nlohmann::json::array()}, {"targets", nlohmann::json::array()}};
  for (const WeightSummary& disease : outcomes.weights.diseases) json["diseases"].push_back(summary_json(disease));
  const TargetWeights& targets = outcomes.weights.targets;
  for (std::size_t i = 0; i < targets.targets.size(); ++i) {
    nlohmann::json one = summary_json(targets.targets[i]);
    one["leading_disease"] = targets.leading_disease[i];
    one["leading_share"] = targets.leading_share[i];
    one["equal_diseases"] = outcomes.weights.neutral.targets[i].mean;
    json["targets"].push_back(std::move(one));
  }
  for (const TableIdentity& table : outcomes.tables) {
    nlohmann::json one{{"table_id", table.table_id}, {"sha256", table.sha256}};
    for (const TableContribution& contribution : outcomes.weights.tables)
      if (contribution.table_id == table.table_id) {
        one["disease_shift"] = contribution.disease_shift;
        one["target_shift"] = contribution.target_shift;
      }
    json["tables"].push_back(std::move(one));
  }
  return json;
}

nlohmann::json to_json(const Campaign& campaign, const CampaignOutcomes& outcomes, const WeightInfluence& influence) {
  const auto absolute = [](const std::filesystem::path& file) {
    return file.empty() ? std::string{} : std::filesystem::absolute(file).string();
  };
  nlohmann::json json = weights_json(outcomes);
  json["agreement"] = absolute(campaign.outcomes.agreement);
  json["signature"] = absolute(campaign.outcomes.signature);
  json["partner"] = campaign.partner;
  json["disease_ids"] = outcomes.diseases;
  json["top_k"] = campaign.outcomes.settings.top_k;
  json["k"] = influence.k;
  json["files"] = nlohmann::json::array();
  for (const auto& [file, digest] : outcomes.digests)
    json["files"].push_back({{"name", file}, {"path", absolute(file)}, {"digest", digest}});
  json["others"] = nlohmann::json::array();
  for (std::size_t w = 0; w < outcomes.others.size(); ++w)
    json["others"].push_back({{"name", outcomes.others[w].name},
                              {"influence", influence.influence[w]},
                              {"kendall_tau", influence.kendall_tau[w]}});
  return json;
}

}  // namespace digitalis
