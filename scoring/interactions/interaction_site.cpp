// Every kind asks the same question: which of the receptor's points lie near a point of the ligand. Points of a kind
// are in a cell list of their own, so that an answer costs the few that are near. A pass for each kind notes
// candidates; what is told twice is dropped within the pass. Angles are looked at last: most pairs fail by distance.

#include "scoring/interactions/interaction_site.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "chem/cell_list.hpp"
#include "scoring/interactions/hydrogens.hpp"

namespace digitalis {
namespace {

using Features = InteractionFeatures;
using Index = std::uint32_t;

constexpr Index kNone = UINT32_MAX;

struct Plane {
  Position centre_A{};
  Position normal{};
};

Position mean_of(std::span<const Index> atoms, std::span<const Position> at) {
  Position sum{};
  for (const Index i : atoms) sum = sum + at[i];
  return (1.0 / static_cast<double>(atoms.size())) * sum;
}

/// The normal is that of the area, so that small puckers even out.
Plane plane_of(std::span<const Index> ring, std::span<const Position> at) {
  const Position centre = mean_of(ring, at);
  Position area{};
  for (std::size_t k = 0; k < ring.size(); ++k)
    area = area + cross(at[ring[k]] - centre, at[ring[(k + 1) % ring.size()]] - centre);
  return {centre, unit(area)};
}

/// How far beside the plane's centre a point is, seen along the normal.
double offset_A(const Plane& plane, const Position& point) {
  const Position to = point - plane.centre_A;
  return std::sqrt(std::max(0.0, dot(to, to) - std::pow(dot(to, plane.normal), 2)));
}

/// Of two planes, 0 to 90.
double plane_angle_deg(const Position& a, const Position& b) {
  const double angle = angle_deg(a, b);
  return std::min(angle, 180.0 - angle);
}

/// A point of the receptor that a water can hold.
struct WaterEnd {
  Index atom = 0;
  bool gives = false;
  Position at_A{};  ///< the hydrogen of a donor, else the atom
};

/// The points of a water's neighbour that count, if it is near enough and its hydrogen points there.
std::optional<Position> end_at_water(const DonorHydrogens& donor, const Position& water_A,
                                     const InteractionLimits& limits) {
  const double away_A = distance(donor.donor_A(), water_A);
  if (away_A < limits.water_least_A || away_A > limits.water_most_A) return {};
  const DonorHydrogens::View view = donor.towards(water_A);
  if (view.angle_deg <= limits.water_hydrogen_deg) return {};
  return view.at_A;
}

struct Contact {
  InteractionKind kind{};
  Index residue = 0;
  Index receptor_atom = kNone;  ///< kNone: a ring or charge
  Index group = 0;              ///< of the ligand: what `atoms` are
  std::span<const Index> atoms{};
  bool ligand_is_donor = false;
  double distance_A = 0.0;
  std::optional<double> angle_deg{};
  Position ligand_A{}, receptor_A{};
  std::optional<Position> water_A{};
};

}  // namespace

struct InteractionSite::Prepared {
  Prepared(const DockingReceptor& receptor, const InteractionLimits& wanted)
      : limits(wanted),
        at(receptor.positions_A),
        names(receptor.names),
        residue_of(receptor.residue_of),
        features(receptor_features(receptor)) {
    for (const auto& residue : receptor.residues)
      residues.push_back(residue.chain + ":" + residue.name + ":" + residue.number);
    for (const auto& donor : features.donors) donors.emplace_back(donor, at);
    for (const auto& ring : features.rings) rings.push_back(plane_of(ring, at));
    charge_of.assign(at.size(), kNone);
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
    near_halogen_acceptors = cells(features.halogen_acceptors, [&](const Features::Bonded& y) { return at[y.atom]; });
    near_metals = cells(features.metals, of_atom);
    near_waters = cells(features.waters, of_atom);
    for (const Index water : features.waters) add_water_ends(at[water]);
  }

