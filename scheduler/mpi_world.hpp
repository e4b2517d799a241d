#pragma once
// The ranks of a run, seen without MPI's header. Waiting never spins: ranks often outnumber cores.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace digitalis {

class Liveness;
namespace mpi {
class Channel;
}

/// Initialises MPI and finalises it. All calls come from the thread that made this object, but for those of the thread
/// that watches the other ranks (liveness.hpp): it needs MPI_THREAD_MULTIPLE. Where the library has only
/// MPI_THREAD_FUNNELED, or with DIGITALIS_PATIENCE_S=0 in the environment, nobody watches, and a lost rank is waited
/// for until the launcher ends the run. DIGITALIS_PATIENCE_S is how long a rank may be silent: 60 seconds by default.
///
/// A rank that dies before it has come to MPI_Init is not missed by every launcher: after five times that long the others
/// say so and end with exit code 75.
///
/// When a rank is lost no collective can end: whoever waits in one leaves the process (leave()), and so do all others.
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
  /// Before MPI was started.
  [[nodiscard]] std::chrono::steady_clock::time_point began() const { return began_; }
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

  /// Whether lost ranks are noticed.
  [[nodiscard]] bool watches_ranks() const { return liveness_ != nullptr; }
  /// Rank 0: whether this rank is lost, and how many are. The others know of nobody.
  [[nodiscard]] bool is_lost(int rank) const;
  [[nodiscard]] int lost_ranks() const;
  /// Rank 0 is lost, or has told all to leave, or takes this rank for lost.
  [[nodiscard]] bool must_leave() const;
  /// How long a rank may be silent; 0: for ever.
  [[nodiscard]] double patience_s() const;

  /// Adds to what leave() does before it ends the process: say so, note it. `why` is "rank 2 of 4 was lost (silent for
  /// 60 s)", empty on ranks that leave it to others to say so. Where the main thread is stuck another thread calls it.
  void before_leaving(std::function<void(const std::string& why)> what) { before_leaving_.push_back(std::move(what)); }
  /// Ends this process in order after a loss: tells the others (rank 0), calls what before_leaving() was given, and
  /// ends with exit code 75, without MPI_Finalize, which would wait for the lost. What must be on disk is on disk.
  [[noreturn]] void leave();
  /// leave() when a rank is lost or this one must leave. For every wait that needs all ranks. A few atomic loads.
  void leave_when_ranks_are_lost();

  /// Ends all ranks at once with this exit code.
  [[noreturn]] void abort(int exit_code);
  /// Ends this process as it stands, without a word to MPI: from any thread, whatever the others are at. The launcher
  /// ends the other ranks, or not, as it was told.
  [[noreturn]] static void leave(int exit_code);

  /// "Open MPI 4.1.4", without needing an MpiWorld.
  [[nodiscard]] static std::string library_version();

 private:
  friend class mpi::Channel;
  struct Node;     // this machine's ranks, and what they share
  struct Letters;  // the communicator of mpi::Channel
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::unique_ptr<Letters> letters_;
  std::unique_ptr<Node> node_;
  std::unique_ptr<Liveness> liveness_;
  std::vector<std::function<void(const std::string&)>> before_leaving_;
  int rank_ = 0;
  int size_ = 1;
  int ranks_on_node_ = 1;
  int ranks_on_my_cores_ = 1;
  bool has_mpi_ = true;
  int exceptions_at_start_ = 0;
};

/// Threads a rank should run: SLURM_CPUS_PER_TASK when set, else the cores this process may use, shared among the
/// ranks of the node when they are not bound to cores of their own; never more than the share of the processor time
/// that its control group may use. At least 1.
[[nodiscard]] int default_threads(const MpiWorld& world);

/// Processors' worth of time that the control group of this process, and those around it, allow (cgroup v2, cpu.max);
/// nothing where there is no limit. `cgroups` is where they are mounted, `own` the file that names this process's.
[[nodiscard]] std::optional<double> cgroup_cpus(const std::filesystem::path& cgroups = "/sys/fs/cgroup",
                                                const std::filesystem::path& own = "/proc/self/cgroup");

}  // namespace digitalis
