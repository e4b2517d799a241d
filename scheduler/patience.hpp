#pragma once
// How long a rank, or a process that shares a run, may be silent before the others take it for lost.

#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace digitalis {

inline constexpr double kPatience_s = 60.0;

/// DIGITALIS_PATIENCE_S, or the default. 0: for ever. @throws std::invalid_argument  it is no number of seconds
[[nodiscard]] inline double wanted_patience_s() {
  const char* const value = std::getenv("DIGITALIS_PATIENCE_S");
  if (value == nullptr || *value == '\0') return kPatience_s;
  const std::string_view text = value;
  double seconds = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || stop != text.data() + text.size() || !(seconds >= 0.0))
    throw std::invalid_argument("DIGITALIS_PATIENCE_S: '" + std::string(text) +
                                "' is not a number of seconds; hint: 60 is the default, 0 waits for ever");
  return seconds;
}

}  // namespace digitalis
