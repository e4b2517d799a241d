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
  std::vector<std::optional<double>> rmsd_A;  ///< one per pose: from the reference; nothing: not the same molecule
  std::vector<PoseJudgement> judgements;      ///< one per pose; none: nobody asked
};

inline constexpr const char* kDockCsvHeader =
    "ligand_id,pose,affinity_kcal_mol,inter_kcal_mol,intra_kcal_mol,torsions,rmsd_to_reference_A,interactions,pose_"
    "flags\n";
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
