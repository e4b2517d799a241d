#pragma once
// One pose, asked for its interactions: a pass for each kind notes candidates, and what is told twice is dropped within
// the pass. Angles are looked at last: most pairs fail by distance.

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "scoring/interactions/prepared_site.hpp"

namespace digitalis {

/// An interaction before it is told: atoms and residues by their numbers.
struct Contact {
  using Index = std::uint32_t;
  InteractionKind kind{};
  Index residue = 0;
  Index receptor_atom = kNoIndex;  ///< kNoIndex: a ring or charge
  Index group = 0;                 ///< of the ligand: what `atoms` are
  std::span<const Index> atoms{};
  bool ligand_is_donor = false;
  double distance_A = 0.0;
  std::optional<double> angle_deg{};
  Position ligand_A{}, receptor_A{};
  std::optional<Position> water_A{};
};

/// One pose being looked at.
class InteractionSite::PoseView {
 public:
  using Index = std::uint32_t;
  using Features = InteractionFeatures;
  PoseView(const Prepared& site, const LigandFeatures& ligand, std::span<const Position> at);

  /// Sorted as InteractionSite::find() says.
  [[nodiscard]] std::vector<Interaction> told();

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

}  // namespace digitalis
