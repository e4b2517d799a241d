#pragma once
// Wakes a rank's main thread from its sleep between two polls when something happened on this rank.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace digitalis {

/// Safe to ring from any thread; one thread listens.
class Bell {
 public:
  void ring() {
    {
      const std::lock_guard lock(mutex_);
      rung_ = true;
    }
    woken_.notify_one();
  }

  /// Sleeps until the bell rings, or rang since the last call, but no longer than `longest`. True: it rang.
  bool wait_for(std::chrono::microseconds longest) {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, longest, [this] { return rung_; });
    return std::exchange(rung_, false);
  }

 private:
  std::mutex mutex_;
  std::condition_variable woken_;
  bool rung_ = false;
};

}  // namespace digitalis
