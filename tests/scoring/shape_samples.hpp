#pragma once
// Shapes for tests: molecules drawn by numbers.

#include <cmath>
#include <random>
#include <vector>

#include "scoring/shape/shape.hpp"

namespace digitalis {

struct Drawn {
  std::vector<Position> atoms;
  std::vector<ColourPoint> colours;
  [[nodiscard]] Shape shape() const { return make_shape(atoms, colours); }
  [[nodiscard]] Drawn moved(const RigidMotion& motion) const {
    Drawn result = *this;
    for (Position& at : result.atoms) at = motion(at);
    for (ColourPoint& point : result.colours) point.at_A = motion(point.at_A);
    return result;
  }
};

/// A chain that turns at random, with a coloured point at every third atom.
inline Drawn random_chain(unsigned seed, std::size_t atoms) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Drawn drawn;
  Position at{};
  for (std::size_t i = 0; i < atoms; ++i) {
    drawn.atoms.push_back(at);
    if (i % 3 == 0) drawn.colours.push_back({static_cast<Colour>(random() % kColours), at});
    Position step{1.0 + normal(random), normal(random), normal(random)};
    at = at + (1.5 / std::sqrt(dot(step, step))) * step;
  }
  return drawn;
}

inline RigidMotion random_motion(unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Quaternion turn{normal(random), normal(random), normal(random), normal(random)};
  double norm2 = 0.0;
  for (const double part : turn) norm2 += part * part;
  for (double& part : turn) part /= std::sqrt(norm2);
  return {turn, {5.0 * normal(random), 5.0 * normal(random), 5.0 * normal(random)}};
}

}  // namespace digitalis
