#pragma once
// The vector part of similarity.cpp: sums rows of the transposed actives. Compiled once per instruction set, chosen at
// run time.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace digitalis::similarity_kernel {

/// Actives per row are padded to a multiple of this (to kWideLane beyond it) with actives that have no bit.
inline constexpr std::size_t kNarrowLane = 16;
inline constexpr std::size_t kWideLane = 64;

/// The most rows that byte counters can sum.
inline constexpr std::size_t kMostRowsPerSum = 255;

/// The most actives for which find_nearest() may be used: it holds their numbers in 16 bits.
inline constexpr std::size_t kMostActives = 32'000;

/// The known actives, a row per fingerprint bit: one byte per active, 1 where the active has the bit.
struct ActiveMatrix {
  const std::uint8_t* rows;  ///< aligned to 64 bytes
  std::size_t stride;        ///< bytes per row: 16, 32 or a multiple of 64
  const std::int32_t*
      on_bits;  ///< number of on-bits of each active, aligned to 64 bytes, shape (stride); 0 for padding
  const std::int16_t* short_on_bits;  ///< the same in 16 bits
};

struct Nearest {
  std::uint32_t active;  ///< the first among equals
  std::uint32_t shared;  ///< bits it shares with the compound
};

/// The active with the largest shared / (its bits + `compound_bits` - shared).
///
/// @param rows           offsets of the rows of the compound's bits; at most kMostRowsPerSum, repetitions allowed
/// @param compound_bits  on-bits of the compound, at least 1
/// Only where (largest active + compound_bits) x (most that can be shared) <= 32767 and stride <= kMostActives.
/// Safe to call concurrently, allocates nothing.
[[nodiscard]] Nearest find_nearest(const ActiveMatrix& actives, std::span<const std::size_t> rows,
                                   std::int16_t compound_bits);

/// The most actives that similarities() may be asked for at a time.
inline constexpr std::size_t kBlock = 512;

/// Tanimoto coefficients of the compound to actives [first, first + out.size()), for any number of rows.
/// `first` is a multiple of kBlock, out.size() at most kBlock and a multiple of 16 (of 32 or 64 where stride is), `out`
/// aligned to 64 bytes, compound_bits at least 1. Safe to call concurrently, allocates nothing.
void similarities(const ActiveMatrix& actives, std::span<const std::size_t> rows, std::int32_t compound_bits,
                  std::size_t first, std::span<double> out);

/// As Highway names it.
[[nodiscard]] std::string_view instruction_set();

}  // namespace digitalis::similarity_kernel
