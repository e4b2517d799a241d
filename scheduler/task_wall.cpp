#include "scheduler/task_wall.hpp"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include "scheduler/stop_request.hpp"

namespace digitalis {

namespace {

/// Marks a chunk while a thread works on it.
class Marked {
 public:
  Marked(JournalWriter& writer, FrameKey key) : writer_(writer), slot_(writer.mark(key)) {}
  ~Marked() {
    try {
      if (slot_) writer_.unmark(*slot_);
    } catch (const std::system_error&) {
      // The chunk will be quarantined without need. The disk will be complained of when the result is written.
    }
  }
  Marked(const Marked&) = delete;
  Marked& operator=(const Marked&) = delete;

 private:
  JournalWriter& writer_;
  const std::optional<std::uint32_t> slot_;
};

std::function<void(const std::string&)> leaver(const StagePlan& plan, std::function<void()> sync) {
  if (!plan.leave) return {};
  return [&plan, sync = std::move(sync)](const std::string& why) {
    try {
      sync();
    } catch (const std::exception&) {
      // What is not on disk is done again.
    }
    plan.leave(why);
  };
}

}  // namespace

TaskWall::TaskWall(const StagePlan& plan, const Journal& done, JournalWriter& writer, int threads,
                   std::function<void()> sync)
    : TaskWall(plan, done.suspects(plan.stage), writer, threads, std::move(sync)) {}

TaskWall::TaskWall(const StagePlan& plan, std::vector<std::uint64_t> suspects, JournalWriter& writer, int threads,
                   std::function<void()> sync)
    : plan_(plan),
      writer_(writer),
      suspects_(std::move(suspects)),
      watch_(plan.name, plan.limits, leaver(plan, std::move(sync))) {
  if (!plan.quarantine.empty()) quarantine_.emplace(Quarantine::Settings{plan.quarantine, plan.limits, threads});
}

ChunkResult TaskWall::work_on(const Task& task) {
  if (quarantine_ && is_suspect(task)) return work_in_quarantine(task);
  try {
    return work_here(task);
  } catch (const Abandoned&) {
    throw;
  } catch (const std::system_error&) {  // a disk, a file: no item's fault
    throw;
  } catch (const std::exception&) {
    if (!quarantine_) throw;
  }
  return work_in_quarantine(task);
}

bool TaskWall::is_suspect(const Task& task) const {
  return task.suspect || std::binary_search(suspects_.begin(), suspects_.end(), task.chunk);
}

ChunkResult TaskWall::work_here(const Task& task) {
  const Marked marked(writer_, {plan_.stage, task.chunk});
  ItemWatch::Describe describe;
  if (plan_.describe) describe = [&](std::uint64_t item) { return plan_.describe(task, item); };
  const ItemWatch::AtWork at_work(watch_, task.chunk, std::move(describe));
  return plan_.work(task);
}

ChunkResult TaskWall::work_in_quarantine(const Task& task) const {
  Task sent = task;
  if (plan_.quarantine_payload) sent.payload = plan_.quarantine_payload(task);
  return quarantine_->work_on(std::move(sent));
}

}  // namespace digitalis
