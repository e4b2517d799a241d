#include "screening/governance/dates.hpp"

#include <cstdio>

namespace digitalis::governance {
namespace {

/// Value of `count` digits from `begin` on; -1 when one is none.
int digits(std::string_view text, std::size_t begin, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(begin, count)) {
    if (c < '0' || c > '9') return -1;
    value = 10 * value + (c - '0');
  }
  return value;
}

std::string padded(long long value, int width) {
  char text[24];
  std::snprintf(text, sizeof text, "%0*lld", width, value);
  return text;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int y = digits(text, 0, 4), m = digits(text, 5, 2), d = digits(text, 8, 2);
  if (y < 1900 || m < 0 || d < 0) return std::nullopt;
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!date.ok()) return std::nullopt;
  return Date{date};
}

std::optional<Time> parse_time(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z')
    return std::nullopt;
  const std::optional<Date> date = parse_date(text.substr(0, 10));
  const int h = digits(text, 11, 2), m = digits(text, 14, 2), s = digits(text, 17, 2);
  if (!date || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59) return std::nullopt;
  return Time{*date} + hours{h} + minutes{m} + seconds{s};
}

std::string to_text(Date date) {
  const std::chrono::year_month_day parts{date};
  return padded(static_cast<int>(parts.year()), 4) + "-" + padded(static_cast<unsigned>(parts.month()), 2) + "-" +
         padded(static_cast<unsigned>(parts.day()), 2);
}

std::string to_text(Time time) {
  const Date date = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock{time - date};
  return to_text(date) + "T" + padded(clock.hours().count(), 2) + ":" + padded(clock.minutes().count(), 2) + ":" +
         padded(clock.seconds().count(), 2) + "Z";
}

Date years_later(Date date, int years) {
  std::chrono::year_month_day later{date};
  later += std::chrono::years{years};
  if (!later.ok()) later = later.year() / later.month() / std::chrono::last;
  return Date{later};
}

Time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

}  // namespace digitalis::governance
