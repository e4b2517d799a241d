#include "scheduler/hand_out.hpp"

#include "scheduler/grant_policy.hpp"

namespace digitalis {

namespace {
// Where the front of a row is to have nothing, the others are not either, unless they have more threads.
constexpr int kLooks = 16;
}  // namespace

HandOut::HandOut(int ranks) : ranks_(static_cast<std::size_t>(ranks)) {
  for (int number = 0; number < ranks; ++number) {
    Rank& rank = of(number);
    rank.state.threads = 0;  // until it says how many it has
    rank.own.push_back(number);
    rank.entry = rank.own.begin();
  }
}

void HandOut::tell(int number, const RankState& state) {
  Rank& rank = of(number);
  if (rank.is_lost) return;
  busy_s_ += state.busy_s - rank.state.busy_s;
  finished_ += state.finished - rank.state.finished;
  threads_ += state.threads - rank.state.threads;
  rank.state = state;
  line_up(number, true);
}

void HandOut::leave_row(Rank& rank) {
  if (rank.row != nullptr) rank.own.splice(rank.own.end(), *rank.row, rank.entry);
  rank.row = nullptr;
}

void HandOut::line_up(int number, bool keeps_place) {
  Rank& rank = of(number);
  std::list<int>* row = nullptr;
  if (rank.now(rank.state.room) > 0) row = rank.now(rank.state.idle) > 0 ? &idle_row_ : &ahead_row_;
  if (row == rank.row && keeps_place) return;
  leave_row(rank);
  if (row != nullptr) row->splice(row->end(), rank.own, rank.entry);
  rank.row = row;
}

std::uint64_t HandOut::size_for(const Rank& rank) const {
  const std::uint64_t idle = rank.now(rank.state.idle);
  if (!suspects_.empty() && idle > 0) return 1;
  return chunks_to_grant({.left = left_.size(),
                          .threads = rank.state.threads,
                          .all_threads = threads_,
                          .idle = idle,
                          .done = rank.state.finished,
                          .chunk_s = finished_ > 0 ? busy_s_ / static_cast<double>(finished_) : 0.0});
}

std::optional<Grant> HandOut::next() {
  if (is_empty()) return std::nullopt;
  if (auto grant = serve(idle_row_, kLooks)) return grant;
  return serve(ahead_row_, kLooks);
}

std::optional<Grant> HandOut::serve(std::list<int>& row, int most_looks) {
  for (auto at = row.begin(); at != row.end() && most_looks > 0; ++at, --most_looks) {
    const int number = *at;
    Rank& rank = of(number);
    const std::uint64_t size = size_for(rank);
    if (size == 0) continue;
    // Suspects are slow: they go first, one to a rank, to whoever can begin at once.
    const bool suspect = !suspects_.empty() && rank.now(rank.state.idle) > 0;
    Grant grant{number, (suspect ? suspects_ : left_).take(size), suspect};
    for (const ChunkRun& run : grant.runs) lease(rank, run);
    ++grants_;
    line_up(number, false);
    return grant;
  }
  return std::nullopt;
}

int HandOut::next_rank() {
  if (!idle_row_.empty()) return idle_row_.front();
  return ahead_row_.empty() ? -1 : ahead_row_.front();
}

void HandOut::give(int number, std::uint64_t chunk) {
  lease(of(number), {chunk, 1});
  ++grants_;
  line_up(number, false);
}

void HandOut::lease(Rank& rank, const ChunkRun& run) {
  rank.leases.add(run);
  rank.sent += run.count;
  leased_ += run.count;
}

std::uint64_t HandOut::finished(int number, ChunkRun run) {
  const std::uint64_t ended = of(number).leases.remove(run);
  leased_ -= ended;
  return ended;
}

void HandOut::lose(int number) {
  Rank& rank = of(number);
  if (rank.is_lost) return;
  rank.is_lost = true;
  leave_row(rank);
  ++lost_;
  threads_ -= rank.state.threads;
  leased_ -= rank.leases.size();
  for (const ChunkRun& run : rank.leases.runs()) suspects_.add(run);
  rank.leases = {};
}

std::uint64_t HandOut::drop_suspects() {
  const std::uint64_t dropped = suspects_.size();
  suspects_ = {};
  return dropped;
}

void HandOut::stop() {
  left_ = {};
  suspects_ = {};
}

}  // namespace digitalis
