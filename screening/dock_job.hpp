#pragma once
// What `digitalis dock` does: molecules into a site, one after the other from files, many at once over threads.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "chem/forms.hpp"
#include "chem/ligand_preparation.hpp"
#include "scoring/docking/dock.hpp"
#include "screening/docking_site.hpp"

namespace digitalis {

struct DockJob {
  enum class Mode : std::uint8_t { kDock, kLocalOnly, kScoreOnly } mode = Mode::kDock;
  SiteRequest site;
  std::vector<std::string> ligands;  ///< files, or SMILES
  LigandOptions preparation;         ///< new_conformer is ignored unless mode is kDock: then input coordinates count
  FormOptions forms;                 ///< each is docked, the best one told; of ligands from PDBQT none but their own
  DockingOptions options;
  std::string scoring = "vina";
  double spacing_A = AffinityGrid::kDefaultSpacing_A;
  std::uint64_t seed = 0;
  int threads = 1;
  std::string core;                                ///< SMARTS of what keeps the reference's place; empty: none
  std::vector<std::string> contacts;               ///< "A:ALA213:N"
  std::filesystem::path out;                       ///< poses: .sdf, .sdf.gz or .pdbqt; empty: none
  std::filesystem::path side_chains_out;           ///< side chains that turned, as PDB; empty: none
  std::filesystem::path receptor_out, ligand_out;  ///< what was prepared, as PDBQT; empty: none
  std::filesystem::path grid_cache;                ///< folder where maps are kept; empty: none
  bool csv = false;                                ///< the table as CSV
  bool breakdown = false;                          ///< the terms of each pose, and its residues, among the messages
  bool quiet = false;                              ///< no notes and times among the messages
};

struct DockEnd {
  std::size_t docked = 0;
  std::size_t rejected = 0;  ///< told among the messages, one line each
};

/// Everything comes out in the order of the input, the same for any number of threads; only times differ.
/// `table` gets a table per ligand, or CSV: ligand_id, pose (from 1, best first), affinity_kcal_mol, inter_kcal_mol,
/// intra_kcal_mol, torsions, rmsd_to_reference_A (empty: no reference, or another molecule), interactions ("hbond
/// A:ALA:213 2.9; ...": kind, residue, Å), pose_flags (empty: plausible; of ligands from PDBQT "not_checked"); with
/// forms asked for also form and form_share.
/// @throws UsageError  the request is wrong; nothing was docked
DockEnd run_dock_job(const DockJob& job, std::ostream& table, std::ostream& messages);

/// Whether a ligand file's name says how poses can be written: .sdf, .sdf.gz, .pdbqt.
[[nodiscard]] bool is_pose_file(const std::filesystem::path& file);

}  // namespace digitalis
