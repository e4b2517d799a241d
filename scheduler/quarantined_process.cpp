#include "scheduler/quarantined_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <utility>

#include "scheduler/journal_frame.hpp"
#include "scheduler/process_memory.hpp"
#include "scheduler/quarantine_pipe.hpp"
#include "scheduler/stop_request.hpp"

extern char** environ;

namespace digitalis {

namespace {

using Clock = std::chrono::steady_clock;
using journal_frame::Descriptor;
using quarantine_pipe::Kind;

constexpr int kLookEvery_ms = 50;
constexpr int kMostLooks = 10'000;  // for the end of a child, a millisecond each
constexpr std::chrono::seconds kShortestSetUp{600};  // reading files on a busy disk is no molecule's fault

[[noreturn]] void refuse(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), "a process for a suspect chunk: " + what);
}

void check(int error, const char* what) {
  if (error != 0) refuse(error, what);
}

/// Without what a launcher told this process: the child is none of its ranks.
std::vector<char*> environment_without_launcher() {
  constexpr std::array<std::string_view, 6> kLaunchers{"OMPI_", "PMIX_", "PMI_", "PRTE_", "ORTE_", "HYDRA_"};
  std::vector<char*> kept;
  for (char** variable = environ; *variable != nullptr; ++variable)
    if (std::none_of(kLaunchers.begin(), kLaunchers.end(),
                     [&](std::string_view prefix) { return std::string_view(*variable).starts_with(prefix); }))
      kept.push_back(*variable);
  kept.push_back(nullptr);
  return kept;
}

