#pragma once
// Draws tasks ahead of the hand-out in a thread of its own, because drawing may decompress a file and rank 0's main
// thread has others to answer. Knows nothing of MPI.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "scheduler/bell.hpp"
#include "scheduler/stage_runner.hpp"

namespace digitalis {

class TaskDrawer {
 public:
  struct Functions {
    std::function<std::optional<Task>()> next_task;
    std::function<bool(std::uint64_t)> is_done;  ///< tasks of these chunks are dropped
  };
  struct Counts {
    std::uint64_t drawn = 0;
    std::uint64_t done_before = 0;  ///< of these, dropped
  };

  /// Starts drawing; at most `capacity` tasks wait. `bell` rings when one is there and at the end; it outlives this.
  TaskDrawer(Functions functions, std::size_t capacity, Bell& bell);
  /// Waits for the task that is being drawn.
  ~TaskDrawer();
  TaskDrawer(const TaskDrawer&) = delete;
  TaskDrawer& operator=(const TaskDrawer&) = delete;

  /// A task if one is ready. Throws what next_task threw, once the tasks drawn before are taken, and std::logic_error
  /// when it skipped a chunk.
  [[nodiscard]] std::optional<Task> take();
  /// The source came to its end and all its tasks were taken.
  [[nodiscard]] bool is_exhausted() const;
  /// Draws no more and drops what waits.
  void stop();
  [[nodiscard]] Counts counts() const;

 private:
  void run() noexcept;
  void draw();

  const Functions functions_;
  const std::size_t capacity_;
  Bell& bell_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::deque<Task> ready_;
  bool source_ended_ = false;
  bool stopped_ = false;
  Counts counts_;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace digitalis
