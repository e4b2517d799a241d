#pragma once
// The step that all ways to a ligand share: an RDKit molecule becomes a PreparedLigand.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chem/ligand_preparation.hpp"

namespace RDKit {
class ROMol;
class RWMol;
}  // namespace RDKit

namespace digitalis {

/// A sanitised molecule, with 3D coordinates when `keep_coordinates`. Hydrogens that are missing are added. `notes` are
/// put before those found here. Rejects as prepare_ligand(), and kTooLarge.
[[nodiscard]] Result<PreparedLigand> prepare_molecule(std::unique_ptr<RDKit::RWMol> mol, const std::string& id,
                                                      const Location& at, bool keep_coordinates,
                                                      const LigandOptions& options,
                                                      std::vector<std::string> notes = {});

/// The molecule with its atoms in the order of its canonical SMILES and without explicit hydrogens: the same for every
/// way to write it. Null when RDKit cannot read its own SMILES.
[[nodiscard]] std::unique_ptr<RDKit::RWMol> in_canonical_order(const RDKit::RWMol& mol, std::string& canonical_smiles);

/// Heavy atoms (indices of `mol`, which may hold hydrogens) in the order of its canonical SMILES, and that SMILES.
[[nodiscard]] std::vector<std::uint32_t> canonical_heavy_atoms(const RDKit::RWMol& mol, std::string& canonical_smiles);

/// The molecule of a compound whose poses a journal keeps. Throws std::logic_error, without the structure, when it is
/// no SMILES.
[[nodiscard]] std::unique_ptr<RDKit::RWMol> molecule_of_poses(std::string_view smiles);

/// The molecule without hydrogens and without coordinates, its atoms in the order of its poses' atoms
/// (canonical_heavy_atoms()). Throws what RDKit throws.
[[nodiscard]] std::unique_ptr<RDKit::ROMol> in_order_of_poses(const RDKit::RWMol& mol);

}  // namespace digitalis
