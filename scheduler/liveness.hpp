#pragma once
// Notices ranks that died, were cut off or stand still, without waiting for any of them.
//
// Open MPI 4.1 does not tell: to a process whose peer is gone, messages to it just never end (small ones may even seem
// to arrive), and collectives wait for ever. So a small thread of every rank tells rank 0 at intervals that it is
// there, over a communicator of its own, and rank 0 answers. Who is silent for longer than the patience is lost, for
// good:
//
//   rank 0 hears nothing of a rank     it is lost; stage_runner gives its chunks to others
//   a rank hears nothing of rank 0     rank 0 is lost: the others cannot go on
//   a lost rank is heard of again      it is told, and must leave; what it writes meanwhile is what others write too
//   a rank finds that it stood still   (stopped, suspended) for longer than that: it knows that it is lost
//
// Costs two messages of four bytes per rank and interval (a twelfth of the patience, at most 5 s).

#include <functional>
#include <memory>
#include <string>

namespace digitalis {

class Liveness {
 public:
  /// Why this rank cannot go on.
  enum class Verdict : int {
    kGoOn,
    kFirstIsLost,  ///< rank 0 is silent
    kGivenUp,      ///< the others take this rank for lost
    kAllLeave      ///< rank 0 says so: a rank is lost, and what comes next needs all
  };

  /// Collective; needs MPI_THREAD_MULTIPLE. `last_resort` is called by the thread, and must end the process, when this
  /// rank must leave and its main thread does not for as long as the patience once more.
  Liveness(int rank, int size, double patience_s, std::function<void()> last_resort);
  /// Says goodbye: ends when all have come here. Skipped after abandon().
  ~Liveness();
  Liveness(const Liveness&) = delete;
  Liveness& operator=(const Liveness&) = delete;

  /// Rank 0 only; the others know of nobody. Safe to call from any thread, like all that follow.
  [[nodiscard]] bool is_lost(int rank) const;
  [[nodiscard]] int lost_ranks() const;
  [[nodiscard]] Verdict verdict() const;
  [[nodiscard]] double patience_s() const;
  /// "rank 2 of 4 was lost (silent for 60 s)"; "" when all is well, or when others say it.
  [[nodiscard]] std::string in_words() const;

  /// Rank 0: tells all others to leave; waits a moment for that to go out.
  void tell_all_to_leave();
  /// The process will end without MPI_Finalize: nobody is waited for.
  void abandon();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace digitalis
