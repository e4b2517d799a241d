#include "screening/time_left.hpp"

#include <boost/math/distributions/students_t.hpp>

#include <cmath>
#include <span>

namespace digitalis {
namespace {

constexpr double kWindow_s = 600;
constexpr std::size_t kFewest = 4;

std::span<const RateSample> lately(const StageStatus& stage) {
  const std::span<const RateSample> all{stage.recent};
  if (all.size() <= kFewest) return all;
  std::size_t first = all.size() - kFewest;
  while (first > 0 && all.back().at_s - all[first - 1].at_s <= kWindow_s) --first;
  return all.subspan(first);
}

}  // namespace

std::optional<double> rate_per_s(const StageStatus& stage) {
  const auto samples = lately(stage);
  if (samples.size() < 2) return std::nullopt;
  const double span_s = samples.back().at_s - samples.front().at_s;
  if (span_s <= 0) return std::nullopt;
  return static_cast<double>(samples.back().items - samples.front().items) / span_s;
}

std::optional<Interval> time_left_s(const StageStatus& stage) {
  const auto samples = lately(stage);
  if (stage.finished) return Interval{};
  if (stage.fraction < 0 || samples.size() < 2) return std::nullopt;
  const double span_s = samples.back().at_s - samples.front().at_s;
  const double rate = span_s > 0 ? (samples.back().fraction - samples.front().fraction) / span_s : 0.0;
  if (rate <= 0) return std::nullopt;
  const double left = 1.0 - stage.fraction;
  Interval time{0, left / rate, std::numeric_limits<double>::infinity()};
  const auto n = static_cast<double>(samples.size() - 1);
  if (n < 2) return time;
  double squares = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const double stretch_s = samples[i].at_s - samples[i - 1].at_s;
    if (stretch_s <= 0) continue;
    const double off = (samples[i].fraction - samples[i - 1].fraction) / stretch_s - rate;
    squares += stretch_s * off * off;
  }
  const double deviation = std::sqrt(squares / span_s * n / (n - 1));
  const double to_come = std::max(1e-9, time.mid / (span_s / n));
  const boost::math::students_t student{n - 1};
  const double margin = boost::math::quantile(student, 0.95) * deviation * std::sqrt(1 / n + 1 / to_come);
  time.low = left / (rate + margin);
  if (rate > margin) time.high = left / (rate - margin);
  return time;
}

}  // namespace digitalis
