#pragma once
// A receptor as docking sees it: which atoms stand where, and what each does. From PDB, mmCIF (gemmi reads them) or
// PDBQT, plain or gzip. Hydrogens are not needed: donors and acceptors follow from residue templates and geometry.
// M. Wojdyr, J. Open Source Softw. 7 (2022) 4200, doi:10.21105/joss.04200.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "chem/docking_atom_type.hpp"
#include "chem/docking_ligand.hpp"
#include "chem/geometry.hpp"

namespace digitalis {

struct DockingReceptor {
  struct Residue {
    std::string chain, name;  ///< "A", "HIS"
    std::string number;       ///< with insertion code: "57", "60A"
    [[nodiscard]] std::string label() const { return chain + ":" + name + number; }  ///< "A:HIS57"
  };
  std::vector<Position> positions_A;      ///< scored atoms (no hydrogens)
  std::vector<AtomType> types;            ///< one per atom
  std::vector<std::string> names;         ///< one per atom: "CA"
  std::vector<std::uint32_t> residue_of;  ///< one per atom: index into residues
  std::vector<Residue> residues;

  [[nodiscard]] std::size_t atoms() const { return types.size(); }
};

/// What of a structure file counts as receptor. A PDBQT file is taken as it was prepared: chains and reference apply,
/// waters and cofactors in it stay.
struct ReceptorOptions {
  enum class Keep : std::uint8_t { kDrop, kKeep, kNearLigand };
  std::vector<std::string> chains;  ///< empty: all
  Keep waters = Keep::kDrop;
  Keep cofactors = Keep::kKeep;  ///< what is neither polymer, water, metal, buffer, nor the reference ligand
  double near_A = 5.0;           ///< for kNearLigand: of an atom of the reference ligand
  std::string altloc;            ///< empty: the highest occupancy, then the first letter
  std::string reference;         ///< residue to take out as the reference ligand: "SKE", or "A:SKE:501"; empty: none
  bool judge_flips = true;       ///< histidine, asparagine, glutamine by their hydrogen bonds
  std::vector<std::string> flexible;  ///< residues whose side chains turn: "A:TYR57" or "A:57"
};

/// Every decision that was taken, for the user to read: one sentence each, residues by label.
struct ReceptorReport {
  std::vector<std::string> decisions;  ///< "waters: 231 dropped", "A:HIS57: delta nitrogen carries the hydrogen (…)"
  std::vector<std::string> warnings;   ///< what a chemist should look at: missing side-chain atoms, unknown residues
};

struct PreparedReceptor {
  DockingReceptor rigid;                          ///< without the side chains that turn
  std::optional<DockingLigand> side_chains;       ///< a forest of fragments with kFixed roots; see join_side_chains()
  std::vector<std::uint32_t> side_chain_residue;  ///< one per scored atom of side_chains: index into rigid.residues
  std::vector<std::string> side_chain_names;      ///< one per scored atom of side_chains: "CB"
  std::vector<Position> reference_A;              ///< heavy atoms of the reference ligand; empty: none
  std::string reference_pdb;                      ///< the reference ligand as PDB records (with its hydrogens if any)
  ReceptorReport report;
};

/// Reads and types a receptor. Format by content and name: .pdb .ent .cif .mmcif .pdbqt, each also .gz.
/// Throws UsageError naming file, residue and remedy: no such file, no protein or nucleic acid, alpha carbons only,
/// more than a tenth of the residues near the reference ligand without side chains, a reference, chain or flexible
/// residue that is not there (with the nearest names). Safe to call concurrently. Below 1 s for 100,000 atoms.
[[nodiscard]] PreparedReceptor prepare_receptor(const std::filesystem::path& file, const ReceptorOptions& options = {});

/// Heavy atoms within `near_A` of the box as PDB records, for viewers and the report.
[[nodiscard]] std::string pocket_pdb(const DockingReceptor& receptor, const Box& box, double near_A);

/// The receptor as PDBQT that AutoDock Vina reads with the same atom types; donors get a hydrogen of type HD where
/// geometry puts it.
[[nodiscard]] std::string to_pdbqt(const DockingReceptor& receptor);

/// The ligand with the side chains appended as further fragments; their atoms' mutual pairs go to side_chain_pairs.
[[nodiscard]] DockingLigand join_side_chains(const DockingLigand& ligand, const DockingLigand& side_chains);

/// The box around residues ("A:TYR57", "A:57"), `margin_A` wider on every side. Throws UsageError for unknown ones.
[[nodiscard]] Box box_around_residues(const DockingReceptor& receptor, const std::vector<std::string>& residues,
                                      double margin_A);

}  // namespace digitalis
