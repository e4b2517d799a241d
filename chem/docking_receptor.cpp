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

void report_reading(const ReceptorStructure& structure, const ReceptorOptions& options, ReceptorReport& report) {
  if (structure.models > 1)
    report.decisions.push_back("models: the first of " + std::to_string(structure.models) + " taken");
  if (structure.alternate_residues > 0)
    report.decisions.push_back("alternate locations: in " + plural(structure.alternate_residues, "residue") + ", " +
                               (options.altloc.empty() ? "" : options.altloc + " taken where it is there, else ") +
                               "the highest occupancy taken");
  if (structure.unusable_atoms > 0)
    report.warnings.push_back(plural(structure.unusable_atoms, "atom") + " without known element or place left out");
}

/// What no template knows is where typing may err.
void warn_of_geometry_alone(const ReceptorStructure& kept, ReceptorReport& report) {
  std::vector<std::string> labels;
  for (const StructureResidue& residue : kept.residues)
    if (!residue.hydrogens && (residue.kind == ResidueKind::kOther || residue.kind == ResidueKind::kBuffer))
      labels.push_back(residue.id.label());
  if (!labels.empty())
    report.warnings.push_back("donors and acceptors told from bond lengths alone in " +
                              plural(labels.size(), "residue") + ": " + listed(labels));
}

}  // namespace

PreparedReceptor prepare_receptor(const std::filesystem::path& file, const ReceptorOptions& options) {
  PreparedReceptor prepared;
  ReceptorStructure whole = read_structure_file(file, options.altloc);
  report_reading(whole, options, prepared.report);
  classify_residues(whole, find_bonds(whole));
  const Selection selection = select_residues(whole, options, prepared.report);
  prepared.reference_A = selection.reference_A;
  if (selection.reference) prepared.reference_pdb = residue_pdb(whole, *selection.reference);

  ReceptorStructure kept = subset_of(whole, selection.kept);
  refuse_unfit(kept, selection.reference_A, prepared.report);
  if (!kept.pdbqt) warn_of_geometry_alone(kept, prepared.report);
  BondTable bonds = find_bonds(kept);
  assign_hydrogen_bonding(kept, bonds);
  if (options.judge_flips && !kept.pdbqt) {
    judge_flips(kept, bonds, whole, selection.kept, prepared.report);
    bonds = find_bonds(kept);
  }
  assign_types(kept, bonds);
  std::vector<std::uint32_t> moving;
  if (!options.flexible.empty()) {
    TurningSideChains cut = cut_side_chains(kept, bonds, options.flexible, prepared.report);
    moving = cut.forest.source;
    prepared.side_chains = std::move(cut.forest);
    prepared.side_chain_residue = std::move(cut.residue);
    prepared.side_chain_names = std::move(cut.names);
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
