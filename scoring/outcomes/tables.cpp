#include "scoring/outcomes/tables.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace digitalis {

std::optional<Day> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t length) {
    int value = -1;
    const char* begin = text.data() + at;
    const auto [end, error] = std::from_chars(begin, begin + length, value);
    return error == std::errc{} && end == begin + length && *begin != '-' ? value : -1;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 0 || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return Day{date};
}

std::string to_text(Day day) {
  const std::chrono::year_month_day date{day};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

bool contains(const Population& outer, const Population& inner) {
  // E92000001 is England, and its regions are E12...; K02, K03, K04 hold England and more.
  const bool area = outer.area_code == inner.area_code ||
                    (outer.area_level == "national" &&
                     (outer.area_code.front() == 'K' ||
                      (outer.area_code.front() == inner.area_code.front() && inner.area_level != "national")));
  return area && outer.period_start <= inner.period_start && inner.period_end <= outer.period_end &&
         (outer.sex == "persons" || outer.sex == inner.sex) && outer.ages.youngest <= inner.ages.youngest &&
         inner.ages.oldest <= outer.ages.oldest;
}

}  // namespace digitalis
