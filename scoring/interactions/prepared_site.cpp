#include "scoring/interactions/prepared_site.hpp"

namespace digitalis {

Position mean_of(std::span<const std::uint32_t> atoms, std::span<const Position> at) {
  Position sum{};
  for (const std::uint32_t i : atoms) sum = sum + at[i];
  return (1.0 / static_cast<double>(atoms.size())) * sum;
}

Plane plane_of(std::span<const std::uint32_t> ring, std::span<const Position> at) {
  const Position centre = mean_of(ring, at);
  Position area{};
  for (std::size_t k = 0; k < ring.size(); ++k)
    area = area + cross(at[ring[k]] - centre, at[ring[(k + 1) % ring.size()]] - centre);
  return {centre, unit(area)};
}

std::optional<Position> end_at_water(const DonorHydrogens& donor, const Position& water_A,
                                     const InteractionLimits& limits) {
  const double away_A = distance(donor.donor_A(), water_A);
  if (away_A < limits.water_least_A || away_A > limits.water_most_A) return {};
  const DonorHydrogens::View view = donor.towards(water_A);
  if (view.angle_deg <= limits.water_hydrogen_deg) return {};
  return view.at_A;
}

InteractionSite::Prepared::Prepared(const DockingReceptor& receptor, const InteractionLimits& wanted)
    : limits(wanted),
      at(receptor.positions_A),
      names(receptor.names),
      residue_of(receptor.residue_of),
      features(receptor_features(receptor)) {
  for (const auto& residue : receptor.residues)
    residues.push_back(residue.chain + ":" + residue.name + ":" + residue.number);
  for (const auto& donor : features.donors) donors.emplace_back(donor, at);
  for (const auto& ring : features.rings) rings.push_back(plane_of(ring, at));
  charge_of.assign(at.size(), kNoIndex);
  for (Index c = 0; c < features.charges.size(); ++c) {
    charges.push_back(mean_of(features.charges[c].centre, at));
    for (const Index atom : features.charges[c].atoms) charge_of[atom] = c;
  }
  const auto cells = [&](const auto& items, const auto& place) {
    std::vector<Position> points;
    for (const auto& item : items) points.push_back(place(item));
    return CellList{points, 4.0};
  };
  const auto of_atom = [&](Index atom) { return at[atom]; };
  near_donors = cells(donors, [](const DonorHydrogens& donor) { return donor.donor_A(); });
  near_acceptors = cells(features.acceptors, of_atom);
  near_hydrophobic = cells(features.hydrophobic, of_atom);
  near_rings = cells(rings, [](const Plane& ring) { return ring.centre_A; });
  near_charges = cells(charges, [](const Position& centre) { return centre; });
  near_halogen_acceptors =
      cells(features.halogen_acceptors, [&](const InteractionFeatures::Bonded& y) { return at[y.atom]; });
  near_metals = cells(features.metals, of_atom);
  near_waters = cells(features.waters, of_atom);
  for (const Index water : features.waters) add_water_ends(at[water]);
}

void InteractionSite::Prepared::add_water_ends(const Position& water_A) {
  std::vector<WaterEnd>& ends = water_ends.emplace_back();
  near_donors.for_each_within(water_A, limits.water_most_A, [&](Index d, double) {
    if (const auto hydrogen = end_at_water(donors[d], water_A, limits))
      ends.push_back({features.donors[d].atom, true, *hydrogen});
  });
  near_acceptors.for_each_within(water_A, limits.water_most_A, [&](Index a, double squared) {
    if (squared < limits.water_least_A * limits.water_least_A) return;
    ends.push_back({features.acceptors[a], false, at[features.acceptors[a]]});
  });
}

}  // namespace digitalis
