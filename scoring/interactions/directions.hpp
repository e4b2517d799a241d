#pragma once
// Unit vectors and the angles between them.

#include <algorithm>
#include <cmath>
#include <numbers>

#include "chem/geometry.hpp"

namespace digitalis {

/// Of a vector without length: along x.
[[nodiscard]] inline Position unit(const Position& a) {
  const double length = std::sqrt(dot(a, a));
  return length > 1e-9 ? (1.0 / length) * a : Position{1, 0, 0};
}

/// Between two directions of any length, 0 to 180.
[[nodiscard]] inline double angle_deg(const Position& a, const Position& b) {
  const double cosine = dot(a, b) / std::sqrt(std::max(dot(a, a) * dot(b, b), 1e-18));
  return std::acos(std::clamp(cosine, -1.0, 1.0)) * 180.0 / std::numbers::pi;
}

/// Some direction perpendicular to a unit vector.
[[nodiscard]] inline Position perpendicular(const Position& a) {
  return unit(std::abs(a[0]) < 0.9 ? cross(a, {1, 0, 0}) : cross(a, {0, 1, 0}));
}

}  // namespace digitalis
