#pragma once
// Which residues of a file are receptor, which is the reference ligand. Internal to chem/receptor_*.cpp and
// chem/docking_receptor.cpp.

#include <optional>
#include <string_view>

#include "chem/receptor_structure.hpp"

namespace digitalis {

/// Whether a residue is meant by "SKE", "A:SKE", "A:501", "A:SKE501", "A:SKE:501", or, without its chain, "SKE501".
[[nodiscard]] bool is_meant(std::string_view text, const DockingReceptor::Residue& residue);

/// "A:TYR57, A:TYR75": the names nearest to what was asked for, at most three.
[[nodiscard]] std::string nearest_labels(std::string_view asked, const std::vector<DockingReceptor::Residue>& residues);

/// "a, b, c and 4 more"
[[nodiscard]] std::string listed(const std::vector<std::string>& words, std::size_t most = 8);
/// "1 atom", "2 atoms"
[[nodiscard]] std::string plural(std::size_t count, std::string_view noun);
/// "5.0"
[[nodiscard]] std::string decimals(double value, int digits);

struct Selection {
  std::vector<bool> kept;                ///< one per residue
  std::optional<std::size_t> reference;  ///< residue taken out as the reference ligand
  std::vector<Position> reference_A;     ///< its heavy atoms
};

/// Throws UsageError for a reference or chain that is not there. A PDBQT file is kept as it was prepared, but for the
/// reference and chains.
[[nodiscard]] Selection select_residues(const ReceptorStructure& structure, const ReceptorOptions& options,
                                        ReceptorReport& report);

/// The residues whose flag is set.
[[nodiscard]] ReceptorStructure subset_of(const ReceptorStructure& structure, const std::vector<bool>& kept);

/// Throws UsageError when what is kept is no receptor (see prepare_receptor()); warns of incomplete side chains.
void refuse_unfit(const ReceptorStructure& kept, const std::vector<Position>& reference_A, ReceptorReport& report);

/// The residue as PDB records: HETATM, CONECT where the file has them, END.
[[nodiscard]] std::string residue_pdb(const ReceptorStructure& structure, std::size_t residue);

/// One ATOM or HETATM record without line end up to column 66; chain and number are cut to the format's columns.
[[nodiscard]] std::string pdb_record(std::string_view record, int serial, std::string_view atom,
                                     std::string_view element, const DockingReceptor::Residue& residue,
                                     const Position& at_A);

/// The atomic number that follows from an atom's type, for a metal from its name.
[[nodiscard]] int element_of(const DockingReceptor& receptor, std::size_t atom);

/// "Zn", "C".
[[nodiscard]] std::string element_symbol(int atomic_number);

}  // namespace digitalis
