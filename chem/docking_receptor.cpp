#include "chem/docking_receptor.hpp"

#include <algorithm>

#include "chem/receptor_residues.hpp"
#include "chem/receptor_selection.hpp"
#include "chem/receptor_structure.hpp"
#include "chem/receptor_typing.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

DockingReceptor scored_atoms(const ReceptorStructure& structure) {
  DockingReceptor receptor;
  for (const StructureResidue& residue : structure.residues) receptor.residues.push_back(residue.id);
  for (const StructureAtom& atom : structure.atoms) {
    if (atom.is_hydrogen()) continue;
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
  classify_residues(whole, find_bonds(whole));
  const Selection selection = select_residues(whole, options, prepared.report);
  prepared.reference_A = selection.reference_A;
  if (selection.reference) prepared.reference_pdb = residue_pdb(whole, *selection.reference);

  ReceptorStructure kept = subset_of(whole, selection.kept);
  refuse_unfit(kept, selection.reference_A, prepared.report);
  const BondTable bonds = find_bonds(kept);
  assign_hydrogen_bonding(kept, bonds);
  assign_types(kept, bonds);
  prepared.rigid = scored_atoms(kept);
  return prepared;
}

}  // namespace digitalis
