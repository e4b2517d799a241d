// Every kind asks the same question: which of the receptor's points lie near a point of the ligand. Points of a kind
// are in a cell list of their own, so that an answer costs the few that are near.

#include "scoring/interactions/interaction_site.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <tuple>

#include "scoring/interactions/pose_view.hpp"

namespace digitalis {

InteractionSite::PoseView::PoseView(const Prepared& site, const LigandFeatures& ligand, std::span<const Position> at)
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

std::vector<Interaction> InteractionSite::PoseView::told() {
  std::ranges::sort(found_, {}, [](const Contact& c) {
    return std::tuple{c.kind, c.residue, c.atoms.front(), c.group, c.receptor_atom, c.distance_A};
  });
  std::vector<Interaction> interactions;
  interactions.reserve(found_.size());
  for (const Contact& c : found_) {
    Interaction& told = interactions.emplace_back();
    told.kind = c.kind;
    told.residue = site_.residues[c.residue];
    if (c.receptor_atom != kNoIndex) told.receptor_atom = site_.names[c.receptor_atom];
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
