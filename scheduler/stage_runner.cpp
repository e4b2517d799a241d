#include "scheduler/stage_runner.hpp"

// The letters of a stage. A rank says in Reports how many chunks it has been given so far and how many more it could
// take; rank 0 answers who has room with runs of chunks (grant_policy.hpp says how many), or with tasks and their
// payload where those come from a stream. Nobody waits for an answer: more is asked for before the last chunk is begun.
//
//   rank r                                           rank 0
//     Report{received 0, idle 2, room 2} ─────────▶
//     ◀───────── Order{kTasks, chunks 0 and 1}         leases them to r
//     Report{received 2, room 1, safe: 0} ────────▶    that lease ends
//     ◀───────── Order{kTasks, chunks 8 to 39}
//     ...                                              nothing is left to give:
//     ◀───────── Order{kDrain}                         told to every rank
//     works off what it holds, syncs its journal
//     Report{safe: 8 to 39} ──────────────────────▶    no lease is left
//     ◀───────── Order{kOver, outcome}
//     Report{is_last} ────────────────────────────▶    waits for it: the last letter
//
// A stop request travels to rank 0 in a Report and from there to every rank in an Order{kStop}: drop what waits, sync,
// say is_done. Letters between two ranks keep their order, so after is_last none is left.
//
// A chunk is safe when its frame is synced: until then it is leased, and when the rank is lost (liveness.hpp) it is
// given to others. From then on nothing may wait for all ranks; the stage still ends, because it only needs those that
// answer.

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "scheduler/chunk_order.hpp"
#include "scheduler/grant_policy.hpp"
#include "scheduler/hand_out.hpp"
#include "scheduler/mpi_internal.hpp"
#include "scheduler/stage_letters.hpp"
#include "scheduler/stage_rank.hpp"
#include "scheduler/task_drawer.hpp"

namespace digitalis {

namespace {

using letters::Order;
using letters::Report;
using Clock = std::chrono::steady_clock;
using stage::Rank;

/// Ranks 1 and up: ask, work, report.
class OtherRank : Rank {
 public:
  using Rank::Rank;

  StageOutcome run() {
    while (true) {
      leave_when_it_must();
      bool something_happened = false;
      for (mpi::Letter letter; channel_.receive(letter); something_happened = true)
        if (obey(letter.bytes)) return end();
      const bool is_news = stop(stop_requested()) || wants_more() || Clock::now() - reported_ > report_every();
      // After is_done rank 0 may not listen any more.
      if (is_news && !is_done_) something_happened |= report();
      if (is_draining_ && pipeline_.is_idle() && writer_.has_untold()) {
        writer_.sync();
        report_all_safe();
        something_happened = true;
      }
      if (!is_done_ && pipeline_.ended()) something_happened = finish();
      channel_.all_sent();
      rest(something_happened);
    }
  }

 private:
  static constexpr std::size_t kRunsInReport = 128;  // 2 KiB: such a letter needs no answer from the other side's MPI

  /// True when the stage is over.
  bool obey(std::string_view bytes) {
    const auto order = letters::take<Order>(bytes);
    switch (order.kind) {
      case Order::Kind::kTasks:
        while (!bytes.empty()) {
          auto [task, count] = letters::take_task(bytes);
          pipeline_.add(std::move(task), count);
        }
        return false;
      case Order::Kind::kDrain: is_draining_ = true; return false;
      case Order::Kind::kStop: stop(order.stop); return false;
      case Order::Kind::kOver: outcome_ = order.outcome; return true;
    }
    return false;
  }

  /// More threads idle than rank 0 knows of, or there is more room and it has answered what it was told last.
  bool wants_more() const {
    // When nothing is left, all threads of all ranks fall idle at about the same time: that needs no letters. Rank 0
    // learns of it with the last chunks, which may be before it has chunks of a lost rank to give.
    if (is_draining_ || Clock::now() - reported_ < ask_every()) return false;
    const RankState now = state(pipeline_.counts());
    return now.received + now.idle > told_.received + told_.idle ||
           (now.received + now.room > told_.received + told_.room &&
            (now.received > told_.received || told_.room == 0));
  }

