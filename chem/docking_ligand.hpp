#pragma once
// A ligand as docking sees it: rigid fragments joined by bonds that turn, plain arrays, no RDKit.
//
//        fragment 0 (root: moves and turns freely)
//        /        \            a fragment turns about the bond axis_from (in its parent) -> axis_to (its own first
//        atom)
//   fragment 1   fragment 2
//        |                     side chains of the receptor that may turn are fragments too; their roots are kFixed
//   fragment 3

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chem/docking_atom_type.hpp"
#include "chem/geometry.hpp"

namespace digitalis {

struct DockingLigand {
  static constexpr std::int32_t kFree = -1;   ///< the parent of fragment 0: it moves and turns freely
  static constexpr std::int32_t kFixed = -2;  ///< the parent of a side chain's root: it never moves

  struct Fragment {
    std::int32_t parent = kFree;  ///< index of a fragment before this one, or kFree (fragment 0 only), or kFixed
    std::uint32_t axis_from = 0;  ///< atom of the parent; unused in fragments without a parent
    std::uint32_t first = 0;      ///< own scored atoms are [first, end), never empty; `first` is the axis' second atom
    std::uint32_t end = 0;
  };

  /// An atom that moves along but is not scored: a hydrogen.
  struct Passenger {
    std::uint32_t fragment = 0;
    std::uint32_t source = 0;  ///< index in the molecule or file that the ligand was made of
  };

  std::vector<Fragment> fragments;    ///< parents before children, so that atoms are in fragment order
  std::vector<AtomType> types;        ///< one per scored atom
  std::vector<std::uint32_t> source;  ///< of each scored atom: its index in the molecule or file
  std::vector<Passenger> passengers;
  /// Each conformer: positions of the scored atoms, then of the passengers. All conformers share one torsion tree and
  /// differ in what does not turn (rings). At least one.
  std::vector<std::vector<Position>> conformers;
  /// Pairs of scored atoms (i < j) of the ligand whose distance can vary and that are more than three bonds apart.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  /// The same between ligand and turning side chains, and within and between side chains.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> side_chain_pairs;
  double effective_torsions = 0.0;  ///< N_tors of the Vina score: a bond to a terminal group counts half
  std::uint32_t torsions = 0;       ///< bonds that turn, those that turn hydrogens only included (TORSDOF)
  std::uint32_t ligand_atoms = 0;   ///< scored atoms [0, ligand_atoms) are the ligand's, the rest are side chains'

  [[nodiscard]] std::size_t atoms() const { return types.size(); }
  /// Bonds that docking turns.
  [[nodiscard]] std::size_t turning() const {
    std::size_t count = 0;
    for (const Fragment& fragment : fragments) count += fragment.parent >= 0 ? 1 : 0;
    return count;
  }
};

/// Where a ligand is: a conformer, moved, turned and twisted. Default: the conformer as it is, for a ligand without
/// torsions, once `position_A` is that of its first atom.
struct Pose {
  std::uint32_t conformer = 0;
  Position position_A{};  ///< of scored atom 0
  Quaternion orientation{1, 0, 0, 0};
  std::vector<double> torsions_rad;  ///< relative to the conformer, one per fragment with a parent, in fragment order
};

/// The pose that leaves a conformer as it is.
[[nodiscard]] Pose pose_of_conformer(const DockingLigand& ligand, std::uint32_t conformer = 0);

/// Positions in a pose: the scored atoms, then the passengers. O(atoms), double precision; the reference for every
/// faster implementation. Safe to call concurrently.
[[nodiscard]] std::vector<Position> place_atoms(const DockingLigand& ligand, const Pose& pose);

/// Throws std::logic_error naming the first thing that breaks the rules above (a bug in whoever made the ligand).
void check_invariants(const DockingLigand& ligand);

}  // namespace digitalis
