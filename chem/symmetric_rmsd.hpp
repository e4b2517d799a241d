#pragma once
// The deviation of a pose from a reference, over the symmetry of the molecule: the smallest heavy-atom RMSD of all ways
// to map the molecule onto itself, without superposition.
// R. Meli, P. C. Biggin, J. Cheminf. 12 (2020) 49, doi:10.1186/s13321-020-00455-2.

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "chem/geometry.hpp"
#include "chem/ligand_preparation.hpp"
#include "chem/molecule_graph.hpp"

namespace digitalis {

/// The ways to map one molecule's heavy atoms onto another's, found once, used for many poses. Symmetric branches are
/// told apart one by one, so that a molecule of many tert-butyl groups costs no more than their sum; see the source.
class SymmetricRmsd {
 public:
  /// Matches by elements and connectivity; bond orders, charges and hydrogens are not compared (a carboxylate turns).
  /// Bonds are the molecules', or by distance for ligands of formats without bonds.
  /// Throws UsageError when the two are not the same molecule.
  SymmetricRmsd(const PreparedLigand& ligand, const PreparedLigand& reference);

  /// @param reference_A  one position per atom of `reference`
  /// Throws UsageError when the two are not the same molecule.
  SymmetricRmsd(const MoleculeGraph& ligand, const MoleculeGraph& reference, std::vector<Position> reference_A);

  /// @param positions  of the ligand as place_atoms() gives them; further ones (hydrogens) are not looked at
  /// @return           Å
  /// About 1 µs for a drug, once made in some 0.2 ms. Safe to call concurrently.
  [[nodiscard]] double operator()(std::span<const Position> positions) const;

 private:
  static constexpr std::uint32_t kNoMatch = std::numeric_limits<std::uint32_t>::max();

  /// Equal branches of one atom against those of its image: each is assigned another one.
  struct Branches {
    std::uint32_t count = 0;
    std::vector<std::uint32_t> matches;  ///< index into matches_, or kNoMatch; shape (count, count)
  };
  /// An atom on its image, with everything that hangs on the two by bridges.
  struct AtomPair {
    std::uint32_t ligand = 0, reference = 0;
    std::vector<Branches> branches;
  };
  /// A part without bridges on another one, in every way.
  struct Match {
    std::vector<AtomPair> pairs;
    std::vector<std::vector<std::uint32_t>> mappings;  ///< each: one index into pairs per atom of the part
  };
  class Builder;

  [[nodiscard]] static double cheapest(const Branches& branches, std::span<const double> cost_of_match);

  std::vector<Match> matches_;  ///< a match stands after those that it needs
  Branches whole_;              ///< the connected pieces of the ligand; usually one
  std::vector<Position> reference_A_;
  std::uint32_t atoms_ = 0;
};

}  // namespace digitalis