  /// Rank 0 is not asked more often than it can answer, 25,000 times a second by all ranks together.
  Clock::duration ask_every() const {
    return std::chrono::duration_cast<Clock::duration>(world_.size() * kAskInterval);
  }
  /// So often that rank 0 has about a thousand letters a second of them all.
  Clock::duration report_every() const { return std::chrono::milliseconds(std::max(500, world_.size())); }

  bool report() {
    const auto counts = pipeline_.counts();
    told_ = state(counts);
    const auto runs = writer_.take_safe(kRunsInReport);
    std::string bytes;
    letters::put(bytes, Report{told_, counts.items, counts.rejects, stop_, is_done_ && runs.size() < kRunsInReport, 0});
    for (const ChunkRun& run : runs) letters::put(bytes, run);
    channel_.send(0, std::move(bytes));
    reported_ = Clock::now();
    has_reported_all_ = runs.size() < kRunsInReport;
    return true;
  }

  void report_all_safe() {
    do report();
    while (!has_reported_all_);
  }

  bool finish() {
    pipeline_.join();
    writer_.sync();
    is_done_ = true;
    report_all_safe();
    return true;
  }

  StageOutcome end() {
    pipeline_.no_more();
    pipeline_.join();
    std::string bytes;
    letters::put(bytes, Report{told_, 0, 0, stop_, 1, 1});
    channel_.send(0, std::move(bytes));
    channel_.wait_until_sent();
    return outcome_;
  }

  RankState told_;
  Clock::time_point reported_{};
  bool has_reported_all_ = true;
  bool is_draining_ = false;
  bool is_done_ = false;
  StageOutcome outcome_;
};

/// Rank 0: hands the chunks out to all ranks, itself among them, and shows the progress.
class FirstRank : Rank {
 public:
  FirstRank(MpiWorld& world, const StagePlan& plan, const Journal& done, JournalWriter& writer, int threads,
            Progress& progress)
      : Rank(world, plan, done, writer, threads),
        plan_(plan),
        progress_(progress),
        reports_(static_cast<std::size_t>(world.size())),
        order_(plan.costs),
        hand_out_(world.size()) {
    const auto finished = done.chunks(plan.stage);
    outcome_.chunks_done_before = finished.size();
    if (plan.chunks) {
      hand_out_.add({0, *plan.chunks});
      for (const std::uint64_t chunk : finished) hand_out_.drop({order_.place_of(chunk), 1});
    } else {
      const auto is_done = [&done, &plan](std::uint64_t chunk) { return done.contains({plan.stage, chunk}); };
      drawer_.emplace(TaskDrawer::Functions{plan.next_task, is_done}, tasks_ahead(world, threads), bell_);
    }
  }

  StageOutcome run() {
    progress_.begin(plan_.name, plan_.noun);
    while (true) {
      leave_when_it_must();
      bool something_happened = receive_reports();
      something_happened |= look_after_the_lost();
      something_happened |= spread_stop();
      something_happened |= hand_out();
      channel_.all_sent();
      if (pipeline_.ended()) pipeline_.join();  // throws what a worker threw
      if (stop_ == StopKind::kNone ? is_source_at_end() && hand_out_.is_settled() : all_are_done()) break;
      progress_.update(numbers());
      rest(something_happened);
    }
    pipeline_.no_more();
    pipeline_.join();
    writer_.sync();
    note_own();
    progress_.end(numbers());
    outcome_.complete = !was_cut_short_ && hand_out_.is_settled();
    if (outcome_.complete) outcome_.chunks = plan_.chunks ? *plan_.chunks : drawer_->counts().drawn;
    outcome_.lost_ranks = hand_out_.lost_ranks();
    tell_all({Order::Kind::kOver, stop_, outcome_});
    // Who has outlived another begins no stage any more: all leave now.
    if (outcome_.lost_ranks == 0) receive_last_reports();
    channel_.wait_until_sent();
    return outcome_;
  }

