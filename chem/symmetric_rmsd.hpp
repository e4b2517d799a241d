#pragma once
// The deviation of a pose from a reference, over the symmetry of the molecule: the smallest heavy-atom RMSD of all ways
// to map the molecule onto itself, without superposition.
// R. Meli, P. C. Biggin, J. Cheminf. 12 (2020) 49, doi:10.1186/s13321-020-00455-2.

#include <memory>
#include <span>
#include <vector>

#include "chem/geometry.hpp"
#include "chem/ligand_preparation.hpp"

namespace digitalis {

/// Mappings of one molecule's heavy atoms onto another's, found once, used for many poses.
class SymmetricRmsd {
 public:
  /// Matches by elements and connectivity; bond orders, charges and hydrogens are not compared (a carboxylate turns).
  /// Throws UsageError when the two are not the same molecule.
  SymmetricRmsd(const PreparedLigand& ligand, const PreparedLigand& reference);

  /// @param positions  of the ligand as place_atoms() gives them
  /// @return           Å
  [[nodiscard]] double operator()(std::span<const Position> positions) const;

 private:
  std::vector<std::vector<std::uint32_t>> reference_of_;  // for each mapping: reference atom of each scored atom
  std::vector<Position> reference_A_;
};

}  // namespace digitalis
