#include "screening/report_targets.hpp"

#include <algorithm>
#include <string>

namespace digitalis {
namespace {

ReportEstimate estimate_of(const nlohmann::json& value, const nlohmann::json& interval) {
  return {value.get<double>(), interval.at(0).get<double>(), interval.at(1).get<double>()};
}

/// "similarity_AURKA" of AURKA is "similarity".
std::string stage_of(const std::string& column, const std::string& target) {
  const std::string suffix = "_" + target;
  return column.ends_with(suffix) ? column.substr(0, column.size() - suffix.size()) : column;
}

void add_enrichment(const nlohmann::json& results, ReportTarget& target) {
  for (const auto& found : results.at("enrichment")) {
    if (found.at("target") != target.name) continue;
    ReportEnrichment one{.stage = stage_of(found.at("column").get<std::string>(), target.name),
                         .figures = {},
                         .found = found.at("found"),
                         .listed = found.at("listed"),
                         .places = {}};
    if (found.contains("roc_auc"))
      one.figures = {{"ROC AUC", estimate_of(found.at("roc_auc"), found.at("roc_auc_95"))},
                     {"EF 1 %", estimate_of(found.at("ef_1_percent"), found.at("ef_1_percent_95"))},
                     {"BEDROC (20)", estimate_of(found.at("bedroc_20"), found.at("bedroc_20_95"))}};
    if (found.contains("places")) one.places = found.at("places").get<std::vector<std::uint64_t>>();
    target.enrichment.push_back(std::move(one));
  }
}

void add_redocking(const nlohmann::json& results, ReportTarget& target) {
  if (!results.contains("docking")) return;
  for (const auto& site : results.at("docking")) {
    if (site.at("target") != target.name) continue;
    for (const auto& found : site.at("redocking")) {
      ReportRedocking one{.reference = found.at("reference"),
                          .rmsd_A = found.value("rmsd_A", 0.0),
                          .affinity_kcal_mol = found.value("affinity_kcal_mol", 0.0),
                          .crystal_affinity_kcal_mol = found.value("crystal_affinity_kcal_mol", 0.0),
                          .problem = found.value("problem", ""),
                          .pose_sdf = {}};
      target.redocking.push_back(std::move(one));
    }
  }
}

/// A target's weight with its interval and the disease that makes most of it.
void add_weight(const nlohmann::json& campaign, const nlohmann::json& outcomes, ReportTarget& target) {
  std::string symbol = target.name;
  for (const auto& spec : campaign.at("targets"))
    if (spec.at("name") == target.name) symbol = spec.value("symbol", symbol);
  for (const auto& weight : outcomes.at("targets")) {
    if (weight.at("id") != symbol) continue;
    target.outcome = {.share = estimate_of(weight.at("mean"), weight.at("interval_95")),
                      .equal_diseases = weight.at("equal_diseases"),
                      .leading_disease = weight.at("leading_disease"),
                      .leading_share = weight.at("leading_share").get<double>()};
  }
}

void add_tables(const nlohmann::json& outcomes, ReportData& data) {
  for (const auto& disease : outcomes.at("diseases"))
    data.diseases.emplace_back(disease.at("id"), estimate_of(disease.at("mean"), disease.at("interval_95")));
  std::ranges::stable_sort(data.diseases, {}, [](const auto& disease) { return -disease.second.value; });
  for (const auto& table : outcomes.at("tables")) {
    ReportTable one{.table_id = table.at("table_id"),
                    .disease_shift = table.value("disease_shift", 0.0),
                    .target_shift = table.value("target_shift", 0.0),
                    .ranking_change = {}};
    for (const auto& other : outcomes.at("others"))
      if (other.at("name") == "without " + one.table_id) one.ranking_change = other.at("influence").get<double>();
    data.tables.push_back(std::move(one));
  }
}

}  // namespace

void add_targets(ReportData& data, const nlohmann::json& campaign, const nlohmann::json& results) {
  for (const auto& target : results.at("targets"))
    data.targets.push_back({.name = target.at("name"),
                            .weight = target.at("weight"),
                            .actives = target.at("queries"),
                            .held_back = target.at("held_back"),
                            .outcome = {},
                            .enrichment = {},
                            .redocking = {}});
  for (ReportTarget& target : data.targets) {
    add_enrichment(results, target);
    add_redocking(results, target);
    if (results.contains("outcomes")) add_weight(campaign, results.at("outcomes"), target);
  }
  if (results.contains("outcomes")) add_tables(results.at("outcomes"), data);
}

}  // namespace digitalis
