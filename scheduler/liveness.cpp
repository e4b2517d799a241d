#include "scheduler/liveness.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "scheduler/mpi_internal.hpp"

namespace digitalis {

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr int kTag = 1;
constexpr double kLongestInterval_s = 5.0;
constexpr double kIntervalsInPatience = 12.0;
constexpr double kLooksInInterval = 5.0;
constexpr int kMostWhoSaySo = 3;  // of thousands of ranks that lost their first

enum class Beat : int { kHere, kYouAreLost, kLeave, kBye };

}  // namespace

/// What the thread and its rank share. The thread alone makes MPI calls on `comm`.
struct Liveness::State {
  const int rank, size;
  const double patience_s;
  const double interval_s = std::min(kLongestInterval_s, patience_s / kIntervalsInPatience);
  const std::function<void()> last_resort;
  MPI_Comm comm = MPI_COMM_NULL;

  struct Peer {
    Clock::time_point heard = Clock::now();
    MPI_Request sending = MPI_REQUEST_NULL;
    Beat sent = Beat::kHere;  ///< MPI reads it while `sending` is on its way
    bool said_bye = false;
    bool was_told_bye = false;
  };
  std::vector<Peer> peers;                 ///< rank 0: all ranks; others: peers[0] is rank 0
  std::vector<std::atomic<bool>> is_lost;  ///< rank 0
  std::atomic<int> lost{0}, last_lost{-1};
  std::atomic<Verdict> verdict{Verdict::kGoOn};

  std::mutex mutex;  ///< held by the thread while it is in MPI
  std::condition_variable changed;
  bool is_leaving = false, is_ending = false, is_abandoned = false, has_spread = false;
  std::thread thread;

  State(int own_rank, int ranks, double patience, std::function<void()> end)
      : rank(own_rank),
        size(ranks),
        patience_s(patience),
        last_resort(std::move(end)),
        peers(own_rank == 0 ? static_cast<std::size_t>(ranks) : 1),
        is_lost(static_cast<std::size_t>(ranks)) {}

  [[nodiscard]] bool is_first() const { return rank == 0; }

