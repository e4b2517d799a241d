#pragma once
// How a run is asked to stop early: SIGUSR1 or the first SIGINT finish the chunks in flight; SIGTERM or a second SIGINT
// abandon them. Either way the journal is flushed and the program ends with exit code 75 (EX_TEMPFAIL), resumable.

#include <exception>

namespace digitalis {

enum class StopKind : int { kNone = 0, kFinishChunks = 1, kAbandonChunks = 2 };

/// What work on a chunk may throw while stop_requested() is kAbandonChunks, to leave early: the chunk counts as not
/// finished, and the stop goes on. At any other time it is an error like every other exception.
struct Abandoned : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return "work on a chunk was abandoned"; }
};

/// Installs the handlers; they only set an atomic flag. Call once, early. A third SIGINT ends the process as if there
/// were no handler.
void watch_stop_signals();

/// What was asked of this process so far. Async-signal-safe and thread-safe.
[[nodiscard]] StopKind stop_requested();

/// Asks as a signal would (time limit, budget, tests). A request only grows; kNone takes it back (tests).
void request_stop(StopKind kind);

}  // namespace digitalis
