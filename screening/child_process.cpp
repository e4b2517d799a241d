#include "screening/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>
#include <thread>

extern char** environ;

namespace digitalis {
namespace {

using Clock = std::chrono::steady_clock;
/// When the program's time is up; empty: never.
using Deadline = std::optional<Clock::time_point>;
bool is_over(const Deadline& deadline) { return deadline && Clock::now() >= *deadline; }

constexpr std::chrono::milliseconds kLookEvery{2};

/// A file that is only in memory: what a child reads, without a pipe that could fill up.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("digitalis", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR) {
        const int code = errno;
        ::close(descriptor_);
        throw std::system_error(code, std::generic_category(), "memfd");
      }
      if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    ::lseek(descriptor_, 0, SEEK_SET);
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// A pipe whose ends close with it.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "no pipe");
  }
  ~Pipe() {
    close_writer();
    ::close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  [[nodiscard]] int reader() const { return ends_[0]; }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_writer() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

class SpawnActions {
 public:
  SpawnActions() { posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Reads both to their ends, whichever has something first, until the deadline.
void read_both(int out, int err, const Deadline& deadline, ProcessEnd& end) {
  std::array<pollfd, 2> open{pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  const std::array<std::string*, 2> texts{&end.out, &end.err};
  while ((open[0].fd >= 0 || open[1].fd >= 0) && !is_over(deadline)) {
    int patience_ms = -1;
    if (deadline)
      patience_ms = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count());
    if (::poll(open.data(), open.size(), patience_ms) < 0 && errno != EINTR) return;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (open[i].fd < 0 || open[i].revents == 0) continue;
      std::array<char, 4096> buffer{};
      const ssize_t got = ::read(open[i].fd, buffer.data(), buffer.size());
      if (got > 0)
        texts[i]->append(buffer.data(), static_cast<std::size_t>(got));
      else if (got == 0 || errno != EINTR)
        open[i].fd = -1;  // poll() passes over it
    }
  }
}

/// Waits for its end, and brings it about at the deadline.
void reap(pid_t child, const Deadline& deadline, ProcessEnd& end) {
  int status = 0;
  for (pid_t ended = 0;
       (ended = ::waitpid(child, &status, deadline ? WNOHANG : 0)) == 0 || (ended < 0 && errno == EINTR);) {
    if (is_over(deadline) && !end.timed_out) {
      end.timed_out = true;
      ::kill(child, SIGKILL);
    }
    if (deadline) std::this_thread::sleep_for(kLookEvery);
  }
  end.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ProcessEnd run_process(const std::vector<std::string>& command, const ProcessOptions& options) {
  const MemoryFile in{options.input};
  Pipe out, err;
  SpawnActions actions;
  posix_spawn_file_actions_adddup2(actions.get(), in.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(actions.get(), out.writer(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(actions.get(), err.writer(), STDERR_FILENO);
  std::vector<std::string> copies = command;  // argv is not const
  std::vector<char*> arguments;
  for (std::string& argument : copies) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int refused = ::posix_spawnp(&child, arguments[0], actions.get(), nullptr, arguments.data(), environ);
  if (refused != 0) throw std::system_error(refused, std::generic_category(), command[0] + ": cannot be started");
  out.close_writer();
  err.close_writer();
  Deadline deadline;
  if (options.patience.count() > 0) deadline = Clock::now() + options.patience;
  ProcessEnd end;
  read_both(out.reader(), err.reader(), deadline, end);
  reap(child, deadline, end);
  return end;
}

}  // namespace digitalis
