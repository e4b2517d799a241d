#pragma once
// What a chemist wants to know of a pose besides its energy: what holds it, and whether it is possible at all.

#include <span>
#include <string_view>
#include <vector>

#include "scoring/interactions/interaction_site.hpp"
#include "scoring/interactions/pose_check.hpp"

namespace digitalis {

struct PoseJudgement {
  std::vector<Interaction> interactions;
  std::vector<PoseFlag> flags;  ///< empty: plausible
};

/// What of a molecule its poses are judged by. Atoms count as heavy_atoms_in_smiles_order() puts them.
struct JudgedMolecule {
  LigandFeatures features;
  PoseGeometry geometry;

  /// Nothing is known of a ligand from PDBQT, and of a molecule that RDKit cannot perceive. Below a millisecond.
  explicit JudgedMolecule(std::string_view smiles);
  explicit JudgedMolecule(const PreparedLigand& ligand);
  [[nodiscard]] bool is_known() const { return features.atoms > 0; }
};

/// Of one conformer of a receptor. Immutable, safe to share between threads.
class PoseJudge {
 public:
  /// Some milliseconds.
  explicit PoseJudge(const DockingReceptor& receptor) : site_(receptor), surroundings_(receptor) {}

  /// @param heavy_atoms_A  in the order of the molecule's canonical SMILES
  /// Poses of a molecule that nothing is known of are flagged as not checked.
  [[nodiscard]] PoseJudgement judge(const JudgedMolecule& molecule, std::span<const Position> heavy_atoms_A) const;

 private:
  InteractionSite site_;
  PoseSurroundings surroundings_;
};

/// The receptor with its turning side chains where a pose has them.
[[nodiscard]] DockingReceptor receptor_of_pose(const PreparedReceptor& receptor,
                                               std::span<const Position> side_chain_A);

}  // namespace digitalis
