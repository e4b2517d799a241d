#include "scoring/interactions/pose_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <stdexcept>
#include <utility>

#include "scoring/interactions/directions.hpp"

namespace digitalis {
namespace {

constexpr std::array<std::string_view, kPoseFlags> kNames{
    "bond_length",          "bond_angle",     "internal_clash",     "ring_not_flat",
    "double_bond_not_flat", "stereo_changed", "protein_clash",      "cofactor_clash",
    "metal_clash",          "water_clash",    "protein_overlap",    "cofactor_overlap",
    "metal_overlap",        "water_overlap",  "no_protein_contact", "not_checked"};

using Part = ReceptorSpheres::Part;
constexpr std::size_t kParts = 4;

/// The direction in which points around the origin spread least: the eigenvector to the smallest eigenvalue of their
/// covariance, both in closed form. O. K. Smith, Commun. ACM 4 (1961) 168, doi:10.1145/355578.366316.
Position least_spread(std::span<const Position> points) {
  std::array<Position, 3> spread{};
  for (const Position& at : points)
    for (std::size_t row = 0; row < 3; ++row) spread[row] = spread[row] + at[row] * at;
  const double mean = (spread[0][0] + spread[1][1] + spread[2][2]) / 3.0;
  for (std::size_t k = 0; k < 3; ++k) spread[k][k] -= mean;
  const double size =
      std::sqrt((dot(spread[0], spread[0]) + dot(spread[1], spread[1]) + dot(spread[2], spread[2])) / 6.0);
  if (size < 1e-12) return {0, 0, 1};
  const double half = dot(spread[0], cross(spread[1], spread[2])) / (2.0 * size * size * size);
  const double angle = std::acos(std::clamp(half, -1.0, 1.0)) / 3.0;
  const double smallest = 2.0 * size * std::cos(angle + 2.0 * std::numbers::pi / 3.0);
  for (std::size_t k = 0; k < 3; ++k) spread[k][k] -= smallest;
  // What is perpendicular to all rows is perpendicular to the two that differ most.
  Position best{};
  for (const auto& [a, b] : {std::pair{0U, 1U}, std::pair{0U, 2U}, std::pair{1U, 2U}})
    if (const Position normal = cross(spread[a], spread[b]); dot(normal, normal) > dot(best, best)) best = normal;
  return unit(best);
}

/// The largest distance of a point from the plane that fits them best: its normal is the direction in which they spread
/// least.
double off_plane_A(std::vector<Position> points) {
  Position mean{};
  for (const Position& at : points) mean = mean + at;
  mean = (1.0 / static_cast<double>(points.size())) * mean;
  for (Position& at : points) at = at - mean;
  const Position normal = least_spread(points);
  double largest = 0.0;
  for (const Position& at : points) largest = std::max(largest, std::abs(dot(at, normal)));
  return largest;
}

class Check {
 public:
  Check(const PoseGeometry& geometry, const PoseSurroundings& receptor, std::span<const Position> at,
        const PoseCheckLimits& limits)
      : geometry_(geometry), receptor_(receptor), spheres_(receptor.spheres()), at_(at), limits_(limits) {
    distances();
    flat_parts();
    stereo();
    surroundings();
  }
  [[nodiscard]] std::vector<PoseFlag> flags() const {
    std::vector<PoseFlag> flags;
    for (std::size_t f = 0; f < kPoseFlags; ++f)
      if (raised_[f]) flags.push_back(static_cast<PoseFlag>(f));
    return flags;
  }

 private:
  void raise(PoseFlag flag) { raised_[static_cast<std::size_t>(flag)] = true; }
  void raise(PoseFlag of_protein, Part part) {
    raised_[static_cast<std::size_t>(of_protein) + static_cast<std::size_t>(part)] = true;
  }
  static bool is_small(Part part) { return part == Part::kMetal || part == Part::kWater; }

  void distances() {
    for (const PoseGeometry::Bounds& pair : geometry_.bounds) {
      const double found = distance(at_[pair.a], at_[pair.b]);
      if (pair.bonds_apart > 2) {
        if (found < limits_.clash_fraction * pair.least_A) raise(PoseFlag::kInternalClash);
      } else if (found < (1.0 - limits_.bound_fraction) * pair.least_A ||
                 found > (1.0 + limits_.bound_fraction) * pair.most_A) {
        raise(pair.bonds_apart == 1 ? PoseFlag::kBondLength : PoseFlag::kBondAngle);
      }
    }
  }

