#pragma once
// Shape in sixty numbers, for telling quickly which overlays are worth making: distances of all atoms, and of those of
// four kinds, from four points of the molecule, as mean, spread and skew.
// P. J. Ballester, W. G. Richards, J. Comput. Chem. 28 (2007) 1711-1723, doi:10.1002/jcc.20681 (USR);
// A. M. Schreyer, T. Blundell, J. Cheminform. 4 (2012) 27, doi:10.1186/1758-2946-4-27 (USRCAT).

#include <array>
#include <span>
#include <vector>

#include "scoring/shape/colour_features.hpp"

namespace digitalis {

/// All atoms; hydrophobic ones, aromatic ones, acceptors, donors.
using Usrcat = std::array<double, 60>;
using UsrcatKinds = std::array<std::vector<std::uint32_t>, 4>;

/// Atoms of the kinds as our colours tell them; the paper's own SMARTS count halogens and sulfur otherwise.
[[nodiscard]] UsrcatKinds usrcat_kinds(std::span<const ColourFeature> features);

/// At least one atom. O(atoms), allocates little, safe to call concurrently. Equals RDKit's USRCAT for the same kinds.
[[nodiscard]] Usrcat usrcat(std::span<const Position> atoms_A, const UsrcatKinds& kinds);

/// 1 / (1 + sum of mean absolute differences over all atoms and the four kinds): 1 for equal ones.
[[nodiscard]] double usrcat_similarity(const Usrcat& a, const Usrcat& b);

}  // namespace digitalis