 private:
  /// A rank may have asked for more before it heard that the stage is over. A letter that nobody takes would turn up in
  /// the stage after the next.
  void receive_last_reports() {
    while (true) {
      leave_when_it_must();
      bool something_happened = receive_letters([this](int rank, const Report& report, std::string_view) {
        reports_[static_cast<std::size_t>(rank)].is_last = report.is_last;
      });
      something_happened |= look_after_the_lost();
      channel_.all_sent();
      bool all_are_gone = true;
      for (int rank = 1; rank < world_.size(); ++rank)
        all_are_gone &= hand_out_.is_lost(rank) || reports_[static_cast<std::size_t>(rank)].is_last != 0;
      if (all_are_gone) return;
      rest(something_happened);
    }
  }

  /// Calls `take(rank, report, what follows it)` for each that has come.
  template <class Take>
  bool receive_letters(const Take& take) {
    bool something_happened = false;
    for (mpi::Letter letter; channel_.receive(letter); something_happened = true) {
      std::string_view bytes = letter.bytes;
      const auto report = letters::take<Report>(bytes);
      if (!hand_out_.is_lost(letter.rank)) take(letter.rank, report, bytes);  // else its chunks are others' now
    }
    return something_happened;
  }

  /// Enough that a round of requests finds its tasks drawn; bounded, because a task may hold megabytes.
  static std::size_t tasks_ahead(const MpiWorld& world, int threads) {
    constexpr std::size_t kFewest = 4, kMost = 64;
    return std::clamp(static_cast<std::size_t>(world.size()) + static_cast<std::size_t>(threads), kFewest, kMost);
  }

  bool receive_reports() {
    return receive_letters([this](int rank, const Report& report, std::string_view bytes) {
      while (!bytes.empty()) note_finished(rank, letters::take<ChunkRun>(bytes));
      reports_[static_cast<std::size_t>(rank)] = report;
      hand_out_.tell(rank, report.state);
      wanted_stop_ = std::max(wanted_stop_, report.stop);
    });
  }

  bool look_after_the_lost() {
    if (world_.lost_ranks() == hand_out_.lost_ranks()) return false;
    for (int rank = 1; rank < world_.size(); ++rank) {
      if (!world_.is_lost(rank) || hand_out_.is_lost(rank)) continue;
      hand_out_.lose(rank);
      channel_.forget(rank);
    }
    if (drawer_) was_cut_short_ |= hand_out_.drop_suspects() > 0;
    return true;
  }

  bool spread_stop() {
    if (!stop(std::max(wanted_stop_, stop_requested()))) return false;
    was_cut_short_ |= !is_source_at_end() || !hand_out_.is_empty();
    if (drawer_) drawer_->stop();
    hand_out_.stop();
    tell_all({Order::Kind::kStop, stop_, {}});
    return true;
  }

  [[nodiscard]] bool is_source_at_end() const { return !drawer_ || drawer_->is_exhausted(); }

  [[nodiscard]] bool all_are_done() const {
    for (int rank = 1; rank < world_.size(); ++rank)
      if (!hand_out_.is_lost(rank) && reports_[static_cast<std::size_t>(rank)].is_done == 0) return false;
    return pipeline_.ended();
  }

  void note_own() {
    for (const ChunkRun& run : writer_.take_written()) note_finished(0, run);
  }

  /// The hand-out's book is of places in the order.
  void note_finished(int rank, const ChunkRun& run) {
    if (order_.is_as_numbered())
      hand_out_.finished(rank, run);
    else
      for (std::uint64_t i = 0; i < run.count; ++i) hand_out_.finished(rank, {order_.place_of(run.first + i), 1});
  }

  bool hand_out() {
    note_own();
    if (stop_ != StopKind::kNone) return false;
    hand_out_.tell(0, state(pipeline_.counts()));
    bool something_happened = drawer_ ? hand_out_drawn() : hand_out_numbered();
    if (!has_told_to_drain_ && is_source_at_end() && hand_out_.is_empty()) {
      has_told_to_drain_ = something_happened = true;
      tell_all({Order::Kind::kDrain, stop_, {}});
    }
    return something_happened;
  }

