#pragma once
// What a quarantined process and its parent tell each other, over one socket that is the child's standard input:
//
//   parent -> child   kTask    the task
//   child -> parent   kReady   set up: from here on time counts
//                     kBegin   an item begins (its number)
//                     kResult  the finished chunk, or kFailed: an exception ended the work
//
// Each message has its length and a checksum: a child that writes over its memory is not believed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scheduler/stage_runner.hpp"

namespace digitalis::quarantine_pipe {

enum class Kind : std::uint32_t { kTask = 1, kReady, kBegin, kResult, kFailed };

struct Message {
  Kind kind = Kind::kFailed;
  std::string payload;
};

/// A message as it travels.
[[nodiscard]] std::string to_bytes(Kind kind, std::string_view payload);
/// Takes the first message from what has arrived; nothing while it is not all there. Throws std::runtime_error when
/// what is there is no message.
[[nodiscard]] std::optional<Message> take(std::string& arrived);

[[nodiscard]] std::string to_bytes(std::uint64_t number);
[[nodiscard]] std::string to_bytes(const Task& task);
[[nodiscard]] std::string to_bytes(const ChunkResult& result);
/// Throw std::runtime_error when the bytes are cut short.
[[nodiscard]] std::uint64_t number_from(std::string_view bytes);
[[nodiscard]] Task task_from(std::string_view bytes);
[[nodiscard]] ChunkResult result_from(std::string_view bytes);

}  // namespace digitalis::quarantine_pipe
