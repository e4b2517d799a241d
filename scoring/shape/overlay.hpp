#pragma once
// The best overlay of library conformers on a query conformer, by shape and colour: the combo score of J. A. Grant et
// al. (1996, see shape.hpp) and T. S. Rush, J. A. Grant, L. Mosyak, A. Nicholls, J. Med. Chem. 48 (2005) 1489-1495,
// doi:10.1021/jm040163o.

#include <span>
#include <string_view>
#include <vector>

#include "scoring/shape/shape.hpp"

namespace digitalis {

struct OverlayOptions {
  double shape_weight = 1.0, colour_weight = 1.0;  ///< what the overlay makes the most of
};

struct Overlay {
  double shape = 0.0;   ///< Tanimoto of the overlaps of atoms, 0 to 1
  double colour = 0.0;  ///< of coloured points
  RigidMotion motion;   ///< from the library shape's frame to the query's

  [[nodiscard]] double combo() const { return shape + colour; }  ///< 0 to 2
};

/// The best local optimum for each library shape. Starts: principal axes on principal axes, in the four ways that a
/// rotation can, each at three places along the longest; and with axes exchanged where one of the two shapes spreads
/// nearly equally along them. Each answer depends on its two shapes alone. About 40 µs for a drug-like pair with
/// AVX-512, where several come at once, those of like size next to each other. Safe to call concurrently.
[[nodiscard]] std::vector<Overlay> overlay(const Shape& query, std::span<const Shape> library,
                                           const OverlayOptions& options = {});

/// Two shapes as they lie.
[[nodiscard]] Overlay overlay_at(const Shape& query, const Shape& library, const RigidMotion& motion);

/// Two shapes as they were given to make_shape(): poses that someone else overlaid.
[[nodiscard]] Overlay overlay_as_given(const Shape& query, const Shape& library);

/// As Highway names it: the instruction set that overlays use here.
[[nodiscard]] std::string_view overlay_instruction_set();

}  // namespace digitalis