/// What posix_spawn() is told; frees it.
class SpawnPlan {
 public:
  SpawnPlan() {
    check(posix_spawn_file_actions_init(&actions_), "actions");
    check(posix_spawnattr_init(&attributes_), "attributes");
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  [[nodiscard]] pid_t start(const std::vector<std::string>& command, int socket) {
    check(posix_spawn_file_actions_adddup2(&actions_, socket, STDIN_FILENO), "its standard input");
    // What libraries print may hold structures.
    for (const int output : {STDOUT_FILENO, STDERR_FILENO})
      check(posix_spawn_file_actions_addopen(&actions_, output, "/dev/null", O_WRONLY, 0), "its output");
    check(posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1), "its files");
    // A group of its own and no stop signals: it ends when this process says so, not with Ctrl-C or Slurm's USR1.
    sigset_t blocked;
    sigemptyset(&blocked);
    for (const int signal_number : {SIGUSR1, SIGUSR2, SIGINT, SIGTERM, SIGHUP}) sigaddset(&blocked, signal_number);
    check(posix_spawnattr_setsigmask(&attributes_, &blocked), "its signals");
    check(posix_spawnattr_setpgroup(&attributes_, 0), "its group");
    check(posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP), "its attributes");
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::vector<char*> environment = environment_without_launcher();
    pid_t process = -1;
    check(posix_spawn(&process, words.front().c_str(), &actions_, &attributes_, arguments.data(), environment.data()),
          ("'" + words.front() + "' cannot be started").c_str());
    return process;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::string signal_name(int number) {
  switch (number) {
    case SIGSEGV: return "segmentation fault";
    case SIGABRT: return "aborted";
    case SIGBUS: return "bus error";
    case SIGFPE: return "arithmetic error";
    case SIGILL: return "illegal instruction";
    default: return "signal " + std::to_string(number);
  }
}

/// The process, which does not outlive this object.
class Child {
 public:
  Child(const std::vector<std::string>& command, const Task& task)
      : unsent_(quarantine_pipe::to_bytes(Kind::kTask, quarantine_pipe::to_bytes(task))) {
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) refuse(errno, "no socket");
    socket_ = Descriptor(ends[0]);
    const Descriptor its_end(ends[1]);
    ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
    process_ = SpawnPlan().start(command, its_end.get());
  }
  ~Child() {
    if (process_ > 0) (void)end();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Sends and receives what it can, for a twentieth of a second at most. False: the child has closed its end.
  [[nodiscard]] bool exchange() {
    pollfd waiting{socket_.get(), static_cast<short>(unsent_.empty() ? POLLIN : POLLIN | POLLOUT), 0};
    if (::poll(&waiting, 1, kLookEvery_ms) <= 0) return true;
    if ((waiting.revents & POLLOUT) != 0) {
      const ssize_t sent = ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
      if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
    }
    if ((waiting.revents & (POLLIN | POLLHUP | POLLERR)) == 0) return true;
    std::array<char, 65536> block;
    const ssize_t got = ::recv(socket_.get(), block.data(), block.size(), 0);
    if (got > 0) arrived_.append(block.data(), static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
  }

  [[nodiscard]] std::optional<quarantine_pipe::Message> next() { return quarantine_pipe::take(arrived_); }
  [[nodiscard]] std::uint64_t memory_bytes() const { return memory_bytes_of(process_); }

  /// Ends it with all it started. Returns its status as wait does; it may have ended by itself before.
  int end() {
    ::kill(-process_, SIGKILL);
    ::kill(process_, SIGKILL);
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    return status;
  }
  /// Waits for the end of a child that has closed its end of the socket.
  int wait() {
    for (int looks = 0; looks < kMostLooks; ++looks) {
      int status = 0;
      const pid_t ended = ::waitpid(process_, &status, WNOHANG);
      if (ended == process_ || (ended < 0 && errno != EINTR)) {
        process_ = -1;
        return status;
      }
      ::usleep(1000);
    }
    return end();
  }

 private:
  Descriptor socket_;
  std::string unsent_, arrived_;
  pid_t process_ = -1;
};

/// The clock of the set-up, and of each item.
class Deadline {
 public:
  explicit Deadline(double item_seconds) : item_seconds_(item_seconds) {
    allow(std::max(item_seconds, std::chrono::duration<double>(kShortestSetUp).count()));
  }
  void begin_item() { allow(item_seconds_); }
  [[nodiscard]] bool is_over() const { return item_seconds_ > 0.0 && Clock::now() > end_; }

 private:
  void allow(double seconds) {
    end_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  }
  double item_seconds_;
  Clock::time_point end_;
};

std::string out_of_memory(std::uint64_t told_bytes) {
  return told_bytes > 0 ? "out_of_memory: needs more than the " + in_GiB(told_bytes) + " of a rank"
                        : "out_of_memory: ended by the system";
}

std::string cause_of(int status, std::uint64_t told_bytes) {
  // Nobody but the system for want of memory sends this one, or somebody who wants this process to end too.
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return out_of_memory(told_bytes);
  if (WIFSIGNALED(status)) return "crashed: " + signal_name(WTERMSIG(status));
  return "crashed: ended with exit code " + std::to_string(WEXITSTATUS(status));
}

std::string out_of_time(double seconds) {
  char text[64];
  std::snprintf(text, sizeof text, "out_of_time: more than %g s", seconds);
  return text;
}

void leave_if_abandoned() {
  if (stop_requested() == StopKind::kAbandonChunks) throw Abandoned();
}

}  // namespace

QuarantineEnd run_quarantined(const std::vector<std::string>& command, const Task& task, const ItemLimits& bounds,
                              std::uint64_t told_memory_bytes) {
  leave_if_abandoned();
  Child child(command, task);
  QuarantineEnd end;
  Deadline deadline(bounds.seconds);
  for (bool is_open = true; is_open;) {
    is_open = child.exchange();
    leave_if_abandoned();
    while (auto message = child.next()) {
      switch (message->kind) {
        case Kind::kReady: deadline.begin_item(); break;
        case Kind::kBegin:
          end.item = quarantine_pipe::number_from(message->payload);
          deadline.begin_item();
          break;
        case Kind::kResult: end.result = quarantine_pipe::result_from(message->payload); return end;
        case Kind::kFailed:
          // Its words may hold a structure; where no item is in work they are about files and say what is wrong.
          end.cause = end.item ? "crashed: an exception" : message->payload;
          return end;
        case Kind::kTask: break;
      }
    }
    if (deadline.is_over()) {
      end.cause = out_of_time(bounds.seconds);
      return end;
    }
    if (bounds.memory_bytes > 0 && child.memory_bytes() > bounds.memory_bytes) {
      end.cause = out_of_memory(told_memory_bytes);
      return end;
    }
  }
  end.cause = cause_of(child.wait(), told_memory_bytes);
  // Whoever ends all processes of a job sends this process a word first; it may arrive a little later.
  leave_if_abandoned();
  return end;
}

}  // namespace digitalis
