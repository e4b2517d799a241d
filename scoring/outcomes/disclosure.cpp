#include "scoring/outcomes/disclosure.hpp"

#include <algorithm>
#include <fstream>
#include <set>

#include "chem/sha256.hpp"
#include "chem/usage_error.hpp"
#include "scoring/outcomes/cell_checks.hpp"
#include "scoring/outcomes/identifiers.hpp"
#include "scoring/outcomes/table_reader.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20U;

/// Not more than it takes to see that a file is too long.
std::string read_at_most(const std::filesystem::path& file, std::size_t bytes) {
  std::ifstream in{file, std::ios::binary};
  std::string text(bytes + 1, '\0');
  if (!in || std::filesystem::is_directory(file)) throw UsageError(file.string() + ": cannot be read");
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) throw UsageError(file.string() + ": cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

void check_rows(const OutcomeTable& table, const DisclosurePolicy& policy, TableFindings& findings) {
  std::set<std::string> keys;
  bool all_ones = !table.cells.empty();
  for (const OutcomeCell& cell : table.cells) {
    if (!keys.insert(key_of(cell)).second)
      findings.add(TableCode::kRowLevel, table.file, cell.line,
                   "a second row for what another counts already: rows may be people",
                   "one row per disease, indicator, area, period, sex and age band");
    all_ones &= cell.numerator.known() && cell.numerator.number == 1.0;
    if (std::find(policy.levels.begin(), policy.levels.end(), cell.population.area_level) == policy.levels.end())
      findings.add(TableCode::kArea, table.file, cell.line,
                   "an area level that the agreement does not allow: '" + cell.population.area_level + "'");
  }
  if (all_ones)
    findings.add(TableCode::kRowLevel, table.file, 0, "every count is one: rows may be people",
                 "give aggregate tables only");
}

void check_digest(const OutcomeTable& table, const DisclosurePolicy& policy, TableFindings& findings) {
  const auto differ = [&](const std::string& expected, const std::string& of) {
    const bool legible = expected.size() == 64 && expected.find_first_not_of("0123456789abcdef") == std::string::npos;
    findings.add(TableCode::kDigest, table.file, 0,
                 "its SHA-256 is " + table.sha256 + ", not that of " + of + (legible ? ", " + expected : ""),
                 "the table was changed after it was checked: ask its producer");
  };
  if (!table.meta.sha256.empty() && table.meta.sha256 != table.sha256) differ(table.meta.sha256, "its statement");
  const auto agreed = policy.sha256_of_table.find(table.meta.table_id);
  if (agreed != policy.sha256_of_table.end() && agreed->second != table.sha256) differ(agreed->second, "the agreement");
}

OutcomeTable check_one(const TableSource& source, const DisclosurePolicy& policy, TableFindings& findings) {
  OutcomeTable table{source.file, to_hex(sha256({source.csv})), {}, {}};
  table.cells = read_cells(source.file, source.csv, findings);
  check_rows(table, policy, findings);
  if (source.meta_json.empty())
    findings.add(TableCode::kMeta, source.file, 0,
                 "there is no statement '" + meta_file_of(source.file).filename().string() + "' beside it",
                 "see scoring/outcomes/README.md");
  else
    table.meta = read_meta(source.file, source.meta_json, policy.today, findings);
  check_digest(table, policy, findings);
  const TableRules rules{policy, table.meta.sdc, std::max(policy.min_count, table.meta.sdc.min_count)};
  check_cells(table, rules, findings);
  check_recovery(table, rules, findings);
  check_suppression(table, rules, findings);
  return table;
}

}  // namespace

DisclosurePolicy default_policy() {
  DisclosurePolicy policy;
  policy.today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return policy;
}

std::filesystem::path meta_file_of(const std::filesystem::path& csv) {
  std::filesystem::path file = csv;
  return file.replace_extension(".meta.json");
}

CheckedTables check_tables(std::span<const TableSource> sources, const DisclosurePolicy& policy,
                           std::span<const OutcomeTable> earlier) {
  CheckedTables checked;
  std::set<std::string> ids;
  for (const TableSource& source : sources) {
    checked.tables.push_back(check_one(source, policy, checked.findings));
    const std::string& id = checked.tables.back().meta.table_id;
    if (!id.empty() && !ids.insert(id).second)
      checked.findings.add(TableCode::kMeta, source.file, 0, "its table_id is that of another table");
  }
  check_differencing(checked.tables, earlier, policy, checked.findings);
  for (const OutcomeTable& table : checked.tables)
    checked.identities.push_back({table.file, table.meta.table_id, table.sha256, checked.findings.verdict(table.file)});
  if (checked.findings.refused()) checked.tables.clear();
  return checked;
}

CheckedTables check_tables(std::span<const std::filesystem::path> files, const DisclosurePolicy& policy,
                           std::span<const OutcomeTable> earlier) {
  std::vector<TableSource> sources;
  for (const std::filesystem::path& file : files) {
    TableSource& source = sources.emplace_back();
    source.file = file.string();
    source.csv = read_at_most(file, kMostBytes);
    if (const auto meta = meta_file_of(file); std::filesystem::exists(meta))
      source.meta_json = read_at_most(meta, kMostBytes);
  }
  return check_tables(std::span<const TableSource>{sources}, policy, earlier);
}

}  // namespace digitalis
