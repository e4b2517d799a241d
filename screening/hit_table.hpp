#pragma once
// The ranked list: one row per hit. Everything a chemist gets (hits.csv, SDF, results.sqlite, the report) is made from
// this table, and the table can be read back from hits.csv.

#include <filesystem>
#include <string>
#include <vector>

#include "screening/csv.hpp"
#include "screening/funnel.hpp"

namespace digitalis {

/// Columns: place, compound_id, smiles, score; a score per stage and target; descriptors; pains, brenk, nih (alert
/// names); best_target, nearest_active (why it is here); known_active_of ("EGFR query", "EGFR held back"); source,
/// line.
struct HitTable {
  CsvTable table;
  std::size_t score_columns = 0;  ///< columns after `score` that are scores of a stage and target

  [[nodiscard]] std::size_t size() const { return table.rows.size(); }
  [[nodiscard]] const std::string& value(std::size_t row, std::string_view column) const {
    return table.rows[row][table.column(column)];
  }
};

/// Rank 0: rows for the candidates of Funnel::best(), in their order. Reads each chunk of the store once.
[[nodiscard]] HitTable make_hit_table(const std::vector<Candidate>& best, const Funnel& funnel,
                                      const CompoundStore& store, const std::vector<Target>& targets);

[[nodiscard]] std::string to_csv(const HitTable& hits);
/// Throws UsageError when the file is not a hits.csv of ours.
[[nodiscard]] HitTable read_hits_csv(const std::filesystem::path& file);

/// Hits as an SD file with 2D coordinates and every column as a data field. Uses the threads of the calling arena.
[[nodiscard]] std::string to_sdf(const HitTable& hits);

}  // namespace digitalis
