#pragma once
// What a molecule's bonds and elements say to docking. The rules are those of Meeko (github.com/forlilab/Meeko), so
// that a ligand prepared here scores as one prepared with it. PDBQT and its types: S. Forli et al., Nat. Protoc. 11
// (2016) 905-919, doi:10.1038/nprot.2016.051.

#include <string>
#include <vector>

#include "chem/autodock_type.hpp"
#include "chem/torsion_tree.hpp"

namespace RDKit {
class ROMol;
}

namespace digitalis {

/// One per atom of a molecule with all hydrogens; null where an element cannot be scored. Boron is taken for carbon.
[[nodiscard]] std::vector<const AutoDockType*> autodock_types_of(const RDKit::ROMol& mol);

/// Score types: docking_types() of the above, boron always polar.
[[nodiscard]] std::vector<std::optional<AtomType>> docking_types_of(const RDKit::ROMol& mol,
                                                                    std::span<const AutoDockType* const> types);

[[nodiscard]] Neighbours neighbours_of(const RDKit::ROMol& mol);

/// Single bonds outside of rings between atoms that both have another neighbour; hydrogens on carbon are none. Amides,
/// amidines and thioamides stay as they are, but for tertiary ones with two different substituents, whose two forms are
/// different compounds to a pocket.
[[nodiscard]] std::vector<Bond> turning_bonds_of(const RDKit::ROMol& mol, bool turn_amides);

/// The tree of the molecule; linear groups such as nitriles are marked as frozen.
[[nodiscard]] TorsionTree torsion_tree_of(const RDKit::ROMol& mol, bool turn_amides);

/// What a chemist should know before trusting a pose; never a structure.
[[nodiscard]] std::vector<std::string> docking_notes_of(const RDKit::ROMol& mol);

}  // namespace digitalis
