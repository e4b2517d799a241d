#pragma once
// Which lanes of a vector are left when those whose bit is not set are dropped. Highway's Compress has such a table
// too, but GCC copies it to the stack at each call (Highway 1.0, vectors of up to 8 lanes).

#include <array>
#include <cstddef>
#include <cstdint>

namespace digitalis {

/// Row m, for up to 8 lanes: numbers of the set bits of m in ascending order, then 0.
inline constexpr auto kPackedLanes = [] {
  std::array<std::array<std::uint8_t, 8>, 256> rows{};
  for (std::size_t mask = 0; mask < rows.size(); ++mask)
    for (std::size_t bit = 0, count = 0; bit < 8; ++bit)
      if ((mask >> bit & 1U) != 0) rows[mask][count++] = static_cast<std::uint8_t>(bit);
  return rows;
}();

}  // namespace digitalis
