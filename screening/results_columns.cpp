#include "screening/results_columns.hpp"

#include <charconv>
#include <cmath>
#include <map>
#include <set>

namespace digitalis {

std::optional<double> number_in(const std::string& cell) {
  const std::size_t first = cell.starts_with('-') ? 1 : 0;
  if (cell.size() > first + 1 && cell[first] == '0' && cell[first + 1] != '.') return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != cell.data() + cell.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

namespace {

struct CellType {
  ValueType type = ValueType::kText;
  int decimals = 0;
  bool is_scaled = false;
};

/// What type fits every cell, how many decimals they are written with, and whether they are exact as whole numbers.
CellType type_of(const std::vector<std::vector<std::string>>& rows, std::size_t column) {
  constexpr std::size_t kMostDecimals = 6;
  constexpr double kLargest = 1e9;
  std::size_t decimals = 0;
  bool is_empty = true, is_small = true;
  for (const auto& row : rows) {
    const std::string& cell = row[column];
    if (cell.empty()) continue;
    is_empty = false;
    const auto value = number_in(cell);
    if (!value) return {};
    is_small = is_small && std::abs(*value) < kLargest;
    if (const auto point = cell.find('.'); point != std::string::npos)
      decimals = std::max(decimals, cell.size() - point - 1);
  }
  if (decimals == 0 && !is_empty) return {ValueType::kInteger};
  return {ValueType::kReal, static_cast<int>(decimals), decimals > 0 && decimals <= kMostDecimals && is_small};
}

}  // namespace

std::vector<HitColumn> columns_of(const HitTable& hits, const StoredRun& run) {
  using From = HitColumn::From;
  static const std::map<std::string, From> kKnown{{"place", From::kPlace},   {"best_target", From::kTarget},
                                                  {"source", From::kSource}, {"nearest_active", From::kActive},
                                                  {"pains", From::kAlerts},  {"brenk", From::kAlerts},
                                                  {"nih", From::kAlerts}};
  static const std::set<std::string> kTexts{"compound_id", "smiles", "known_active_of"};
  const std::vector<std::string>& header = hits.table.header;
  const bool knows_size = std::find(header.begin(), header.end(), "heavy_atoms") != header.end();
  std::vector<HitColumn> columns;
  for (std::size_t i = 0; i < header.size(); ++i) {
    HitColumn column{.name = header[i], .type = ValueType::kText};
    if (const auto known = kKnown.find(column.name); known != kKnown.end()) {
      column.from = known->second;
    } else if (!kTexts.contains(column.name)) {
      const CellType found = type_of(hits.table.rows, i);
      column.type = found.type;
      column.decimals = found.decimals;
      column.is_scaled = found.is_scaled;
    }
    if (column.from == From::kPlace) column.type = ValueType::kInteger;
    if (const auto origin = hits.origins.find(column.name); origin != hits.origins.end()) {
      column.stage = number_of(run.stages, origin->second.stage);
      column.target = number_of(run.targets, origin->second.target);
      switch (HitTable::says(column.name)) {
        case HitTable::Says::kSimilarity:
        case HitTable::Says::kShape:
        case HitTable::Says::kAffinity: column.from = From::kScore; break;
        case HitTable::Says::kEfficiency: column.from = knows_size ? From::kEfficiency : From::kCompound; break;
        case HitTable::Says::kResidues: column.from = From::kResidues; break;
        case HitTable::Says::kInteractions: column.from = From::kInteractions; break;
        case HitTable::Says::kFlags: column.from = From::kFlags; break;
        case HitTable::Says::kReceptor: column.from = From::kReceptor; break;
        case HitTable::Says::kForm: column.type = ValueType::kText; break;
      }
      if (column.from >= From::kResidues) column.type = ValueType::kText;
      column.is_scaled = column.is_scaled && column.in_compounds();
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace digitalis
