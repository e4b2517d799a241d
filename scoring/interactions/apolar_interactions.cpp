// Stacked rings, cations on rings, hydrophobic contacts.

#include <algorithm>
#include <cmath>

#include "scoring/interactions/pose_view.hpp"

namespace digitalis {
namespace {

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

}  // namespace

void InteractionSite::PoseView::stacked_rings() {
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

void InteractionSite::PoseView::hydrophobic_contacts() {
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

void InteractionSite::PoseView::cations_and_rings() {
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

}  // namespace digitalis
