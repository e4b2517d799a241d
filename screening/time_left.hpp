#pragma once
// When a stage will be done, from how its rate varied lately.

#include <limits>
#include <optional>

#include "screening/run_status.hpp"

namespace digitalis {

/// A figure with the bounds that hold it in nine of ten cases.
struct Interval {
  double low = 0, mid = 0, high = 0;

  friend Interval operator+(const Interval& a, const Interval& b) {
    return {a.low + b.low, a.mid + b.mid, a.high + b.high};
  }
  friend Interval operator*(const Interval& a, double factor) {
    return {a.low * factor, a.mid * factor, a.high * factor};
  }
};

/// Seconds until a stage that is running is done, from the samples of its last ten minutes (of all, where those are
/// fewer than four).
///
/// The rate between successive samples varies; a prediction interval of Student's t for the mean rate of as many such
/// stretches as are still to come gives the bounds: rate +- t(95 %, n - 1) s sqrt(1/n + 1/m), n stretches seen, m to
/// come. It knows nothing of what has not been seen: compounds that get slower towards the end of a library, nodes that
/// will be lost. Where the lower bound of the rate is not above zero `high` is infinite.
///
/// Nothing when the share that is done is not known or has not grown; bounds equal to `mid` are never returned: fewer
/// than three samples give low 0 and high infinite.
[[nodiscard]] std::optional<Interval> time_left_s(const StageStatus& stage);

/// Items per second over the same samples; nothing when there are fewer than two.
[[nodiscard]] std::optional<double> rate_per_s(const StageStatus& stage);

}  // namespace digitalis
