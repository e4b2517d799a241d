#pragma once
// Tells conformers apart by the shapes of their rings: what torsions about single bonds outside of rings cannot change.

#include <array>
#include <cstdint>
#include <vector>

#include "chem/geometry.hpp"

namespace RDKit {
class ROMol;
}

namespace digitalis {

/// Made once per molecule. Not changed by use: safe to share between threads.
class RingShape {
 public:
  explicit RingShape(const RDKit::ROMol& mol);

  /// Whether any ring can take more than one shape: it has a single bond that is not aromatic and at least 5 atoms.
  [[nodiscard]] bool can_change() const { return !torsions_.empty(); }
  /// Whether a ring of more than 8 atoms can.
  [[nodiscard]] bool has_macrocycle() const { return has_macrocycle_; }

  /// Whether all torsions about ring bonds, those to substituents included (axial or equatorial), agree within 30
  /// degrees, once atoms that are alike are exchanged where that helps. Positions by atom.
  [[nodiscard]] bool same(const std::vector<Position>& a, const std::vector<Position>& b) const;

  /// How many bonds' worth of eclipsing there is in the rings: 0 for chairs, 2 for a twisted boat, 1 for each bond
  /// between tetrahedral atoms whose neighbours stand in line.
  [[nodiscard]] double strain(const std::vector<Position>& at) const;

 private:
  using Torsion = std::array<std::uint32_t, 4>;
  std::vector<Torsion> torsions_;
  std::vector<Torsion> staggered_;  ///< torsions within rings, about bonds that like their neighbours staggered
  std::vector<std::vector<std::uint32_t>> relabelings_;  ///< of atoms; the first leaves them as they are
  bool has_macrocycle_ = false;
};

}  // namespace digitalis
