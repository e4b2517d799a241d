#include <algorithm>
#include <array>
#include <set>

#include "chem/usage_error.hpp"
#include "scoring/outcomes/evidence.hpp"
#include "scoring/outcomes/strict_csv.hpp"
#include "scoring/outcomes/table_reader.hpp"

namespace digitalis {
namespace {

/// "MONDO:0004975" and "MONDO_0004975" are the same; empty when it is neither.
std::string ontology_id_of(std::string text) {
  std::replace(text.begin(), text.end(), ':', '_');
  const auto bar = text.find('_');
  const bool fits = bar != std::string::npos && bar > 0 && bar + 1 < text.size() && is_plain_id(text) &&
                    text.find_first_not_of("0123456789", bar + 1) == std::string::npos;
  return fits ? text : "";
}

}  // namespace

std::vector<DiseaseMapping> parse_disease_map(std::string_view csv, const std::string& name) {
  constexpr std::array<std::string_view, 6> kColumns{"disease_id",   "icd10",       "ontology_id",
                                                     "mapping_type", "replaced_by", "label"};
  const CsvText text = parse_strict_csv(csv);
  std::string errors;
  const auto error = [&](std::uint64_t line, const std::string& what) {
    errors += (errors.empty() ? "" : "\n") + name + (line > 0 ? ':' + std::to_string(line) : "") + ": " + what;
  };
  for (const CsvProblem& problem : text.problems) error(problem.line, problem.what);
  std::array<std::size_t, kColumns.size()> column{};
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    const auto& header = text.header.cells;
    const auto found = std::find(header.begin(), header.end(), kColumns[i]);
    if (found == header.end()) error(1, "no column '" + std::string{kColumns[i]} + "'");
    column[i] = static_cast<std::size_t>(found - header.begin());
  }
  if (!errors.empty()) throw UsageError(errors);
  std::vector<DiseaseMapping> map;
  for (const CsvRow& row : text.rows) {
    const auto cell = [&](std::size_t i) { return row.cells[column[i]]; };
    DiseaseMapping entry{cell(0), cell(1), ontology_id_of(cell(2)), Mapping::kExact, cell(5)};
    if (!is_plain_id(entry.disease_id)) error(row.line, "column 'disease_id': no plain name");
    if (entry.ontology_id.empty())
      error(row.line, "column 'ontology_id': no id such as MONDO_0004975; hint: one id a row");
    if (const std::string now = cell(4); !now.empty()) {
      entry.ontology_id = ontology_id_of(now);
      if (entry.ontology_id.empty()) error(row.line, "column 'replaced_by': no id such as MONDO_0004975");
    }
    const std::string type = cell(3);
    if (type == "broad")
      entry.mapping = Mapping::kBroad;
    else if (type == "narrow")
      entry.mapping = Mapping::kNarrow;
    else if (type != "exact")
      error(row.line, "column 'mapping_type': none of exact, broad, narrow");
    map.push_back(std::move(entry));
  }
  if (!errors.empty()) throw UsageError(errors);
  return map;
}

void check_mapping(std::span<const OutcomeTable> tables, std::span<const DiseaseMapping> map, const Evidence& evidence,
                   TableFindings& findings) {
  std::set<std::string> with_evidence, checked;
  for (const Association& association : evidence.associations) with_evidence.insert(association.ontology_id);
  for (const OutcomeTable& table : tables)
    for (const OutcomeCell& cell : table.cells) {
      if (!checked.insert(cell.disease_id).second) continue;
      const auto is_it = [&](const DiseaseMapping& entry) { return entry.disease_id == cell.disease_id; };
      const auto rows = std::count_if(map.begin(), map.end(), is_it);
      if (rows == 0)
        findings.add(TableCode::kMap, table.file, cell.line, "a disease that the disease map does not have",
                     "add a row for its disease_id");
      else if (rows > 1)
        findings.add(TableCode::kMap, table.file, cell.line, "a disease that the disease map has more than once",
                     "one current ontology id per disease");
      else if (const auto entry = std::find_if(map.begin(), map.end(), is_it);
               !with_evidence.contains(entry->ontology_id))
        findings.add(TableCode::kMap, table.file, cell.line,
                     "a disease for whose id " + entry->ontology_id + " there is no evidence",
                     "the id may have been replaced: fill 'replaced_by' of the disease map");
    }
}

}  // namespace digitalis
