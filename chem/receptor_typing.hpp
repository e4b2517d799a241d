#pragma once
// From residues and geometry to atom types. Internal to chem/receptor_*.cpp and chem/docking_receptor.cpp.

#include "chem/receptor_structure.hpp"

namespace digitalis {

/// Sets donor and acceptor of every nitrogen and oxygen: by AutoDock type and bonded HD in PDBQT, else by residue
/// template, and outside of templates by hydrogens in the file or the geometry of the bonds. A histidine that neither
/// its name nor its hydrogens settle carries the hydrogen on the epsilon nitrogen. O(atoms).
void assign_hydrogen_bonding(ReceptorStructure& structure, const BondTable& bonds);

/// Whether name or hydrogens say where a histidine's hydrogens are.
[[nodiscard]] bool tautomer_is_given(const ReceptorStructure& structure, const StructureResidue& residue,
                                     const BondTable& bonds);

/// What geometry says of a nitrogen or oxygen that no template knows, at pH 7: amines carry a hydrogen more, acids one
/// less. Sets donor and acceptor.
void perceive_hydrogen_bonding(ReceptorStructure& structure, std::uint32_t index, const BondTable& bonds);

/// Sets the types, from elements, donors, acceptors and bonds. Hydrogens keep the default.
void assign_types(ReceptorStructure& structure, const BondTable& bonds);

}  // namespace digitalis
