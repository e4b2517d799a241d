#pragma once
// Where the hydrogens of a donor point, from the atoms around it. Those that can turn point to whoever asks.

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>

#include "chem/interaction_features.hpp"
#include "scoring/interactions/directions.hpp"

namespace digitalis {

class DonorHydrogens {
 public:
  /// A hydrogen as an acceptor sees it.
  struct View {
    Position at_A{};
    double angle_deg = 0.0;   ///< donor-hydrogen...acceptor
    double distance_A = 0.0;  ///< hydrogen to acceptor
    std::uint32_t which = 0;  ///< of those that cannot turn; hydrogens that turn are all 0
  };

  DonorHydrogens(const InteractionFeatures::Donor& donor, std::span<const Position> atoms_A);
  [[nodiscard]] const Position& donor_A() const { return donor_A_; }
  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] bool turns() const { return turns_; }
  /// The hydrogen that is nearest to an acceptor.
  [[nodiscard]] View towards(const Position& acceptor_A) const;

 private:
  static constexpr double kBond_A = 1.0;
  [[nodiscard]] View seen(const Position& direction, const Position& acceptor_A, std::uint32_t which) const;

  Position donor_A_{};
  std::uint32_t count_ = 1;
  bool turns_ = false;
  std::uint32_t directions_ = 0;         ///< 0: anywhere; when they turn: 1, the axis
  std::array<Position, 2> direction_{};  ///< unit vectors
};

inline DonorHydrogens::DonorHydrogens(const InteractionFeatures::Donor& donor, std::span<const Position> atoms_A)
    : donor_A_(atoms_A[donor.atom]), count_(donor.hydrogens) {
  using enum InteractionFeatures::Hydrogens;
  constexpr double kTetrahedral = 54.75 * std::numbers::pi / 180.0, kTrigonal = 60.0 * std::numbers::pi / 180.0;
  const auto away = [&](std::size_t k) { return unit(donor_A_ - atoms_A[donor.neighbours[k]]); };
  const auto two = [&](const Position& axis, const Position& side, double angle_rad) {
    directions_ = 2;
    direction_ = {std::cos(angle_rad) * axis + std::sin(angle_rad) * side,
                  std::cos(angle_rad) * axis - std::sin(angle_rad) * side};
  };
  switch (donor.where) {
    case kAnywhere: turns_ = true; return;
    case kCone:
      turns_ = true;
      directions_ = 1;
      direction_[0] = away(0);
      return;
    case kPlanar: {
      const Position axis = away(0);
      const Position beyond = atoms_A[donor.neighbours[1]] - atoms_A[donor.neighbours[0]];
      two(axis, unit(beyond - dot(beyond, axis) * axis), kTrigonal);
      return;
    }
    case kPair: two(unit(away(0) + away(1)), unit(cross(away(0), away(1))), kTetrahedral); return;
    case kOpposite: {
      Position sum{};
      for (std::size_t k = 0; k < donor.neighbour_count; ++k) sum = sum + away(k);
      directions_ = 1;
      direction_[0] = unit(sum);
      return;
    }
  }
}

inline DonorHydrogens::View DonorHydrogens::seen(const Position& direction, const Position& acceptor_A,
                                                 std::uint32_t which) const {
  const Position at = donor_A_ + kBond_A * direction;
  return {at, angle_deg(donor_A_ - at, acceptor_A - at), distance(at, acceptor_A), which};
}

inline DonorHydrogens::View DonorHydrogens::towards(const Position& acceptor_A) const {
  const Position to = acceptor_A - donor_A_;
  if (directions_ == 0) return seen(unit(to), acceptor_A, 0);
  if (turns_) {
    constexpr double kFromAxis = 70.5 * std::numbers::pi / 180.0;
    const Position& axis = direction_[0];
    const Position off = to - dot(to, axis) * axis;
    const Position side = dot(off, off) > 1e-12 ? unit(off) : perpendicular(axis);
    return seen(std::cos(kFromAxis) * axis + std::sin(kFromAxis) * side, acceptor_A, 0);
  }
  View best = seen(direction_[0], acceptor_A, 0);
  for (std::uint32_t k = 1; k < directions_; ++k)
    if (const View other = seen(direction_[k], acceptor_A, k); other.distance_A < best.distance_A) best = other;
  return best;
}

}  // namespace digitalis
