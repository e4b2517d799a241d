#include <algorithm>
#include <array>

#include "chem/cell_list.hpp"
#include "chem/receptor_structure.hpp"

namespace digitalis {
namespace {

constexpr double kAllowance = 1.1;
constexpr double kMetalRadius_A = 1.75;

/// Covalent radii as AutoDock Vina has them.
double covalent_radius_A(int atomic_number) {
  using namespace element;
  switch (atomic_number) {
    case kHydrogen: return 0.37;
    case kBoron: return 0.84;  // not in Vina
    case kCarbon: return 0.77;
    case kNitrogen: return 0.75;
    case kOxygen: return 0.73;
    case kFluorine: return 0.71;
    case kSilicon: return 1.11;
    case kPhosphorus: return 1.06;
    case kSulfur: return 1.02;
    case kSelenium: return 1.02;  // sulfur to Vina
    case kChlorine: return 0.99;
    case kBromine: return 1.14;
    case kIodine: return 1.33;
    case kAstatine: return 1.44;
    case 12: return 1.30;  // magnesium
    case 20: return 1.74;  // calcium
    case 25: return 1.39;  // manganese
    case 26: return 1.25;  // iron
    case 30: return 1.31;  // zinc
    default: return kMetalRadius_A;
  }
}

}  // namespace

BondTable::BondTable(std::size_t atoms, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& bonds)
    : start_(atoms + 1), neighbors_(2 * bonds.size()) {
  for (const auto& [i, j] : bonds) {
    ++start_[i + 1];
    ++start_[j + 1];
  }
  std::partial_sum(start_.begin(), start_.end(), start_.begin());
  std::vector<std::uint32_t> next(start_.begin(), start_.end() - 1);
  for (const auto& [i, j] : bonds) {
    neighbors_[next[i]++] = j;
    neighbors_[next[j]++] = i;
  }
}

BondTable find_bonds(const ReceptorStructure& structure) {
  const std::vector<StructureAtom>& atoms = structure.atoms;
  std::vector<Position> points(atoms.size());
  std::vector<double> radius_A(atoms.size());
  double largest_A = 0.0;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    points[i] = atoms[i].at_A;
    radius_A[i] = covalent_radius_A(atoms[i].element);
    largest_A = std::max(largest_A, radius_A[i]);
  }
  const CellList cells(points, 3.0);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> bonds;
  std::vector<std::pair<std::uint32_t, double>> near;
  for (std::uint32_t i = 0; i < atoms.size(); ++i) {
    near.clear();
    cells.for_each_within(points[i], kAllowance * (radius_A[i] + largest_A), [&](std::uint32_t j, double squared) {
      if (j != i) near.emplace_back(j, squared);
    });
    for (const auto& [j, squared] : near) {
      const double limit_A = kAllowance * (radius_A[i] + radius_A[j]);
      if (j < i || squared >= limit_A * limit_A) continue;
      const bool between = std::ranges::any_of(near, [&, j = j, squared = squared](const auto& third) {
        return third.first != j && third.second < squared && (structure.pdbqt || !atoms[third.first].is_hydrogen()) &&
               squared_distance(points[third.first], points[j]) < squared;
      });
      if (!between) bonds.emplace_back(i, j);
    }
  }
  return {atoms.size(), bonds};
}

}  // namespace digitalis
