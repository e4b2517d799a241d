#pragma once
// How an affinity grid lies in memory: a head, then a map per type in order of type, each with some padding.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "chem/docking_atom_type.hpp"
#include "chem/geometry.hpp"

namespace digitalis::affinity_block {

inline constexpr std::size_t kAlignment = 64;

/// A set of atom types, one bit each.
using Types = std::uint32_t;
static_assert(kAtomTypes < 32);
[[nodiscard]] constexpr bool contains(Types types, std::size_t type) { return (types >> type & 1U) != 0; }
/// All, when empty.
[[nodiscard]] Types types_of(std::span<const AtomType> wanted);

/// Where the points lie.
struct Lattice {
  std::array<std::int32_t, 3> points{};
  Position origin_A{};
  double spacing_A = 0.0;

  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(points[0]) * static_cast<std::size_t>(points[1]) *
           static_cast<std::size_t>(points[2]);
  }
  [[nodiscard]] Position at(std::size_t x, std::size_t y, std::size_t z) const {
    return origin_A + spacing_A * Position{static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)};
  }
  [[nodiscard]] Box box() const;
};

/// One cell at least, as many as cover the box, and the same centre. Throws std::invalid_argument for a box or spacing
/// that is not finite, and for more than 2^28 points.
[[nodiscard]] Lattice lattice_over(const Box& box, double spacing_A);

inline constexpr std::uint32_t kFormat = 1;  ///< goes up when the layout or the values change
inline constexpr std::array<char, 8> kMagic{'D', 'G', 'T', 'L', 'G', 'R', 'I', 'D'};

/// Plain data: it is shared between processes and saved.
struct Head {
  std::array<char, 8> magic;
  std::uint32_t format;
  Types types;
  std::array<std::int32_t, 3> points;
  std::uint32_t unused;
  Position origin_A;
  double spacing_A;
  std::array<char, 32> digest;    ///< of what decides about the values
  std::array<char, 32> checksum;  ///< of the rest of the file; 0 in memory

  [[nodiscard]] Lattice lattice() const { return {points, origin_A, spacing_A}; }
};
inline constexpr std::size_t kHeadBytes = 192;
static_assert(sizeof(Head) <= kHeadBytes && kHeadBytes % kAlignment == 0);

/// With the element behind it that may be read.
[[nodiscard]] std::size_t map_bytes(const Lattice& lattice);
[[nodiscard]] std::size_t block_bytes(const Lattice& lattice, Types types);

/// The head of a block of `bytes` bytes, when a grid of this format is in it and fits; else nullptr.
[[nodiscard]] const Head* find_head(const void* block, std::size_t bytes);

/// Aligned to kAlignment or more; large blocks on pages as large as the system has: the search reads at random, and
/// small ones miss in the page tables' cache.
[[nodiscard]] std::shared_ptr<void> allocate(std::size_t bytes);

}  // namespace digitalis::affinity_block
