// Salt bridges, hydrogen and halogen bonds, metals, bridges through waters.

#include <algorithm>
#include <array>
#include <tuple>

#include "scoring/interactions/pose_view.hpp"

namespace digitalis {

void InteractionSite::PoseView::salt_bridges() {
  for (Index g = 0; g < charges_.size(); ++g)
    site_.near_charges.for_each_within(charges_[g], limits_.salt_bridge_A, [&](Index c, double squared) {
      const Features::Charge &own = ligand_.charges[g], &other = site_.features.charges[c];
      if (own.positive == other.positive) return;
      bridged_.emplace_back(g, c);
      add_closest({.kind = InteractionKind::kSaltBridge,
                   .residue = site_.residue_of[other.atoms.front()],
                   .group = g,
                   .atoms = own.atoms,
                   .ligand_is_donor = own.positive,
                   .distance_A = std::sqrt(squared),
                   .ligand_A = charges_[g],
                   .receptor_A = site_.charges[c]});
    });
}

bool InteractionSite::PoseView::in_salt_bridge(Index atom, Index other) const {
  return std::ranges::any_of(bridged_, [&](const auto& bridge) {
    return site_.charge_of[other] == bridge.second &&
           std::ranges::binary_search(ligand_.charges[bridge.first].atoms, atom);
  });
}

/// Nearest acceptors first, each hydrogen once, each acceptor once.
template <class Add>
void InteractionSite::PoseView::give(const DonorHydrogens& donor, std::vector<Hydrogen>& candidates,
                                     const Add& add) const {
  std::ranges::sort(candidates, {}, [](const Hydrogen& h) { return std::pair{h.view.distance_A, h.acceptor}; });
  Index given = 0;
  std::array<bool, 2> spent{};
  for (const Hydrogen& hydrogen : candidates) {
    if (given == donor.count()) return;
    if (!donor.turns() && std::exchange(spent[hydrogen.view.which], true)) continue;
    ++given;
    add(hydrogen);
  }
}

void InteractionSite::PoseView::hydrogen_bonds() {
  std::vector<Hydrogen> candidates;
  for (std::size_t d = 0; d < donors_.size(); ++d) {
    const Index donor = ligand_.donors[d].atom;
    candidates.clear();
    site_.near_acceptors.for_each_within(at_[donor], limits_.hydrogen_bond_A, [&](Index a, double) {
      const Index acceptor = site_.features.acceptors[a];
      const DonorHydrogens::View view = donors_[d].towards(site_.at[acceptor]);
      if (view.angle_deg > limits_.hydrogen_bond_deg && !in_salt_bridge(donor, acceptor))
        candidates.push_back({view, acceptor});
    });
    give(donors_[d], candidates, [&](const Hydrogen& hydrogen) {
      spent_.push_back(donor);
      Contact& contact = found_.emplace_back(between(InteractionKind::kHydrogenBond, donor, hydrogen.acceptor));
      contact.ligand_is_donor = true;
      contact.angle_deg = hydrogen.view.angle_deg;
    });
  }
  // The same the other way round: donors of the receptor near any acceptor of the ligand.
  std::vector<std::pair<Index, Index>> near;  // donor, acceptor
  for (const Index acceptor : ligand_.acceptors)
    site_.near_donors.for_each_within(at_[acceptor], limits_.hydrogen_bond_A,
                                      [&](Index d, double) { near.emplace_back(d, acceptor); });
  std::ranges::sort(near);
  for (std::size_t first = 0; first < near.size();) {
    const Index d = near[first].first, donor = site_.features.donors[d].atom;
    candidates.clear();
    for (; first < near.size() && near[first].first == d; ++first) {
      const Index acceptor = near[first].second;
      const DonorHydrogens::View view = site_.donors[d].towards(at_[acceptor]);
      if (view.angle_deg > limits_.hydrogen_bond_deg && !in_salt_bridge(acceptor, donor))
        candidates.push_back({view, acceptor});
    }
    give(site_.donors[d], candidates, [&](const Hydrogen& hydrogen) {
      spent_by_receptor_.push_back(donor);
      Contact& contact = found_.emplace_back(between(InteractionKind::kHydrogenBond, hydrogen.acceptor, donor));
      contact.angle_deg = hydrogen.view.angle_deg;
    });
  }
}

void InteractionSite::PoseView::halogen_bonds() {
  for (const Features::Bonded& halogen : ligand_.halogens)
    site_.near_halogen_acceptors.for_each_within(at_[halogen.atom], limits_.halogen_A, [&](Index a, double) {
      const Features::Bonded& acceptor = site_.features.halogen_acceptors[a];
      const Position &x = at_[halogen.atom], &o = site_.at[acceptor.atom];
      const double donor_deg = angle_deg(o - x, at_[halogen.neighbour] - x);
      const double acceptor_deg = angle_deg(x - o, site_.at[acceptor.neighbour] - o);
      if (std::abs(donor_deg - limits_.halogen_donor_deg) >= limits_.halogen_spread_deg ||
          std::abs(acceptor_deg - limits_.halogen_acceptor_deg) >= limits_.halogen_spread_deg)
        return;
      Contact& contact = found_.emplace_back(between(InteractionKind::kHalogenBond, halogen.atom, acceptor.atom));
      contact.ligand_is_donor = true;
      contact.angle_deg = donor_deg;
    });
}

void InteractionSite::PoseView::metals() {
  for (const Index atom : ligand_.metal_binders)
    site_.near_metals.for_each_within(at_[atom], limits_.metal_A, [&](Index m, double) {
      found_.push_back(between(InteractionKind::kMetal, atom, site_.features.metals[m]));
    });
}

void InteractionSite::PoseView::water_bridges() {
  if (site_.features.waters.empty()) return;
  std::vector<std::vector<WaterEnd>> own(site_.features.waters.size());
  for (std::size_t d = 0; d < donors_.size(); ++d) {
    const Index atom = ligand_.donors[d].atom;
    if (std::ranges::count(spent_, atom) >= static_cast<std::ptrdiff_t>(donors_[d].count())) continue;
    site_.near_waters.for_each_within(at_[atom], limits_.water_most_A, [&](Index w, double) {
      if (const auto hydrogen = end_at_water(donors_[d], site_.at[site_.features.waters[w]], limits_))
        own[w].push_back({atom, true, *hydrogen});
    });
  }
  for (const Index atom : ligand_.acceptors)
    site_.near_waters.for_each_within(at_[atom], limits_.water_most_A, [&](Index w, double squared) {
      if (squared >= limits_.water_least_A * limits_.water_least_A) own[w].push_back({atom, false, at_[atom]});
    });
  std::vector<std::pair<double, Contact>> bridges;  // by how far the angle is from the best
  for (std::size_t w = 0; w < own.size(); ++w) {
    const Position& water = site_.at[site_.features.waters[w]];
    bridges.clear();
    for (const WaterEnd& mine : own[w])
      for (const WaterEnd& other : site_.water_ends[w]) {
        if (other.gives && std::ranges::count(spent_by_receptor_, other.atom) > 0) continue;
        const double angle = angle_deg(mine.at_A - water, other.at_A - water);
        if (angle <= limits_.water_least_deg || angle >= limits_.water_most_deg) continue;
        Contact contact = between(InteractionKind::kWaterBridge, mine.atom, other.atom);
        contact.ligand_is_donor = mine.gives;
        contact.distance_A = distance(at_[mine.atom], water);
        contact.angle_deg = angle;
        contact.water_A = water;
        bridges.emplace_back(std::abs(angle - limits_.water_best_deg), contact);
      }
    std::ranges::sort(bridges, {}, [](const auto& bridge) {
      return std::tuple{bridge.first, bridge.second.group, bridge.second.receptor_atom};
    });
    std::size_t told = 0;
    for (std::size_t i = 0; i < bridges.size() && told < 2; ++i) {
      const Contact& contact = bridges[i].second;
      const bool again = std::any_of(
          bridges.begin(), bridges.begin() + static_cast<std::ptrdiff_t>(i),
          [&](const auto& b) { return b.second.group == contact.group && b.second.residue == contact.residue; });
      if (again) continue;
      found_.push_back(contact);
      ++told;
    }
  }
}

}  // namespace digitalis
