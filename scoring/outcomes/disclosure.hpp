#pragma once
// The checks that stand between an outcome table and everything else: is it aggregate, is it what was agreed on, and
// does no cell, alone or with others, say something about a few people? README.md has each check with its source.
//
// What cannot be tested on a table of cells (dominance, residual degrees of freedom: both need the contributors) is
// taken as the producer's statement and never claimed to have been tested.

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scoring/outcomes/finding.hpp"
#include "scoring/outcomes/tables.hpp"

namespace digitalis {

/// What is asked of a table, by the site or the agreement. The defaults are the strict ones.
struct DisclosurePolicy {
  static constexpr int kLowestMinCount = 8;
  int min_count = kLowestMinCount;                        ///< counts of 1 .. min_count - 1 are refused
  bool national_exempt = false;                           ///< honour a table's own `national_exempt`
  bool zeros_disclosive = false;                          ///< none or all of fewer than 100 refuses instead of warning
  std::vector<std::string> levels{"national", "region"};  ///< of these two, those allowed
  std::map<std::string, std::string> sha256_of_table;     ///< the agreement's digests by table_id; empty: no agreement
  Day today{};                                            ///< UTC; a release after it is refused
};
/// The default policy with today's date.
[[nodiscard]] DisclosurePolicy default_policy();

/// What the audit log and the gate need to know of a table, refused or not.
struct TableIdentity {
  std::string file, table_id, sha256;  ///< table_id is empty when the statement is absent or not legible
  Verdict verdict{};
};

struct CheckedTables {
  std::vector<OutcomeTable> tables;       ///< all of them, or none when one was refused
  std::vector<TableIdentity> identities;  ///< one per file asked for, in that order
  TableFindings findings;
};

/// A table's bytes, for callers that have them in memory.
struct TableSource {
  std::string file;  ///< what messages call it
  std::string csv;
  std::string meta_json;  ///< empty: there is none
};

/// Reads `outcomes.csv` with `outcomes.meta.json` beside it, for each file, and makes every check over each and between
/// them, and against `earlier` tables of the same site (E-DIFF; those of the same bytes are passed over). Never throws
/// for what is in a table. Throws UsageError when a file cannot be read. At most 16 MB are read of each. No message
/// holds a value of a cell. O(rows log rows) but for E-RECOVER, which is O(groups x sweeps), and sweeps are bounded.
/// Safe to call concurrently.
[[nodiscard]] CheckedTables check_tables(std::span<const std::filesystem::path> files, const DisclosurePolicy& policy,
                                         std::span<const OutcomeTable> earlier = {});
[[nodiscard]] CheckedTables check_tables(std::span<const TableSource> sources, const DisclosurePolicy& policy,
                                         std::span<const OutcomeTable> earlier = {});

/// "outcomes.csv" -> "outcomes.meta.json".
[[nodiscard]] std::filesystem::path meta_file_of(const std::filesystem::path& csv);

}  // namespace digitalis
