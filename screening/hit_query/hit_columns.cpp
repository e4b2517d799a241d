#include "screening/hit_query/hit_columns.hpp"

#include <algorithm>

#include "chem/descriptors.hpp"
#include "chem/suggest.hpp"
#include "screening/results_schema.hpp"

namespace digitalis {
namespace {

constexpr int kScoreDecimals = 4;

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

HitColumns::HitColumns(Database& results) {
  Statement ask{results, "SELECT name, type, decimals FROM hit_columns ORDER BY number"};
  while (ask.step()) {
    const std::string name{ask.text(0)};
    QueryColumn column{name, ask.text(1) == sql_type(ValueType::kText), static_cast<int>(ask.integer(2)),
                       "h." + sql_name(name), ""};
    if (alert_set_of(name))
      column.sql_given = "(SELECT c." + sql_name(name) + " > 0 FROM compounds AS c WHERE c.compound = h.place)";
    columns_.push_back(std::move(column));
  }
  add_short_names();
  add_best(results, "dock", "min(s.value)", "score_kcal_mol", {"affinity", "affinity_kcal_mol"});
  add_best(results, "dock", "round(min(s.value) / h.heavy_atoms, 4)", "ligand_efficiency_kcal_mol",
           {"ligand_efficiency"});
  add_best(results, "similarity", "max(s.value)", "similarity", {});
  add_best(results, "shape", "max(s.value)", "shape", {});
}

void HitColumns::add_short_names() {
  std::string any_alert, alerts;
  for (const QueryColumn& column : columns_) {
    if (const auto descriptor = find_descriptor(column.name))
      short_names_.push_back({std::string{descriptor_table()[static_cast<std::size_t>(*descriptor)].key}, column});
    constexpr std::string_view kUnit = "_kcal_mol";
    if (const auto unit = column.name.find(kUnit); unit != std::string::npos)
      short_names_.push_back({column.name.substr(0, unit) + column.name.substr(unit + kUnit.size()), column});
    if (column.name == "compound_id") short_names_.push_back({"id", column});
    if (column.name == "best_target") short_names_.push_back({"target", column});
    if (column.sql_given.empty()) continue;
    any_alert += (any_alert.empty() ? "(SELECT " : " OR ") + ("c." + sql_name(column.name) + " > 0");
    alerts += (alerts.empty() ? "nullif(trim(" : " || '; ' || ") + ("coalesce(" + column.sql + ", '')");
  }
  if (!alerts.empty())
    short_names_.push_back(
        {"alerts",
         {"alerts", true, 0, alerts + ", '; '), '')", any_alert + " FROM compounds AS c WHERE c.compound = h.place)"}});
}

void HitColumns::add_best(Database& results, const char* kind, const std::string& aggregate, const std::string& name,
                          const std::vector<std::string>& short_names) {
  Statement ask{results, "SELECT stage FROM stages WHERE kind = ? ORDER BY stage"};
  ask.bind(1, std::string_view{kind});
  std::string stages;
  while (ask.step()) stages += (stages.empty() ? "" : ", ") + std::string{ask.text(0)};
  if (stages.empty()) return;
  const QueryColumn best{
      name, false, kScoreDecimals,
      "(SELECT " + aggregate + " FROM scores AS s WHERE s.compound = h.place AND s.stage IN (" + stages + "))", ""};
  short_names_.push_back({name, best});
  for (const std::string& other : short_names) short_names_.push_back({other, best});
}

std::optional<QueryColumn> HitColumns::find(std::string_view name) const {
  const std::string wanted = lower(name);
  for (const QueryColumn& column : columns_)
    if (column.name == name) return column;
  for (const QueryColumn& column : columns_)
    if (lower(column.name) == wanted) return column;
  for (const Named& known : short_names_)
    if (lower(known.name) == wanted) return known.column;
  return std::nullopt;
}

std::string HitColumns::hint_for(std::string_view name, bool in_brief) const {
  std::vector<std::string> names;
  for (const QueryColumn& column : columns_) names.push_back(column.name);
  const std::string columns = "columns are " + join(names);
  for (const Named& known : short_names_) names.push_back(known.name);
  const std::string nearest = nearest_name(name, names);
  if (nearest.empty()) return columns;
  return "did you mean '" + nearest + "'?" + (in_brief ? "" : " " + columns);
}

}  // namespace digitalis
