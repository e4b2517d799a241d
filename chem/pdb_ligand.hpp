#pragma once
// Ligands in PDB records, which say where atoms are but not how they are bonded.

#include <memory>
#include <string>
#include <vector>

#include "chem/result.hpp"

namespace RDKit {
class RWMol;
}

namespace digitalis {

struct PdbLigand {
  std::shared_ptr<RDKit::RWMol> mol;  ///< sanitised, with coordinates
  std::vector<std::string> notes;     ///< where its bond orders are from, when that leaves doubts
};

/// Bonds by distance; bond orders from `template_smiles` when given, else from the monomer dictionary of refmac by
/// residue and atom names where it is installed ($CLIBD_MON, or where Debian's package puts it), else from geometry.
/// Rejects: kBadMolBlock.
[[nodiscard]] Result<PdbLigand> read_pdb_ligand(const std::string& pdb_block, const std::string& id,
                                                const std::string& template_smiles);

/// Double and triple bonds from bond lengths and angles, for a molecule with single bonds and a conformer; not
/// sanitised. Right for most drug-like molecules at usual resolution; protonation and tautomers are a guess.
void set_bond_orders_by_geometry(RDKit::RWMol& mol);

}  // namespace digitalis
