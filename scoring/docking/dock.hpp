#pragma once
// Docking: finds the poses of a ligand that score best in a box of a receptor.

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "chem/docking_ligand.hpp"
#include "scoring/docking/affinity_grid.hpp"
#include "scoring/docking/pose_score.hpp"

namespace digitalis {

/// How much is spent on a ligand. The search stops earlier by itself when it has converged.
struct DockingEffort {
  double exhaustiveness = 8.0;  ///< scales the number of chains; 8 is `balanced`
  [[nodiscard]] static DockingEffort fast() { return {2.0}; }
  [[nodiscard]] static DockingEffort balanced() { return {8.0}; }
  [[nodiscard]] static DockingEffort thorough() { return {32.0}; }
  /// Throws UsageError for names other than these three.
  [[nodiscard]] static DockingEffort by_name(std::string_view name);
};

/// Keeps an atom near a place while searching: k (distance - free)^2 beyond `free_A`. Not part of the reported score.
struct PlaceRestraint {
  std::uint32_t atom = 0;
  Position at_A{};
  double free_A = 0.5;
  double k_kcal_mol_A2 = 10.0;
};

struct DockingOptions {
  DockingEffort effort = DockingEffort::balanced();
  std::uint32_t most_poses = 9;
  double energy_range_kcal_mol = 3.0;  ///< poses further above the best are not reported
  double min_rmsd_A = 2.0;             ///< poses closer to a better one, of one binding mode, are not reported
  bool local_only = false;             ///< only minimise from the given conformer's place
  std::vector<PlaceRestraint> restraints;
};

struct DockedPose {
  Pose pose;
  std::vector<Position> positions;  ///< as place_atoms() gives them
  PoseScore score;                  ///< affinity: (inter + intra - intra of the best pose) / (1 + torsion x N_tors)
};

/// A receptor ready to be docked into; made once per target, shared by all threads.
struct DockingTarget {
  const ReceptorCells* cells = nullptr;
  const AffinityGrid* grid = nullptr;
  const ScoringFunction* function = nullptr;
};

struct DockingResult {
  std::vector<DockedPose> poses;  ///< best first; at least one
  std::uint64_t evaluations = 0;  ///< energies with gradients
  std::uint64_t local_searches = 0;
  bool converged = false;  ///< stopped before the effort was used up
};

/// @param seed      everything random depends on it alone: mix the campaign's seed with the compound's and form's ID
/// @param parallel  runs the functions 0..n-1, in any order, on any threads; empty: one after the other here
/// The same result for any `parallel` on one instruction set. Safe to call concurrently.
/// @throws std::invalid_argument  when the grid lacks a map that the ligand needs (a bug in the caller)
[[nodiscard]] DockingResult dock(
    const DockingTarget& target, const DockingLigand& ligand, const DockingOptions& options, std::uint64_t seed,
    const std::function<void(std::size_t, const std::function<void(std::size_t)>&)>& parallel = {});

/// As Highway names it: the instruction set that docking uses here.
[[nodiscard]] std::string_view docking_instruction_set();

}  // namespace digitalis
