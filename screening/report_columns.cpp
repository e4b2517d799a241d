#include "screening/report_columns.hpp"

#include <algorithm>
#include <cctype>

#include "chem/descriptors.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kFixedColumns = 3;  // place, compound_id, smiles

/// A column that a stage filled for a target: "affinity_kcal_mol_AURKA" is "affinity AURKA", in kcal/mol.
ReportColumn score_column(const std::string& key) {
  using Kind = ReportColumn::Kind;
  constexpr std::string_view kUnit = "_kcal_mol";
  std::string title = key;
  const auto unit = title.find(kUnit);
  if (unit != std::string::npos) title.erase(unit, kUnit.size());
  std::replace(title.begin(), title.end(), '_', ' ');
  title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  ReportColumn column{.key = key,
                      .title = title,
                      .unit = unit == std::string::npos ? "" : "kcal/mol",
                      .decimals = 3,
                      .kind = Kind::kNumber,
                      .help = "",
                      .group = "Why it is here"};
  switch (HitTable::says(key)) {
    case HitTable::Says::kSimilarity:
      column.better = 1;
      column.help = "Tanimoto similarity (Morgan fingerprint) to the nearest known active of the target, 0 to 1";
      break;
    case HitTable::Says::kShape:
      column.better = 1;
      column.help =
          "How well the best of its conformers overlays on the target's 3D query: Tanimoto coefficients of volume and "
          "of what can bind, summed (0 to 2) unless the campaign asks for one of them";
      break;
    case HitTable::Says::kAffinity:
      column.decimals = 2;
      column.better = -1;
      column.help = "Docking score of the best pose; lower (more negative) binds better";
      break;
    case HitTable::Says::kEfficiency:
      column.better = -1;
      column.help = "Docking score per heavy atom";
      break;
    case HitTable::Says::kInteractions:
      column.kind = Kind::kText;
      column.help = "What holds the best pose, by geometry: kind, residue, distance in Å";
      break;
    case HitTable::Says::kFlags:
      column.kind = Kind::kFlags;
      column.help = "Checks of its geometry that the best pose did not pass; empty when it passed them all";
      break;
    case HitTable::Says::kResidues:
      column.kind = Kind::kText;
      column.help = "The residues that contribute most to the docking score, in kcal/mol";
      break;
    case HitTable::Says::kReceptor:
      column.kind = Kind::kText;
      column.help = "The receptor conformer in which the best pose was found";
      break;
    case HitTable::Says::kForm:
      column.kind = Kind::kText;
      column.help =
          "The compound's form that was docked best: charged groups with the atom's number, tautomer, stereoisomer";
      break;
  }
  return column;
}

/// What outcome tables did to a hit's place.
struct InfluenceColumn {
  const char *key, *title, *help;
  int decimals;
};
constexpr InfluenceColumn kInfluenceColumns[] = {
    {"place_equal_diseases", "Place if all diseases weighed the same",
     "Its place without the outcome tables: the evidence alone weighs the targets", 0},
    {"score_low_95", "Score, low",
     "2.5th percentile of its score over the weights that the tables and the evidence allow", 3},
    {"score_high_95", "Score, high", "97.5th percentile of the same", 3},
    {"p_among_best", "P(among the best 100)", "Share of those weights under which it is among the best 100 hits", 2}};

const InfluenceColumn* influence_column(const std::string& key) {
  for (const InfluenceColumn& known : kInfluenceColumns)
    if (key == known.key) return &known;
  return nullptr;
}

}  // namespace

std::vector<std::size_t> report_order(const HitTable& hits) {
  std::vector<std::size_t> order{hits.table.column("score"), hits.table.column("best_target"),
                                 hits.table.column("nearest_active")};
  for (std::size_t i = kFixedColumns + 1; i <= kFixedColumns + hits.score_columns; ++i)
    if (HitTable::says(hits.table.header[i]) != HitTable::Says::kSimilarity) order.push_back(i);
  for (std::size_t i = kFixedColumns; i < hits.table.header.size(); ++i)
    if (std::find(order.begin(), order.end(), i) == order.end()) order.push_back(i);
  return order;
}

std::vector<ReportColumn> report_columns(const HitTable& hits, const std::vector<std::size_t>& order) {
  using Kind = ReportColumn::Kind;
  std::vector<ReportColumn> columns;
  const std::vector<std::string>& header = hits.table.header;
  for (const std::size_t i : order) {
    const std::string& key = header[i];
    ReportColumn column{
        .key = key, .title = key, .unit = "", .decimals = 0, .kind = Kind::kText, .help = "", .group = ""};
    if (key == "score") {
      column = {key,
                "Score",
                "",
                3,
                Kind::kNumber,
                "The campaign's score: its scores combined by the consensus named in the methods; higher is better",
                "Why it is here",
                1};
    } else if (i <= kFixedColumns + hits.score_columns) {
      column = score_column(key);
    } else if (const InfluenceColumn* known = influence_column(key)) {
      column = {key, known->title, "", known->decimals, Kind::kNumber, known->help, "Why it is here"};
    } else if (const auto descriptor = find_descriptor(key)) {
      const DescriptorInfo& info = descriptor_table()[static_cast<std::size_t>(*descriptor)];
      const std::string unit = key.ends_with("_g_mol") ? "g/mol" : key.ends_with("_A2") ? "Å²" : "";
      column = {key, std::string{info.title}, unit, info.decimals, Kind::kNumber, "", "Properties"};
    } else if (key == "pains" || key == "brenk" || key == "nih") {
      std::string title = key;
      std::transform(title.begin(), title.end(), title.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      column = {key,     title + " alerts", "",
                0,       Kind::kFlags,      "Structural alerts of the " + title + " set that match",
                "Alerts"};
    } else if (key == "best_target") {
      column = {key, "Best target", "", 0, Kind::kText, "The target with the best weighted score", "Why it is here"};
    } else if (key == "nearest_active") {
      column = {key,
                "Nearest active",
                "",
                0,
                Kind::kText,
                "The known active of the best target that it resembles most",
                "Why it is here"};
    } else if (key == "known_active_of") {
      column = {key,
                "Known active of",
                "",
                0,
                Kind::kFlags,
                "Given with the campaign: as a query, or held back to measure enrichment",
                "Why it is here"};
    } else {
      column.group = "Where it comes from";
      column.title = key == "source" ? "Source file" : key == "line" ? "Line" : key;
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

ReportColumn pose_column(const std::string& field) {
  constexpr std::string_view kPrefix = "pose_", kUnit = "_kcal_mol";
  ReportColumn column{.key = field,
                      .title = field.starts_with(kPrefix) ? field.substr(kPrefix.size()) : field,
                      .unit = "",
                      .decimals = 2,
                      .kind = ReportColumn::Kind::kText,
                      .help = "",
                      .group = ""};
  if (column.title.ends_with(kUnit)) {
    column.title.erase(column.title.size() - kUnit.size());
    column.unit = "kcal/mol";
    column.kind = ReportColumn::Kind::kNumber;
    column.help = "Part of the docking score of this pose; negative values bind";
  }
  if (field == kPoseFlagsColumn) {
    column.kind = ReportColumn::Kind::kFlags;
    column.help = "Checks of its geometry that this pose did not pass";
  } else if (column.title == "inter") {
    column.title = "between ligand and receptor";
  } else if (column.title == "intra") {
    column.title = "within the ligand";
  }
  std::replace(column.title.begin(), column.title.end(), '_', ' ');
  column.title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(column.title[0])));
  return column;
}

}  // namespace digitalis
