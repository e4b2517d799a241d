#pragma once
// The vector part of affinity_grid.cpp: sums the receptor's energies at the points of a lattice. Compiled once per
// instruction set, chosen at run time.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace digitalis::affinity_kernel {

/// Energies that are summed at a time, one per lane. A table's row holds that many or half as many.
inline constexpr std::size_t kMostLanes = 16;

/// Rows of a table per Å. The radii and ramps of the scoring functions are multiples of 0.05 Å, so that kinks fall
/// between rows and not into them.
inline constexpr std::int32_t kRowsPerA = 40;

/// Receptor atoms by the part of their energies that depends on more than radii.
enum Class : std::size_t { kPlain, kHydrophobic, kDonor, kAcceptor, kDonorAndAcceptor };
inline constexpr std::size_t kClasses = 5;

/// Largest energy in a map: what a half can hold, with room for interpolation.
inline constexpr float kMostEnergy = 60'000.0F;

/// Receptor atoms in order of class. Coordinates in Å from lattice point (0, 0, 0).
struct Atoms {
  std::vector<float> x, y, z;
  std::vector<std::int32_t> table;                        ///< where the atom's table starts, in floats
  std::array<std::uint32_t, kClasses + 1> class_start{};  ///< atoms of class c are [class_start[c], class_start[c + 1])
};

/// A map is the sum of a few of the sums that are formed. Lane l of class c has number c x kMostLanes + l, and lane l
/// of all classes together kClasses x kMostLanes + l.
struct Map {
  std::array<std::uint32_t, kClasses + 1> parts{};  ///< numbers of sums
  std::uint32_t count = 0;                          ///< how many of `parts`
  const float* bias = nullptr;                      ///< added; one per lattice point, z fastest; may be null
  std::uint64_t* corners = nullptr;                 ///< the result, see affinity_grid.hpp
};

struct Task {
  std::array<std::int32_t, 3> points{};
  float spacing_A = 0.0F;
  std::size_t lanes = kMostLanes;  ///< kMostLanes or half of it
  /// Row i of a table is for r in [i, i + 1) / kRowsPerA: `lanes` energies at its start, then how much they rise over
  /// it. Rows up to the cutoff. Aligned to 64 bytes.
  const float* tables = nullptr;
  const Atoms* atoms = nullptr;
  std::span<const Map> maps;
};

/// Fills the corners of all maps. Allocates; safe to call concurrently.
void fill(const Task& task);

/// As Highway names it.
[[nodiscard]] std::string_view instruction_set();

}  // namespace digitalis::affinity_kernel
