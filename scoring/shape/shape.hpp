#pragma once
// The shape of a conformer as a sum of Gaussians, and what of it can hold on to a protein as coloured ones.
// J. A. Grant, M. A. Gallardo, B. T. Pickup, J. Comput. Chem. 17 (1996) 1653-1666,
// doi:10.1002/(SICI)1096-987X(19961115)17:14<1653::AID-JCC7>3.0.CO;2-K.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "chem/geometry.hpp"

namespace digitalis {

enum class Colour : std::uint8_t { kDonor, kAcceptor, kCation, kAnion, kHydrophobe, kRing };
inline constexpr std::size_t kColours = 6;

struct ColourPoint {
  Colour colour{};
  Position at_A{};
};

/// Every heavy atom counts as a carbon of 1.7 Å (which costs nothing in enrichment, and makes one exponential of a
/// pair); first-order overlap, that is pairs only. Height 2.7, so that the Gaussian encloses the sphere's volume.
inline constexpr double kAtomRadius_A = 1.7;
/// Of a coloured Gaussian: a hydrogen bond's partner, a ring's centre match within about so much.
inline constexpr double kColourRadius_A = 1.0;

/// exp(-k d²) is the overlap of two equal Gaussians at distance d, over what it is at 0: k = alpha / 2, where
/// alpha = pi (3 x 2.7 / 4 pi)^(2/3) / radius².
[[nodiscard]] constexpr double overlap_exponent(double radius_A) { return 0.5 * 2.3442286854 / (radius_A * radius_A); }

/// Rotation, then translation.
struct RigidMotion {
  Quaternion turn{1, 0, 0, 0};  ///< of unit length
  Position shift_A{};

  [[nodiscard]] Position operator()(const Position& at_A) const;
  /// The motion that does `first`, then this one.
  [[nodiscard]] RigidMotion after(const RigidMotion& first) const;
  [[nodiscard]] RigidMotion inverse() const;
};

/// In a frame of its own: the mean of the atoms is the origin, they spread most along x and least along z.
struct Shape {
  using Point = std::array<float, 3>;  ///< Å
  std::vector<Point> atoms;            ///< heavy ones, as given
  std::vector<Point> colours;          ///< those of each colour together
  std::array<std::uint32_t, kColours + 1> colour_begins{};
  Position spread_A{};       ///< root mean square coordinates
  double self_shape = 0.0;   ///< overlap with itself, in overlaps of an atom with itself
  double self_colour = 0.0;  ///< the same of the coloured points
  RigidMotion to_frame;      ///< from where the atoms were given

  [[nodiscard]] std::span<const Point> of(std::size_t colour) const {
    return std::span{colours}.subspan(colour_begins[colour], colour_begins[colour + 1] - colour_begins[colour]);
  }
};

/// At least one atom. O(atoms²), 10 µs for a drug-like molecule. Safe to call concurrently.
/// @throws std::invalid_argument  no atom (a bug in the caller)
[[nodiscard]] Shape make_shape(std::span<const Position> atoms_A, std::span<const ColourPoint> colours);

/// Overlaps of two shapes, in overlaps of a Gaussian with itself.
struct Overlaps {
  double shape = 0.0, colour = 0.0;
};

/// Of a library shape moved by `motion` (from its frame to the query's), in double precision: the reference for the
/// kernel, and what scores are computed from. O(atoms²).
[[nodiscard]] Overlaps overlaps(const Shape& query, const Shape& library, const RigidMotion& motion);

/// shared / (a + b - shared); 1 when both are empty.
[[nodiscard]] double overlap_tanimoto(double shared, double self_a, double self_b);

}  // namespace digitalis
