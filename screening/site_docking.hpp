#pragma once
// Docking one ligand into a site: into every conformer of its receptor, on every place of its core, the best poses of
// all.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scoring/docking/affinity_grid.hpp"
#include "scoring/docking/dock.hpp"
#include "screening/docking_site.hpp"

namespace digitalis {

/// Maps of a site's conformers for one scoring function. The site must outlive them.
class SiteMaps {
 public:
  /// Makes the maps of one conformer; computes them, reads them from a cache, or takes those of another rank.
  using Maker = std::function<AffinityGrid(const ReceptorCells&, const Box&, const ScoringFunction&,
                                           std::span<const AtomType>, const GridOptions&)>;
  /// @param wanted  types that ligands may have; empty: all
  SiteMaps(const DockingSite& site, const Box& box, const ScoringFunction& function, std::span<const AtomType> wanted,
           const GridOptions& options, const Maker& make);

  [[nodiscard]] const DockingSite& site() const { return *site_; }
  [[nodiscard]] const ScoringFunction& function() const { return *function_; }
  [[nodiscard]] DockingTarget target(std::size_t conformer) const {
    return {site_->conformers()[conformer].cells.get(), &grids_[conformer], function_};
  }

 private:
  const DockingSite* site_;
  const ScoringFunction* function_;
  std::vector<AffinityGrid> grids_;
};

/// A pose and the receptor conformer that it is in.
struct SitePose {
  std::uint32_t conformer = 0;         ///< index into DockingSite::conformers()
  std::vector<Position> positions;     ///< of the ligand alone, as place_atoms() gives them
  std::vector<Position> side_chain_A;  ///< scored atoms of the side chains that turned
  PoseScore score;
};

/// Contacts that a user wants, as biases for the maps: "A:ALA213:N". An atom that is donor and acceptor gives two.
/// Throws UsageError for a residue or atom that is not there (with the atoms that are), or one that makes no hydrogen
/// bond.
[[nodiscard]] std::vector<ContactBias> contact_biases(const DockingReceptor& receptor,
                                                      const std::vector<std::string>& contacts);

/// Everything random of a docking depends on this: the campaign's (or user's) seed, the compound's ID, its form (0: as
/// given) and the stage's name. XXH3-64 of "ID\0form\0stage" with `seed` as its seed.
[[nodiscard]] std::uint64_t docking_seed(std::uint64_t seed, std::string_view compound_id, std::uint32_t form,
                                         std::string_view stage);

using Parallel = std::function<void(std::size_t, const std::function<void(std::size_t)>&)>;

/// @param cores  ways to hold a scaffold in place (match_core()); empty: free
/// @return       best first, at least one; within the energy range, apart by min_rmsd, at most most_poses over all
///               conformers and cores
/// Safe to call concurrently with different ligands.
[[nodiscard]] std::vector<SitePose> dock_into(
    const SiteMaps& maps, const PreparedLigand& ligand, const DockingOptions& options, std::uint64_t seed,
    const std::vector<std::vector<std::pair<std::uint32_t, Position>>>& cores = {}, const Parallel& parallel = {});

/// The ligand's first conformer scored where it stands, in the conformer of the receptor where that is best.
[[nodiscard]] SitePose score_in(const DockingSite& site, const ScoringFunction& function, const PreparedLigand& ligand);

/// The longest distance between two scored atoms of the ligand's first conformer, in Å.
[[nodiscard]] double extent_A(const DockingLigand& ligand);

}  // namespace digitalis