  void flat_parts() {
    std::vector<Position> points;
    for (const auto& ring : geometry_.aromatic_rings) {
      points.clear();
      for (const std::uint32_t i : ring) points.push_back(at_[i]);
      if (off_plane_A(points) > limits_.plane_A) raise(PoseFlag::kRingNotFlat);
    }
    for (const PoseGeometry::DoubleBond& bond : geometry_.double_bonds) {
      points.clear();
      for (std::size_t end = 0; end < 2; ++end) add_end(bond, end, points);
      if (off_plane_A(points) > limits_.plane_A) raise(PoseFlag::kDoubleBondNotFlat);
    }
  }

  /// An end of a double bond and its two other neighbours; a hydrogen stands away from what is there.
  void add_end(const PoseGeometry::DoubleBond& bond, std::size_t end, std::vector<Position>& points) const {
    constexpr double kHydrogen_A = 1.1;
    const Position& here = at_[bond.ends[end]];
    const Position& there = at_[bond.ends[1 - end]];
    points.push_back(here);
    for (const std::uint32_t i : bond.neighbours[end]) points.push_back(at_[i]);
    if (bond.neighbours[end].size() == 1)
      points.push_back(here + kHydrogen_A * unit(unit(here - there) + unit(here - at_[bond.neighbours[end][0]])));
  }

  void stereo() {
    // Directions of unit length: a flat centre has no hand.
    constexpr double kLeast = 0.1;
    std::map<std::uint32_t, int> hands;  // of groups: 1 as they are, -1 all the other way
    for (const PoseGeometry::Centre& centre : geometry_.centres) {
      const auto to = [&](std::size_t k) { return unit(at_[centre.neighbours[k]] - at_[centre.atom]); };
      const double volume = (centre.right_handed ? 1.0 : -1.0) * dot(to(0), cross(to(1), to(2)));
      const int hand = volume >= kLeast ? 1 : volume <= -kLeast ? -1 : 0;
      const int wanted = centre.group == 0 ? 1 : hands.try_emplace(centre.group, hand).first->second;
      if (hand == 0 || hand != wanted) raise(PoseFlag::kStereoChanged);
    }
    for (const PoseGeometry::Sides& bond : geometry_.sides) {
      const Position axis = unit(at_[bond.atoms[2]] - at_[bond.atoms[1]]);
      const Position a = at_[bond.atoms[0]] - at_[bond.atoms[1]], b = at_[bond.atoms[3]] - at_[bond.atoms[2]];
      const double together = dot(a - dot(a, axis) * axis, b - dot(b, axis) * axis);
      if ((together > 0.0) != bond.same) raise(PoseFlag::kStereoChanged);
    }
  }

  void surroundings() {
    constexpr double kFarthest_A = 6.0;  // beyond any sum of radii, and beyond reach_A
    bool contact = false;
    std::array<std::vector<std::uint32_t>, kParts> overlapping;
    for (std::size_t i = 0; i < geometry_.atoms; ++i)
      receptor_.cells().for_each_within(at_[i], kFarthest_A, [&](std::uint32_t j, double squared) {
        const Part part = spheres_.parts[j];
        const double away_A = std::sqrt(squared);
        contact = contact || (part != Part::kWater && part != Part::kMetal && away_A <= limits_.reach_A);
        const double radii_A =
            is_small(part) ? geometry_.covalent_A[i] + spheres_.covalent_A[j] : geometry_.vdw_A[i] + spheres_.vdw_A[j];
        if (away_A < limits_.contact_fraction * radii_A) raise(PoseFlag::kProteinClash, part);
        if (away_A < scale(part) * (geometry_.vdw_A[i] + spheres_.vdw_A[j]))
          overlapping[static_cast<std::size_t>(part)].push_back(j);
      });
    if (!contact) raise(PoseFlag::kNoProteinContact);
    for (std::size_t p = 0; p < kParts; ++p) {
      std::vector<std::uint32_t>& near = overlapping[p];
      std::ranges::sort(near);
      near.erase(std::unique(near.begin(), near.end()), near.end());
      const Part part = static_cast<Part>(p);
      if (!near.empty() && overlap(near, scale(part)) > limits_.overlap_fraction)
        raise(PoseFlag::kProteinOverlap, part);
    }
  }
  [[nodiscard]] double scale(Part part) const {
    return is_small(part) ? limits_.small_overlap_radius : limits_.overlap_radius;
  }

