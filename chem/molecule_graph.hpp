#pragma once
// A molecule as a plain graph of its atoms other than hydrogen: which elements, which of them are bonded. Bond orders
// and charges are left out, because files disagree about them.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "chem/docking_atom_type.hpp"
#include "chem/geometry.hpp"

namespace digitalis {

struct MoleculeGraph {
  std::vector<std::uint8_t> elements;                          ///< atomic numbers, one per atom
  std::vector<std::pair<std::uint32_t, std::uint32_t>> bonds;  ///< each once, in any order

  [[nodiscard]] std::size_t atoms() const { return elements.size(); }
};

/// The element of an atom type. Metals are not told apart: 0. Boron is scored as a carbon, and so is a carbon here.
[[nodiscard]] std::uint8_t element_of(AtomType type);

/// Atoms of two elements that are closer than this count as bonded: 1.25 times the sum of their covalent radii (B.
/// Cordero et al., Dalton Trans. (2008) 2832-2838, doi:10.1039/b801115j), so that long bonds of crystal structures do.
[[nodiscard]] double longest_bond_A(std::uint8_t a, std::uint8_t b);

/// Bonds by distance, as longest_bond_A() says. For ligands of formats without bonds. O(atoms^2), safe to call
/// concurrently.
/// @param types, positions  as many of each
[[nodiscard]] MoleculeGraph graph_by_distance(std::span<const AtomType> types, std::span<const Position> positions);

}  // namespace digitalis
