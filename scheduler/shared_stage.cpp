#include "scheduler/shared_stage.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <random>
#include <string_view>
#include <utility>

#include "scheduler/chunk_order.hpp"
#include "scheduler/claim_blocks.hpp"
#include "scheduler/stage_rank.hpp"

namespace digitalis {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr double kClaimAhead_s = 1.0;  // of work that waits here while the next block is claimed
constexpr std::chrono::seconds kSyncEvery{2}, kReadEvery{10};
constexpr milliseconds kPoll{100}, kFirstLook{50}, kLastLook{1000};
constexpr milliseconds kLookForEach{5};    // so that a thousand who wait ask the file server no more often than ten
constexpr std::size_t kOwnersAtATime = 8;  // of leases, that are looked at whether they live

/// The claims of a stage.
class StageClaims {
 public:
  using Blocks = std::map<std::size_t, std::uint64_t>;  ///< of this process -> chunks that are not in the journal

  StageClaims(Claims& claims, std::uint32_t stage) : claims_(claims), folder_("stage-" + std::to_string(stage)) {
    claims_.make_folder(folder_);
  }

  struct Seen {
    std::vector<bool> is_leased, is_done, is_part;
    std::vector<std::size_t> of_others;  ///< that are leased
  };
  [[nodiscard]] Seen look(std::size_t blocks, const Blocks& mine) const {
    const std::vector<bool> none(blocks);
    Seen seen{none, none, none, {}};
    for (const std::string& name : claims_.names_in(folder_)) {
      std::size_t number = 0;
      char kind[8] = {};
      if (std::sscanf(name.c_str(), "%5[a-z]-%zu", kind, &number) != 2 || number >= blocks) continue;
      if (name == named("done", number)) seen.is_done[number] = true;
      if (name == named("part", number)) seen.is_part[number] = true;
      if (name != named("block", number)) continue;
      seen.is_leased[number] = true;
      if (!mine.contains(number)) seen.of_others.push_back(number);
    }
    std::sort(seen.of_others.begin(), seen.of_others.end());
    return seen;
  }

  [[nodiscard]] bool take(std::size_t block) const { return claims_.take(lease(block)); }
  [[nodiscard]] bool take_over(std::size_t block) const { return claims_.take_over(lease(block)); }
  [[nodiscard]] bool is_lost(std::size_t block) const { return claims_.owner_is_silent(lease(block)); }
  /// All its chunks are in the journal and on disk; true whoever has the lease by now.
  void finish(std::size_t block) const { claims_.rename(lease(block), in_folder("done", block)); }
  void give_up(std::size_t block) const {
    if (claims_.is_ours(lease(block))) claims_.rename(lease(block), in_folder("part", block));
  }
  void forget_part(std::size_t block) const { claims_.remove(in_folder("part", block)); }
  /// Who still looks into the folder finds nothing, and reads the journals.
  void end() const { claims_.remove_folder(folder_); }

  /// How often to look whether others live.
  [[nodiscard]] Clock::duration look_for_the_lost_every() const {
    const double patience_s = claims_.patience_s() > 0.0 ? claims_.patience_s() : kPatience_s;
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(patience_s / 4.0));
  }

 private:
  [[nodiscard]] static std::string named(const char* kind, std::size_t block) {
    char text[40];
    std::snprintf(text, sizeof text, "%s-%05zu", kind, block);
    return text;
  }
  [[nodiscard]] std::string in_folder(const char* kind, std::size_t block) const {
    return folder_ + "/" + named(kind, block);
  }
  [[nodiscard]] std::string lease(std::size_t block) const { return in_folder("block", block); }

  Claims& claims_;
  const std::string folder_;
};

class SharedStage {
 public:
  SharedStage(Claims& claims, const StagePlan& plan, Journal& journal, JournalWriter& writer, int threads,
              Progress& progress)
      : plan_(plan),
        journal_(journal),
        progress_(progress),
        threads_(threads),
        order_(plan.costs),
        blocks_(plan.chunks.value()),
        claims_(claims, plan.stage),
        random_(static_cast<unsigned>(claims.number())),
        writer_(writer),
        wall_(plan, std::vector<std::uint64_t>{}, writer, threads, [this] { writer_.sync(); }),
        pipeline_(threads,
                  {[this](const Task& task) { return wall_.work_on(task); },
                   [this](std::uint64_t chunk, const ChunkResult& result) {
                     writer_.append({plan_.stage, chunk}, result.payload);
                   }},
                  bell_) {}

  /// What was begun is others' to end; also when this is left by an exception.
  ~SharedStage() {
    pipeline_.drop_waiting();
    for (const auto& [block, left] : mine_) claims_.give_up(block);
  }
  SharedStage(const SharedStage&) = delete;
  SharedStage& operator=(const SharedStage&) = delete;

