#pragma once
// From a molecule to what docking needs: hydrogens, conformers, the torsion tree, atom types; and back, from a pose to
// a molecule with bond orders. In process, no PDBQT on the way, though PDBQT is read and written for exchange. S.
// Riniker, G. A. Landrum, J. Chem. Inf. Model. 55 (2015) 2562-2574, doi:10.1021/acs.jcim.5b00654 (ETKDG).

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chem/docking_ligand.hpp"
#include "chem/result.hpp"

namespace digitalis {

class KnownRingShapes;

struct LigandOptions {
  bool new_conformer = true;  ///< make conformers by ETKDG; false: use the input's coordinates, when it has 3D ones
  std::uint32_t most_ring_conformers = 4;  ///< of rings that are not flat, macrocycles twice as many
  std::uint64_t seed = 0;    ///< conformers depend on (seed, canonical SMILES) only, not on atom order or threads
  bool turn_amides = false;  ///< amide bonds turn too
  /// Shared by preparations that go on at the same time or one after the other, to save time; results do not depend on
  /// it. Null: nothing is known.
  std::shared_ptr<KnownRingShapes> known_ring_shapes = nullptr;
};

/// A molecule and its docking form. The molecule is RDKit's and belongs to one thread at a time.
struct PreparedLigand {
  struct Molecule;  // hides RDKit; null for ligands read from PDBQT
  struct Pdbqt;     // the lines of a PDBQT file; null for others
  std::string id;
  DockingLigand docking;
  std::shared_ptr<const Molecule> molecule;
  std::shared_ptr<const Pdbqt> pdbqt;
  /// Canonical, of the molecule that conformers were made of; empty for coordinates that were kept and for PDBQT.
  std::string smiles;
  /// What a chemist should know, by sentence: "covalent warhead (acrylamide): docked without the bond", "boron scored
  /// as polar carbon", "stereo centre left open: one form was drawn". Never a structure.
  std::vector<std::string> notes;
};

/// A standardised compound of a library. Rejects: kBadSmiles, kConformer (no 3D coordinates found), kDockingType (an
/// element that cannot be scored).
[[nodiscard]] Result<PreparedLigand> prepare_ligand(std::string_view smiles, const std::string& id,
                                                    const LigandOptions& options);

/// The molecules of a file one after the other: for large files and many threads. Not for concurrent use.
class LigandReader {
 public:
  /// As read_ligands(); formats other than SMILES and SD are read and prepared here and now.
  LigandReader(const std::string& file_or_smiles, const LigandOptions& options);
  ~LigandReader();
  LigandReader(LigandReader&&) noexcept;

  /// Prepares a molecule when it is called, once, on any thread, concurrently with others.
  using Preparation = std::function<Result<PreparedLigand>()>;
  /// Of the next molecule; empty at the end. Throws UsageError when the file holds none at all.
  [[nodiscard]] Preparation next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// All molecules of a file: .smi .sdf .mol .mol2 .pdb .pdbqt (each also .gz), in order; or, when no such file exists,
/// the argument itself as SMILES. A molecule that cannot be used is a Reject with its line. Throws UsageError when the
/// file cannot be read at all.
[[nodiscard]] std::vector<Result<PreparedLigand>> read_ligands(const std::string& file_or_smiles,
                                                               const LigandOptions& options);

/// The reference ligand of a receptor file (PDB records of one residue) with bond orders: from `template_smiles` when
/// given, else from the monomer dictionary or geometry. Keeps its coordinates.
[[nodiscard]] Result<PreparedLigand> ligand_of_pdb(const std::string& pdb_block, const std::string& id,
                                                   const std::string& template_smiles);

/// The same molecule with conformers made anew: what redocking begins with. A ligand from PDBQT has no molecule that
/// new ones could be made of, and comes back as it is.
[[nodiscard]] Result<PreparedLigand> with_new_conformers(const PreparedLigand& ligand, const LigandOptions& options);

/// One SD record: the molecule with its hydrogens and bond orders at `positions` (as place_atoms() gives them for the
/// ligand; those of side chains are ignored) and one data field per tag. Of a ligand from PDBQT: bonds by distance, all
/// single. Hydrogens of a conformer that was made here give way where they clash (pose_hydrogens.hpp).
[[nodiscard]] std::string sdf_record(const PreparedLigand& ligand, std::span<const Position> positions,
                                     const std::vector<std::pair<std::string, std::string>>& tags);

/// The ligand as PDBQT (types and torsion tree as Meeko writes them), `remarks` as REMARK lines in front; without MODEL
/// lines.
[[nodiscard]] std::string to_pdbqt(const PreparedLigand& ligand, std::span<const Position> positions,
                                   const std::vector<std::string>& remarks = {});

/// Heavy-atom coordinates (order of the molecule's heavy atoms) put back on a compound's molecule; hydrogens added
/// where geometry wants them. For poses that a journal keeps without hydrogens.
[[nodiscard]] std::string sdf_record_of_pose(std::string_view smiles, const std::string& id,
                                             std::span<const Position> heavy_atoms,
                                             const std::vector<std::pair<std::string, std::string>>& tags);

/// Scored atoms' positions of a pose in the order of the molecule's heavy atoms as its canonical SMILES lists them:
/// what sdf_record_of_pose() takes.
[[nodiscard]] std::vector<Position> heavy_atoms_in_smiles_order(const PreparedLigand& ligand,
                                                                std::span<const Position> positions);

/// Pairs scored atoms of a ligand with positions of a scaffold (SMARTS or SMILES) in a reference: for core-constrained
/// docking. Empty when the ligand does not have the scaffold. Throws UsageError for a bad pattern or one that the
/// reference lacks.
[[nodiscard]] std::vector<std::vector<std::pair<std::uint32_t, Position>>> match_core(const PreparedLigand& ligand,
                                                                                      const PreparedLigand& reference,
                                                                                      const std::string& smarts);

}  // namespace digitalis