  void add_water_ends(const Position& water_A) {
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

  InteractionLimits limits;
  std::vector<Position> at;
  std::vector<std::string> names;
  std::vector<Index> residue_of;
  std::vector<std::string> residues;  ///< labels
  Features features;
  std::vector<DonorHydrogens> donors;
  std::vector<Plane> rings;
  std::vector<Position> charges;
  std::vector<Index> charge_of;  ///< one per atom: the charged group it is of, or kNone
  std::vector<std::vector<WaterEnd>> water_ends;
  CellList near_donors{{}, 4.0}, near_acceptors{{}, 4.0}, near_hydrophobic{{}, 4.0}, near_rings{{}, 4.0},
      near_charges{{}, 4.0}, near_halogen_acceptors{{}, 4.0}, near_metals{{}, 4.0}, near_waters{{}, 4.0};
};

namespace {

/// One pose being looked at.
template <class Prepared>
class PoseView {
 public:
  PoseView(const Prepared& site, const LigandFeatures& ligand, std::span<const Position> at)
      : site_(site), limits_(site.limits), ligand_(ligand), at_(at) {
    for (const auto& donor : ligand.donors) donors_.emplace_back(donor, at);
    for (const auto& ring : ligand.rings) rings_.push_back(plane_of(ring, at));
    for (const auto& charge : ligand.charges) charges_.push_back(mean_of(charge.centre, at));
    single_.resize(at.size());
    for (Index i = 0; i < at.size(); ++i) single_[i] = i;
    salt_bridges();
    hydrogen_bonds();
    stacked_rings();
    hydrophobic_contacts();
    cations_and_rings();
    halogen_bonds();
    metals();
    water_bridges();
  }

  [[nodiscard]] std::vector<Interaction> told() {
    std::ranges::sort(found_, {}, [](const Contact& c) {
      return std::tuple{c.kind, c.residue, c.atoms.front(), c.group, c.receptor_atom, c.distance_A};
    });
    std::vector<Interaction> interactions;
    interactions.reserve(found_.size());
    for (const Contact& c : found_) {
      Interaction& told = interactions.emplace_back();
      told.kind = c.kind;
      told.residue = site_.residues[c.residue];
      if (c.receptor_atom != kNone) told.receptor_atom = site_.names[c.receptor_atom];
      told.ligand_atoms.assign(c.atoms.begin(), c.atoms.end());
      std::ranges::sort(told.ligand_atoms);
      told.ligand_is_donor = c.ligand_is_donor;
      told.distance_A = c.distance_A;
      told.angle_deg = c.angle_deg;
      told.ligand_A = c.ligand_A;
      told.receptor_A = c.receptor_A;
      told.water_A = c.water_A;
    }
    return interactions;
  }

 private:
  [[nodiscard]] std::span<const Index> one(Index atom) const { return {&single_[atom], 1}; }

  /// Between an atom of the ligand and one of the receptor.
  [[nodiscard]] Contact between(InteractionKind kind, Index atom, Index other) const {
    return {.kind = kind,
            .residue = site_.residue_of[other],
            .receptor_atom = other,
            .group = atom,
            .atoms = one(atom),
            .distance_A = distance(at_[atom], site_.at[other]),
            .ligand_A = at_[atom],
            .receptor_A = site_.at[other]};
  }

  /// Of groups: only the closest of a kind, residue and group of the ligand stays.
  void add_closest(const Contact& contact) {
    const auto same = std::ranges::find_if(found_, [&](const Contact& c) {
      return c.kind == contact.kind && c.residue == contact.residue && c.group == contact.group &&
             c.ligand_is_donor == contact.ligand_is_donor;
    });
    if (same == found_.end())
      found_.push_back(contact);
    else if (contact.distance_A < same->distance_A)
      *same = contact;
  }

  void salt_bridges();
  void hydrogen_bonds();
  void stacked_rings();
  void hydrophobic_contacts();
  void cations_and_rings();
  void halogen_bonds();
  void metals();
  void water_bridges();

  [[nodiscard]] bool in_salt_bridge(Index atom, Index other) const;
  struct Hydrogen {
    DonorHydrogens::View view;
    Index acceptor = 0;
  };
  template <class Add>
  void give(const DonorHydrogens& donor, std::vector<Hydrogen>& candidates, const Add& add) const;

