#pragma once
// The ranks of a run, seen without MPI's header. Waiting never spins: ranks often outnumber cores.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

/// Initialises MPI (MPI_THREAD_FUNNELED: all calls from the thread that made this object) and finalises it.
/// Alone (no launcher) it is a world of one rank. Every member below but rank(), size() and abort() is collective:
/// all ranks call it in the same order. Throws std::runtime_error with MPI's own words when MPI fails.
/// Destroyed while an exception is in flight it does not finalise: the others may never come, and `main` ends them.
class MpiWorld {
 public:
  MpiWorld(int& argc, char**& argv);
  struct WithoutMpi {};
  /// A world of one rank in which MPI is never called, whatever started this process: for a quarantined one.
  explicit MpiWorld(WithoutMpi);
  ~MpiWorld();
  MpiWorld(const MpiWorld&) = delete;
  MpiWorld& operator=(const MpiWorld&) = delete;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] bool is_first() const { return rank_ == 0; }
  /// Ranks of this world on this machine.
  [[nodiscard]] int ranks_on_node() const { return ranks_on_node_; }
  /// Ranks of this machine, this one included, that may run on a core this one may run on. 1: bound to cores of its
  /// own.
  [[nodiscard]] int ranks_on_my_cores() const { return ranks_on_my_cores_; }

  void barrier();
  /// Rank 0's bytes, on every rank; what the others pass is ignored. Any length (also beyond 2 GiB).
  [[nodiscard]] std::string broadcast(std::string bytes);
  /// Element-wise sums over the ranks, on every rank.
  [[nodiscard]] std::vector<std::uint64_t> sum(std::vector<std::uint64_t> values);
  /// True on every rank when it is true on one.
  [[nodiscard]] bool any(bool value);
  /// Every rank's bytes in rank order, on rank 0; empty elsewhere.
  [[nodiscard]] std::vector<std::string> gather(std::string_view bytes);

  /// Memory of at least `bytes` bytes, one copy for all ranks of this machine, aligned to 64 bytes, that lives as long
  /// as this world. One of the ranks runs `fill` on it; all return when that is done everywhere. Where the machine's
  /// shared memory (/dev/shm) is too small, every rank has and fills a copy of its own. Collective.
  [[nodiscard]] std::span<std::byte> node_memory(std::uint64_t bytes,
                                                 const std::function<void(std::span<std::byte>)>& fill);

  /// Ends all ranks at once with this exit code.
  [[noreturn]] void abort(int exit_code);
  /// Ends this process as it stands, without a word to MPI: from any thread, whatever the others are at. The launcher
  /// ends the other ranks, or not, as it was told.
  [[noreturn]] static void leave(int exit_code);

  /// "Open MPI 4.1.4", without needing an MpiWorld.
  [[nodiscard]] static std::string library_version();

 private:
  struct Node;  // this machine's ranks, and what they share
  std::unique_ptr<Node> node_;
  int rank_ = 0;
  int size_ = 1;
  int ranks_on_node_ = 1;
  int ranks_on_my_cores_ = 1;
  bool has_mpi_ = true;
  int exceptions_at_start_ = 0;
};

/// Threads a rank should run: SLURM_CPUS_PER_TASK when set, else the cores this process may use, shared among the
/// ranks of the node when they are not bound to cores of their own. At least 1.
[[nodiscard]] int default_threads(const MpiWorld& world);

}  // namespace digitalis
