#pragma once
// How docked ligands are shown: a table, CSV, SD and PDBQT records, energies taken apart.

#include <optional>
#include <string>
#include <vector>

#include "screening/pose_judge.hpp"
#include "screening/site_docking.hpp"

namespace digitalis {

/// A ligand with its poses, best first.
struct DockedLigand {
  const PreparedLigand* ligand = nullptr;
  const DockingSite* site = nullptr;
  const ScoringFunction* function = nullptr;
  std::vector<SitePose> poses;
  /// The form of the compound that these are the poses of, the best of `docked` ones.
  struct BestForm {
    std::string name;
    double share = 1.0;  ///< of the compound's protomers
    std::size_t docked = 1;
  };
  std::optional<BestForm> form;               ///< nothing: forms were not asked for
  std::vector<std::optional<double>> rmsd_A;  ///< one per pose: from the reference; nothing: not the same molecule
  std::vector<PoseJudgement> judgements;      ///< one per pose; none: nobody asked
};

/// With the columns of forms when they were asked for.
[[nodiscard]] std::string dock_csv_header(bool with_forms);
/// One line per pose.
[[nodiscard]] std::string dock_csv(const DockedLigand& docked);

/// A heading and a row per pose, for a terminal.
[[nodiscard]] std::string dock_table(const DockedLigand& docked);

/// One SD record per pose, its numbers as data fields.
[[nodiscard]] std::string dock_sdf(const DockedLigand& docked);

/// One MODEL per pose, as AutoDock Vina writes them.
[[nodiscard]] std::string dock_pdbqt(const DockedLigand& docked);

/// Where the side chains that turn stand: one MODEL of PDB records per pose. Empty when none turns.
[[nodiscard]] std::string dock_side_chains(const DockedLigand& docked);

/// Per pose: the terms of its energy, and the residues that contribute most.
[[nodiscard]] std::string dock_breakdown(const DockedLigand& docked);

/// "A:LYS162 -1.32; A:ALA213 -0.90": the strongest residues with their contributions in kcal/mol.
[[nodiscard]] std::string strongest_residues(const ScoreBreakdown& terms, const DockingReceptor& receptor,
                                             std::size_t most);

}  // namespace digitalis
