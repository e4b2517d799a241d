#pragma once
// What the sources of this folder share of MPI. Included by .cpp files only: nobody else sees MPI's header.
//
// Open MPI's blocking calls spin. Ranks often outnumber cores, and a rank's main thread shares its core with the
// workers, so everything here is started with a non-blocking call and then polled, with a sleep between two polls.

#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/mpi_world.hpp"

namespace digitalis::mpi {

/// Throws std::runtime_error with MPI's own words when `code` is not MPI_SUCCESS.
void check(int code, const char* call);

/// How long to sleep before the next poll: short after something happened, then longer and longer.
class Nap {
 public:
  using Duration = std::chrono::microseconds;
  /// The next pause.
  [[nodiscard]] Duration next() { return std::exchange(pause_, std::min(kLongest, pause_ + pause_ / 2)); }
  void reset() { pause_ = kShortest; }

 private:
  static constexpr Duration kShortest{50};
  static constexpr Duration kLongest{3000};
  Duration pause_ = kShortest;
};

/// Sleeps until all requests are complete; they are MPI_REQUEST_NULL afterwards. Given a world, the process leaves when
/// a rank of it is lost meanwhile.
void wait_all(std::vector<MPI_Request>& requests, MpiWorld* world = nullptr);
void wait(MPI_Request request, MpiWorld* world = nullptr);

/// One message's bytes and who sent them.
struct Letter {
  int rank = 0;
  std::string bytes;
};

/// Letters between the ranks over a communicator of their own, so that they cannot meet other traffic. Letters from
/// one rank to another arrive in order. Used by the thread that owns MPI. All ranks make theirs in the same order, one
/// after the other, and take every letter of one before they end it.
class Channel {
 public:
  explicit Channel(MpiWorld& world);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Does not wait for the receiver. Throws std::length_error beyond 2 GiB.
  void send(int rank, std::string bytes);
  /// The next letter if one is there. Does not wait for one to come.
  [[nodiscard]] bool receive(Letter& letter);
  /// Frees the letters that have gone out; true when none is left.
  bool all_sent();
  void wait_until_sent();
  /// This rank is lost: nobody waits for letters to it.
  void forget(int rank);

 private:
  struct Outgoing {
    MPI_Request request = MPI_REQUEST_NULL;
    std::string bytes;
    int to = 0;
  };
  /// A letter that is longer than what arrives at once.
  struct Incoming {
    MPI_Request request = MPI_REQUEST_NULL;
    Letter letter;
  };
  MpiWorld& world_;
  const MPI_Comm comm_;
  std::list<Outgoing> outgoing_;  // a list: MPI reads the bytes where they stand
  std::unique_ptr<Incoming> incoming_;
  std::list<Outgoing> forgotten_;  // MPI may still read these
  bool has_forgotten_ = false;
};

}  // namespace digitalis::mpi

namespace digitalis {

/// Two, used in turn: a rank that is ahead writes its first letters of the next stage while rank 0 still takes the last
/// ones of this stage.
struct MpiWorld::Letters {
  std::array<MPI_Comm, 2> comms{MPI_COMM_NULL, MPI_COMM_NULL};
  std::size_t used = 0;
};

}  // namespace digitalis
