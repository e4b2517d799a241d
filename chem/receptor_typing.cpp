#include "chem/receptor_typing.hpp"

#include <algorithm>

#include "chem/receptor_residues.hpp"

namespace digitalis {
namespace {

bool has_hydrogen(const ReceptorStructure& structure, std::size_t index, const BondTable& bonds) {
  return std::ranges::any_of(bonds.of(index), [&](std::uint32_t j) { return structure.atoms[j].is_hydrogen(); });
}

std::ptrdiff_t heavy_neighbors(const ReceptorStructure& structure, std::size_t index, const BondTable& bonds) {
  return std::ranges::count_if(
      bonds.of(index), [&](std::uint32_t j) { return !structure.atoms[j].is_hydrogen() && !structure.atoms[j].metal; });
}

/// HD only: AutoDock's nonpolar H does not make a donor.
bool has_polar_hydrogen(const ReceptorStructure& structure, std::size_t index, const BondTable& bonds) {
  return std::ranges::any_of(bonds.of(index),
                             [&](std::uint32_t j) { return structure.atoms[j].autodock_type == "HD"; });
}

/// The file shows hydrogens of a residue no template knows: they decide.
void follow_hydrogens(ReceptorStructure& structure, std::uint32_t index, const BondTable& bonds) {
  StructureAtom& atom = structure.atoms[index];
  perceive_hydrogen_bonding(structure, index, bonds);
  const bool has_place = atom.donor || atom.acceptor;  // for a hydrogen: without one, a lone pair
  atom.donor = has_hydrogen(structure, index, bonds);
  atom.acceptor = atom.element == element::kOxygen || (has_place && !atom.donor);
}

void assign_histidine_nitrogen(ReceptorStructure& structure, const StructureResidue& residue, std::uint32_t index,
                               const BondTable& bonds) {
  StructureAtom& atom = structure.atoms[index];
  const std::string& name = residue.id.name;
  const bool delta = atom.name == "ND1";
  if (tautomer_is_given(structure, residue, bonds) && residue.hydrogens)
    atom.donor = has_hydrogen(structure, index, bonds);
  else if (name == "HID" || name == "HSD")
    atom.donor = delta;
  else if (name == "HIP" || name == "HSP")
    atom.donor = true;
  else
    atom.donor = !delta;
  atom.acceptor = !atom.donor;
}

/// A peptide nitrogen has a hydrogen where a bond is free: not in proline, but in proline that begins a chain.
void assign_backbone_nitrogen(ReceptorStructure& structure, std::uint32_t index, const BondTable& bonds) {
  structure.atoms[index].donor = heavy_neighbors(structure, index, bonds) < 3 || has_hydrogen(structure, index, bonds);
  structure.atoms[index].acceptor = false;
}

void assign_from_residue(ReceptorStructure& structure, std::uint32_t index, const BondTable& bonds) {
  StructureAtom& atom = structure.atoms[index];
  const StructureResidue& residue = structure.residues[atom.residue];
  const bool amino_acid = residue.kind == ResidueKind::kAminoAcid;
  if (amino_acid && atom.name == "N") return assign_backbone_nitrogen(structure, index, bonds);
  if (amino_acid && standard_name(residue.id.name) == "HIS" && (atom.name == "ND1" || atom.name == "NE2"))
    return assign_histidine_nitrogen(structure, residue, index, bonds);
  if (const auto known = template_bonding(residue, atom.name)) {
    atom.donor = known->donor;
    atom.acceptor = known->acceptor;
    // A hydroxyl that carries a sugar or a phosphate gives nothing; an acid that shows a hydrogen does.
    const std::ptrdiff_t neighbors = heavy_neighbors(structure, index, bonds);
    if (atom.element == element::kOxygen && neighbors > 1) atom.donor = false;
    if (atom.element == element::kNitrogen && neighbors > 2) atom.donor = false;
    if (atom.element == element::kOxygen && has_hydrogen(structure, index, bonds)) atom.donor = true;
    return;
  }
  if (residue.hydrogens) return follow_hydrogens(structure, index, bonds);
  perceive_hydrogen_bonding(structure, index, bonds);
}

AtomType nitrogen(bool donor, bool acceptor) {
  using enum AtomType;
  if (donor) return acceptor ? kNitrogenBoth : kNitrogenDonor;
  return acceptor ? kNitrogenAcceptor : kNitrogenPlain;
}

AtomType oxygen(bool donor, bool acceptor) {
  using enum AtomType;
  if (donor) return acceptor ? kOxygenBoth : kOxygenDonor;
  return acceptor ? kOxygenAcceptor : kOxygenPlain;
}

AtomType type_of(const ReceptorStructure& structure, std::size_t index, const BondTable& bonds) {
  using enum AtomType;
  const StructureAtom& atom = structure.atoms[index];
  if (atom.metal) return kMetal;
  const auto heteroatom = [&](std::uint32_t j) {
    return !structure.atoms[j].is_hydrogen() && structure.atoms[j].element != element::kCarbon;
  };
  // A lone pair that a metal has is not for others; PDBQT says so by itself.
  const bool lone_pair_on_metal = !structure.pdbqt && std::ranges::any_of(bonds.of(index), [&](std::uint32_t j) {
    return structure.atoms[j].metal;
  });
  switch (atom.element) {
    case element::kCarbon: return std::ranges::any_of(bonds.of(index), heteroatom) ? kCarbonPolar : kCarbonHydrophobic;
    case element::kNitrogen: return nitrogen(atom.donor, atom.acceptor && !lone_pair_on_metal);
    case element::kOxygen: return oxygen(atom.donor, atom.acceptor);
    case element::kSulfur:
    case element::kSelenium: return kSulfur;
    case element::kPhosphorus:
    case 33: return kPhosphorus;  // arsenic, of cacodylated cysteines
    case element::kFluorine: return kFluorine;
    case element::kChlorine: return kChlorine;
    case element::kBromine: return kBromine;
    case element::kIodine: return kIodine;
    case element::kSilicon: return kSilicon;
    case element::kAstatine: return kAstatine;
    default: return kCarbonPolar;  // boron, tellurium: nothing but room
  }
}

}  // namespace

bool tautomer_is_given(const ReceptorStructure& structure, const StructureResidue& residue, const BondTable& bonds) {
  if (residue.id.name != "HIS") return true;
  for (const std::string_view name : {"ND1", "NE2"})
    if (const std::int64_t index = structure.find(residue, name);
        index >= 0 && has_hydrogen(structure, static_cast<std::size_t>(index), bonds))
      return true;
  return false;
}

void assign_hydrogen_bonding(ReceptorStructure& structure, const BondTable& bonds) {
  for (std::uint32_t i = 0; i < structure.atoms.size(); ++i) {
    StructureAtom& atom = structure.atoms[i];
    if (!atom.is_polar()) continue;
    if (structure.pdbqt)
      atom.donor = has_polar_hydrogen(structure, i, bonds);
    else
      assign_from_residue(structure, i, bonds);
  }
}

void assign_types(ReceptorStructure& structure, const BondTable& bonds) {
  for (std::size_t i = 0; i < structure.atoms.size(); ++i)
    if (!structure.atoms[i].is_hydrogen()) structure.atoms[i].type = type_of(structure, i, bonds);
}

}  // namespace digitalis
