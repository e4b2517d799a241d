#include "scoring/docking/scoring_function.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

// In the order of AtomType: C_H C_P, N_P N_D N_A N_DA, O_P O_D O_A O_DA, S P, F Cl Br I, Si At Met.
constexpr std::array<double, kAtomTypes> kVinaRadii{1.9, 1.9, 1.8, 1.8, 1.8, 1.8, 1.7, 1.7, 1.7, 1.7,
                                                    2.0, 2.1, 1.5, 1.8, 2.0, 2.2, 2.2, 2.3, 1.2};
// The paper gives C, N, O, S, P and the halogens; the rest is as AutoDock Vina 1.2 fills it in.
constexpr std::array<double, kAtomTypes> kVinardoRadii{2.0, 2.0, 1.7, 1.7, 1.7, 1.7, 1.6, 1.6, 1.6, 1.6,
                                                       2.0, 2.1, 1.5, 1.8, 2.0, 2.2, 2.2, 2.3, 1.2};

/// A term and its derivative.
struct Value {
  double value = 0.0, slope = 0.0;
};

Value gauss(const ScoringFunction::Gauss& term, double d) {
  if (term.weight == 0.0) return {};
  const double x = (d - term.offset_A) / term.width_A;
  const double value = term.weight * std::exp(-x * x);
  return {value, -2.0 * x / term.width_A * value};
}

Value ramp(const ScoringFunction::Ramp& term, double d) {
  if (d <= term.good_A) return {term.weight, 0.0};
  if (d >= term.bad_A) return {};
  const double width = term.bad_A - term.good_A;
  return {term.weight * (term.bad_A - d) / width, -term.weight / width};
}

std::array<Value, kTerms> values(const ScoringFunction& function, AtomType a, AtomType b, double r_A) {
  std::array<Value, kTerms> terms{};
  if (r_A >= kCutoff_A) return terms;
  const double d =
      r_A - function.radius_A[static_cast<std::size_t>(a)] - function.radius_A[static_cast<std::size_t>(b)];
  terms[0] = gauss(function.gauss[0], d);
  terms[1] = gauss(function.gauss[1], d);
  if (d < 0.0) terms[2] = {function.repulsion * d * d, 2.0 * function.repulsion * d};
  if (is_hydrophobic(a) && is_hydrophobic(b)) terms[3] = ramp(function.hydrophobic, d);
  if (can_hydrogen_bond(a, b)) terms[4] = ramp(function.hydrogen_bond, d);
  return terms;
}

}  // namespace

const ScoringFunction& ScoringFunction::vina() {
  static const ScoringFunction function{
      .kind = Kind::kVina,
      .radius_A = kVinaRadii,
      .gauss = {{{.weight = -0.035579, .offset_A = 0.0, .width_A = 0.5},
                 {.weight = -0.005156, .offset_A = 3.0, .width_A = 2.0}}},
      .repulsion = 0.840245,
      .hydrophobic = {.weight = -0.035069, .good_A = 0.5, .bad_A = 1.5},
      .hydrogen_bond = {.weight = -0.587439, .good_A = -0.7, .bad_A = 0.0},
      .torsion = 0.05846,
  };
  return function;
}

const ScoringFunction& ScoringFunction::vinardo() {
  static const ScoringFunction function{
      .kind = Kind::kVinardo,
      .radius_A = kVinardoRadii,
      .gauss = {{{.weight = -0.045, .offset_A = 0.0, .width_A = 0.8}, {}}},
      .repulsion = 0.8,
      .hydrophobic = {.weight = -0.035, .good_A = 0.0, .bad_A = 2.5},
      .hydrogen_bond = {.weight = -0.600, .good_A = -0.6, .bad_A = 0.0},
      .torsion = 0.05846,
  };
  return function;
}

const ScoringFunction& ScoringFunction::by_name(std::string_view name) {
  if (name == "vina") return vina();
  if (name == "vinardo") return vinardo();
  throw UsageError("unknown scoring function \"" + std::string{name} + "\"; hint: vina or vinardo");
}

std::string_view name_of(Term term) {
  constexpr std::array<std::string_view, kTerms> kNames{"gauss1", "gauss2", "repulsion", "hydrophobic",
                                                        "hydrogen_bond"};
  return kNames[static_cast<std::size_t>(term)];
}

std::array<double, kTerms> pair_terms(const ScoringFunction& function, AtomType a, AtomType b, double r_A) {
  std::array<double, kTerms> terms{};
  const std::array<Value, kTerms> both = values(function, a, b, r_A);
  for (std::size_t k = 0; k < kTerms; ++k) terms[k] = both[k].value;
  return terms;
}

double pair_energy(const ScoringFunction& function, AtomType a, AtomType b, double r_A) {
  return pair_energy_slope(function, a, b, r_A).energy_kcal_mol;
}

EnergySlope pair_energy_slope(const ScoringFunction& function, AtomType a, AtomType b, double r_A) {
  EnergySlope sum;
  for (const Value& term : values(function, a, b, r_A)) {
    sum.energy_kcal_mol += term.value;
    sum.slope_kcal_mol_A += term.slope;
  }
  return sum;
}

BinnedEnergies::BinnedEnergies(const ScoringFunction& function) : values_(kAtomTypes * kAtomTypes * kBins) {
  for (std::size_t a = 0; a < kAtomTypes; ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      const auto at_edge = [&](std::size_t edge) {
        return pair_energy(function, static_cast<AtomType>(a), static_cast<AtomType>(b),
                           std::sqrt(static_cast<double>(edge) / kBinsPerA2));
      };
      double* const bins = &values_[(a * kAtomTypes + b) * kBins];
      double left = at_edge(0);
      for (std::size_t bin = 0; bin < kBins; ++bin) {
        const double right = at_edge(bin + 1);
        bins[bin] = 0.5 * (left + right);
        left = right;
      }
      if (a != b) std::copy_n(bins, kBins, &values_[(b * kAtomTypes + a) * kBins]);
    }
}

const BinnedEnergies& BinnedEnergies::of(const ScoringFunction& function) {
  if (function == ScoringFunction::vina()) {
    static const BinnedEnergies energies(ScoringFunction::vina());
    return energies;
  }
  if (function == ScoringFunction::vinardo()) {
    static const BinnedEnergies energies(ScoringFunction::vinardo());
    return energies;
  }
  throw std::logic_error("binned energies: neither Vina's nor Vinardo's numbers");
}

}  // namespace digitalis
