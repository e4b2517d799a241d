#pragma once
// The ranked list: one row per hit. Everything a chemist gets (hits.csv, SDF, results.sqlite, the report) is made from
// this table, and the table can be read back from hits.csv.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "screening/csv.hpp"
#include "screening/funnel.hpp"
#include "screening/hit_pose.hpp"

namespace digitalis {

/// Whose word a column is.
struct ColumnOrigin {
  std::string stage, target;
};

/// Columns: place, compound_id, smiles, score; what each stage says for each target; descriptors; pains, brenk, nih
/// (alert names); best_target, nearest_active (why it is here); known_active_of ("EGFR query", "EGFR held back");
/// source, line. With outcome tables also place_equal_diseases (its place if all diseases weighed the same),
/// score_low_95, score_high_95 (over the weights that were drawn), p_among_best.
///
/// What a stage says: similarity_T; shape_T (of the best overlay on the target's query); affinity_kcal_mol_T (lower
/// binds better), ligand_efficiency_kcal_mol_T (per heavy atom), strongest_residues_kcal_mol_T (those that contribute
/// most to the energy), interactions_T (what geometry says holds it: "hbond A:ALA:213 2.9; ...", kind, residue, Å),
/// pose_flags_T ("protein_clash; ...", empty when the pose is plausible, "not_checked" from place 10,001 on),
/// receptor_T (when it has several conformers), form_T (the best form, when the campaign asks for forms).
struct HitTable {
  CsvTable table;
  std::size_t score_columns = 0;  ///< columns after `score` that belong to a stage and target
  /// Per row the best pose of every docking stage in every target: first that of the target that put the hit on the
  /// list, then by weighted score. Empty: nothing was docked, or read back from hits.csv.
  std::vector<std::vector<HitPose>> poses;
  std::map<std::string, ColumnOrigin> origins = {};  ///< of the score columns, by name; empty when read back

  /// What a column after `score` tells.
  enum class Says : std::uint8_t {
    kSimilarity,
    kShape,
    kAffinity,
    kEfficiency,
    kResidues,
    kInteractions,
    kFlags,
    kReceptor,
    kForm
  };
  [[nodiscard]] static Says says(std::string_view column);

  [[nodiscard]] std::size_t size() const { return table.rows.size(); }
  [[nodiscard]] const std::string& value(std::size_t row, std::string_view column) const {
    return table.rows[row][table.column(column)];
  }
};

/// Rank 0: rows for the candidates of Funnel::best(), in their order. Reads each chunk of the store once.
/// Uses the threads of the calling arena to judge poses.
/// @param with_forms  the campaign docks forms: columns say which
[[nodiscard]] HitTable make_hit_table(const std::vector<Candidate>& best, const Funnel& funnel,
                                      const CompoundStore& store, const std::vector<Target>& targets,
                                      const Sites& sites, bool with_forms);

[[nodiscard]] std::string to_csv(const HitTable& hits);
/// Throws UsageError when the file is not a hits.csv of ours.
[[nodiscard]] HitTable read_hits_csv(const std::filesystem::path& file);

/// SD records of each hit: one per pose, in their order, or one without; none for what cannot be drawn.
[[nodiscard]] std::vector<std::vector<std::string>> records_of(const HitTable& hits);
/// Hits as an SD file, every column as a data field: docked ones in their poses with hydrogens, others with 2D
/// coordinates. Uses the threads of the calling arena.
[[nodiscard]] std::string to_sdf(const HitTable& hits);

/// Records of a run's hits.sdf.gz by compound ID, in their order, each with its end. Empty when there is no such file.
[[nodiscard]] std::map<std::string, std::vector<std::string>> read_hit_records(const std::filesystem::path& file);
/// A data field of such a record; empty when it is not there.
[[nodiscard]] std::string field_of(std::string_view record, std::string_view name);

/// What holds the pose of such a record. Throws std::invalid_argument when its field is damaged.
[[nodiscard]] std::vector<Interaction> interactions_of_record(std::string_view record);

}  // namespace digitalis
