#pragma once
// Which parts of a molecule carry a colour: what they are is perceived once, where they stand follows from a
// conformer's coordinates.

#include <span>
#include <vector>

#include "chem/interaction_features.hpp"
#include "scoring/shape/shape.hpp"

namespace digitalis {

struct ColourFeature {
  Colour colour{};
  std::vector<std::uint32_t> atoms;  ///< at their mean; never empty
};

/// Donors and acceptors of hydrogen bonds by atom, charges by group, aromatic rings, and as hydrophobes what is
/// neither: connected carbons without polar neighbours, six at most to one, and halogens. In order of colour, then of
/// atoms: independent of how the molecule was written.
[[nodiscard]] std::vector<ColourFeature> colour_features(const LigandFeatures& ligand);

[[nodiscard]] std::vector<ColourPoint> colour_points(std::span<const ColourFeature> features,
                                                     std::span<const Position> atoms_A);

}  // namespace digitalis
