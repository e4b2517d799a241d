#pragma once
// Ligands of PDBQT files.

#include <string>
#include <string_view>
#include <vector>

#include "chem/ligand_preparation.hpp"

namespace digitalis {

/// Every MODEL of the text, or the one ligand of a text without MODEL lines. Types, bonds, pairs and N_tors are those
/// of AutoDock Vina 1.2.3, so that scores can be compared digit by digit; types it does not know are taken as polar
/// carbon, with a note. `source` stands in a reject's location. The ID is that of a line "REMARK  Name = ...", else
/// `name`; with several models the model's number follows.
[[nodiscard]] std::vector<Result<PreparedLigand>> read_pdbqt_ligands(std::string_view text, const std::string& source,
                                                                     const std::string& name);

/// The lines of the file the ligand was read from, with new coordinates.
[[nodiscard]] std::string pdbqt_with_positions(const PreparedLigand& ligand, std::span<const Position> positions,
                                               const std::vector<std::string>& remarks);

/// V2000: all bonds single, as distance finds them.
[[nodiscard]] std::string mol_block_of_pdbqt(const PreparedLigand& ligand, std::span<const Position> positions);

}  // namespace digitalis
