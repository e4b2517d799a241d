#pragma once
// Local search for the best overlay of two shapes, many at once: see the essay in overlay_kernel.cpp.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "scoring/shape/shape.hpp"

namespace digitalis::overlay_kernel {

/// What is sought is the largest shape x (shape Tanimoto) + colour x (colour Tanimoto).
struct Objective {
  float shape = 1.0f, colour = 1.0f;
  float tolerance = 1e-4f;        ///< a search ends where the next step promises less
  std::uint32_t most_steps = 40;  ///< that are accepted
};

/// x, y, z, then a unit quaternion w, x, y, z: from the library shape's frame to the query's.
using LanePose = std::array<float, 7>;

/// A place to search from; where the search ended, and what it is worth there.
struct Search {
  const Shape* library = nullptr;
  LanePose pose{};
  float value = 0.0f;
};

/// Moves each search uphill. What comes of one depends on itself only, not on those beside it; it varies in the last
/// digits with the instruction set, some of which fuse multiplication and addition.
///
/// @return  objectives computed, for benchmarks
/// Safe to call concurrently; allocates some 20 kB.
std::uint64_t climb(const Shape& query, const Objective& objective, std::span<Search> searches);

/// The objective at a pose, and what it changes by per Å of translation and radian of rotation about the library
/// shape's origin. For tests.
float value_and_gradient(const Shape& query, const Shape& library, const Objective& objective, const LanePose& pose,
                         std::array<float, 6>& gradient);

/// As Highway names it.
[[nodiscard]] std::string_view instruction_set();

}  // namespace digitalis::overlay_kernel
