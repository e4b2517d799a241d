#include "scheduler/item_watch.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <utility>

#include "scheduler/process_memory.hpp"

namespace digitalis {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLookEvery{250};

// begin_item() is called deep inside the work on a chunk, by code that knows nothing of who runs it.
thread_local ItemObserver* t_observer = nullptr;

std::string in_seconds(double elapsed, double limit) {
  char text[80];
  std::snprintf(text, sizeof text, "has been in work for %.1f s, more than %g s", elapsed, limit);
  return text;
}

}  // namespace

void begin_item(std::uint64_t item) {
  if (t_observer != nullptr) t_observer->begin(item);
}

ObservedItems::ObservedItems(ItemObserver& observer) : before_(std::exchange(t_observer, &observer)) {}
ObservedItems::~ObservedItems() { t_observer = before_; }

ItemWatch::ItemWatch(std::string stage, ItemLimits limits, std::function<void(const std::string&)> overstepped)
    : stage_(std::move(stage)), limits_(limits), overstepped_(std::move(overstepped)) {
  if (!overstepped_ || (limits_.seconds <= 0.0 && limits_.memory_bytes == 0)) return;
  if (const std::uint64_t held = own_memory_bytes(); limits_.memory_bytes > 0 && held > limits_.memory_bytes)
    throw std::runtime_error(stage_ + ": a rank holds " + in_GiB(held) + " before its work begins, more than the " +
                             in_GiB(limits_.memory_bytes) +
                             " it may take; hint: ask for more memory, run fewer ranks on a node, or set "
                             "memory_GiB_per_rank in [limits]");
  thread_ = std::thread([this] { watch(); });
}

ItemWatch::~ItemWatch() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ItemWatch::watch() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kLookEvery, [this] { return is_over_; })) {
    const std::string wrong = look();
    if (wrong.empty()) continue;
    lock.unlock();  // the threads at work go on meanwhile
    overstepped_(wrong);
    return;
  }
}

std::string ItemWatch::look() const {
  if (limits_.seconds > 0.0) {
    const auto now = Clock::now();
    for (const AtWork* const thread : at_work_) {
      const auto since = thread->since_.load();
      if (since == Clock::time_point{}) continue;
      const double seconds = std::chrono::duration<double>(now - since).count();
      if (seconds > limits_.seconds) return describe(*thread, seconds);
    }
  }
  if (limits_.memory_bytes == 0) return {};
  const std::uint64_t held = own_memory_bytes();
  if (held <= limits_.memory_bytes) return {};
  return stage_ + ": a rank holds " + in_GiB(held) + ", more than the " + in_GiB(limits_.memory_bytes) +
         " it may take, with " + std::to_string(at_work_.size()) + " chunks in work";
}

std::string ItemWatch::describe(const AtWork& thread, double seconds) const {
  std::string name = "item " + std::to_string(thread.item_.load());
  try {
    if (thread.describe_) name = thread.describe_(thread.item_.load());
  } catch (const std::exception&) {
    // Its number has to do.
  }
  return stage_ + ": " + name + " of chunk " + std::to_string(thread.chunk_) + " " +
         in_seconds(seconds, limits_.seconds);
}

ItemWatch::AtWork::AtWork(ItemWatch& watch, std::uint64_t chunk, Describe describe)
    : watch_(watch), chunk_(chunk), describe_(std::move(describe)), observed_(*this) {
  const std::lock_guard lock(watch_.mutex_);
  watch_.at_work_.push_back(this);
}

ItemWatch::AtWork::~AtWork() {
  const std::lock_guard lock(watch_.mutex_);
  std::erase(watch_.at_work_, this);
}

void ItemWatch::AtWork::begin(std::uint64_t item) {
  item_.store(item, std::memory_order_relaxed);
  since_.store(Clock::now());
}

}  // namespace digitalis