  StageOutcome run() {
    progress_.begin(plan_.name, plan_.noun);
    journal_.catch_up();
    StageOutcome outcome;
    outcome.chunks_done_before = done_before_ = journal_.count(plan_.stage);
    while (!is_complete()) {
      stop(stop_requested());
      const bool has_ended = pipeline_.ended();
      if (has_ended) pipeline_.join();  // throws what a worker threw
      note_finished();
      if (has_ended) break;
      if (wants_more() && Clock::now() >= next_look_) find_work();
      progress_.update(numbers());
      bell_.wait_for(kPoll);
    }
    pipeline_.drop_waiting();
    pipeline_.join();
    note_finished();
    progress_.end(numbers());
    if (stop_ != StopKind::kNone) journal_.catch_up();
    outcome.complete = is_complete();
    if (outcome.complete) {
      outcome.chunks = *plan_.chunks;
      claims_.end();
    }
    return outcome;
  }

 private:
  [[nodiscard]] bool is_complete() const { return journal_.count(plan_.stage) >= *plan_.chunks; }

  void stop(StopKind kind) {
    if (kind <= stop_) return;
    stop_ = kind;
    pipeline_.drop_waiting();
    if (kind == StopKind::kAbandonChunks) writer_.abandon();
  }

  /// Too little waits here to keep the threads at work until the next block is there. Later chunks may take longer than
  /// those that were finished so far: no more than twice as many are claimed for their sake.
  [[nodiscard]] bool wants_more() const {
    if (stop_ != StopKind::kNone) return false;
    const auto counts = pipeline_.counts();
    double wanted = threads_;
    if (counts.finished > 0) {
      constexpr double kShortest_s = 1e-6;
      const auto finished = static_cast<double>(counts.finished);
      const double chunk_s = std::max(counts.busy_s / finished, kShortest_s);
      wanted += std::min(2.0 * finished, std::ceil(threads_ * kClaimAhead_s / chunk_s));
    }
    return static_cast<double>(counts.received - counts.finished) < wanted;
  }

  void find_work() {
    StageClaims::Seen seen = look();
    bool has_claimed = false;
    while (wants_more() && (claim_lost() || claim_free(seen, true))) has_claimed = true;
    if (has_claimed) {
      pause_ = kFirstLook;
      return;
    }
    // Others have all that is left, or have done it. Their frames are on disk before a lease of theirs goes.
    if (mine_.empty() && (seen.of_others != seen_of_others_ || seen.of_others.empty() || Clock::now() > next_read_)) {
      journal_.catch_up();
      seen_of_others_ = seen.of_others;
      next_read_ = Clock::now() + kReadEvery;
      // The journals lack what is marked as done: they were damaged since.
      if (seen.of_others.empty() && !is_complete() && claim_free(seen = look(), false)) return;
      pause_ = kFirstLook;
    }
    next_look_ = Clock::now() + pause_;
    const milliseconds longest = std::max(kLastLook, kLookForEach * static_cast<long>(seen.of_others.size()));
    pause_ = std::min(longest, pause_ + pause_ / 2);
  }

  StageClaims::Seen look() {
    const StageClaims::Seen seen = claims_.look(blocks_.count(), mine_);
    std::uint64_t done = 0;
    for (std::size_t block = 0; block < blocks_.count(); ++block)
      if (seen.is_done[block]) done += blocks_.run(block).count;
    done_ = std::max(done_, done);
    if (Clock::now() >= next_look_for_the_lost_) {
      std::vector<std::size_t> some;
      std::sample(seen.of_others.begin(), seen.of_others.end(), std::back_inserter(some), kOwnersAtATime, random_);
      std::copy_if(some.begin(), some.end(), std::back_inserter(lost_),
                   [this](std::size_t block) { return claims_.is_lost(block); });
      if (lost_.empty()) next_look_for_the_lost_ = Clock::now() + claims_.look_for_the_lost_every();
    }
    return seen;
  }

  bool claim_lost() {
    while (!lost_.empty()) {
      const std::size_t block = lost_.back();
      lost_.pop_back();
      if (!claims_.take_over(block)) continue;
      begin(block, true, true);
      return true;
    }
    return false;
  }

  /// Claims the first block that is free.
  bool claim_free(StageClaims::Seen& seen, bool believes_marks) {
    while (first_open_ < blocks_.count() && is_finished(first_open_)) ++first_open_;
    std::size_t misses = 0;
    for (std::size_t block = first_open_; block < blocks_.count(); ++block) {
      if (seen.is_leased[block] || (believes_marks && seen.is_done[block]) || is_finished(block)) continue;
      seen.is_leased[block] = true;
      if (claims_.take(block)) {
        begin(block, seen.is_part[block], false);
        return true;
      }
      // Many look at the same moment when a stage begins: the more are ahead, the further on the next try.
      block += std::uniform_int_distribution<std::size_t>(0, misses++)(random_);
    }
    return false;
  }

