#pragma once
// Quantities as people read them.

#include <cstdint>
#include <string>

#include "screening/time_left.hpp"

namespace digitalis {

/// Three figures, without exponent: 0.0123, 1.23, 123, 12346.
[[nodiscard]] std::string three_figures(double value);
/// "0:39", "12:05", "1:02:03", "3 d 4:05:06"; "unknown" for what is not finite.
[[nodiscard]] std::string duration(double seconds);
/// "512 B", "3.20 MiB".
[[nodiscard]] std::string byte_size(double bytes);
/// "1.23 (1.10 to 1.41)" with `as` for each figure; "unknown" takes the place of bounds that are not finite.
[[nodiscard]] std::string with_bounds(const Interval& interval, std::string (*as)(double));

}  // namespace digitalis
