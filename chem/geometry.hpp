#pragma once
// Points, rotations and boxes in space. All lengths in Å.

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace digitalis {

using Position = std::array<double, 3>;    ///< x, y, z in Å
using Quaternion = std::array<double, 4>;  ///< w, x, y, z; a unit one is a rotation

[[nodiscard]] inline Position operator+(const Position& a, const Position& b) {
  return {a[0] + b[0], a[1] + b[1], a[2] + b[2]};
}
[[nodiscard]] inline Position operator-(const Position& a, const Position& b) {
  return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}
[[nodiscard]] inline Position operator*(double factor, const Position& a) {
  return {factor * a[0], factor * a[1], factor * a[2]};
}
[[nodiscard]] inline double dot(const Position& a, const Position& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
[[nodiscard]] inline Position cross(const Position& a, const Position& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
[[nodiscard]] inline double squared_distance(const Position& a, const Position& b) {
  const Position d = a - b;
  return dot(d, d);
}
[[nodiscard]] inline double distance(const Position& a, const Position& b) { return std::sqrt(squared_distance(a, b)); }

/// A box with its sides along the axes.
struct Box {
  Position center_A{};
  Position size_A{};

  [[nodiscard]] Position low() const { return center_A - 0.5 * size_A; }
  [[nodiscard]] Position high() const { return center_A + 0.5 * size_A; }
  [[nodiscard]] bool contains(const Position& at) const {
    for (std::size_t k = 0; k < 3; ++k)
      if (std::abs(at[k] - center_A[k]) > 0.5 * size_A[k]) return false;
    return true;
  }
  /// From the point to the nearest point of the box; 0 inside.
  [[nodiscard]] double squared_distance_to(const Position& at) const {
    double sum = 0.0;
    for (std::size_t k = 0; k < 3; ++k) {
      const double outside = std::max(0.0, std::abs(at[k] - center_A[k]) - 0.5 * size_A[k]);
      sum += outside * outside;
    }
    return sum;
  }
};

/// The smallest box around the points, `margin_A` wider on every side. At least one point.
[[nodiscard]] inline Box box_around(std::span<const Position> points, double margin_A) {
  Position low = points.front(), high = points.front();
  for (const Position& at : points)
    for (std::size_t k = 0; k < 3; ++k) {
      low[k] = std::min(low[k], at[k]);
      high[k] = std::max(high[k], at[k]);
    }
  return {0.5 * (low + high), high - low + Position{2 * margin_A, 2 * margin_A, 2 * margin_A}};
}

}  // namespace digitalis
