#pragma once
// How many chunks a rank is given at a time: guided self-scheduling (C. D. Polychronopoulos, D. J. Kuck, IEEE Trans.
// Comput. C-36 (1987) 1425-1439, doi:10.1109/TC.1987.5009495) with the halved shares of factoring (S. F. Hummel,
// E. Schonberg, L. E. Flynn, Commun. ACM 35 (1992) 90-101, doi:10.1145/135226.135232), bounded by measured time.
//
//   much is left        runs of up to kMostGrant_s seconds of the rank's work: few messages, neighbouring chunks
//   less                half of the rank's share of what is left: others can still even out what takes long here
//   less than a share   one chunk for each thread that stands idle: nothing waits where it could be worked on elsewhere
//   short chunks        never less than kLeastGrant_s of work: an answer takes milliseconds, a chunk microseconds
//
// Times are known only as far as chunks were finished, and later ones may take far longer (where a filter left nothing,
// a chunk is done at once). So a rank is given at most twice as many chunks as it has finished so far.
//
// Pure: stage_runner hands out by it, and tests/bench/scheduler_sim.cpp plays it for 10,000 nodes.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>

namespace digitalis {

/// Longest and shortest grant, in seconds of all threads of the rank.
inline constexpr double kMostGrant_s = 60.0;
inline constexpr double kLeastGrant_s = 0.02;
/// How long before its chunks run out a rank asks again.
inline constexpr double kAskAhead_s = 0.1;
/// Nothing is worked on, written and counted in less; keeps a first look at empty chunks from promising too much.
inline constexpr double kShortestChunk_s = 5e-6;

/// A rank says at most once in this time what it wants, times the number of ranks: what rank 0 can answer.
inline constexpr std::chrono::duration<double> kAskInterval{40e-6};

/// What the hand-out knows when a rank asks.
struct GrantState {
  std::uint64_t left = 0;  ///< chunks that nobody has been given
  int threads = 1;         ///< of the rank that asks
  int all_threads = 1;     ///< of all ranks that are alive, its own included
  std::uint64_t idle = 0;  ///< threads of the rank that have nothing to do
  std::uint64_t done = 0;  ///< chunks of this stage that the rank finished
  double chunk_s = 0.0;    ///< mean time of a chunk on a thread, over all ranks; 0: not known yet
};

/// How many chunks to give now. 0: none until a thread of it stands idle. O(1), safe to call concurrently.
[[nodiscard]] inline std::uint64_t chunks_to_grant(const GrantState& state) {
  const auto left = static_cast<double>(state.left);
  const double share = left * state.threads / std::max(state.threads, state.all_threads);
  const double at_once = std::min(static_cast<double>(state.idle), std::ceil(share));
  double size = at_once;
  if (state.chunk_s > 0.0 && state.done > 0) {
    const double per_s = state.threads / std::max(state.chunk_s, kShortestChunk_s);
    const double known = 2.0 * static_cast<double>(state.done);
    const double wanted = std::max(std::min(share / 2.0, per_s * kMostGrant_s), per_s * kLeastGrant_s);
    size = std::max(at_once, std::floor(std::min(wanted, known)));
  }
  return std::min(state.left, static_cast<std::uint64_t>(size));
}

/// How many chunks should wait in a rank, so that its threads do not run dry while it asks for more.
[[nodiscard]] inline std::uint64_t chunks_to_keep_waiting(int threads, double chunk_s) {
  if (chunk_s <= 0.0) return 0;
  return static_cast<std::uint64_t>(std::ceil(threads * kAskAhead_s / std::max(chunk_s, kShortestChunk_s)));
}

}  // namespace digitalis
