#pragma once
// The vector part of similarity.cpp: sums rows of the transposed actives. Compiled once per instruction set, chosen at
// run time.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace digitalis::similarity_kernel {

/// Rows are 16 or 32 bytes, or a multiple of 64: padded with actives that have no bit.
inline constexpr std::size_t kNarrowLane = 16;
inline constexpr std::size_t kWideLane = 64;

/// The most rows that byte counters can sum.
inline constexpr std::size_t kMostRowsPerSum = 255;

/// The most actives for which find_nearest() may be used: it holds their numbers in 16 bits.
inline constexpr std::size_t kMostActives = 32'000;

/// The most actives that similarities() may be asked for at a time.
inline constexpr std::size_t kBlock = 512;

/// The known actives, a row per fingerprint bit: one byte per active, 1 where the active has the bit. All arrays but
/// row_of_bit are aligned to 64 bytes.
struct ActiveMatrix {
  const std::uint8_t* rows;           ///< the first row is all 0
  const std::uint32_t* row_of_bit;    ///< where a bit's row starts, in units of kNarrowLane bytes; 0: no active has it
  std::size_t stride;                 ///< bytes per row
  const std::int32_t* on_bits;        ///< number of on-bits of each active, shape (stride)
  const std::int16_t* short_on_bits;  ///< the same in 16 bits
};

struct Nearest {
  std::uint32_t active;  ///< the first among equals
  std::uint32_t shared;  ///< bits it shares with the compound
};

/// The active with the largest shared / (its on-bits + the compound's - shared).
///
/// @param bits  on-bits of the compound, ascending; 1 to kMostRowsPerSum
/// Only where (on-bits of the largest active + the compound's) x (the most they can share) <= 32767 and
/// stride <= kMostActives. Safe to call concurrently, allocates nothing.
[[nodiscard]] Nearest find_nearest(const ActiveMatrix& actives, std::span<const std::uint16_t> bits);

/// Tanimoto coefficients of the compound to actives [first, first + out.size()), padding included.
///
/// @param bits   on-bits of the compound, ascending; at least 1
/// @param first  a multiple of kBlock
/// @param out    aligned to 64 bytes; the lesser of kBlock and what is left of the row
/// Safe to call concurrently, allocates nothing.
void similarities(const ActiveMatrix& actives, std::span<const std::uint16_t> bits, std::size_t first,
                  std::span<double> out);

/// As Highway names it.
[[nodiscard]] std::string_view instruction_set();

}  // namespace digitalis::similarity_kernel
