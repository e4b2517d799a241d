#pragma once
// Keeps status.json of a run that is working: rank 0 has one for the length of an attempt. It hears of the stages from
// Progress, writes every five seconds on a thread of its own (the hand-out never waits for the disk), adds up what
// earlier attempts used, and says when the budget is spent. A killed attempt keeps what was last written.
//
// Of processes that share a run each has one too: it writes its own attempt, adds to what stages took, and reads what
// the others used.

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "scheduler/claims.hpp"
#include "scheduler/progress.hpp"
#include "screening/run_status.hpp"

namespace digitalis {

class StatusKeeper {
 public:
  struct Attempt {
    std::string campaign;
    std::vector<std::string> stages;  ///< names of all of them, in order
    int ranks = 1, threads_per_rank = 1;
    double budget_core_h = 0;                                                        ///< in force from now on; 0: none
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();  ///< the time used counts from then
    Claims* claims = nullptr;  ///< among those that share the run; null: it is alone. Outlives the keeper
  };

  /// Writes that the run is running. @throws std::system_error  the disk refuses; UsageError  status.json is not one
  /// @param on_budget  called once, on the keeper's thread, when all attempts together have used the budget
  /// @param every      how often to write
  StatusKeeper(std::filesystem::path run, Attempt attempt, std::function<void()> on_budget = {},
               std::chrono::milliseconds every = std::chrono::seconds{5});
  /// An attempt that was not ended has failed when an exception is in flight.
  ~StatusKeeper();
  StatusKeeper(const StatusKeeper&) = delete;
  StatusKeeper& operator=(const StatusKeeper&) = delete;

  /// For Progress::observe(). Cheap: writes nothing. Safe to call concurrently with everything else.
  void hear(const Progress::Event& event);

  /// The attempt's last words, written at once: `state` as in RunStatus, `why` as in AttemptStatus. Later calls and
  /// hear() change nothing. Safe to call from any thread; also just before `_exit`. Never throws: what the disk refuses
  /// here is not worth a run's results.
  void end(const std::string& state, const std::string& why) noexcept;
  /// end("finished", "finished") with the exact counts of the stages.
  struct Counts {
    std::uint64_t items = 0, rejects = 0;
  };
  void finish(const std::map<std::string, Counts>& counts) noexcept;

  [[nodiscard]] bool budget_reached() const;
  /// As it would be written now.
  [[nodiscard]] RunStatus status();

 private:
  void watch(std::stop_token stop);
  void enter_alone(const AttemptStatus& mine);
  void enter_among_others(const AttemptStatus& mine);
  void merge_into(RunStatus& there);  // with mutex_ held
  [[nodiscard]] bool others_are_at_work(const RunStatus& there) const;
  [[nodiscard]] std::chrono::milliseconds every() const;
  void bring_up_to_date();  // with mutex_ held
  void write();
  void update_shared_status(const std::function<void(RunStatus&)>& change);

  const std::filesystem::path run_;
  const std::function<void()> on_budget_;
  const std::chrono::milliseconds every_;
  Claims* const claims_;
  const std::chrono::steady_clock::time_point began_;
  const int exceptions_at_start_;
  mutable std::mutex mutex_;
  RunStatus status_;                         // the last of its attempts is ours
  std::map<std::string, StageStatus> base_;  // what stages had when this attempt came to them
  std::map<std::string, double> busy_core_s_;
  std::map<std::string, StageStatus> written_;          // what the file has of ours already, where others write too
  std::optional<std::map<std::string, Counts>> exact_;  // of the stages, once they are known
  bool has_ended_ = false, budget_told_ = false;
  std::mutex writing_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: ends first
};

}  // namespace digitalis
