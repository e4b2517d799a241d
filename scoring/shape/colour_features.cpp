#include "scoring/shape/colour_features.hpp"

#include <algorithm>
#include <deque>

namespace digitalis {
namespace {

constexpr std::size_t kMostInHydrophobe = 6;  // cyclohexyl is one

/// Connected hydrophobic atoms outside of aromatic rings, breadth first, so that chains are cut into short pieces.
std::vector<std::vector<std::uint32_t>> hydrophobes(const LigandFeatures& ligand) {
  std::vector<bool> is_open(ligand.atoms, false);
  for (const std::uint32_t atom : ligand.hydrophobic) is_open[atom] = true;
  for (const auto& halogen : ligand.halogens) is_open[halogen.atom] = true;
  for (const auto& ring : ligand.rings)
    for (const std::uint32_t atom : ring) is_open[atom] = false;
  std::vector<std::vector<std::uint32_t>> near(ligand.atoms);
  for (const auto& bond : ligand.bonds) {
    near[bond.atom].push_back(bond.neighbour);
    near[bond.neighbour].push_back(bond.atom);
  }
  for (auto& atoms : near) std::ranges::sort(atoms);
  std::vector<std::vector<std::uint32_t>> groups;
  for (std::uint32_t first = 0; first < ligand.atoms; ++first) {
    if (!is_open[first]) continue;
    std::deque<std::uint32_t> reached{first};
    is_open[first] = false;
    auto& group = groups.emplace_back();
    for (; !reached.empty() && group.size() < kMostInHydrophobe; reached.pop_front()) {
      group.push_back(reached.front());
      for (const std::uint32_t other : near[reached.front()])
        if (is_open[other]) is_open[other] = false, reached.push_back(other);
    }
    for (const std::uint32_t left : reached) is_open[left] = true;  // of the next group
  }
  return groups;
}

}  // namespace

std::vector<ColourFeature> colour_features(const LigandFeatures& ligand) {
  std::vector<ColourFeature> features;
  for (const auto& donor : ligand.donors) features.push_back({Colour::kDonor, {donor.atom}});
  for (const std::uint32_t atom : ligand.acceptors) features.push_back({Colour::kAcceptor, {atom}});
  for (const auto& charge : ligand.charges)
    features.push_back({charge.positive ? Colour::kCation : Colour::kAnion, charge.centre});
  for (const auto& group : hydrophobes(ligand)) features.push_back({Colour::kHydrophobe, group});
  for (const auto& ring : ligand.rings) features.push_back({Colour::kRing, ring});
  std::ranges::stable_sort(features, {}, &ColourFeature::colour);
  return features;
}

std::vector<ColourPoint> colour_points(std::span<const ColourFeature> features, std::span<const Position> atoms_A) {
  std::vector<ColourPoint> points;
  for (const ColourFeature& feature : features) {
    Position sum{};
    for (const std::uint32_t atom : feature.atoms) sum = sum + atoms_A[atom];
    points.push_back({feature.colour, (1.0 / static_cast<double>(feature.atoms.size())) * sum});
  }
  return points;
}

}  // namespace digitalis
