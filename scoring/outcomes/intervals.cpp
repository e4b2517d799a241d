#include "scoring/outcomes/intervals.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace digitalis {
namespace {

constexpr double kByarFrom = 10.0;

double normal_quantile(double confidence) {
  return boost::math::quantile(boost::math::normal{}, confidence + 0.5 * (1.0 - confidence));
}

}  // namespace

Interval poisson_interval(double count, double confidence) {
  if (count < kByarFrom) {
    const double tail = 0.5 * (1.0 - confidence);
    const auto half_quantile = [](double freedom, double p) {
      return 0.5 * boost::math::quantile(boost::math::chi_squared{freedom}, p);
    };
    return {count > 0.0 ? half_quantile(2.0 * count, tail) : 0.0, half_quantile(2.0 * count + 2.0, 1.0 - tail)};
  }
  const double z = normal_quantile(confidence);
  const auto byar = [&](double x, double sign) {
    return x * std::pow(1.0 - 1.0 / (9.0 * x) + sign * z / (3.0 * std::sqrt(x)), 3.0);
  };
  return {byar(count, -1.0), byar(count + 1.0, 1.0)};
}

Interval proportion_interval(double count, double total, double confidence) {
  const double z = normal_quantile(confidence);
  const double middle = 2.0 * count + z * z;
  const double spread = z * std::sqrt(z * z + 4.0 * count * (1.0 - count / total));
  const double scale = 2.0 * (total + z * z);
  return {(middle - spread) / scale, (middle + spread) / scale};
}

double percentile(std::span<const double> ascending, double p) {
  const double at = p * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const double above = ascending[std::min(below + 1, ascending.size() - 1)];
  return ascending[below] + (at - static_cast<double>(below)) * (above - ascending[below]);
}

}  // namespace digitalis
