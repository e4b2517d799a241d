#include "chem/docking_receptor.hpp"

#include <algorithm>

#include "chem/receptor_flips.hpp"
#include "chem/receptor_residues.hpp"
#include "chem/receptor_selection.hpp"
#include "chem/receptor_side_chains.hpp"
#include "chem/receptor_structure.hpp"
#include "chem/receptor_typing.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

/// Without hydrogens and without the atoms of `moving` (indices).
DockingReceptor scored_atoms(const ReceptorStructure& structure, const std::vector<std::uint32_t>& moving) {
  DockingReceptor receptor;
  for (const StructureResidue& residue : structure.residues) receptor.residues.push_back(residue.id);
  std::vector<bool> left_out(structure.atoms.size());
  for (const std::uint32_t atom : moving) left_out[atom] = true;
  for (std::size_t i = 0; i < structure.atoms.size(); ++i) {
    const StructureAtom& atom = structure.atoms[i];
    if (atom.is_hydrogen() || left_out[i]) continue;
    receptor.positions_A.push_back(atom.at_A);
    receptor.types.push_back(atom.type);
    receptor.names.push_back(atom.name);
    receptor.residue_of.push_back(atom.residue);
  }
  return receptor;
}

}  // namespace

PreparedReceptor prepare_receptor(const std::filesystem::path& file, const ReceptorOptions& options) {
  PreparedReceptor prepared;
  ReceptorStructure whole = read_structure_file(file, options.altloc);
  if (whole.of_unknown_element > 0)
    prepared.report.warnings.push_back(std::to_string(whole.of_unknown_element) + " atoms of unknown element left out");
  classify_residues(whole, find_bonds(whole));
  const Selection selection = select_residues(whole, options, prepared.report);
  prepared.reference_A = selection.reference_A;
  if (selection.reference) prepared.reference_pdb = residue_pdb(whole, *selection.reference);

  ReceptorStructure kept = subset_of(whole, selection.kept);
  refuse_unfit(kept, selection.reference_A, prepared.report);
  const BondTable bonds = find_bonds(kept);
  assign_hydrogen_bonding(kept, bonds);
  if (options.judge_flips && !kept.pdbqt) judge_flips(kept, bonds, whole, selection.kept, prepared.report);
  assign_types(kept, bonds);
  std::vector<std::uint32_t> moving;
  if (!options.flexible.empty()) {
    TurningSideChains cut = cut_side_chains(kept, bonds, options.flexible, prepared.report);
    moving = cut.forest.source;
    prepared.side_chains = std::move(cut.forest);
    prepared.side_chain_residue = std::move(cut.residue);
  }
  prepared.rigid = scored_atoms(kept, moving);
  return prepared;
}

Box box_around_residues(const DockingReceptor& receptor, const std::vector<std::string>& residues, double margin_A) {
  std::vector<bool> meant(receptor.residues.size());
  for (const std::string& name : residues) {
    bool found = false;
    for (std::size_t r = 0; r < meant.size(); ++r)
      if (is_meant(name, receptor.residues[r])) found = meant[r] = true;
    if (!found)
      throw UsageError("no residue \"" + name + "\" in the receptor to put the box around; hint: did you mean " +
                       nearest_labels(name, receptor.residues));
  }
  std::vector<Position> points;
  for (std::size_t i = 0; i < receptor.atoms(); ++i)
    if (meant[receptor.residue_of[i]]) points.push_back(receptor.positions_A[i]);
  if (points.empty()) throw UsageError("no residues to put the box around; hint: name at least one");
  return box_around(points, margin_A);
}

}  // namespace digitalis
