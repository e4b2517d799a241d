#pragma once
// Which bonds of a ligand turn, and what docking makes of it: fragments, the pairs of atoms whose distance can vary,
// and how many torsions the score counts. Plain arrays: the same rules hold for molecules and for PDBQT files.

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "chem/docking_ligand.hpp"

namespace digitalis {

/// Rigid fragments over all atoms, hydrogens included, as the BRANCH lines of a PDBQT file would put it.
struct TorsionTree {
  struct Fragment {
    std::int32_t parent = -1;                  ///< a fragment before this one; -1: the root, fragment 0
    std::uint32_t axis_from = 0, axis_to = 0;  ///< the bond that turns: an atom of the parent, an atom of this one
    bool frozen = false;  ///< counts as a torsion, but is not turned: a linear group, a ring that was cut open
  };
  std::vector<Fragment> fragments;
  std::vector<std::uint32_t> fragment_of;  ///< one per atom
};

using Neighbours = std::vector<std::vector<std::uint32_t>>;  ///< bonded atoms of each atom

using Bond = std::pair<std::uint32_t, std::uint32_t>;

/// The tree that falls out when the bonds in `turning`, none of them in a ring, turn. Its root is the fragment from
/// which the way to the farthest one is shortest, the larger of two such, so that errors of angles add up least.
/// `weight` is what counts as an atom there. `bonds` join all atoms. O(atoms).
[[nodiscard]] TorsionTree torsion_tree_of(const Neighbours& bonds, std::span<const Bond> turning,
                                          std::span<const char> weight);

/// Whether the distance of two atoms is the same whatever turns.
class FixedDistances {
 public:
  explicit FixedDistances(const TorsionTree& tree);
  [[nodiscard]] bool operator()(std::uint32_t a, std::uint32_t b) const;

 private:
  std::vector<std::vector<std::uint32_t>> bodies_;
};

/// The ligand without conformers.
///
/// Fragments that move no scored atom besides their own first one become part of their parent: turning them changes no
/// score. They count as torsions all the same, half of one each, as do all bonds to a terminal group: N_tors is that of
/// AutoDock Vina 1.2, not the number of BRANCH lines.
/// @param types  none for atoms that are not scored; those become passengers
/// @param bonds  among all atoms; decide which pairs are more than three bonds apart
/// At least one atom of the root fragment must be scored.
[[nodiscard]] DockingLigand docking_ligand_of(const TorsionTree& tree, std::span<const std::optional<AtomType>> types,
                                              const Neighbours& bonds);

/// Positions in source order to those of a conformer: scored atoms, then passengers.
[[nodiscard]] std::vector<Position> conformer_of(const DockingLigand& ligand, std::span<const Position> by_source);

/// The way back; atoms that are neither scored nor passengers stay at the origin.
[[nodiscard]] std::vector<Position> by_source(const DockingLigand& ligand, std::span<const Position> positions,
                                              std::size_t source_atoms);

}  // namespace digitalis
