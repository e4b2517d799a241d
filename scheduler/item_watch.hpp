#pragma once
// Which item of its chunk a thread works on: what tells a molecule that crashes, hangs or eats memory from the others.
// A rank's ItemWatch notices the ones that hang or eat memory; whoever quarantines a task hears of every item.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace digitalis {

/// To be called by StagePlan::work before it begins an item of its task; the last one ends with the task. Costs tens of
/// nanoseconds. In a quarantined process it also tells the parent. Safe to call from any thread that works on a task.
void begin_item(std::uint64_t item);

/// What one item may take; 0: no bound.
struct ItemLimits {
  double seconds = 0.0;
  std::uint64_t memory_bytes = 0;  ///< of the process that works on it
};

/// Hears of the items that a thread begins.
class ItemObserver {
 public:
  virtual ~ItemObserver() = default;
  virtual void begin(std::uint64_t item) = 0;
};

/// For as long as it lives, its thread's begin_item() goes to `observer`; then to whom it went before.
class ObservedItems {
 public:
  explicit ObservedItems(ItemObserver& observer);
  ~ObservedItems();
  ObservedItems(const ObservedItems&) = delete;
  ObservedItems& operator=(const ObservedItems&) = delete;

 private:
  ItemObserver* const before_;
};

/// Watches the items that the threads of this process have in work, four times a second, from a thread of its own.
class ItemWatch {
 public:
  /// How a message names an item: "compound ZINC1"; never its structure. Called at most once per process.
  using Describe = std::function<std::string(std::uint64_t item)>;

  /// `overstepped` is called once, from the watching thread, with what is wrong: "prepare: record lib.smi:12 has been
  /// in work for 602 s, more than 600 s". Nothing is watched where no limit is set.
  /// @throws std::runtime_error  this process holds more memory already than the limit allows
  ItemWatch(std::string stage, ItemLimits limits, std::function<void(const std::string&)> overstepped);
  ~ItemWatch();
  ItemWatch(const ItemWatch&) = delete;
  ItemWatch& operator=(const ItemWatch&) = delete;

  /// A thread works on a chunk for as long as this lives.
  class AtWork : ItemObserver {
   public:
    AtWork(ItemWatch& watch, std::uint64_t chunk, Describe describe);
    ~AtWork() override;
    AtWork(const AtWork&) = delete;
    AtWork& operator=(const AtWork&) = delete;

   private:
    friend class ItemWatch;
    void begin(std::uint64_t item) override;
    ItemWatch& watch_;
    const std::uint64_t chunk_;
    const Describe describe_;
    std::atomic<std::uint64_t> item_{0};
    std::atomic<std::chrono::steady_clock::time_point> since_{};  ///< no item yet: the clock's zero
    ObservedItems observed_;
  };

 private:
  void watch();
  /// What is wrong now; empty: nothing.
  [[nodiscard]] std::string look() const;
  [[nodiscard]] std::string describe(const AtWork& thread, double seconds) const;

  const std::string stage_;
  const ItemLimits limits_;
  const std::function<void(const std::string&)> overstepped_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<const AtWork*> at_work_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace digitalis
