#pragma once
// How a run is asked to stop early: SIGUSR1 or the first SIGINT finish the chunks in flight; SIGTERM or a second SIGINT
// abandon them. Either way the journal is flushed and the program ends with exit code 75 (EX_TEMPFAIL), resumable.

namespace digitalis {

enum class StopKind : int { kNone = 0, kFinishChunks = 1, kAbandonChunks = 2 };

/// Installs the handlers; they only set an atomic flag. Call once, early.
void watch_stop_signals();

/// What was asked of this process so far. Async-signal-safe and thread-safe.
[[nodiscard]] StopKind stop_requested();

/// Asks as a signal would (time limit, budget, tests).
void request_stop(StopKind kind);

}  // namespace digitalis
