#pragma once
// The score of a pose, computed atom by atom without grids: what every reported number comes from.

#include <array>
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
  static constexpr double kCell_A = 4.0;
  const DockingReceptor* receptor_;
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

/// As AutoDock Vina 1.2 scores a given pose: binned energies, clashes softened by kFinalSoftening per ligand atom and
/// per intramolecular pair.
/// @param positions  as place_atoms() gives them
/// O(atoms x neighbours), double precision, safe to call concurrently.
[[nodiscard]] PoseScore score_pose(const ReceptorCells& receptor, const DockingLigand& ligand,
                                   std::span<const Position> positions, const ScoringFunction& function);

/// The same sum taken apart: without softening and binning, so that terms add up to the exact energy.
struct ScoreBreakdown {
  std::array<double, kTerms> inter{}, intra{};
  std::vector<std::array<double, kTerms>> by_atom;  ///< inter of each scored atom
  /// Residues that matter, by the sum of their contributions, strongest first.
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
    from[k] = std::max(0, static_cast<std::int32_t>(std::floor((at[k] - radius_A - low_[k]) / kCell_A)));
    to[k] = std::min(cells_[k] - 1, static_cast<std::int32_t>(std::floor((at[k] + radius_A - low_[k]) / kCell_A)));
  }
  for (std::int32_t z = from[2]; z <= to[2]; ++z)
    for (std::int32_t y = from[1]; y <= to[1]; ++y) {
      const std::size_t row =
          (static_cast<std::size_t>(z) * static_cast<std::size_t>(cells_[1]) + static_cast<std::size_t>(y)) *
          static_cast<std::size_t>(cells_[0]);
      if (from[0] > to[0]) continue;
      // Cells of a row are neighbours in memory, so that their atoms are one range.
      for (std::uint32_t i = start_[row + static_cast<std::size_t>(from[0])];
           i < start_[row + static_cast<std::size_t>(to[0]) + 1]; ++i)
        visit(atoms_[i]);
    }
}

}  // namespace digitalis
