#pragma once
// Rank 0's book of a stage: what is left, who was given what, who asks. Knows nothing of MPI or time; the letters that
// carry what it decides are stage_runner's.
//
// A grant is a lease: it ends when the rank has the chunk safely on disk, or is lost; then its chunks are left again,
// as suspects, and go out one by one.

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <vector>

#include "scheduler/chunk_runs.hpp"

namespace digitalis {

/// Chunks for a rank.
struct Grant {
  int rank = 0;
  std::vector<ChunkRun> runs;
  bool suspect = false;  ///< a lost rank had them
};

/// What a rank says of itself. Letters in either direction may be on their way: `received` tells how many chunks it had
/// been given when it said so.
struct RankState {
  std::uint64_t received = 0;  ///< chunks of this stage so far
  std::uint64_t idle = 0;      ///< threads without a chunk
  std::uint64_t room = 0;      ///< chunks it could hold beyond those it has; 0: it does not ask
  std::uint64_t finished = 0;  ///< chunks of this stage so far
  double busy_s = 0.0;         ///< seconds that its threads worked on them
  int threads = 1;
};

class HandOut {
 public:
  explicit HandOut(int ranks);
  HandOut(const HandOut&) = delete;
  HandOut& operator=(const HandOut&) = delete;

  /// Chunks of the stage that are to be worked on.
  void add(ChunkRun run) { left_.add(run); }
  /// They need not be: finished by an earlier attempt. Before the first grant.
  void drop(ChunkRun run) { left_.remove(run); }
  /// A rank's newest state; who asks waits in a row. Nothing for a rank that is lost.
  void tell(int rank, const RankState& state);
  /// The next grant of the chunks that are left: ranks with idle threads first, then first asked first served.
  /// grant_policy.hpp says how many. O(log runs), however many ask.
  [[nodiscard]] std::optional<Grant> next();

  /// For tasks that come one by one with a payload: who is to have the next one; -1: nobody asks.
  [[nodiscard]] int next_rank();
  /// The rank from next_rank() was given this chunk.
  void give(int rank, std::uint64_t chunk);

  /// The rank has these on disk. Returns how many of them it held a lease on.
  std::uint64_t finished(int rank, ChunkRun run);
  /// The rank will not answer any more: what it held is left again.
  void lose(int rank);
  /// What lost ranks had is not handed out again (its payload is gone). Returns how many chunks that were.
  std::uint64_t drop_suspects();
  /// Nobody is given anything any more.
  void stop();

  /// Nothing is left to hand out; leases may run.
  [[nodiscard]] bool is_empty() const { return left_.empty() && suspects_.empty(); }
  /// Nothing is left, and no lease of a rank runs.
  [[nodiscard]] bool is_settled() const { return is_empty() && leased_ == 0; }
  [[nodiscard]] bool is_lost(int rank) const { return of(rank).is_lost; }
  [[nodiscard]] int lost_ranks() const { return lost_; }
  [[nodiscard]] int threads() const { return threads_; }
  [[nodiscard]] const ChunkRuns& leases(int rank) const { return of(rank).leases; }
  /// Grants so far.
  [[nodiscard]] std::uint64_t grants() const { return grants_; }

 private:
  struct Rank {
    RankState state;
    std::uint64_t sent = 0;  ///< chunks given so far
    ChunkRuns leases;
    bool is_lost = false;
    std::list<int> own;             ///< its entry while it does not ask
    std::list<int>* row = nullptr;  ///< where its entry is while it asks
    std::list<int>::iterator entry;
    /// What is left of a number the rank told, now that more was sent to it.
    [[nodiscard]] std::uint64_t now(std::uint64_t told) const {
      const std::uint64_t on_its_way = sent - state.received;
      return told > on_its_way ? told - on_its_way : 0;
    }
  };
  [[nodiscard]] Rank& of(int rank) { return ranks_.at(static_cast<std::size_t>(rank)); }
  [[nodiscard]] const Rank& of(int rank) const { return ranks_.at(static_cast<std::size_t>(rank)); }
  [[nodiscard]] std::uint64_t size_for(const Rank& rank) const;
  void lease(Rank& rank, const ChunkRun& run);
  /// Puts it at the end of the row it belongs to now, or in none. A rank that stays in its row keeps its place.
  void line_up(int rank, bool keeps_place);
  void leave_row(Rank& rank);
  [[nodiscard]] std::optional<Grant> serve(std::list<int>& row, int most_looks);

  std::vector<Rank> ranks_;
  std::list<int> idle_row_, ahead_row_;  ///< who asks: with threads that idle, and to have more in time
  ChunkRuns left_, suspects_;
  std::uint64_t leased_ = 0, grants_ = 0;
  int lost_ = 0, threads_ = 0;
  double busy_s_ = 0.0;         ///< of all ranks, the lost ones included
  std::uint64_t finished_ = 0;  ///< of all ranks
};

}  // namespace digitalis
