#include "screening/summary_of_run.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "screening/hit_table.hpp"
#include "screening/report/report.hpp"
#include "screening/text_table.hpp"

namespace digitalis {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// "duplicate 12, bad_smiles 3", most frequent first.
std::string in_words(const nlohmann::json& reasons) {
  std::vector<std::pair<std::string, std::uint64_t>> sorted;
  for (const auto& [reason, count] : reasons.items()) sorted.emplace_back(reason, count);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [reason, count] : sorted) text += (text.empty() ? "" : "; ") + reason + ": " + grouped(count);
  return text;
}

std::string funnel_table(const nlohmann::json& results) {
  const nlohmann::json& library = results.at("library");
  Rows rows{
      {"prepare", grouped(library.at("records")), grouped(library.at("compounds")), in_words(library.at("rejects"))}};
  for (const auto& stage : results.at("funnel"))
    rows.push_back(
        {stage.at("stage"), grouped(stage.at("entered")), grouped(stage.at("passed")), in_words(stage.at("reasons"))});
  return text_table({"stage", "in", "out", "dropped because"}, rows, 100);
}

std::string number(const nlohmann::json& row, const char* key, int decimals) {
  return row.contains(key) ? fixed(row.at(key).get<double>(), decimals) : "";
}

std::string interval(const nlohmann::json& row, const char* key, int decimals) {
  if (!row.contains(key)) return "";
  return fixed(row.at(key).at(0).get<double>(), decimals) + " to " + fixed(row.at(key).at(1).get<double>(), decimals);
}

std::string best_hits_table(const HitTable& hits, std::size_t count) {
  std::vector<std::string> columns{"place", "compound_id", "score", "best_target"};
  std::vector<std::string> header{"place", "compound", "score", "best target"};
  for (const std::string& column : hits.table.header)
    if (HitTable::says(column) == HitTable::Says::kAffinity) {
      columns.push_back(column);
      header.push_back(column.substr(0, column.find("_kcal_mol")) + " " +
                       column.substr(column.find("_kcal_mol") + std::string{"_kcal_mol_"}.size()));
    }
  columns.insert(columns.end(), {"nearest_active", "mw_g_mol", "qed", "known_active_of"});
  header.insert(header.end(), {"nearest active", "MW", "QED", "known active of"});
  Rows rows;
  for (std::size_t i = 0; i < std::min(count, hits.size()); ++i) {
    rows.emplace_back();
    for (const std::string& column : columns) rows.back().push_back(hits.value(i, column));
  }
  return text_table(header, rows, 28);
}

/// How the reference ligands came out; empty for a run without docking.
std::string redocking_table(const nlohmann::json& results) {
  if (!results.contains("docking")) return "";
  Rows rows;
  for (const auto& site : results.at("docking"))
    for (const auto& found : site.at("redocking"))
      rows.push_back({site.at("target"), std::filesystem::path{found.at("reference").get<std::string>()}.filename(),
                      number(found, "rmsd_A", 2), number(found, "affinity_kcal_mol", 2),
                      number(found, "crystal_affinity_kcal_mol", 2), found.value("problem", "")});
  if (rows.empty()) return "";
  return "\nReference ligands docked again\n" +
         text_table({"target", "reference", "from where it was, Å", "affinity kcal/mol", "where it was", "problem"},
                    rows, 60);
}

/// Weights of targets with their intervals; empty for a run without outcome tables.
std::string weights_table(const nlohmann::json& results) {
  if (!results.contains("outcomes")) return "";
  const nlohmann::json& outcomes = results.at("outcomes");
  Rows rows;
  for (const auto& target : outcomes.at("targets"))
    rows.push_back({target.at("id"), number(target, "mean", 3), interval(target, "interval_95", 3),
                    number(target, "equal_diseases", 3), target.at("leading_disease")});
  return "\nTargets, weighed by outcome tables\n" +
         text_table({"target", "weight", "95 % interval", "equal diseases", "mostly by"}, rows, 60) +
         influence_in_words(outcomes) + "\n";
}

}  // namespace

std::string influence_in_words(const nlohmann::json& outcomes) {
  const auto k = outcomes.at("k").get<std::uint64_t>();
  const auto& equal = outcomes.at("others").at(0);
  const auto moved =
      static_cast<std::uint64_t>(std::llround(equal.at("influence").get<double>() * static_cast<double>(k)));
  const std::string best = "the best " + std::to_string(k);
  std::string text = moved == 0 ? "The outcome tables changed none of " + best + "."
                                : std::to_string(moved) + " of " + best +
                                      " would not be among them if all diseases "
                                      "weighed the same.";
  return text + " Order of " + best + " here and there: Kendall tau " + number(equal, "kendall_tau", 2) + ".";
}

std::string enrichment_table(const nlohmann::json& results) {
  if (results.at("enrichment").empty())
    return "no actives were held back, so enrichment was not measured; hint: hold_back = 0.5 in [[targets]]\n";
  Rows rows;
  for (const auto& row : results.at("enrichment"))
    rows.push_back({row.at("column"), grouped(row.at("queries")),
                    grouped(row.at("found")) + " of " + grouped(row.at("held_back")), grouped(row.at("listed")),
                    number(row, "roc_auc", 3), interval(row, "roc_auc_95", 3), number(row, "ef_1_percent", 1),
                    number(row, "ef_5_percent", 1), number(row, "bedroc_20", 3), number(row, "log_auc", 3)});
  return text_table(
      {"score", "queries", "held back found", "ranked", "ROC AUC", "95 %", "EF 1 %", "EF 5 %", "BEDROC 20", "log AUC"},
      rows);
}

std::string summary_of_run(const RunFolder& run, std::size_t hits) {
  const nlohmann::json& results = run.manifest().at("results");
  const HitTable table = read_hits_csv(run.file("hits.csv"));
  std::string text = "Funnel\n" + funnel_table(results);
  text += "\nThe " + std::to_string(std::min(hits, table.size())) + " best of " + grouped(table.size()) + " hits\n" +
          best_hits_table(table, hits);
  text += weights_table(results) + redocking_table(results);
  text += "\nEnrichment of known actives that were held back\n" + enrichment_table(results);
  text += "\nHits     " + run.file("hits.csv").string() + "\nRejects  " + run.file("rejects.csv").string() + "\n";
  text += report_available() ? "Report   " + run.file("report.html").string() + "\n"
                             : "Report   none: this program was built with -DDIGITALIS_REPORT=OFF; hint: build with "
                               "node and npm, then 'digitalis report " +
                                   run.path().string() + "'\n";
  return text;
}

}  // namespace digitalis
