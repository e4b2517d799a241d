#pragma once
// What a PreparedLigand keeps of where it came from. For the files of this library that go back from a pose to a
// molecule.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chem/ligand_preparation.hpp"
#include "chem/torsion_tree.hpp"

namespace RDKit {
class RWMol;
}

namespace digitalis {

struct PreparedLigand::Molecule {
  std::shared_ptr<const RDKit::RWMol>
      mol;           ///< all hydrogens explicit, one conformer; DockingLigand::source counts its atoms
  TorsionTree tree;  ///< over its atoms
  std::vector<std::uint32_t> smiles_order;  ///< its heavy atoms in the order of its canonical SMILES
};

struct PreparedLigand::Pdbqt {
  std::vector<std::string> lines;     ///< of the ligand, without MODEL and ENDMDL
  std::vector<std::size_t> line_of;   ///< of each atom; DockingLigand::source counts these
  std::vector<std::string> elements;  ///< of each atom: a symbol
  Neighbours bonds;                   ///< by distance
};

}  // namespace digitalis
