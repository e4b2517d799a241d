#pragma once
// Where a target is docked into: one receptor or several conformers of it, the box, the reference ligand. The verb
// `dock` and the campaign's stage make the same one.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chem/docking_receptor.hpp"
#include "chem/ligand_preparation.hpp"
#include "scoring/docking/pose_score.hpp"

namespace digitalis {

/// What the user said about a site. A "ligand" is a file of a molecule, or a residue of the receptor ("SKE",
/// "A:SKE:501").
struct SiteRequest {
  std::vector<std::filesystem::path> receptors;  ///< one, or conformers of one receptor in one frame
  ReceptorOptions preparation;                   ///< its `reference` is filled in from the two ligands below
  std::string reference;                         ///< a ligand whose pose is known; empty: none
  std::string reference_smiles;                  ///< bond orders of a reference that is a residue; empty: found out
  std::optional<Box> box;                        ///< empty: around `box_residues`, or `box_ligand`, or the reference
  std::vector<std::string> box_residues;         ///< "A:TYR57"
  std::string box_ligand;
  double margin_A = 4.0;  ///< of a box around something, on every side
};

/// One conformer of the receptor.
struct SiteConformer {
  std::string file;
  PreparedReceptor receptor;
  std::unique_ptr<ReceptorCells> cells;
};

/// Immutable once made, safe to share between threads; only the reference's molecule belongs to one thread at a time.
class DockingSite {
 public:
  /// Reads and prepares everything. A box may be left open only when `needs_box` is false.
  /// @throws UsageError  what is wrong with a receptor, a ligand or the box: sides that are no lengths, or too long
  /// for maps; no receptor atom within 8 Å of it
  explicit DockingSite(const SiteRequest& request, bool needs_box = true);

  [[nodiscard]] const std::vector<SiteConformer>& conformers() const { return conformers_; }
  [[nodiscard]] const std::optional<Box>& box() const { return box_; }
  /// The reference ligand where it was found (its conformer 0); nullptr: none, or one that cannot be a molecule (then a
  /// warning says why).
  [[nodiscard]] const PreparedLigand* reference() const { return reference_ ? &*reference_ : nullptr; }
  /// The reference as the user named it; empty: none.
  [[nodiscard]] const std::string& reference_name() const { return reference_name_; }
  /// What a chemist should look at, receptor reports' warnings included.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

  /// The box around a ligand's first conformer where it stands.
  [[nodiscard]] static Box box_around_ligand(const PreparedLigand& ligand, double margin_A);
  /// Throws UsageError when the box is no box, or is not at the receptor.
  void check_box(const Box& box) const;

 private:
  void find_reference(const SiteRequest& request);
  void find_box(const SiteRequest& request);
  std::vector<SiteConformer> conformers_;
  std::optional<Box> box_;
  std::optional<PreparedLigand> reference_;
  std::string reference_name_;
  std::vector<std::string> warnings_;
};

}  // namespace digitalis
