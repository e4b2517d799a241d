#pragma once
// Finds the interactions of poses with one receptor.
//
// Definitions are those of PLIP: S. Salentin et al., Nucleic Acids Res. 43 (2015) W443-W447, doi:10.1093/nar/gkv315,
// with the limits of M. F. Adasme et al., Nucleic Acids Res. 49 (2021) W530-W534, doi:10.1093/nar/gkab294. Where ours
// differ, README.md says how and why.
//
//   hbond                 donor to acceptor < 4.1 Å, donor-hydrogen...acceptor > 100 degrees; hydrogens that can turn
//   do so salt_bridge           centres of opposite charges < 5.5 Å hydrophobic           carbons bonded to carbon and
//   hydrogen only < 4.0 Å pi_stacking_parallel  centres of aromatic rings < 5.5 Å, planes < 30 degrees, offset < 2.0 Å
//   pi_stacking_t         the same with planes > 60 degrees
//   cation_pi             centre of a positive charge to that of an aromatic ring < 6.0 Å, offset < 2.0 Å
//   halogen_bond          Cl, Br, I of the ligand to N, O, S < 4.0 Å, C-X...A 165 +- 30 degrees, X...A-Y 120 +- 30
//   metal                 metal to N, O, S with a lone pair < 3.0 Å
//   water_bridge          water that the receptor keeps to an atom of either side 2.5 to 4.1 Å, donor-hydrogen...water
//                         > 100 degrees, angle at the water 71 to 140 degrees
//
// Offset: from one ring's centre to that of the other (or the charge), seen along the first ring's normal; of two rings
// the smaller one.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "chem/docking_receptor.hpp"
#include "chem/interaction_features.hpp"
#include "scoring/interactions/interaction.hpp"

namespace digitalis {

struct InteractionLimits {
  double hydrogen_bond_A = 4.1;
  double hydrogen_bond_deg = 100.0;  ///< at least, at the hydrogen
  double salt_bridge_A = 5.5;
  double hydrophobic_A = 4.0;
  double ring_to_ring_A = 5.5;
  double ring_to_cation_A = 6.0;
  double ring_offset_A = 2.0;
  double plane_deg = 30.0;  ///< at most, from parallel or perpendicular
  double halogen_A = 4.0;
  double halogen_donor_deg = 165.0;
  double halogen_acceptor_deg = 120.0;
  double halogen_spread_deg = 30.0;
  double metal_A = 3.0;
  double water_least_A = 2.5;
  double water_most_A = 4.1;
  double water_hydrogen_deg = 100.0;  ///< at least, at a donor's hydrogen
  double water_least_deg = 71.0;      ///< at the water
  double water_most_deg = 140.0;
  double water_best_deg = 110.0;  ///< of several bridges through a water those nearest to it are told
};

/// A receptor prepared for the question; immutable, safe to share between threads.
class InteractionSite {
 public:
  /// Copies what it needs. O(atoms), some milliseconds.
  explicit InteractionSite(const DockingReceptor& receptor, const InteractionLimits& limits = {});
  ~InteractionSite();
  InteractionSite(InteractionSite&&) noexcept;

  /// @param heavy_atoms_A  of the pose, in the order that the features count in; features.atoms of them
  /// @return  sorted by kind, residue (in the receptor's order), atoms of the ligand. One for each pair of atoms or
  ///          groups, and of those: each hydrogen gives once, to the nearest; hydrogen bonds within a salt bridge are
  ///          part of it and not told again; hydrophobic contacts are the closest of each ligand atom with a residue,
  ///          of neighbouring ligand atoms with an atom, and none of rings that stack; a ring or charge has one
  ///          interaction of a kind with a residue, the closest; a histidine that stacks is no cation; at most two
  ///          bridges go through a water.
  /// @throws std::invalid_argument  when positions are missing (a bug in the caller)
  /// About 10 µs.
  [[nodiscard]] std::vector<Interaction> find(const LigandFeatures& ligand,
                                              std::span<const Position> heavy_atoms_A) const;

 private:
  struct Prepared;
  class PoseView;
  std::unique_ptr<const Prepared> prepared_;
};

}  // namespace digitalis