  /// Nothing is sent while the last beat has not gone out: who does not listen is not sent more and more.
  void say(int to, Beat what) {
    Peer& peer = peers[static_cast<std::size_t>(to)];
    int done = 0;
    if (peer.was_told_bye || MPI_Test(&peer.sending, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS || done == 0) return;
    peer.sent = what;
    peer.was_told_bye = what == Beat::kBye;
    MPI_Isend(&peer.sent, 1, MPI_INT, to, kTag, comm, &peer.sending);
  }

  void judge(Verdict found) {
    Verdict none = Verdict::kGoOn;
    verdict.compare_exchange_strong(none, found);
  }

  void hear(Clock::time_point now) {
    while (true) {
      int there = 0;
      MPI_Status status;
      if (MPI_Iprobe(MPI_ANY_SOURCE, kTag, comm, &there, &status) != MPI_SUCCESS || there == 0) return;
      Beat beat = Beat::kHere;  // four bytes that are there: this does not wait
      if (MPI_Recv(&beat, 1, MPI_INT, status.MPI_SOURCE, kTag, comm, MPI_STATUS_IGNORE) != MPI_SUCCESS) return;
      Peer& peer = peers[static_cast<std::size_t>(status.MPI_SOURCE)];
      peer.heard = now;
      if (beat == Beat::kBye) peer.said_bye = true;
      if (beat == Beat::kYouAreLost) judge(Verdict::kGivenUp);
      if (beat == Beat::kLeave) judge(Verdict::kAllLeave);
      if (!is_first()) continue;
      const bool lost_already = is_lost[static_cast<std::size_t>(status.MPI_SOURCE)];
      if (!peer.said_bye) say(status.MPI_SOURCE, lost_already ? Beat::kYouAreLost : is_leaving ? Beat::kLeave : beat);
    }
  }

  /// Rank 0: who was silent for too long?
  void look_around(Clock::time_point now) {
    for (int other = 1; other < size; ++other) {
      const Peer& peer = peers[static_cast<std::size_t>(other)];
      if (peer.said_bye || is_lost[static_cast<std::size_t>(other)] || now - peer.heard < Seconds(patience_s)) continue;
      is_lost[static_cast<std::size_t>(other)] = true;
      last_lost = other;
      ++lost;
    }
  }

  void spread_leave() {
    for (int other = 1; other < size; ++other) say(other, Beat::kLeave);
    is_leaving = has_spread = true;
    changed.notify_all();
  }

  /// Rank 0: answers whoever said goodbye; true when all have.
  [[nodiscard]] bool all_said_bye() {
    bool all = true;
    for (int other = 1; other < size; ++other) {
      const Peer& peer = peers[static_cast<std::size_t>(other)];
      if (peer.said_bye) say(other, Beat::kBye);
      all &= peer.was_told_bye || is_lost[static_cast<std::size_t>(other)];
    }
    return all;
  }

  void run() {
    Clock::time_point looked = Clock::now(), beaten{}, judged{};
    for (std::unique_lock lock(mutex);;) {
      const auto now = Clock::now();
      if (now - looked > Seconds(patience_s)) judge(Verdict::kGivenUp);  // stood still: the others have seen that too
      looked = now;
      hear(now);
      if (is_abandoned) return;
      if (is_first()) {
        look_around(now);
        if (is_leaving && !has_spread) spread_leave();
        if (all_said_bye() && is_ending) return;
      } else {
        if (is_ending && peers[0].said_bye) return;
        if (now - beaten >= Seconds(interval_s) || is_ending) {
          say(0, is_ending ? Beat::kBye : Beat::kHere);
          beaten = now;
        }
        if (now - peers[0].heard > Seconds(patience_s)) {
          if (is_ending) return;
          judge(Verdict::kFirstIsLost);
        }
      }
      if (verdict == Verdict::kGoOn) judged = now;
      if (now - judged > Seconds(patience_s + 3.0)) {
        if (is_first()) spread_leave();
        lock.unlock();
        last_resort();
        return;
      }
      changed.wait_for(lock, Seconds(is_ending ? 0.002 : interval_s / kLooksInInterval));
    }
  }
};

Liveness::Liveness(int rank, int size, double patience_s, std::function<void()> last_resort)
    : state_(std::make_unique<State>(rank, size, patience_s, std::move(last_resort))) {
  mpi::check(MPI_Comm_dup(MPI_COMM_WORLD, &state_->comm), "MPI_Comm_dup");
  mpi::check(MPI_Comm_set_errhandler(state_->comm, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  for (State::Peer& peer : state_->peers) peer.heard = Clock::now();
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

Liveness::~Liveness() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->is_ending = true;
  }
  state_->changed.notify_all();
  state_->thread.join();
  if (state_->is_abandoned) {
    // Beats on their way are read by MPI until the process ends.
    [[maybe_unused]] const auto* const kept = state_.release();
    return;
  }
  MPI_Comm_free(&state_->comm);
}

bool Liveness::is_lost(int rank) const { return state_->is_lost[static_cast<std::size_t>(rank)]; }
int Liveness::lost_ranks() const { return state_->lost; }
Liveness::Verdict Liveness::verdict() const { return state_->verdict; }
double Liveness::patience_s() const { return state_->patience_s; }

std::string Liveness::in_words() const {
  const std::string silent =
      " (silent for " + std::to_string(std::max(1, static_cast<int>(state_->patience_s))) + " s)";
  const std::string of = " of " + std::to_string(state_->size);
  switch (verdict()) {
    case Verdict::kFirstIsLost: return state_->rank > kMostWhoSaySo ? "" : "rank 0" + of + " was lost" + silent;
    case Verdict::kGivenUp:
      return "rank " + std::to_string(state_->rank) + of + " stood still and was given up" + silent;
    case Verdict::kAllLeave: return "";
    case Verdict::kGoOn: break;
  }
  const int lost = lost_ranks();
  if (lost == 0) return "";
  if (lost == 1) return "rank " + std::to_string(state_->last_lost.load()) + of + " was lost" + silent;
  return std::to_string(lost) + of + " ranks were lost" + silent;
}

void Liveness::tell_all_to_leave() {
  std::unique_lock lock(state_->mutex);
  state_->is_leaving = true;
  state_->changed.notify_all();
  state_->changed.wait_for(lock, std::chrono::seconds(1), [this] { return state_->has_spread; });
}

void Liveness::abandon() {
  const std::lock_guard lock(state_->mutex);
  state_->is_abandoned = true;
}

}  // namespace digitalis
