#pragma once
// What every rank has in a stage, whether it hands out or is given: workers, their wall, the journal, letters. Internal
// to stage_runner.cpp, which says how the ranks talk to each other.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/bell.hpp"
#include "scheduler/chunk_runs.hpp"
#include "scheduler/hand_out.hpp"
#include "scheduler/journal.hpp"
#include "scheduler/mpi_internal.hpp"
#include "scheduler/node_pipeline.hpp"
#include "scheduler/stage_runner.hpp"
#include "scheduler/stop_request.hpp"
#include "scheduler/task_wall.hpp"

namespace digitalis::stage {

/// The pipeline appends while the main thread may want to sync; knows which chunks are written, and which are safe.
class SharedWriter {
 public:
  explicit SharedWriter(JournalWriter& writer) : writer_(writer) {}
  void append(FrameKey key, std::string_view payload) {
    const std::lock_guard lock(mutex_);
    writer_.append(key, payload);
    written_.add({key.chunk, 1});
    if (std::chrono::steady_clock::now() - synced_ > kSyncEvery) sync_locked();
  }
  void sync() {
    const std::lock_guard lock(mutex_);
    sync_locked();
  }
  /// Rank 0 does not know of all that is written.
  [[nodiscard]] bool has_untold() const {
    const std::lock_guard lock(mutex_);
    return !written_.empty() || !safe_.empty();
  }
  /// Takes out up to `most` runs of chunks that are safe.
  [[nodiscard]] std::vector<ChunkRun> take_safe(std::size_t most) {
    const std::lock_guard lock(mutex_);
    return take(safe_, most);
  }
  /// The same of chunks that are written, safe or not.
  [[nodiscard]] std::vector<ChunkRun> take_written() {
    const std::lock_guard lock(mutex_);
    move_to_safe();
    return take(safe_, SIZE_MAX);
  }
  /// What is in work now is given up on request: no chunk is to blame for it.
  void abandon() {
    writer_.clear_marks();
    sync();
  }

 private:
  static constexpr std::chrono::seconds kSyncEvery{5};

  void sync_locked() {
    writer_.sync();
    synced_ = std::chrono::steady_clock::now();
    move_to_safe();
  }
  void move_to_safe() {
    if (written_.empty()) return;
    for (const ChunkRun& run : written_.runs()) safe_.add(run);
    written_ = {};
  }
  static std::vector<ChunkRun> take(ChunkRuns& from, std::size_t most) {
    std::vector<ChunkRun> runs = from.empty() ? std::vector<ChunkRun>{} : from.runs();
    runs.resize(std::min(runs.size(), most));
    for (const ChunkRun& run : runs) from.remove(run);
    return runs;
  }

  mutable std::mutex mutex_;
  JournalWriter& writer_;
  ChunkRuns written_, safe_;
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

/// What every rank has in a stage. On destruction the workers end before what they use goes.
class Rank {
 public:
  Rank(MpiWorld& world, const StagePlan& plan, const Journal& done, JournalWriter& writer, int threads)
      : world_(world),
        threads_(threads),
        writer_(writer),
        wall_(plan, done, writer, threads, [this] { writer_.sync(); }),
        channel_(world),
        pipeline_(threads,
                  {[this](const Task& task) { return wall_.work_on(task); },
                   [this, stage = plan.stage](std::uint64_t chunk, const ChunkResult& result) {
                     writer_.append({stage, chunk}, result.payload);
                   }},
                  bell_) {}

 protected:
  /// Learns of a stop request; true when it is new.
  bool stop(StopKind kind) {
    if (kind <= stop_) return false;
    stop_ = kind;
    pipeline_.drop_waiting();
    // The work in flight may take longer than we are given until SIGKILL; what is finished is safe from here on.
    if (kind == StopKind::kAbandonChunks) writer_.abandon();
    return true;
  }

  /// Rank 0 is lost, or this rank is for the others: what is in work may end, within limits, then the process leaves.
  void leave_when_it_must() {
    if (!world_.must_leave()) return;
    writer_.sync();
    pipeline_.drop_waiting();
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(world_.patience_s());
    while (!pipeline_.ended() && std::chrono::steady_clock::now() < until)
      bell_.wait_for(std::chrono::milliseconds(100));
    writer_.abandon();
    world_.leave();
  }

  /// Sleeps until the next poll, unless something has just happened.
  void rest(bool something_happened) {
    if (something_happened || bell_.wait_for(nap_.next())) nap_.reset();
  }

  [[nodiscard]] RankState state(const NodePipeline::Counts& counts) const {
    const auto room = pipeline_.room();
    return {counts.received, room.idle, room.tasks, counts.finished, counts.busy_s, threads_};
  }

  MpiWorld& world_;
  const int threads_;
  SharedWriter writer_;
  TaskWall wall_;
  Bell bell_;
  mpi::Channel channel_;
  NodePipeline pipeline_;
  StopKind stop_ = StopKind::kNone;

 private:
  mpi::Nap nap_;
};

}  // namespace digitalis::stage
