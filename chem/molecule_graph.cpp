#include "chem/molecule_graph.hpp"

#include <cassert>

namespace digitalis {
namespace {

/// Covalent radius in Å; of carbon the sp3 one.
double covalent_radius_A(std::uint8_t element) {
  switch (element) {
    case 6: return 0.76;
    case 7: return 0.71;
    case 8: return 0.66;
    case 9: return 0.57;
    case 14: return 1.11;
    case 15: return 1.07;
    case 16: return 1.05;
    case 17: return 1.02;
    case 35: return 1.20;
    case 53: return 1.39;
    case 85: return 1.50;
    default: return 1.30;  // metals
  }
}

}  // namespace

std::uint8_t element_of(AtomType type) {
  using enum AtomType;
  switch (type) {
    case kCarbonHydrophobic:
    case kCarbonPolar: return 6;
    case kNitrogenPlain:
    case kNitrogenDonor:
    case kNitrogenAcceptor:
    case kNitrogenBoth: return 7;
    case kOxygenPlain:
    case kOxygenDonor:
    case kOxygenAcceptor:
    case kOxygenBoth: return 8;
    case kSulfur: return 16;
    case kPhosphorus: return 15;
    case kFluorine: return 9;
    case kChlorine: return 17;
    case kBromine: return 35;
    case kIodine: return 53;
    case kSilicon: return 14;
    case kAstatine: return 85;
    case kMetal: return 0;
  }
  return 0;
}

double longest_bond_A(std::uint8_t a, std::uint8_t b) {
  constexpr double kTolerance = 1.25;
  return kTolerance * (covalent_radius_A(a) + covalent_radius_A(b));
}

MoleculeGraph graph_by_distance(std::span<const AtomType> types, std::span<const Position> positions) {
  assert(types.size() <= positions.size());
  MoleculeGraph graph;
  for (const AtomType type : types) graph.elements.push_back(element_of(type));
  for (std::uint32_t j = 1; j < types.size(); ++j)
    for (std::uint32_t i = 0; i < j; ++i) {
      const double longest_A = longest_bond_A(graph.elements[i], graph.elements[j]);
      if (squared_distance(positions[i], positions[j]) < longest_A * longest_A) graph.bonds.emplace_back(i, j);
    }
  return graph;
}

}  // namespace digitalis