  /// The share of the ligand's volume that lies within spheres of the receptor, counted on a lattice.
  [[nodiscard]] double overlap(std::span<const std::uint32_t> near, double scale) const {
    Position low{}, high{};
    for (std::size_t k = 0; k < 3; ++k) {
      low[k] = std::numeric_limits<double>::max();
      high[k] = std::numeric_limits<double>::lowest();
    }
    for (std::size_t i = 0; i < geometry_.atoms; ++i)
      for (std::size_t k = 0; k < 3; ++k) {
        low[k] = std::min(low[k], at_[i][k] - scale * geometry_.vdw_A[i]);
        high[k] = std::max(high[k], at_[i][k] + scale * geometry_.vdw_A[i]);
      }
    std::array<std::size_t, 3> size{};
    for (std::size_t k = 0; k < 3; ++k) size[k] = static_cast<std::size_t>((high[k] - low[k]) / limits_.spacing_A) + 2;
    enum : std::uint8_t { kOutside, kInside, kTaken };
    std::vector<std::uint8_t> lattice(size[0] * size[1] * size[2], kOutside);
    const auto fill = [&](const Position& centre, double radius_A, std::uint8_t from, std::uint8_t to) {
      std::array<std::size_t, 3> first{}, end{};
      for (std::size_t k = 0; k < 3; ++k) {
        const auto step = [&](double x) {
          return static_cast<std::size_t>(
              std::clamp(std::ceil((x - low[k]) / limits_.spacing_A), 0.0, static_cast<double>(size[k])));
        };
        first[k] = step(centre[k] - radius_A);
        end[k] = std::min(size[k], step(centre[k] + radius_A) + 1);
      }
      for (std::size_t x = first[0]; x < end[0]; ++x)
        for (std::size_t y = first[1]; y < end[1]; ++y)
          for (std::size_t z = first[2]; z < end[2]; ++z) {
            std::uint8_t& point = lattice[(x * size[1] + y) * size[2] + z];
            const Position at{low[0] + static_cast<double>(x) * limits_.spacing_A,
                              low[1] + static_cast<double>(y) * limits_.spacing_A,
                              low[2] + static_cast<double>(z) * limits_.spacing_A};
            if (point == from && squared_distance(at, centre) <= radius_A * radius_A) point = to;
          }
    };
    for (std::size_t i = 0; i < geometry_.atoms; ++i) fill(at_[i], scale * geometry_.vdw_A[i], kOutside, kInside);
    for (const std::uint32_t j : near) fill(spheres_.positions_A[j], scale * spheres_.vdw_A[j], kInside, kTaken);
    const auto taken = std::ranges::count(lattice, kTaken), free = std::ranges::count(lattice, kInside);
    return static_cast<double>(taken) / static_cast<double>(std::max<std::ptrdiff_t>(1, taken + free));
  }

  const PoseGeometry& geometry_;
  const PoseSurroundings& receptor_;
  const ReceptorSpheres& spheres_;
  std::span<const Position> at_;
  const PoseCheckLimits& limits_;
  std::array<bool, kPoseFlags> raised_{};
};

}  // namespace

std::string_view name_of(PoseFlag flag) { return kNames[static_cast<std::size_t>(flag)]; }

std::optional<PoseFlag> pose_flag(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return {};
  return static_cast<PoseFlag>(found - kNames.begin());
}

std::string to_text(std::span<const PoseFlag> flags) {
  std::string text;
  for (const PoseFlag flag : flags) {
    if (!text.empty()) text += "; ";
    text += name_of(flag);
  }
  return text;
}

std::vector<PoseFlag> check_pose(const PoseGeometry& geometry, const PoseSurroundings& receptor,
                                 std::span<const Position> heavy_atoms_A, const PoseCheckLimits& limits) {
  if (heavy_atoms_A.size() < geometry.atoms)
    throw std::invalid_argument("check_pose: " + std::to_string(heavy_atoms_A.size()) + " positions for " +
                                std::to_string(geometry.atoms) + " atoms");
  return Check{geometry, receptor, heavy_atoms_A, limits}.flags();
}

}  // namespace digitalis
