#pragma once
// Dates and times of agreements and records: UTC, in the one form of ISO 8601 that sorts as text.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace digitalis::governance {

using Date = std::chrono::sys_days;
using Time = std::chrono::sys_seconds;

/// "2026-11-22", an existing day; else nothing.
[[nodiscard]] std::optional<Date> parse_date(std::string_view text);
/// "2026-11-22T09:30:00Z"; else nothing.
[[nodiscard]] std::optional<Time> parse_time(std::string_view text);
[[nodiscard]] std::string to_text(Date date);
[[nodiscard]] std::string to_text(Time time);
/// The same day that many years later; 29 February becomes the 28th where there is none.
[[nodiscard]] Date years_later(Date date, int years);
/// The system's clock.
[[nodiscard]] Time now();

}  // namespace digitalis::governance
