#pragma once
// The score of a pose, computed atom by atom without grids: what every reported number comes from.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "chem/docking_ligand.hpp"
#include "chem/docking_receptor.hpp"
#include "scoring/docking/scoring_function.hpp"

namespace digitalis {

/// Receptor atoms in cells, so that neighbours of a point are found at once. Safe to share between threads.
class ReceptorCells {
 public:
  /// @param receptor  must outlive the cells
  explicit ReceptorCells(const DockingReceptor& receptor);
  [[nodiscard]] const DockingReceptor& receptor() const { return *receptor_; }
  /// Calls visit(atom index) for every atom in the cells that `radius_A` around the point touches; the caller checks
  /// distances.
  template <class Visit>
  void near(const Position& at, const Visit& visit, double radius_A = kCutoff_A) const;

 private:
  const DockingReceptor* receptor_;
  double cell_A_ = 4.0;  // larger when the atoms are strewn so widely that cells of 4 Å would fill the memory
  Position low_{};
  std::array<std::int32_t, 3> cells_{};
  std::vector<std::uint32_t> start_, atoms_;
};

struct PoseScore {
  double inter_kcal_mol = 0.0;     ///< ligand with receptor (and with side chains that turn)
  double intra_kcal_mol = 0.0;     ///< within the ligand (and within the side chains)
  double affinity_kcal_mol = 0.0;  ///< inter / (1 + torsion x N_tors): what `--score_only` prints
  [[nodiscard]] double total_kcal_mol() const { return inter_kcal_mol + intra_kcal_mol; }
};

/// As AutoDock Vina 1.2 scores a given pose: binned energies, clashes softened by kFinalSoftening: per atom on its sum
/// over the receptor, and per pair within the ligand and with side chains. With side chains that turn, `inter` is the
/// ligand with the receptor and with the side chains; `intra` is the ligand, the side chains, and their atoms that can
/// move with the receptor. Vina's `inter` leaves out those atoms of a side chain that cannot move (alpha and beta
/// carbons) and so sees less than with a rigid receptor; ours has them.
/// @param positions  as place_atoms() gives them; passengers are not looked at
/// @throws std::invalid_argument  when there are fewer positions than scored atoms (a bug in the caller)
/// O(atoms x neighbours), double precision, safe to call concurrently.
[[nodiscard]] PoseScore score_pose(const ReceptorCells& receptor, const DockingLigand& ligand,
                                   std::span<const Position> positions, const ScoringFunction& function);

/// The same sum taken apart: without softening and binning, so that terms add up to the exact energy. `inter` and
/// `intra` mean what they mean in PoseScore.
struct ScoreBreakdown {
  std::array<double, kTerms> inter{}, intra{};
  /// One per scored atom: its share of `inter`, which they add up to; 0 for atoms of side chains that turn, whose
  /// contact with the ligand is counted at the ligand's atom.
  std::vector<std::array<double, kTerms>> by_atom;
  /// Residues that the ligand feels, strongest (by the size of the sum of their terms) first. They add up to `inter`
  /// when no side chain turns; what turning side chains contribute is in by_atom only.
  struct Residue {
    std::uint32_t residue = 0;  ///< index into the receptor's
    std::array<double, kTerms> terms{};
    double total_kcal_mol = 0.0;
  };
  std::vector<Residue> by_residue;
};
[[nodiscard]] ScoreBreakdown break_down(const ReceptorCells& receptor, const DockingLigand& ligand,
                                        std::span<const Position> positions, const ScoringFunction& function);

template <class Visit>
void ReceptorCells::near(const Position& at, const Visit& visit, double radius_A) const {
  std::array<std::int32_t, 3> from{}, to{};
  for (std::size_t k = 0; k < 3; ++k) {
    // In doubles until it is in range: a point may be anywhere.
    const double last = cells_[k] - 1;
    const double first_cell = std::floor((at[k] - radius_A - low_[k]) / cell_A_);
    const double last_cell = std::floor((at[k] + radius_A - low_[k]) / cell_A_);
    if (!(first_cell <= last && last_cell >= 0.0)) return;
    from[k] = static_cast<std::int32_t>(std::max(0.0, first_cell));
    to[k] = static_cast<std::int32_t>(std::min(last, last_cell));
  }
  for (std::int32_t z = from[2]; z <= to[2]; ++z)
    for (std::int32_t y = from[1]; y <= to[1]; ++y) {
      const std::size_t row =
          (static_cast<std::size_t>(z) * static_cast<std::size_t>(cells_[1]) + static_cast<std::size_t>(y)) *
          static_cast<std::size_t>(cells_[0]);
      // Cells of a row are neighbours in memory, so that their atoms are one range.
      for (std::uint32_t i = start_[row + static_cast<std::size_t>(from[0])];
           i < start_[row + static_cast<std::size_t>(to[0]) + 1]; ++i)
        visit(atoms_[i]);
    }
}

}  // namespace digitalis
