#include "screening/pose_judge.hpp"

#include <exception>

namespace digitalis {

namespace {

/// RDKit's steps each throw their own kinds, with messages that may quote structures; a pose is told all the same.
template <class Of>
void perceive(JudgedMolecule& molecule, const Of& of) {
  try {
    molecule.geometry = pose_geometry(of);
    molecule.features = ligand_features(of);
  } catch (const std::exception&) {
    molecule.features = {};
  }
}

}  // namespace

JudgedMolecule::JudgedMolecule(std::string_view smiles) { perceive(*this, smiles); }
JudgedMolecule::JudgedMolecule(const PreparedLigand& ligand) { perceive(*this, ligand); }

PoseJudgement PoseJudge::judge(const JudgedMolecule& molecule, std::span<const Position> heavy_atoms_A) const {
  if (!molecule.is_known()) return {.interactions = {}, .flags = {PoseFlag::kNotChecked}};
  return {site_.find(molecule.features, heavy_atoms_A), check_pose(molecule.geometry, surroundings_, heavy_atoms_A)};
}

DockingReceptor receptor_of_pose(const PreparedReceptor& receptor, std::span<const Position> side_chain_A) {
  DockingReceptor whole = receptor.rigid;
  for (std::size_t i = 0; i < side_chain_A.size(); ++i) {
    whole.positions_A.push_back(side_chain_A[i]);
    whole.types.push_back(receptor.side_chains->types[i]);
    whole.names.push_back(receptor.side_chain_names[i]);
    whole.residue_of.push_back(receptor.side_chain_residue[i]);
  }
  return whole;
}

}  // namespace digitalis
