#include "scheduler/mpi_world.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "scheduler/liveness.hpp"
#include "scheduler/mpi_internal.hpp"
#include "scheduler/patience.hpp"

namespace digitalis {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kPieceBytes = std::uint64_t{1} << 30;  // MPI counts in int
constexpr int kGatherTag = 7;
constexpr int kResumable = 75;  // EX_TEMPFAIL

/// Calls step(offset, count) for pieces of at most `piece` that make up `total`.
template <class Step>
void in_pieces(std::uint64_t total, std::uint64_t piece, const Step& step) {
  for (std::uint64_t offset = 0; offset < total; offset += piece)
    step(offset, static_cast<int>(std::min(piece, total - offset)));
}

cpu_set_t own_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  if (sched_getaffinity(0, sizeof cores, &cores) != 0) {  // more cores than the set can hold
    const unsigned count = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned core = 0; core < std::min<unsigned>(count, CPU_SETSIZE); ++core) CPU_SET(core, &cores);
  }
  return cores;
}

/// How many ranks of this node may run on one of the cores of this rank.
int count_sharers(MPI_Comm node, int ranks_on_node) {
  const cpu_set_t mine = own_cores();
  std::vector<cpu_set_t> all(static_cast<std::size_t>(ranks_on_node));
  MPI_Request request = MPI_REQUEST_NULL;
  mpi::check(MPI_Iallgather(&mine, sizeof mine, MPI_BYTE, all.data(), sizeof mine, MPI_BYTE, node, &request),
             "MPI_Iallgather");
  mpi::wait(request);
  const auto shares = [&mine](const cpu_set_t& other) {
    cpu_set_t common;
    CPU_AND(&common, &mine, &other);
    return CPU_COUNT(&common) > 0;
  };
  return static_cast<int>(std::count_if(all.begin(), all.end(), shares));
}

/// MPI_Init ends when all ranks have come to it. One that died on its way is not missed by a launcher that keeps the
/// others: they would wait until the job's time is up.
class StartWatch {
 public:
  explicit StartWatch(double patience_s) {
    if (patience_s > 0.0) thread_ = std::thread([this, patience_s] { watch(kPatiences * patience_s); });
  }
  ~StartWatch() {
    {
      const std::lock_guard lock(mutex_);
      has_started_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  StartWatch(const StartWatch&) = delete;
  StartWatch& operator=(const StartWatch&) = delete;

 private:
  static constexpr double kPatiences = 5.0;  // thousands of ranks may take minutes to meet

  void watch(double limit_s) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, std::chrono::duration<double>(limit_s), [this] { return has_started_; })) return;
    std::fprintf(stderr, "stopped: some ranks have not come to MPI_Init within %.0f s\n", limit_s);
    std::_Exit(kResumable);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool has_started_ = false;
  std::thread thread_;
};

constexpr std::size_t kAlignment = 64;

/// Whether shared memory has room for this much. Taking more would not be refused but end the process when written to.
bool shared_memory_has(std::uint64_t bytes) {
  struct statvfs status {};
  if (::statvfs("/dev/shm", &status) != 0) return false;
  return bytes + bytes / 4 <= static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

}  // namespace