  bool hand_out_numbered() {
    bool something_happened = false;
    for (; const auto grant = hand_out_.next(); something_happened = true) {
      std::string bytes = new_letter();
      const auto give = [&](const ChunkRun& run) {
        Task task{run.first, {}, grant->suspect};
        if (grant->rank == 0)
          pipeline_.add(std::move(task), run.count);
        else
          letters::put_task(bytes, task, run.count);
      };
      for (const ChunkRun& run : grant->runs) {
        if (order_.is_as_numbered())
          give(run);
        else
          for (std::uint64_t i = 0; i < run.count; ++i) give({order_.chunk_at(run.first + i), 1});
      }
      if (grant->rank != 0) channel_.send(grant->rank, std::move(bytes));
    }
    return something_happened;
  }

  /// Several tasks to one rank go in one letter.
  bool hand_out_drawn() {
    constexpr std::size_t kLongLetter = 1U << 20U;
    std::map<int, std::string> waiting;
    bool something_happened = false;
    for (int rank = hand_out_.next_rank(); rank >= 0; rank = hand_out_.next_rank()) {
      auto task = drawer_->take();
      if (!task) break;
      something_happened = true;
      hand_out_.give(rank, task->chunk);
      if (rank == 0) {
        pipeline_.add(std::move(*task));
        continue;
      }
      std::string& bytes = waiting.try_emplace(rank, new_letter()).first->second;
      letters::put_task(bytes, *task);
      if (bytes.size() < kLongLetter) continue;
      channel_.send(rank, std::move(bytes));
      waiting.erase(rank);
    }
    for (auto& [rank, bytes] : waiting) channel_.send(rank, std::move(bytes));
    return something_happened;
  }

  static std::string new_letter() {
    std::string bytes;
    letters::put(bytes, Order{Order::Kind::kTasks, StopKind::kNone, {}});
    return bytes;
  }

  void tell_all(const Order& order) {
    for (int rank = 1; rank < world_.size(); ++rank) {
      if (hand_out_.is_lost(rank)) continue;
      std::string bytes;
      letters::put(bytes, order);
      channel_.send(rank, std::move(bytes));
    }
  }

  Progress::Numbers numbers() const {
    const auto own = pipeline_.counts();
    Progress::Numbers numbers{own.items, 0, own.rejects, -1.0, own.busy_s, hand_out_.threads()};
    std::uint64_t finished = own.finished;
    for (const Report& report : reports_) {
      numbers.items += report.items;
      numbers.rejects += report.rejects;
      numbers.busy_core_s += report.state.busy_s;
      finished += report.state.finished;
    }
    const std::uint64_t before = drawer_ ? drawer_->counts().done_before : outcome_.chunks_done_before;
    // Frames do not say how many items they hold: chunks of before count as this attempt's do on average.
    if (finished > 0)
      numbers.items_before = static_cast<std::uint64_t>(static_cast<double>(numbers.items) *
                                                        static_cast<double>(before) / static_cast<double>(finished));
    const auto done = static_cast<double>(before + finished);
    if (plan_.chunks && *plan_.chunks > 0) {
      numbers.fraction = std::min(1.0, done / static_cast<double>(*plan_.chunks));
    } else if (plan_.fraction_drawn && drawer_ && drawer_->counts().drawn > 0) {
      if (const double fraction = plan_.fraction_drawn(); fraction >= 0.0)
        numbers.fraction = fraction * done / static_cast<double>(drawer_->counts().drawn);
    }
    return numbers;
  }

  const StagePlan& plan_;
  Progress& progress_;
  std::vector<Report> reports_;  ///< the last of each rank; rank 0 has none
  const ChunkOrder order_;
  HandOut hand_out_;
  bool has_told_to_drain_ = false;
  bool was_cut_short_ = false;
  StopKind wanted_stop_ = StopKind::kNone;
  StageOutcome outcome_;
  std::optional<TaskDrawer> drawer_;  // of streamed tasks; last: ends first, while what it uses is there
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
  return OtherRank(world, plan, done, writer, threads).run();
}

}  // namespace digitalis
