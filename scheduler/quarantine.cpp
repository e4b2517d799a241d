#include "scheduler/quarantine.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <utility>

#include "scheduler/process_memory.hpp"
#include "scheduler/quarantine_pipe.hpp"
#include "scheduler/quarantined_process.hpp"

namespace digitalis {

namespace {

using quarantine_pipe::Kind;

/// Beyond this something is wrong with the program or the machine, and rejecting compound after compound would hide it.
constexpr std::size_t kMostKillers = 64;
/// Less than this no process of ours can do with.
constexpr std::uint64_t kLeastMemory_bytes = std::uint64_t{256} << 20U;

}  // namespace

struct Quarantine::Impl {
  Settings settings;
  mutable std::shared_mutex alone;  ///< taken alone by a child that may have all the rank's memory

  /// @param is_alone  no other child of this rank runs at the same time
  [[nodiscard]] QuarantineEnd run(const Task& task, bool is_alone) const {
    std::shared_lock beside(alone, std::defer_lock);
    std::unique_lock only(alone, std::defer_lock);
    is_alone ? only.lock() : beside.lock();
    ItemLimits bounds = settings.limits;
    if (bounds.memory_bytes > 0) {
      const std::uint64_t left = bounds.memory_bytes - std::min(bounds.memory_bytes, own_memory_bytes());
      const auto children = static_cast<std::uint64_t>(is_alone ? 1 : std::max(settings.threads, 1));
      bounds.memory_bytes = std::max(left / children, kLeastMemory_bytes);
    }
    return run_quarantined(settings.command, task, bounds, settings.limits.memory_bytes);
  }
};

Quarantine::Quarantine(Settings settings) : impl_(std::make_unique<Impl>()) {
  if (settings.command.empty()) throw std::logic_error("a quarantine needs a command line");
  impl_->settings = std::move(settings);
}
Quarantine::~Quarantine() = default;

ChunkResult Quarantine::work_on(Task task) const {
  std::map<std::uint64_t, int> well_alone;
  bool ended_without_item = false;
  while (true) {
    const QuarantineEnd all = impl_->run(task, !well_alone.empty());
    if (all.result) return *all.result;
    const auto fail = [&](const QuarantineEnd& end) {
      throw std::runtime_error("the process for suspect chunk " + std::to_string(task.chunk) +
                               " ended where no item was in work: " + end.cause);
    };
    if (!all.item) {
      if (std::exchange(ended_without_item, true)) fail(all);
      continue;
    }
    QuarantineEnd verdict = all;
    if (!well_alone.contains(*all.item)) {
      Task single = task;
      single.only = all.item;
      verdict = impl_->run(single, true);
      if (verdict.result) {
        ++well_alone[*all.item];
        continue;
      }
      if (!verdict.item) fail(verdict);
    }
    task.killers.push_back({*all.item, verdict.cause});
    std::sort(task.killers.begin(), task.killers.end(),
              [](const KilledBy& a, const KilledBy& b) { return a.item < b.item; });
    if (task.killers.size() > kMostKillers)
      throw std::runtime_error("more than " + std::to_string(kMostKillers) + " items of chunk " +
                               std::to_string(task.chunk) + " ended their process, the last one: " + verdict.cause +
                               "; hint: that is hardly the items' fault; look at this machine and at [limits]");
  }
}

namespace {

void send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(STDIN_FILENO, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) throw std::runtime_error("the parent of this process is gone");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

Task receive_task() {
  std::string arrived;
  std::array<char, 65536> block;
  while (true) {
    if (auto message = quarantine_pipe::take(arrived)) {
      if (message->kind != Kind::kTask) break;
      return quarantine_pipe::task_from(message->payload);
    }
    const ssize_t got = ::recv(STDIN_FILENO, block.data(), block.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    arrived.append(block.data(), static_cast<std::size_t>(got));
  }
  throw std::runtime_error("this verb is for the program itself: it expects a task on its standard input");
}

/// Should memory run out, the system is to take this process and not its parent; a crash is to leave no file behind.
void be_expendable() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  if (const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC); file >= 0) {
    [[maybe_unused]] const ssize_t wrote = ::write(file, "1000", 4);
    ::close(file);
  }
}

class Announcer : public ItemObserver {
 public:
  void begin(std::uint64_t item) override {
    send_all(quarantine_pipe::to_bytes(Kind::kBegin, quarantine_pipe::to_bytes(item)));
  }
};

}  // namespace

int serve_quarantine(const std::function<std::function<ChunkResult(const Task&)>(const Task&)>& set_up) {
  const Task task = receive_task();
  be_expendable();
  try {
    const auto work = set_up(task);
    send_all(quarantine_pipe::to_bytes(Kind::kReady, {}));
    Announcer announcer;
    const ObservedItems observed(announcer);
    send_all(quarantine_pipe::to_bytes(Kind::kResult, quarantine_pipe::to_bytes(work(task))));
    return 0;
  } catch (const std::exception& error) {
    send_all(quarantine_pipe::to_bytes(Kind::kFailed, error.what()));
    return 1;
  }
}

}  // namespace digitalis