  /// @param was_begun  by somebody whose frames this process may not have seen
  /// @param was_lost   and that did not end in order
  void begin(std::size_t block, bool was_begun, bool was_lost) {
    if (was_begun) {
      journal_.catch_up();
      claims_.forget_part(block);
    }
    const auto marked = journal_.suspects(plan_.stage);
    const auto is_marked = [&](std::uint64_t chunk) { return std::binary_search(marked.begin(), marked.end(), chunk); };
    const std::vector<std::uint64_t> left = chunks_left(block);
    // With a node its marks may be lost that had not come to the server: then any chunk may be to blame.
    const bool suspects_all = was_lost && std::none_of(left.begin(), left.end(), is_marked);
    for (const std::uint64_t chunk : left) pipeline_.add({chunk, {}, suspects_all || is_marked(chunk)});
    if (left.empty())
      claims_.finish(block);
    else
      mine_[block] = left.size();
  }

  /// Those of a block that the journal does not hold. Blocks are of places in the order.
  [[nodiscard]] std::vector<std::uint64_t> chunks_left(std::size_t block) const {
    std::vector<std::uint64_t> left;
    const ChunkRun run = blocks_.run(block);
    for (std::uint64_t place = run.first; place < run.first + run.count; ++place)
      if (const std::uint64_t chunk = order_.chunk_at(place); !journal_.contains({plan_.stage, chunk}))
        left.push_back(chunk);
    return left;
  }

  [[nodiscard]] bool is_finished(std::size_t block) const { return chunks_left(block).empty(); }

  /// Puts what was finished on disk, from time to time and when there is nothing else to do, and then says that it is.
  void note_finished() {
    if (!writer_.has_untold() || (!pipeline_.is_idle() && Clock::now() - synced_ < kSyncEvery)) return;
    writer_.sync();
    synced_ = Clock::now();
    for (const ChunkRun& run : writer_.take_safe(SIZE_MAX))
      for (std::uint64_t chunk = run.first; chunk < run.first + run.count; ++chunk) {
        const auto found = mine_.find(blocks_.block_of(order_.place_of(chunk)));
        if (found == mine_.end() || --found->second > 0) continue;
        claims_.finish(found->first);
        mine_.erase(found);
        next_look_ = Clock::now();
      }
  }

  /// Of all processes as far as this one knows: others' chunks count as its own do on average.
  [[nodiscard]] Progress::Numbers numbers() const {
    const auto own = pipeline_.counts();
    Progress::Numbers numbers{own.items, 0, own.rejects, -1.0, own.busy_s, threads_};
    const std::uint64_t done = std::max({done_, journal_.count(plan_.stage), done_before_ + own.finished});
    const std::uint64_t of_others = done - done_before_ - own.finished;
    if (own.finished > 0) {
      const auto scaled = [&](std::uint64_t value, std::uint64_t chunks) {
        return static_cast<std::uint64_t>(static_cast<double>(value) * static_cast<double>(chunks) /
                                          static_cast<double>(own.finished));
      };
      numbers.items += scaled(own.items, of_others);
      numbers.rejects += scaled(own.rejects, of_others);
      numbers.items_before = scaled(own.items, done_before_);
    }
    if (*plan_.chunks > 0)
      numbers.fraction = std::min(1.0, static_cast<double>(done) / static_cast<double>(*plan_.chunks));
    return numbers;
  }

  const StagePlan& plan_;
  Journal& journal_;
  Progress& progress_;
  const int threads_;
  const ChunkOrder order_;
  const ClaimBlocks blocks_;
  const StageClaims claims_;
  std::minstd_rand random_;
  StageClaims::Blocks mine_;
  std::vector<std::size_t> lost_;            ///< leases of others, to be taken over
  std::vector<std::size_t> seen_of_others_;  ///< when the journals were last read
  std::size_t first_open_ = 0;               ///< blocks before it are in the journal
  std::uint64_t done_ = 0, done_before_ = 0;
  milliseconds pause_ = kFirstLook;
  Clock::time_point next_look_{}, next_read_{}, next_look_for_the_lost_{}, synced_ = Clock::now();
  StopKind stop_ = StopKind::kNone;
  stage::SharedWriter writer_;
  TaskWall wall_;
  Bell bell_;
  NodePipeline pipeline_;  // last: ends first, while what it uses is there
};

}  // namespace

StageOutcome run_shared_stage(Claims& claims, const StagePlan& plan, Journal& journal, JournalWriter& writer,
                              int threads, Progress& progress) {
  return SharedStage(claims, plan, journal, writer, threads, progress).run();
}

}  // namespace digitalis
