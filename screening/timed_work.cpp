#include "screening/timed_work.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <ctime>
#include <exception>
#include <mutex>
#include <numeric>
#include <thread>
#include <utility>

#include <oneapi/tbb/task_arena.h>

namespace digitalis {
namespace {

using Clock = std::chrono::steady_clock;

double cpu_s(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// How steady a core is: the same items are done again now and then, and what they take differs.
class Yardstick {
 public:
  /// Whether it is time to measure again: at most a twentieth of a thread's time goes to it.
  [[nodiscard]] bool is_due(double now_s) const { return is_chosen() && now_s - last_s_ > 20.0 * once_s_; }
  [[nodiscard]] const std::vector<std::size_t>& items() const { return items_; }

  /// The first items that a thread does, until they take long enough to be timed well.
  void offer(std::size_t item, double cost_s, double now_s) {
    if (is_chosen()) return;
    items_.push_back(item);
    once_s_ += cost_s;
    last_s_ = now_s;
  }
  void measured(double cost_s, double now_s) {
    log_costs_.push_back(std::log(cost_s));
    last_s_ = now_s;
  }
  /// Adds squares of deviations from the mean and degrees of freedom.
  void add_to(double& squares, double& freedom) const {
    if (log_costs_.size() < 2) return;
    const auto n = static_cast<double>(log_costs_.size());
    const double mean = std::accumulate(log_costs_.begin(), log_costs_.end(), 0.0) / n;
    for (const double cost : log_costs_) squares += (cost - mean) * (cost - mean);
    freedom += n - 1;
  }

 private:
  static constexpr double kEnough_s = 5e-3;
  [[nodiscard]] bool is_chosen() const { return once_s_ >= kEnough_s; }
  std::vector<std::size_t> items_;
  std::vector<double> log_costs_;
  double once_s_ = 0, last_s_ = 0;
};

}  // namespace

double core_s_of(const std::function<void()>& work) {
  const double before = cpu_s(CLOCK_PROCESS_CPUTIME_ID);
  work();
  return cpu_s(CLOCK_PROCESS_CPUTIME_ID) - before;
}

double wall_s_of(const std::function<void()>& work) {
  const auto began = Clock::now();
  const double core_s = core_s_of(work);
  return std::min(core_s, std::chrono::duration<double>(Clock::now() - began).count());
}

std::vector<double> TimedWork::time(std::size_t items, double deadline_s,
                                    const std::function<void(std::size_t, std::size_t)>& work) {
  std::vector<double> costs(items, -1.0);
  std::atomic<std::size_t> next = 0;
  std::exception_ptr thrown;
  std::mutex throwing;
  const auto began = Clock::now();
  {
    std::vector<std::jthread> workers;
    for (int number = 0; number < threads_; ++number)
      workers.emplace_back([&, number] {
        const auto wall = Clock::now();
        const double cpu = cpu_s(CLOCK_THREAD_CPUTIME_ID);
        Yardstick yardstick;
        try {
          oneapi::tbb::task_arena alone{1};
          alone.execute([&] {
            constexpr std::size_t kFewest = 20;
            for (std::size_t item = next++; item < items; item = next++) {
              if (item >= kFewest && std::chrono::duration<double>(Clock::now() - began).count() > deadline_s) break;
              const double before = cpu_s(CLOCK_THREAD_CPUTIME_ID);
              work(static_cast<std::size_t>(number), item);
              double now = cpu_s(CLOCK_THREAD_CPUTIME_ID);
              costs[item] = now - before;
              yardstick.offer(item, costs[item], now);
              if (!yardstick.is_due(now)) continue;
              for (const std::size_t again : yardstick.items()) work(static_cast<std::size_t>(number), again);
              const double then = std::exchange(now, cpu_s(CLOCK_THREAD_CPUTIME_ID));
              yardstick.measured(now - then, now);
            }
          });
        } catch (...) {
          const std::lock_guard lock{throwing};
          thrown = std::current_exception();
        }
        const std::lock_guard lock{throwing};
        wall_s_ += std::chrono::duration<double>(Clock::now() - wall).count();
        cpu_s_ += cpu_s(CLOCK_THREAD_CPUTIME_ID) - cpu;
        yardstick.add_to(squares_, freedom_);
      });
  }
  if (thrown) std::rethrow_exception(thrown);
  costs.erase(std::find_if(costs.begin(), costs.end(), [](double cost) { return cost < 0; }), costs.end());
  return costs;
}

double TimedWork::unsteadiness() const { return freedom_ > 0 ? std::sqrt(squares_ / freedom_) : 0.0; }

}  // namespace digitalis
