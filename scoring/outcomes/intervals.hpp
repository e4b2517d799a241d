#pragma once
// Intervals of counts and proportions as public health publishes them.
// N. E. Breslow, N. E. Day, IARC Sci. Publ. 82 (1987) 69 (Byar); E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212,
// doi:10.1080/01621459.1927.10502953.

#include <span>

namespace digitalis {

struct Interval {
  double low = 0.0, high = 0.0;
};

/// Of a Poisson count's expectation: Byar's approximation from 10 on, exact (chi-squared) below.
/// @param count       >= 0
/// @param confidence  in (0, 1)
[[nodiscard]] Interval poisson_interval(double count, double confidence = 0.95);

/// Wilson's score interval of a proportion. @param count 0 .. total; `total` > 0
[[nodiscard]] Interval proportion_interval(double count, double total, double confidence = 0.95);

/// Between the two nearest of ascending values, which are not none. @param p 0 .. 1
[[nodiscard]] double percentile(std::span<const double> ascending, double p);

}  // namespace digitalis
