#include "scheduler/hand_out.hpp"

#include "scheduler/grant_policy.hpp"

namespace digitalis {

HandOut::HandOut(int ranks) : ranks_(static_cast<std::size_t>(ranks)) {
  for (Rank& rank : ranks_) rank.state.threads = 0;  // until it says how many it has
}

void HandOut::tell(int number, const RankState& state) {
  Rank& rank = of(number);
  if (rank.is_lost) return;
  busy_s_ += state.busy_s - rank.state.busy_s;
  finished_ += state.finished - rank.state.finished;
  threads_ += state.threads - rank.state.threads;
  rank.state = state;
  if (!rank.is_asking && rank.now(state.room) > 0) {
    rank.is_asking = true;
    asking_.push_back(number);
  }
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
  for (auto at = asking_.begin(); at != asking_.end(); ++at) {
    const int number = *at;
    Rank& rank = of(number);
    const std::uint64_t size = size_for(rank);
    if (size == 0) continue;
    asking_.erase(at);
    rank.is_asking = false;
    // Suspects are slow: they go first, one to a rank, to whoever can begin at once.
    const bool suspect = !suspects_.empty() && rank.now(rank.state.idle) > 0;
    Grant grant{number, (suspect ? suspects_ : left_).take(size), suspect};
    for (const ChunkRun& run : grant.runs) lease(rank, run);
    ++grants_;
    requeue(number);
    return grant;
  }
  return std::nullopt;
}

int HandOut::next_rank() { return asking_.empty() ? -1 : asking_.front(); }

void HandOut::give(int number, std::uint64_t chunk) {
  Rank& rank = of(number);
  std::erase(asking_, number);
  rank.is_asking = false;
  lease(rank, {chunk, 1});
  ++grants_;
  requeue(number);
}

void HandOut::lease(Rank& rank, const ChunkRun& run) {
  rank.leases.add(run);
  rank.sent += run.count;
  leased_ += run.count;
}

/// A rank that was given less than it has room for goes to the end of the row.
void HandOut::requeue(int number) {
  Rank& rank = of(number);
  if (rank.now(rank.state.room) == 0) return;
  rank.is_asking = true;
  asking_.push_back(number);
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
  rank.is_asking = false;
  std::erase(asking_, number);
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
  for (const int number : asking_) of(number).is_asking = false;
  asking_.clear();
}

}  // namespace digitalis
