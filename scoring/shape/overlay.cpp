#include "scoring/shape/overlay.hpp"

#include <algorithm>
#include <cmath>

#include "scoring/shape/overlay_kernel.hpp"

namespace digitalis {
namespace {

using overlay_kernel::LanePose;
using overlay_kernel::Search;

// Root mean square coordinates along two axes are nearly equal when the lesser is at least this share of the larger.
constexpr double kNearlyEqual = 0.85;

bool nearly_equal(const Shape& shape, std::size_t a, std::size_t b) {
  return shape.spread_A[b] >= kNearlyEqual * shape.spread_A[a];
}

/// Where to search from. On 267 pairs of crystal ligands the shifted starts raise the mean combo score from 0.958 to
/// 0.970 for twice the time; halfway shifts add another 0.0006.
std::vector<LanePose> starts_of(const Shape& query, const Shape& library) {
  const auto h = static_cast<float>(std::sqrt(0.5));
  std::vector<LanePose> starts;
  const auto add = [&](float x, std::initializer_list<std::array<float, 4>> turns) {
    for (const auto& [w, a, b, c] : turns) starts.push_back({x, 0, 0, w, a, b, c});
  };
  const auto along = static_cast<float>(0.5 * (query.spread_A[0] + library.spread_A[0]));
  for (const float share : {0.0f, 1.0f, -1.0f})
    add(share * along, {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}});
  const bool xy = nearly_equal(query, 0, 1) || nearly_equal(library, 0, 1);
  const bool yz = nearly_equal(query, 1, 2) || nearly_equal(library, 1, 2);
  if (xy) add(0, {{h, 0, 0, h}, {h, 0, 0, -h}, {0, h, h, 0}, {0, h, -h, 0}});  // x and y exchanged
  if (yz) add(0, {{h, h, 0, 0}, {h, -h, 0, 0}, {0, 0, h, h}, {0, 0, h, -h}});
  if (xy && yz) {
    add(0, {{h, 0, h, 0}, {h, 0, -h, 0}, {0, h, 0, h}, {0, h, 0, -h}});
    for (const float a : {0.5f, -0.5f})
      for (const float b : {0.5f, -0.5f})
        for (const float c : {0.5f, -0.5f}) add(0, {{0.5f, a, b, c}});  // the three axes in a circle
  }
  return starts;
}

RigidMotion motion_of(const LanePose& pose) {
  RigidMotion motion;
  double norm2 = 0.0;
  for (std::size_t k = 0; k < 3; ++k) motion.shift_A[k] = pose[k];
  for (std::size_t k = 0; k < 4; ++k) motion.turn[k] = pose[3 + k], norm2 += motion.turn[k] * motion.turn[k];
  for (double& part : motion.turn) part /= std::sqrt(norm2);
  return motion;
}

}  // namespace

std::vector<Overlay> overlay(const Shape& query, std::span<const Shape> library, const OverlayOptions& options) {
  std::vector<Search> searches;
  std::vector<std::size_t> ends;
  for (const Shape& shape : library) {
    for (const LanePose& start : starts_of(query, shape)) searches.push_back({&shape, start});
    ends.push_back(searches.size());
  }
  const overlay_kernel::Objective objective{.shape = static_cast<float>(options.shape_weight),
                                            .colour = static_cast<float>(options.colour_weight)};
  overlay_kernel::climb(query, objective, searches);
  std::vector<Overlay> overlays;
  for (std::size_t i = 0; i < library.size(); ++i) {
    const auto of_shape = std::span{searches}.subspan(i == 0 ? 0 : ends[i - 1], ends[i] - (i == 0 ? 0 : ends[i - 1]));
    const auto best = std::ranges::max_element(of_shape, {}, &Search::value);
    overlays.push_back(overlay_at(query, library[i], motion_of(best->pose)));
  }
  return overlays;
}

Overlay overlay_at(const Shape& query, const Shape& library, const RigidMotion& motion) {
  const Overlaps shared = overlaps(query, library, motion);
  return {overlap_tanimoto(shared.shape, query.self_shape, library.self_shape),
          overlap_tanimoto(shared.colour, query.self_colour, library.self_colour), motion};
}

Overlay overlay_as_given(const Shape& query, const Shape& library) {
  return overlay_at(query, library, query.to_frame.after(library.to_frame.inverse()));
}

std::string_view overlay_instruction_set() { return overlay_kernel::instruction_set(); }

}  // namespace digitalis
