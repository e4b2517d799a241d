#include "scheduler/task_drawer.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace digitalis {

TaskDrawer::TaskDrawer(Functions functions, std::size_t capacity, Bell& bell)
    : functions_(std::move(functions)), capacity_(capacity), bell_(bell), thread_([this] { run(); }) {}

TaskDrawer::~TaskDrawer() {
  stop();
  thread_.join();
}

std::optional<Task> TaskDrawer::take() {
  std::optional<Task> task;
  {
    const std::lock_guard lock(mutex_);
    if (ready_.empty()) {
      if (failure_) std::rethrow_exception(failure_);
      return std::nullopt;
    }
    task = std::move(ready_.front());
    ready_.pop_front();
  }
  room_.notify_one();
  return task;
}

bool TaskDrawer::is_exhausted() const {
  const std::lock_guard lock(mutex_);
  return source_ended_ && ready_.empty();
}

void TaskDrawer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    ready_.clear();
  }
  room_.notify_one();
}

TaskDrawer::Counts TaskDrawer::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void TaskDrawer::run() noexcept {
  try {
    draw();
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
  }
  bell_.ring();
}

void TaskDrawer::draw() {
  for (std::uint64_t expected = 0;; ++expected) {
    {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [this] { return stopped_ || ready_.size() < capacity_; });
      if (stopped_) return;
    }
    auto task = functions_.next_task();
    if (task && task->chunk != expected)
      throw std::logic_error("a task source gave chunk " + std::to_string(task->chunk) + " where chunk " +
                             std::to_string(expected) + " was due");
    const bool is_done = task && functions_.is_done(task->chunk);
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return;
      if (!task) {
        source_ended_ = true;
        return;
      }
      ++counts_.drawn;
      if (is_done)
        ++counts_.done_before;
      else
        ready_.push_back(std::move(*task));
    }
    if (!is_done) bell_.ring();
  }
}

}  // namespace digitalis
