#include "scoring/shape/usrcat.hpp"

#include <algorithm>
#include <cmath>

namespace digitalis {
namespace {

constexpr std::size_t kPoints = 4, kMoments = 3;

/// Mean, standard deviation, cube root of the skewness; all 0 of nothing.
void add_moments(std::span<const double> distances, double* out) {
  if (distances.empty()) return;
  const auto count = static_cast<double>(distances.size());
  double mean = 0.0, square = 0.0, cube = 0.0;
  for (const double d : distances) mean += d;
  mean /= count;
  for (const double d : distances) {
    square += (d - mean) * (d - mean);
    cube += (d - mean) * (d - mean) * (d - mean);
  }
  const double deviation = std::sqrt(square / count);
  out[0] = mean;
  out[1] = deviation;
  out[2] = deviation > 0.0 ? std::cbrt(cube / count) / deviation : 0.0;
}

}  // namespace

UsrcatKinds usrcat_kinds(std::span<const ColourFeature> features) {
  constexpr std::array kColourOfKind{Colour::kHydrophobe, Colour::kRing, Colour::kAcceptor, Colour::kDonor};
  UsrcatKinds kinds;
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    for (const ColourFeature& feature : features)
      if (feature.colour == kColourOfKind[k])
        kinds[k].insert(kinds[k].end(), feature.atoms.begin(), feature.atoms.end());
    std::ranges::sort(kinds[k]);  // atoms of fused rings count once
    kinds[k].erase(std::ranges::unique(kinds[k]).begin(), kinds[k].end());
  }
  return kinds;
}

Usrcat usrcat(std::span<const Position> atoms_A, const UsrcatKinds& kinds) {
  // The mean, the atom nearest to it, the one farthest from it, and the one farthest from that.
  std::array<Position, kPoints> points{};
  for (const Position& at : atoms_A) points[0] = points[0] + at;
  points[0] = (1.0 / static_cast<double>(atoms_A.size())) * points[0];
  const auto from = [&](std::size_t p) {
    return [&, p](const Position& at) { return squared_distance(at, points[p]); };
  };
  points[1] = *std::ranges::min_element(atoms_A, {}, from(0));
  points[2] = *std::ranges::max_element(atoms_A, {}, from(0));
  points[3] = *std::ranges::max_element(atoms_A, {}, from(2));

  Usrcat moments{};
  std::vector<double> distances;
  double* out = moments.data();
  for (const Position& point : points) {
    distances.clear();
    for (const Position& at : atoms_A) distances.push_back(distance(at, point));
    add_moments(distances, out);
    out += kMoments;
  }
  for (const auto& kind : kinds)
    for (const Position& point : points) {
      distances.clear();
      for (const std::uint32_t atom : kind) distances.push_back(distance(atoms_A[atom], point));
      add_moments(distances, out);
      out += kMoments;
    }
  return moments;
}

double usrcat_similarity(const Usrcat& a, const Usrcat& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return 1.0 / (1.0 + sum / static_cast<double>(kPoints * kMoments));
}

}  // namespace digitalis