/// The ranks of this machine. What they share is POSIX shared memory and no MPI window: making windows and
/// communicators while another thread is in MPI has crashed and hung in Open MPI 4.1.
struct MpiWorld::Node {
  MpiWorld* world = nullptr;
  MPI_Comm comm = MPI_COMM_NULL;
  int rank = 0;
  std::vector<std::span<std::byte>> mapped;
  std::vector<std::unique_ptr<std::byte[]>> own;  // copies that are not shared

  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  void barrier() const {
    MPI_Request request = MPI_REQUEST_NULL;
    mpi::check(MPI_Ibarrier(comm, &request), "MPI_Ibarrier");
    mpi::wait(request, world);
  }
  [[nodiscard]] bool all(bool value) const {
    int mine = value ? 1 : 0, least = 0;
    MPI_Request request = MPI_REQUEST_NULL;
    mpi::check(MPI_Iallreduce(&mine, &least, 1, MPI_INT, MPI_MIN, comm, &request), "MPI_Iallreduce");
    mpi::wait(request, world);
    return least == 1;
  }
  /// Memory of at least `bytes` that all ranks of this machine see, or null on all of them. Zeroed.
  [[nodiscard]] void* share(std::uint64_t bytes) {
    std::array<char, 64> name{};
    int file = -1;
    if (rank == 0) {
      const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
      std::snprintf(name.data(), name.size(), "/digitalis-%ld-%lld", static_cast<long>(::getpid()),
                    static_cast<long long>(now));
      file = ::shm_open(name.data(), O_RDWR | O_CREAT | O_EXCL, 0600);
      if (file >= 0 && ::posix_fallocate(file, 0, static_cast<off_t>(bytes)) != 0) {
        ::close(file);
        file = -1;
      }
    }
    MPI_Request request = MPI_REQUEST_NULL;
    mpi::check(MPI_Ibcast(name.data(), static_cast<int>(name.size()), MPI_CHAR, 0, comm, &request), "MPI_Ibcast");
    mpi::wait(request, world);
    void* memory = MAP_FAILED;
    if (rank != 0) file = ::shm_open(name.data(), O_RDWR, 0600);
    if (file >= 0) {
      memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
      ::close(file);
    }
    const bool everywhere = all(memory != MAP_FAILED);
    if (rank == 0) ::shm_unlink(name.data());  // lives on as long as it is mapped
    if (memory == MAP_FAILED) return nullptr;
    if (!everywhere) {
      ::munmap(memory, bytes);
      return nullptr;
    }
    mapped.emplace_back(static_cast<std::byte*>(memory), bytes);
    return memory;
  }
  void free() {
    for (const std::span<std::byte> memory : mapped) ::munmap(memory.data(), memory.size());
    MPI_Comm_free(&comm);
  }
};

