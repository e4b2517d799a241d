#pragma once
// Journal files for tests, and what reading and writing them throws.

#include <cstdint>
#include <filesystem>
#include <string>

#include "scheduler/journal.hpp"

namespace digitalis::testing {

inline constexpr std::uint64_t kHeadBytes = 4096;  // of a file
inline constexpr std::uint64_t kHeaderBytes = 48;  // of a frame

/// One file with chunks 0, 1 and 2 of stage 5, payloads "zero", "one" and 3 MB of 'x'.
inline std::filesystem::path write_three(const std::filesystem::path& folder) {
  JournalWriter writer(folder, 3, 2);
  writer.append({5, 0}, "zero");
  writer.append({5, 1}, "one");
  writer.append({5, 2}, std::string(3'000'000, 'x'));
  return folder / "rank-00003.attempt-0002.journal";
}

template <class Exception>
std::string message_of(const auto& call) {
  try {
    call();
  } catch (const Exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace digitalis::testing
