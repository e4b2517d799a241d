#include "chem/autodock_type.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace digitalis {
namespace {

using enum AtomType;
using Role = AutoDockType::Role;

constexpr double kOtherMetal_A = 1.75;

constexpr AutoDockType scored(std::string_view name, std::string_view element, AtomType plain, double radius_A,
                              bool acceptor = false) {
  return {name, element, Role::kScored, plain, acceptor, radius_A};
}
constexpr AutoDockType metal(std::string_view name, double radius_A = kOtherMetal_A) {
  return {name, name, Role::kScored, kMetal, false, radius_A};
}
constexpr AutoDockType cut_ring(std::string_view name) {
  // Polar whatever it is bonded to: Vina leaves these carbons out of hydrophobic contacts.
  return {name, "C", Role::kCutRing, kCarbonPolar, false, 0.77};
}
constexpr AutoDockType glue(std::string_view name) { return {name, "C", Role::kGlue, kCarbonPolar, false, 0.0}; }

constexpr std::array kTypes{
    AutoDockType{"H", "H", Role::kHydrogen, {}, false, 0.37},
    AutoDockType{"HD", "H", Role::kPolarHydrogen, {}, false, 0.37},
    AutoDockType{"HS", "H", Role::kPolarHydrogen, {}, false, 0.37},
    scored("C", "C", kCarbonHydrophobic, 0.77),
    scored("A", "C", kCarbonHydrophobic, 0.77),
    scored("N", "N", kNitrogenPlain, 0.75),
    scored("NA", "N", kNitrogenPlain, 0.75, true),
    scored("NS", "N", kNitrogenPlain, 0.75, true),
    scored("O", "O", kOxygenPlain, 0.73),
    scored("OA", "O", kOxygenPlain, 0.73, true),
    scored("OS", "O", kOxygenPlain, 0.73, true),
    scored("S", "S", kSulfur, 1.02),
    scored("SA", "S", kSulfur, 1.02),
    scored("Se", "Se", kSulfur, 1.02),
    scored("P", "P", kPhosphorus, 1.06),
    scored("F", "F", kFluorine, 0.71),
    scored("Cl", "Cl", kChlorine, 0.99),
    scored("Br", "Br", kBromine, 1.14),
    scored("I", "I", kIodine, 1.33),
    scored("Si", "Si", kSilicon, 1.11),
    scored("At", "At", kAstatine, 1.44),
    metal("Mg", 1.30),
    metal("Mn", 1.39),
    metal("Zn", 1.31),
    metal("Ca", 1.74),
    metal("Fe", 1.25),
    metal("Cu"),
    metal("Na"),
    metal("K"),
    metal("Hg"),
    metal("Co"),
    metal("U"),
    metal("Cd"),
    metal("Ni"),
    cut_ring("CG0"),
    cut_ring("CG1"),
    cut_ring("CG2"),
    cut_ring("CG3"),
    glue("G0"),
    glue("G1"),
    glue("G2"),
    glue("G3"),
    AutoDockType{"W", "O", Role::kNotScored, {}, false, 0.0},
};

constexpr AutoDockType kUnknown{"", "C", Role::kScored, kCarbonPolar, false, 0.82};

bool is_carbon(const AutoDockType& type) { return type.role == Role::kScored && type.plain == kCarbonHydrophobic; }

/// Cut ring carbons count as heteroatoms in Vina, and so do glue and unknown types.
bool is_hetero(const AutoDockType& type) {
  return !is_carbon(type) && type.role != Role::kHydrogen && type.role != Role::kPolarHydrogen;
}

AtomType as_donor(AtomType plain, bool donor, bool acceptor) {
  // Plain, donor, acceptor and both stand in this order in AtomType.
  return static_cast<AtomType>(static_cast<int>(plain) + (donor ? 1 : 0) + (acceptor ? 2 : 0));
}

}  // namespace

const AutoDockType* find_autodock_type(std::string_view name) {
  const auto exact = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) { return type.name == name; });
  if (exact != kTypes.end()) return exact;
  const auto same_letters = [&](const AutoDockType& type) {
    return std::equal(type.name.begin(), type.name.end(), name.begin(), name.end(),
                      [](unsigned char a, unsigned char b) { return std::toupper(a) == std::toupper(b); });
  };
  const auto alike = std::find_if(kTypes.begin(), kTypes.end(), same_letters);
  return alike != kTypes.end() ? alike : nullptr;
}

const AutoDockType& unknown_autodock_type() { return kUnknown; }

std::vector<std::optional<AtomType>> docking_types(std::span<const AutoDockType* const> types,
                                                   const Neighbours& bonds) {
  std::vector<std::optional<AtomType>> scored(types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    const AutoDockType& type = *types[i];
    const auto bonded_to = [&](const auto& property) {
      return std::any_of(bonds[i].begin(), bonds[i].end(), [&](auto j) { return property(*types[j]); });
    };
    if (type.role != Role::kScored && type.role != Role::kCutRing) continue;
    scored[i] = type.plain;
    if (is_carbon(type) && bonded_to(is_hetero)) scored[i] = kCarbonPolar;
    if (type.plain == kNitrogenPlain || type.plain == kOxygenPlain) {
      const bool donor = bonded_to([](const AutoDockType& other) { return other.role == Role::kPolarHydrogen; });
      scored[i] = as_donor(type.plain, donor, type.acceptor);
    }
  }
  return scored;
}

Neighbours bonds_by_distance(std::span<const AutoDockType* const> types, std::span<const Position> positions,
                             const FixedDistances& fixed) {
  const auto n = static_cast<std::uint32_t>(types.size());
  Neighbours bonds(n);
  for (std::uint32_t i = 0; i < n; ++i)
    for (std::uint32_t j = i + 1; j < n; ++j) {
      const double length_A = 1.1 * (types[i]->covalent_radius_A + types[j]->covalent_radius_A);
      const double r2 = squared_distance(positions[i], positions[j]);
      if (r2 >= length_A * length_A || !fixed(i, j)) continue;
      bool between = false;
      for (std::uint32_t k = 0; k < n && !between; ++k)
        between = k != i && k != j && squared_distance(positions[i], positions[k]) < r2 &&
                  squared_distance(positions[j], positions[k]) < r2 && fixed(i, k) && fixed(j, k);
      if (between) continue;
      bonds[i].push_back(j);
      bonds[j].push_back(i);
    }
  return bonds;
}

}  // namespace digitalis
