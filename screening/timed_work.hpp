#pragma once
// What work costs on this machine: measured while the estimate of a campaign goes through a sample.

#include <cstddef>
#include <functional>
#include <vector>

namespace digitalis {

/// Core-seconds of something that is done once.
[[nodiscard]] double core_s_of(const std::function<void()>& work);
/// The time that it takes: less than its core-seconds where threads share it, not more where others have the cores.
[[nodiscard]] double wall_s_of(const std::function<void()>& work);

/// Does items on all threads at once, as a run does, and times each by what its thread computed.
class TimedWork {
 public:
  explicit TimedWork(int threads) : threads_(threads) {}

  /// @param work       (thread, item); inside an arena of one thread, so that all of an item is done, and timed, there;
  ///                   some items are done more than once, by the same thread
  /// @param deadline_s after which no item is begun, once 20 are
  /// @return           core-seconds of items 0, 1, ... as far as they came
  /// Throws what `work` throws.
  [[nodiscard]] std::vector<double> time(std::size_t items, double deadline_s,
                                         const std::function<void(std::size_t, std::size_t)>& work);

  /// Share of the time in which our threads had a core, over all calls.
  [[nodiscard]] double share_of_core() const { return wall_s_ > 0 ? cpu_s_ / wall_s_ : 1.0; }
  /// Standard deviation of what the same items took when they were done again, as a share, over all calls.
  [[nodiscard]] double unsteadiness() const;

 private:
  int threads_;
  double wall_s_ = 0, cpu_s_ = 0, squares_ = 0, freedom_ = 0;
};

}  // namespace digitalis
