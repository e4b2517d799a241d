#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>

#include <memory>

#include "chem/ligand_molecule.hpp"
#include "chem/prepare_molecule.hpp"

namespace digitalis {

Result<PreparedLigand> with_new_conformers(const PreparedLigand& ligand, const LigandOptions& options) {
  if (!ligand.molecule) return ligand;
  // Stereochemistry was perceived from the coordinates; without them and the hydrogens it stays on the atoms.
  auto bare = std::make_unique<RDKit::RWMol>(*ligand.molecule->mol);
  bare->clearConformers();
  RDKit::MolOps::removeHs(*bare);
  constexpr bool kKeepCoordinates = false;
  return prepare_molecule(std::move(bare), ligand.id, {ligand.id, 0}, kKeepCoordinates, options);
}

}  // namespace digitalis
