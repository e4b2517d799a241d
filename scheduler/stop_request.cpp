#include "scheduler/stop_request.hpp"

#include <signal.h>

#include <atomic>
#include <cerrno>
#include <system_error>

namespace digitalis {

namespace {

// The one variable of the program that is not passed along: a signal handler has no other way to say something.
std::atomic<int> g_stop{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch nothing that locks");

void raise_to(StopKind kind) {
  const int wanted = static_cast<int>(kind);
  int current = g_stop.load();
  while (current < wanted && !g_stop.compare_exchange_weak(current, wanted)) {
  }
}

extern "C" void on_stop_signal(int signal_number) {
  const int saved_errno = errno;
  if (signal_number == SIGUSR1) raise_to(StopKind::kFinishChunks);
  if (signal_number == SIGTERM) raise_to(StopKind::kAbandonChunks);
  if (signal_number == SIGINT) {
    if (g_stop.load() == 0) {
      raise_to(StopKind::kFinishChunks);
    } else {
      raise_to(StopKind::kAbandonChunks);
      ::signal(SIGINT, SIG_DFL);  // who presses Ctrl-C once more means it
    }
  }
  errno = saved_errno;
}

}  // namespace

void watch_stop_signals() {
  struct sigaction action = {};
  action.sa_handler = on_stop_signal;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  for (const int signal_number : {SIGUSR1, SIGINT, SIGTERM})
    if (sigaction(signal_number, &action, nullptr) != 0)
      throw std::system_error(errno, std::generic_category(), "cannot watch for stop signals");
  // A file that reaches the limit on file sizes shall be an error of its write, which names the file, not a silent end.
  ::signal(SIGXFSZ, SIG_IGN);
}

StopKind stop_requested() { return static_cast<StopKind>(g_stop.load(std::memory_order_relaxed)); }

void request_stop(StopKind kind) {
  if (kind == StopKind::kNone)
    g_stop.store(0);
  else
    raise_to(kind);
}

}  // namespace digitalis
