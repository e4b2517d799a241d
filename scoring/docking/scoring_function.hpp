#pragma once
// The Vina family of scoring functions: what a pair of atoms contributes at a distance.
// AutoDock Vina: O. Trott, A. J. Olson, J. Comput. Chem. 31 (2010) 455-461, doi:10.1002/jcc.21334.
// Vinardo: R. Quiroga, M. A. Villarreal, PLoS ONE 11 (2016) e0155183, doi:10.1371/journal.pone.0155183.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "chem/docking_atom_type.hpp"

namespace digitalis {

/// Beyond this distance atoms do not see each other.
inline constexpr double kCutoff_A = 8.0;

/// Steric terms depend on the distance between surfaces, d = r - (radius_a + radius_b).
struct ScoringFunction {
  enum class Kind : std::uint8_t { kVina, kVinardo } kind = Kind::kVina;
  std::array<double, kAtomTypes> radius_A{};
  /// Attraction: weight x exp(-((d - offset) / width)^2), up to two.
  struct Gauss {
    double weight = 0.0, offset_A = 0.0, width_A = 1.0;
    friend bool operator==(const Gauss&, const Gauss&) = default;
  };
  std::array<Gauss, 2> gauss{};
  double repulsion = 0.0;  ///< x d^2 where d < 0
  /// weight x 1 below `good_A`, 0 above `bad_A`, linear between.
  struct Ramp {
    double weight = 0.0, good_A = 0.0, bad_A = 0.0;
    friend bool operator==(const Ramp&, const Ramp&) = default;
  };
  Ramp hydrophobic, hydrogen_bond;
  double torsion = 0.0;  ///< affinity = energy / (1 + torsion x N_tors)

  friend bool operator==(const ScoringFunction&, const ScoringFunction&) = default;

  [[nodiscard]] static const ScoringFunction& vina();
  [[nodiscard]] static const ScoringFunction& vinardo();
  /// "vina" or "vinardo"; throws UsageError for others.
  [[nodiscard]] static const ScoringFunction& by_name(std::string_view name);
};

enum class Term : std::uint8_t { kGauss1, kGauss2, kRepulsion, kHydrophobic, kHydrogenBond };
inline constexpr std::size_t kTerms = 5;
[[nodiscard]] std::string_view name_of(Term term);

/// Weighted contributions of a pair at distance r, kcal/mol; all 0 from kCutoff_A on.
[[nodiscard]] std::array<double, kTerms> pair_terms(const ScoringFunction& function, AtomType a, AtomType b,
                                                    double r_A);

/// Their sum.
[[nodiscard]] double pair_energy(const ScoringFunction& function, AtomType a, AtomType b, double r_A);

/// Energy and its derivative by r.
struct EnergySlope {
  double energy_kcal_mol = 0.0;
  double slope_kcal_mol_A = 0.0;
};
[[nodiscard]] EnergySlope pair_energy_slope(const ScoringFunction& function, AtomType a, AtomType b, double r_A);

/// Softens clashes: e > 0 becomes e v / (v + e).
[[nodiscard]] inline double soften(double energy, double v) {
  return energy > 0.0 ? energy * v / (v + energy) : energy;
}

/// The softening while searching, and of final numbers.
inline constexpr double kSearchSoftening = 10.0;
inline constexpr double kFinalSoftening = 1000.0;

/// Energies as AutoDock Vina computes its final ones: averaged over bins of r^2, 32 per Å^2. For parity with its
/// printed digits.
class BinnedEnergies {
 public:
  explicit BinnedEnergies(const ScoringFunction& function);
  /// Those of vina() or vinardo(): shared by all, made at first use. Throws std::logic_error for functions with other
  /// numbers, which construct their own. Safe to call concurrently.
  [[nodiscard]] static const BinnedEnergies& of(const ScoringFunction& function);
  /// 0 from the cutoff on.
  [[nodiscard]] double operator()(AtomType a, AtomType b, double squared_r_A2) const {
    constexpr double kCutoff2 = kCutoff_A * kCutoff_A;
    if (squared_r_A2 >= kCutoff2) return 0.0;
    return values_[(static_cast<std::size_t>(a) * kAtomTypes + static_cast<std::size_t>(b)) * kBins +
                   static_cast<std::size_t>(squared_r_A2 * kBinsPerA2)];
  }

 private:
  static constexpr double kBinsPerA2 = 32.0;
  static constexpr std::size_t kBins = 2048;
  std::vector<double> values_;  // shape (kAtomTypes, kAtomTypes, kBins)
};

}  // namespace digitalis
