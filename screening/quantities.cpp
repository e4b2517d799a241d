#include "screening/quantities.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace digitalis {

std::string three_figures(double value) {
  if (!std::isfinite(value)) return "unknown";
  std::array<char, 64> text{};
  const int decimals =
      value == 0.0 ? 0 : std::clamp(2 - static_cast<int>(std::floor(std::log10(std::abs(value)))), 0, 9);
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string duration(double seconds) {
  constexpr double kMost_s = 1e12;
  if (!std::isfinite(seconds) || seconds > kMost_s) return "unknown";
  const auto whole = static_cast<long long>(std::max(0.0, std::round(seconds)));
  std::array<char, 64> text{};
  const long long days = whole / 86400, hours = whole / 3600 % 24, minutes = whole / 60 % 60, rest = whole % 60;
  if (days > 0)
    std::snprintf(text.data(), text.size(), "%lld d %lld:%02lld:%02lld", days, hours, minutes, rest);
  else if (hours > 0)
    std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld", hours, minutes, rest);
  else
    std::snprintf(text.data(), text.size(), "%lld:%02lld", minutes, rest);
  return text.data();
}

std::string byte_size(double bytes) {
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
  return (unit == 0 ? std::to_string(static_cast<long long>(bytes)) : three_figures(bytes)) + " " + kUnits[unit];
}

std::string with_bounds(const Interval& interval, std::string (*as)(double)) {
  return as(interval.mid) + " (" + as(interval.low) + " to " + as(interval.high) + ")";
}

}  // namespace digitalis
