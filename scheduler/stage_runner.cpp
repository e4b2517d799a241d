#include "scheduler/stage_runner.hpp"

// The letters of a stage. A rank that has room sends a Report that asks for tasks; rank 0 answers each with as many
// Orders. Nobody waits for an answer: tasks are asked for before the last one is done (NodePipeline::room).
//
//   rank r                                   rank 0
//     Report{asks 2, counts} ─────────────▶   draws two tasks
//     ◀───────────── Order{kTask} x 2
//     ...                                     the source is at its end:
//     ◀───────────── Order{kNoMore}           told to every rank, asked or not
//     works off what it holds, syncs its journal
//     Report{is_done, counts} ────────────▶   has this of every rank
//     ◀───────────── Order{kOver, outcome}    the last letter
//
// A stop request travels to rank 0 in a Report and from there to every rank in an Order{kStop}, which means kNoMore and
// drop what waits. Letters between two ranks keep their order, so after kOver none is left.

#include <algorithm>
#include <cstring>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "scheduler/bell.hpp"
#include "scheduler/mpi_internal.hpp"
#include "scheduler/node_pipeline.hpp"
#include "scheduler/task_drawer.hpp"
#include "scheduler/task_wall.hpp"

namespace digitalis {

namespace {

struct Report {
  std::uint64_t asks = 0;  ///< tasks wanted beyond those asked for before
  NodePipeline::Counts counts;
  StopKind stop = StopKind::kNone;
  int is_done = 0;  ///< nothing waits, nothing is in work, the journal is synced
};

struct Order {
  enum class Kind : int { kTask, kNoMore, kStop, kOver };
  Kind kind = Kind::kNoMore;
  StopKind stop = StopKind::kNone;
  std::uint64_t chunk = 0;  ///< of kTask; its payload follows
  StageOutcome outcome;     ///< of kOver
};

template <class T>
std::string to_bytes(const T& value, std::string_view payload = {}) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::string bytes;
  bytes.reserve(sizeof value + payload.size());
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  bytes.append(payload);
  return bytes;
}

template <class T>
T from_bytes(std::string_view bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (bytes.size() < sizeof(T)) throw std::logic_error("a rank sent a letter that is cut short");
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// The pipeline appends while the main thread may want to sync.
class SharedWriter {
 public:
  explicit SharedWriter(JournalWriter& writer) : writer_(writer) {}
  void append(FrameKey key, std::string_view payload) {
    const std::lock_guard lock(mutex_);
    writer_.append(key, payload);
  }
  void sync() {
    const std::lock_guard lock(mutex_);
    writer_.sync();
  }
  /// What is in work now is given up on request: no chunk is to blame for it.
  void abandon() {
    writer_.clear_marks();
    sync();
  }

 private:
  std::mutex mutex_;
  JournalWriter& writer_;
};

/// What every rank has in a stage. On destruction the workers end before what they use goes.
class Rank {
 public:
  Rank(const StagePlan& plan, const Journal& done, JournalWriter& writer, int threads)
      : writer_(writer),
        wall_(plan, done, writer, threads, [this] { writer_.sync(); }),
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

  /// Sleeps until the next poll, unless something has just happened.
  void rest(bool something_happened) {
    if (something_happened || bell_.wait_for(nap_.next())) nap_.reset();
  }

  SharedWriter writer_;
  TaskWall wall_;
  Bell bell_;
  mpi::Channel channel_;
  NodePipeline pipeline_;
  StopKind stop_ = StopKind::kNone;

 private:
  mpi::Nap nap_;
};

/// Ranks 1 and up: ask, work, report.
class OtherRank : Rank {
 public:
  using Rank::Rank;

  StageOutcome run() {
    while (true) {
      bool something_happened = false;
      for (mpi::Letter letter; channel_.receive(letter); something_happened = true)
        if (obey(letter.bytes)) {
          channel_.wait_until_sent();
          return outcome_;
        }
      // After is_done rank 0 may not listen any more.
      if (stop(stop_requested()) && !is_done_) something_happened = report(0);
      if (const auto room = pipeline_.room(asked_); room > 0) {
        asked_ += room;
        something_happened = report(room);
      }
      if (!is_done_ && pipeline_.ended()) something_happened = finish();
      channel_.all_sent();
      rest(something_happened);
    }
  }

 private:
  /// True when the stage is over.
  bool obey(std::string_view bytes) {
    const auto order = from_bytes<Order>(bytes);
    switch (order.kind) {
      case Order::Kind::kTask:
        --asked_;
        pipeline_.add({order.chunk, std::string(bytes.substr(sizeof order))});
        return false;
      case Order::Kind::kNoMore: pipeline_.no_more(); return false;
      case Order::Kind::kStop: stop(order.stop); return false;
      case Order::Kind::kOver: outcome_ = order.outcome; return true;
    }
    return false;
  }

  bool report(std::size_t asks) {
    channel_.send(0, to_bytes(Report{asks, pipeline_.counts(), stop_, is_done_ ? 1 : 0}));
    return true;
  }

  bool finish() {
    pipeline_.join();
    writer_.sync();
    is_done_ = true;
    return report(0);
  }

  std::size_t asked_ = 0;
  bool is_done_ = false;
  StageOutcome outcome_;
};

/// Rank 0: draws the tasks, hands them out to all ranks, itself among them, and shows the progress.
class FirstRank : Rank {
 public:
  FirstRank(MpiWorld& world, const StagePlan& plan, const Journal& done, JournalWriter& writer, int threads,
            Progress& progress)
      : Rank(plan, done, writer, threads),
        plan_(plan),
        progress_(progress),
        reports_(static_cast<std::size_t>(world.size())),
        drawer_({source_of(plan),
                 [&done, &plan](std::uint64_t chunk) {
                   return done.contains({plan.stage, chunk});
                 }},
                tasks_ahead(world, threads), bell_) {
    outcome_.chunks_done_before = done.count(plan.stage);
  }

  StageOutcome run() {
    progress_.begin(plan_.name, plan_.noun);
    while (true) {
      bool something_happened = receive_reports();
      something_happened |= spread_stop();
      something_happened |= hand_out();
      channel_.all_sent();
      if (pipeline_.ended()) {
        pipeline_.join();
        if (std::all_of(reports_.begin() + 1, reports_.end(), [](const Report& r) { return r.is_done != 0; })) break;
      }
      progress_.update(numbers());
      rest(something_happened);
    }
    writer_.sync();
    progress_.end(numbers());
    outcome_.chunks = drawer_.counts().drawn;
    outcome_.complete = drawer_.is_exhausted() && !was_cut_short_ && total().finished == handed_out_;
    if (!outcome_.complete) outcome_.chunks = 0;
    tell_all({Order::Kind::kOver, stop_, 0, outcome_});
    channel_.wait_until_sent();
    return outcome_;
  }

 private:
  static std::function<std::optional<Task>()> source_of(const StagePlan& plan) {
    if (!plan.chunks) return plan.next_task;
    return [next = std::uint64_t{0}, end = *plan.chunks]() mutable -> std::optional<Task> {
      if (next == end) return std::nullopt;
      return Task{next++, {}};
    };
  }

  /// Enough that a round of requests finds its tasks drawn; bounded, because a task may hold megabytes.
  static std::size_t tasks_ahead(const MpiWorld& world, int threads) {
    constexpr std::size_t kFewest = 4, kMost = 64;
    return std::clamp(static_cast<std::size_t>(world.size()) + static_cast<std::size_t>(threads), kFewest, kMost);
  }

  bool receive_reports() {
    bool something_happened = false;
    for (mpi::Letter letter; channel_.receive(letter); something_happened = true) {
      const auto report = from_bytes<Report>(letter.bytes);
      reports_[static_cast<std::size_t>(letter.rank)] = report;
      asking_.insert(asking_.end(), report.asks, letter.rank);
      wanted_stop_ = std::max(wanted_stop_, report.stop);
    }
    return something_happened;
  }

  bool spread_stop() {
    if (!stop(std::max(wanted_stop_, stop_requested()))) return false;
    was_cut_short_ |= !drawer_.is_exhausted();
    drawer_.stop();
    asking_.clear();
    tell_all({Order::Kind::kStop, stop_, 0, {}});
    return true;
  }

  /// Tasks go to those who ask in the order in which they asked.
  bool hand_out() {
    if (stop_ != StopKind::kNone) return false;
    for (auto room = pipeline_.room(own_asked_); room > 0; --room, ++own_asked_) asking_.push_back(0);
    bool something_happened = false;
    while (!asking_.empty()) {
      auto task = drawer_.take();
      if (!task) break;
      something_happened = true;
      ++handed_out_;
      const int rank = asking_.front();
      asking_.pop_front();
      if (rank == 0) {
        --own_asked_;
        pipeline_.add(std::move(*task));
      } else {
        channel_.send(rank, to_bytes(Order{Order::Kind::kTask, stop_, task->chunk, {}}, task->payload));
      }
    }
    if (!has_told_no_more_ && drawer_.is_exhausted()) {
      has_told_no_more_ = something_happened = true;
      tell_all({Order::Kind::kNoMore, stop_, 0, {}});
      pipeline_.no_more();
    }
    return something_happened;
  }

  void tell_all(const Order& order) {
    for (std::size_t rank = 1; rank < reports_.size(); ++rank) channel_.send(static_cast<int>(rank), to_bytes(order));
  }

  NodePipeline::Counts total() const {
    NodePipeline::Counts total = pipeline_.counts();
    for (const Report& report : reports_) {
      total.items += report.counts.items;
      total.rejects += report.counts.rejects;
      total.finished += report.counts.finished;
    }
    return total;
  }

  Progress::Numbers numbers() const {
    const auto now = total();
    const auto drawn = drawer_.counts();
    Progress::Numbers numbers{now.items, 0, now.rejects, -1.0};
    // Frames do not say how many items they hold: chunks of before count as this attempt's do on average.
    if (now.finished > 0)
      numbers.items_before = static_cast<std::uint64_t>(
          static_cast<double>(now.items) * static_cast<double>(drawn.done_before) / static_cast<double>(now.finished));
    const auto done = static_cast<double>(drawn.done_before + now.finished);
    if (plan_.chunks && *plan_.chunks > 0) {
      numbers.fraction = done / static_cast<double>(*plan_.chunks);
    } else if (plan_.fraction_drawn && drawn.drawn > 0) {
      if (const double fraction = plan_.fraction_drawn(); fraction >= 0.0)
        numbers.fraction = fraction * done / static_cast<double>(drawn.drawn);
    }
    return numbers;
  }

  const StagePlan& plan_;
  Progress& progress_;
  std::vector<Report> reports_;  ///< the last of each rank; rank 0 has none
  std::deque<int> asking_;       ///< one entry for each task asked for
  std::size_t own_asked_ = 0;
  std::uint64_t handed_out_ = 0;
  bool has_told_no_more_ = false;
  bool was_cut_short_ = false;
  StopKind wanted_stop_ = StopKind::kNone;
  StageOutcome outcome_;
  TaskDrawer drawer_;  // last: ends first, while what it uses is there
};

}  // namespace

Journal scan_together(MpiWorld& world, const std::filesystem::path& folder) {
  std::string index;
  if (world.is_first()) index = Journal::scan(folder).index_bytes();
  return Journal::from_index_bytes(folder, world.broadcast(std::move(index)));
}

StageOutcome run_stage(MpiWorld& world, const StagePlan& plan, const Journal& done, JournalWriter& writer, int threads,
                       Progress& progress) {
  if (world.is_first()) return FirstRank(world, plan, done, writer, threads, progress).run();
  return OtherRank(plan, done, writer, threads).run();
}

}  // namespace digitalis
