#pragma once
// The docking stage of a campaign: every compound that is still in, into every target that has a receptor.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chem/ligand_preparation.hpp"
#include "scheduler/mpi_world.hpp"
#include "screening/campaign.hpp"
#include "screening/site_docking.hpp"
#include "screening/stage_frame.hpp"

namespace digitalis {

/// One per target of a campaign; null for targets without receptor.
using Sites = std::vector<std::shared_ptr<const DockingSite>>;
/// Prepares the receptors of a campaign that docks; all null for one that does not. Throws UsageError.
[[nodiscard]] Sites prepare_sites(const Campaign& campaign);

/// How a target's reference ligand came out when docked like any compound: whether docking works for this target.
struct Redocking {
  std::size_t target = 0;                  ///< index in the campaign's targets
  std::string reference;                   ///< as the user named it
  double rmsd_A = 0.0;                     ///< of the best pose from where the reference was found, over its symmetry
  double affinity_kcal_mol = 0.0;          ///< of the best pose
  double crystal_affinity_kcal_mol = 0.0;  ///< of the reference where it was found, its conformer untouched
  std::string pose_sdf;                    ///< the best pose; empty when there are no figures
  std::string problem;                     ///< why there are no figures; empty: there are
  [[nodiscard]] bool failed() const { return !problem.empty() || rmsd_A > 2.0; }
};

/// The code that a reason to drop a compound in docking, or one that ended its process in any stage, begins with;
/// nothing for reasons of filters.
[[nodiscard]] std::optional<RejectCode> docking_reject_code(std::string_view reason);

class DockingStage {
 public:
  /// Makes the maps, one copy on a machine. Collective. Everything must outlive the stage.
  /// @param stage  index in the campaign's stages
  DockingStage(MpiWorld& world, const Campaign& campaign, std::size_t stage, const Sites& sites);
  /// The same for one process without ranks.
  DockingStage(const Campaign& campaign, std::size_t stage, const Sites& sites);

  /// Docks a compound and appends it to the frame: a score (-affinity) and the best pose for each target with a
  /// receptor; or the reason why it cannot be docked, beginning with the reject's code. Of a campaign with forms each
  /// target has the best one's; a form that cannot be docked is left out, unless there is no other. Safe to call
  /// concurrently with different frames, within an arena whose threads a ligand may use.
  void dock(std::uint32_t index, std::string_view smiles, const std::string& id, StageFrame& frame) const;

  /// Docks the reference ligands, shared among the ranks, `threads` on each; on rank 0 one for each target that has a
  /// receptor and names a reference, in their order; elsewhere empty. Collective. The same for any number of ranks.
  [[nodiscard]] std::vector<Redocking> redock_references(int threads) const;

 private:
  struct Target {
    std::size_t number;  // in the campaign's targets
    SiteMaps maps;
  };
  [[nodiscard]] Redocking redock(const Target& target) const;
  [[nodiscard]] std::uint64_t seed_of(std::string_view id, std::uint32_t form = 0) const;
  struct DockedForm;
  [[nodiscard]] std::vector<DockedForm> dock_into_targets(const PreparedLigand& ligand, std::uint32_t form) const;
  [[nodiscard]] Result<std::vector<DockedForm>> dock_forms(std::string_view smiles, const std::string& id) const;

  DockingStage(MpiWorld* world, const Campaign& campaign, std::size_t stage, const Sites& sites);

  MpiWorld* world_;  // null: one process
  const Campaign& campaign_;
  const StageSpec& spec_;
  std::vector<Target> targets_;
  LigandOptions preparation_;
};

}  // namespace digitalis