MpiWorld::MpiWorld(int& argc, char**& argv) : exceptions_at_start_(std::uncaught_exceptions()) {
  const double patience_s = wanted_patience_s();
  std::optional<StartWatch> start(patience_s);
  int provided = 0;
  mpi::check(MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &provided), "MPI_Init_thread");
  if (provided < MPI_THREAD_FUNNELED)
    throw std::runtime_error(
        "this MPI library cannot be used by a program with threads; hint: use a build of it with "
        "MPI_THREAD_FUNNELED");
  mpi::check(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  mpi::check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_), "MPI_Comm_rank");
  mpi::check(MPI_Comm_size(MPI_COMM_WORLD, &size_), "MPI_Comm_size");
  node_ = std::make_unique<Node>();
  node_->world = this;
  mpi::check(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &node_->comm),
             "MPI_Comm_split_type");
  mpi::check(MPI_Comm_set_errhandler(node_->comm, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  mpi::check(MPI_Comm_size(node_->comm, &ranks_on_node_), "MPI_Comm_size");
  mpi::check(MPI_Comm_rank(node_->comm, &node_->rank), "MPI_Comm_rank");
  ranks_on_my_cores_ = count_sharers(node_->comm, ranks_on_node_);
  letters_ = std::make_unique<Letters>();
  for (MPI_Comm& comm : letters_->comms) {
    mpi::check(MPI_Comm_dup(MPI_COMM_WORLD, &comm), "MPI_Comm_dup");
    mpi::check(MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  }
  start.reset();
  // Last: no communicator is made once its thread runs.
  if (size_ > 1 && patience_s > 0.0 && provided >= MPI_THREAD_MULTIPLE)
    liveness_ = std::make_unique<Liveness>(rank_, size_, patience_s, [this] { leave(); });
}

MpiWorld::MpiWorld(WithoutMpi) : node_(std::make_unique<Node>()), has_mpi_(false) {}

MpiWorld::~MpiWorld() {
  if (!has_mpi_) return;
  if (std::uncaught_exceptions() > exceptions_at_start_) {
    if (liveness_) liveness_->abandon();
    return;
  }
  try {
    barrier();  // MPI_Finalize spins until all ranks are there; rank 0 may still be writing the report
  } catch (const std::exception&) {
    if (liveness_) liveness_->abandon();
    return;  // a rank is lost: MPI_Finalize would wait for it
  }
  liveness_.reset();
  node_->free();
  for (MPI_Comm& comm : letters_->comms) MPI_Comm_free(&comm);
  MPI_Finalize();
}

bool MpiWorld::is_lost(int rank) const { return liveness_ && liveness_->is_lost(rank); }
int MpiWorld::lost_ranks() const { return liveness_ ? liveness_->lost_ranks() : 0; }
bool MpiWorld::must_leave() const { return liveness_ && liveness_->verdict() != Liveness::Verdict::kGoOn; }
double MpiWorld::patience_s() const { return liveness_ ? liveness_->patience_s() : 0.0; }

void MpiWorld::leave_when_ranks_are_lost() {
  if (must_leave() || lost_ranks() > 0) leave();
}

void MpiWorld::leave() {
  if (liveness_ && is_first()) liveness_->tell_all_to_leave();
  const std::string why = liveness_ ? liveness_->in_words() : "";
  for (const auto& step : before_leaving_) step(why);
  std::_Exit(kResumable);
}

void MpiWorld::barrier() {
  if (!has_mpi_) return;
  MPI_Request request = MPI_REQUEST_NULL;
  mpi::check(MPI_Ibarrier(MPI_COMM_WORLD, &request), "MPI_Ibarrier");
  mpi::wait(request, this);
}

std::string MpiWorld::broadcast(std::string bytes) {
  if (!has_mpi_) return bytes;
  std::uint64_t size = bytes.size();
  MPI_Request request = MPI_REQUEST_NULL;
  mpi::check(MPI_Ibcast(&size, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD, &request), "MPI_Ibcast");
  mpi::wait(request, this);
  if (!is_first()) bytes.assign(size, '\0');
  in_pieces(size, kPieceBytes, [this, &bytes](std::uint64_t offset, int count) {
    MPI_Request piece = MPI_REQUEST_NULL;
    mpi::check(MPI_Ibcast(bytes.data() + offset, count, MPI_BYTE, 0, MPI_COMM_WORLD, &piece), "MPI_Ibcast");
    mpi::wait(piece, this);
  });
  return bytes;
}

std::vector<std::uint64_t> MpiWorld::sum(std::vector<std::uint64_t> values) {
  if (!has_mpi_) return values;
  std::vector<std::uint64_t> sums(values.size());
  in_pieces(values.size(), kPieceBytes / sizeof(std::uint64_t), [&](std::uint64_t offset, int count) {
    MPI_Request request = MPI_REQUEST_NULL;
    mpi::check(MPI_Iallreduce(values.data() + offset, sums.data() + offset, count, MPI_UINT64_T, MPI_SUM,
                              MPI_COMM_WORLD, &request),
               "MPI_Iallreduce");
    mpi::wait(request, this);
  });
  return sums;
}

bool MpiWorld::any(bool value) { return sum({value ? std::uint64_t{1} : std::uint64_t{0}}).front() > 0; }

std::vector<std::string> MpiWorld::gather(std::string_view bytes) {
  if (!has_mpi_) return {std::string(bytes)};
  const std::uint64_t size = bytes.size();
  std::vector<std::uint64_t> sizes(is_first() ? static_cast<std::size_t>(size_) : 0);
  MPI_Request request = MPI_REQUEST_NULL;
  mpi::check(MPI_Igather(&size, 1, MPI_UINT64_T, sizes.data(), 1, MPI_UINT64_T, 0, MPI_COMM_WORLD, &request),
             "MPI_Igather");
  mpi::wait(request, this);

  // Igatherv counts the total in int; messages in pieces do not.
  std::vector<std::string> gathered(sizes.size());
  std::vector<MPI_Request> requests;
  if (is_first()) {
    gathered[0] = bytes;
    for (int rank = 1; rank < size_; ++rank) {
      std::string& theirs = gathered[static_cast<std::size_t>(rank)];
      theirs.resize(sizes[static_cast<std::size_t>(rank)]);
      in_pieces(theirs.size(), kPieceBytes, [&](std::uint64_t offset, int count) {
        mpi::check(MPI_Irecv(theirs.data() + offset, count, MPI_BYTE, rank, kGatherTag, MPI_COMM_WORLD,
                             &requests.emplace_back()),
                   "MPI_Irecv");
      });
    }
  } else {
    in_pieces(size, kPieceBytes, [&](std::uint64_t offset, int count) {
      mpi::check(
          MPI_Isend(bytes.data() + offset, count, MPI_BYTE, 0, kGatherTag, MPI_COMM_WORLD, &requests.emplace_back()),
          "MPI_Isend");
    });
  }
  mpi::wait_all(requests, this);
  return gathered;
}

std::span<std::byte> MpiWorld::node_memory(std::uint64_t bytes, const std::function<void(std::span<std::byte>)>& fill) {
  const std::uint64_t room = std::max<std::uint64_t>(bytes, 1) + kAlignment;
  bool shared = ranks_on_node_ > 1 && node_->all(shared_memory_has(room));
  void* memory = nullptr;
  if (shared) memory = node_->share(room);
  if (memory == nullptr) {
    shared = false;
    node_->own.push_back(std::make_unique<std::byte[]>(room));
    memory = node_->own.back().get();
  }
  std::size_t space = room;
  if (!std::align(kAlignment, bytes, memory, space)) throw std::logic_error("no room for aligned memory");
  const std::span<std::byte> all{static_cast<std::byte*>(memory), bytes};
  if (!shared || node_->rank == 0) fill(all);
  if (has_mpi_) node_->barrier();
  return all;
}

void MpiWorld::abort(int exit_code) {
  if (has_mpi_) MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::_Exit(exit_code);  // MPI_Abort does not promise to stay away
}

void MpiWorld::leave(int exit_code) { std::_Exit(exit_code); }

std::string MpiWorld::library_version() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
  int length = 0;
  mpi::check(MPI_Get_library_version(text, &length), "MPI_Get_library_version");
  std::string version(text, static_cast<std::size_t>(length));
  version.resize(std::min(version.size(), version.find_first_of(",\n")));  // "Open MPI v4.1.4, package: ..."
  if (const auto at = version.find(" v"); at != std::string::npos) version.erase(at + 1, 1);
  return version;
}

std::optional<double> cgroup_cpus(const fs::path& cgroups, const fs::path& own) {
  std::optional<double> least;
  std::ifstream names(own);
  for (std::string line; std::getline(names, line);) {
    if (!line.starts_with("0::/")) continue;  // the others are of version 1
    fs::path group = line.substr(4);
    while (true) {
      // "MAX PERIOD", both in microseconds; "max 100000": no limit.
      std::ifstream limit(cgroups / group / "cpu.max");
      double most_us = 0.0, period_us = 0.0;
      if (limit >> most_us >> period_us && most_us > 0.0 && period_us > 0.0)
        least = std::min(least.value_or(most_us / period_us), most_us / period_us);
      if (group.empty()) break;
      group = group.has_parent_path() ? group.parent_path() : fs::path();
    }
  }
  return least;
}

int default_threads(const MpiWorld& world) {
  if (const char* text = std::getenv("SLURM_CPUS_PER_TASK")) {
    int threads = 0;
    const char* const end = text + std::strlen(text);
    if (const auto [stop, error] = std::from_chars(text, end, threads);
        error == std::errc{} && stop == end && threads > 0)
      return threads;
  }
  const cpu_set_t cores = own_cores();
  const double usable = std::min<double>(CPU_COUNT(&cores), cgroup_cpus().value_or(std::numeric_limits<double>::max()));
  return std::max(1, static_cast<int>(usable) / world.ranks_on_my_cores());
}

}  // namespace digitalis