  const Prepared& site_;
  const InteractionLimits& limits_;
  const LigandFeatures& ligand_;
  std::span<const Position> at_;
  std::vector<DonorHydrogens> donors_;
  std::vector<Plane> rings_;
  std::vector<Position> charges_;
  std::vector<Index> single_;
  std::vector<std::pair<Index, Index>> bridged_;  ///< charges of ligand and receptor that form salt bridges
  std::vector<std::pair<Index, Index>> stacked_;  ///< rings of ligand and receptor
  std::vector<Index> spent_, spent_by_receptor_;  ///< donor atoms, once for each hydrogen that they gave
  std::vector<Contact> found_;
};

template <class Prepared>
void PoseView<Prepared>::salt_bridges() {
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

template <class Prepared>
bool PoseView<Prepared>::in_salt_bridge(Index atom, Index other) const {
  return std::ranges::any_of(bridged_, [&](const auto& bridge) {
    return site_.charge_of[other] == bridge.second &&
           std::ranges::binary_search(ligand_.charges[bridge.first].atoms, atom);
  });
}

/// Nearest acceptors first, each hydrogen once, each acceptor once.
template <class Prepared>
template <class Add>
void PoseView<Prepared>::give(const DonorHydrogens& donor, std::vector<Hydrogen>& candidates, const Add& add) const {
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

template <class Prepared>
void PoseView<Prepared>::hydrogen_bonds() {
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

template <class Prepared>
void PoseView<Prepared>::stacked_rings() {
  for (Index g = 0; g < rings_.size(); ++g)
    site_.near_rings.for_each_within(rings_[g].centre_A, limits_.ring_to_ring_A, [&](Index r, double squared) {
      const Plane &own = rings_[g], &other = site_.rings[r];
      if (std::min(offset_A(own, other.centre_A), offset_A(other, own.centre_A)) >= limits_.ring_offset_A) return;
      const double angle = plane_angle_deg(own.normal, other.normal);
      const bool parallel = angle < limits_.plane_deg;
      if (!parallel && angle <= 90.0 - limits_.plane_deg) return;
      stacked_.emplace_back(g, r);
      add_closest({.kind = parallel ? InteractionKind::kPiStackingParallel : InteractionKind::kPiStackingT,
                   .residue = site_.residue_of[site_.features.rings[r].front()],
                   .group = g,
                   .atoms = ligand_.rings[g],
                   .distance_A = std::sqrt(squared),
                   .angle_deg = angle,
                   .ligand_A = own.centre_A,
                   .receptor_A = other.centre_A});
    });
}

template <class Prepared>
void PoseView<Prepared>::hydrophobic_contacts() {
  const auto stacks = [&](Index atom, Index other) {
    return std::ranges::any_of(stacked_, [&](const auto& pair) {
      return std::ranges::count(ligand_.rings[pair.first], atom) > 0 &&
             std::ranges::count(site_.features.rings[pair.second], other) > 0;
    });
  };
  std::vector<Contact> closest;  // of each ligand atom with a residue
  for (const Index atom : ligand_.hydrophobic) {
    const std::size_t before = closest.size();
    site_.near_hydrophobic.for_each_within(at_[atom], limits_.hydrophobic_A, [&](Index h, double) {
      const Index other = site_.features.hydrophobic[h];
      if (stacks(atom, other)) return;
      const Contact contact = between(InteractionKind::kHydrophobic, atom, other);
      const auto same = std::find_if(closest.begin() + static_cast<std::ptrdiff_t>(before), closest.end(),
                                     [&](const Contact& c) { return c.residue == contact.residue; });
      if (same == closest.end())
        closest.push_back(contact);
      else if (std::pair{contact.distance_A, other} < std::pair{same->distance_A, same->receptor_atom})
        *same = contact;
    });
  }
  // Of bonded ligand atoms that touch the same receptor atom, the closest stands for all: nearest first, and what is
  // bonded to something taken or dropped before is dropped.
  std::ranges::sort(closest, {}, [](const Contact& c) { return std::tuple{c.receptor_atom, c.distance_A, c.group}; });
  std::vector<Index> patch;
  for (std::size_t first = 0; first < closest.size();) {
    std::size_t end = first;
    while (end < closest.size() && closest[end].receptor_atom == closest[first].receptor_atom) ++end;
    std::vector<bool> seen(end - first);
    for (std::size_t i = first; i < end; ++i) {
      if (seen[i - first]) continue;
      found_.push_back(closest[i]);
      patch = {closest[i].group};
      for (std::size_t p = 0; p < patch.size(); ++p)
        for (std::size_t j = first; j < end; ++j) {
          const bool bonded = std::ranges::any_of(ligand_.bonds, [&](const Features::Bonded& bond) {
            return std::minmax(bond.atom, bond.neighbour) == std::minmax(patch[p], closest[j].group);
          });
          if (bonded && !seen[j - first]) {
            seen[j - first] = true;
            patch.push_back(closest[j].group);
          }
        }
      seen[i - first] = true;
    }
    first = end;
  }
}

template <class Prepared>
void PoseView<Prepared>::cations_and_rings() {
  for (Index g = 0; g < charges_.size(); ++g) {
    const Features::Charge& own = ligand_.charges[g];
    if (!own.positive) continue;
    site_.near_rings.for_each_within(charges_[g], limits_.ring_to_cation_A, [&](Index r, double squared) {
      const Plane& ring = site_.rings[r];
      if (offset_A(ring, charges_[g]) >= limits_.ring_offset_A) return;
      if (own.substituents.size() == 3 &&
          plane_angle_deg(ring.normal, plane_of(own.substituents, at_).normal) > limits_.plane_deg)
        return;
      add_closest({.kind = InteractionKind::kCationPi,
                   .residue = site_.residue_of[site_.features.rings[r].front()],
                   .group = g,
                   .atoms = own.atoms,
                   .ligand_is_donor = true,
                   .distance_A = std::sqrt(squared),
                   .ligand_A = charges_[g],
                   .receptor_A = ring.centre_A});
    });
  }
  for (Index g = 0; g < rings_.size(); ++g)
    site_.near_charges.for_each_within(rings_[g].centre_A, limits_.ring_to_cation_A, [&](Index c, double squared) {
      const Features::Charge& other = site_.features.charges[c];
      if (!other.positive || offset_A(rings_[g], site_.charges[c]) >= limits_.ring_offset_A) return;
      const Index residue = site_.residue_of[other.atoms.front()];
      const bool stacks = std::ranges::any_of(stacked_, [&](const auto& pair) {
        return pair.first == g && site_.residue_of[site_.features.rings[pair.second].front()] == residue;
      });
      if (stacks) return;
      add_closest({.kind = InteractionKind::kCationPi,
                   .residue = residue,
                   .group = g,
                   .atoms = ligand_.rings[g],
                   .distance_A = std::sqrt(squared),
                   .ligand_A = rings_[g].centre_A,
                   .receptor_A = site_.charges[c]});
    });
}

template <class Prepared>
void PoseView<Prepared>::halogen_bonds() {
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

template <class Prepared>
void PoseView<Prepared>::metals() {
  for (const Index atom : ligand_.metal_binders)
    site_.near_metals.for_each_within(at_[atom], limits_.metal_A, [&](Index m, double) {
      found_.push_back(between(InteractionKind::kMetal, atom, site_.features.metals[m]));
    });
}

template <class Prepared>
void PoseView<Prepared>::water_bridges() {
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

}  // namespace

InteractionSite::InteractionSite(const DockingReceptor& receptor, const InteractionLimits& limits)
    : prepared_(std::make_unique<const Prepared>(receptor, limits)) {}
InteractionSite::~InteractionSite() = default;
InteractionSite::InteractionSite(InteractionSite&&) noexcept = default;

std::vector<Interaction> InteractionSite::find(const LigandFeatures& ligand,
                                               std::span<const Position> heavy_atoms_A) const {
  if (heavy_atoms_A.size() < ligand.atoms)
    throw std::invalid_argument("InteractionSite::find: " + std::to_string(heavy_atoms_A.size()) + " positions for " +
                                std::to_string(ligand.atoms) + " atoms");
  return PoseView{*prepared_, ligand, heavy_atoms_A.first(ligand.atoms)}.told();
}

}  // namespace digitalis
