#pragma once
// The letters of a stage, as bytes; stage_runner.cpp draws their way. Ranks of one run are the same program on machines
// of the same byte order.

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "scheduler/hand_out.hpp"
#include "scheduler/stage_runner.hpp"

namespace digitalis::letters {

/// From a rank to rank 0; followed by runs of chunks that are finished and safely on disk.
struct Report {
  RankState state;
  std::uint64_t items = 0;
  std::uint64_t rejects = 0;
  StopKind stop = StopKind::kNone;
  int is_done = 0;  ///< after a stop: nothing is in work, the journal is synced
  int is_last = 0;  ///< the answer to kOver: this rank sends nothing more in this stage
};

/// From rank 0; kTasks is followed by tasks.
struct Order {
  enum class Kind : int { kTasks, kDrain, kStop, kOver };
  Kind kind = Kind::kDrain;
  StopKind stop = StopKind::kNone;
  StageOutcome outcome;  ///< of kOver
};

template <class T>
void put(std::string& bytes, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
[[nodiscard]] T take(std::string_view& bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (bytes.size() < sizeof(T)) throw std::logic_error("a rank sent a letter that is cut short");
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return value;
}

/// A task and how many chunks from it on are like it.
struct TaskRun {
  Task task;
  std::uint64_t count = 1;
};

inline void put_task(std::string& bytes, const Task& task, std::uint64_t count = 1) {
  put(bytes, task.chunk);
  put(bytes, count);
  put(bytes, static_cast<std::uint64_t>(task.payload.size()));
  put(bytes, static_cast<int>(task.suspect));
  bytes.append(task.payload);
}

[[nodiscard]] inline TaskRun take_task(std::string_view& bytes) {
  TaskRun run;
  run.task.chunk = take<std::uint64_t>(bytes);
  run.count = take<std::uint64_t>(bytes);
  const auto size = take<std::uint64_t>(bytes);
  run.task.suspect = take<int>(bytes) != 0;
  if (bytes.size() < size) throw std::logic_error("a rank sent a task that is cut short");
  run.task.payload = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return run;
}

}  // namespace digitalis::letters
