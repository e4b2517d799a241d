#pragma once
// The wall around the work on a task: marks the chunk in the journal while it is in work, watches its items, and sends
// a chunk that is suspect into quarantine.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scheduler/item_watch.hpp"
#include "scheduler/journal.hpp"
#include "scheduler/quarantine.hpp"
#include "scheduler/stage_runner.hpp"

namespace digitalis {

class TaskWall {
 public:
  /// All outlive this. `sync` puts what was finished on disk; it is called from the watching thread.
  TaskWall(const StagePlan& plan, const Journal& done, JournalWriter& writer, int threads, std::function<void()> sync);
  /// With these chunks as suspects, ascending, beside those whose task says so.
  TaskWall(const StagePlan& plan, std::vector<std::uint64_t> suspects, JournalWriter& writer, int threads,
           std::function<void()> sync);

  /// What plan.work makes of the task, in this process or in one of its own. An exception of the work sends the task
  /// into quarantine too, when there is one: it is an item's, or comes again from there. Safe to call concurrently.
  [[nodiscard]] ChunkResult work_on(const Task& task);

 private:
  [[nodiscard]] bool is_suspect(const Task& task) const;
  [[nodiscard]] ChunkResult work_here(const Task& task);
  [[nodiscard]] ChunkResult work_in_quarantine(const Task& task) const;

  const StagePlan& plan_;
  JournalWriter& writer_;
  const std::vector<std::uint64_t> suspects_;  ///< ascending
  std::optional<Quarantine> quarantine_;
  ItemWatch watch_;
};

}  // namespace digitalis
