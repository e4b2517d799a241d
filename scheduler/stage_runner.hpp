#pragma once
// Runs one stage of a run over all ranks and threads: chunks are handed out as ranks ask for them, worked on by a
// oneTBB pipeline inside each rank, and written to the journal as they finish.
//
//   rank 0  task source -> hand-out --(request/grant)--> every rank's queue -> oneTBB pipeline -> its journal file
//
// The main thread of each rank owns all MPI calls and sleeps between polls, so no core is spent on managing; on rank 0
// the same thread also answers the others, beside its own pipeline.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scheduler/item_watch.hpp"
#include "scheduler/journal.hpp"
#include "scheduler/mpi_world.hpp"
#include "scheduler/progress.hpp"
#include "scheduler/stop_request.hpp"

namespace digitalis {

/// An item of a chunk (a molecule) that ended the process, and twice: its worker must not touch it again.
struct KilledBy {
  std::uint64_t item = 0;  ///< as the worker counts them: what it called begin_item() with
  std::string reason;      ///< "crashed: segmentation fault", "out_of_time: 600 s", "out_of_memory: 2.1 GiB"
};

/// A chunk to be worked on, with what its worker needs to know beyond its number.
struct Task {
  std::uint64_t chunk = 0;
  std::string payload = {};
  /// It was in work when a process ended that should not have: it is worked on in a process of its own first.
  bool suspect = false;
  std::vector<KilledBy> killers = {};  ///< to be rejected with their reason instead of worked on; ascending
  /// Only this item is to be worked on, to see whether it ends the process alone too; the result is thrown away.
  std::optional<std::uint64_t> only = {};
};

/// A finished chunk.
struct ChunkResult {
  std::string payload;        ///< becomes the frame
  std::uint64_t items = 0;    ///< for the progress line
  std::uint64_t rejects = 0;  ///< for the progress line
};

struct StagePlan {
  std::uint32_t stage = 0;  ///< number in the journal
  std::string name;         ///< on the progress line
  std::string noun = "compounds";
  /// The next task, in ascending order of chunk from 0 without gaps; nothing at the end. Called on rank 0 only, by one
  /// thread at a time (not always the same). Tasks of finished chunks are drawn and dropped, so that a streaming source
  /// keeps its place. Ignored when `chunks` is set: then the tasks are 0 .. chunks-1 without payload.
  std::function<std::optional<Task>()> next_task;
  std::optional<std::uint64_t> chunks;
  /// Optional, with `chunks`: what each is expected to cost, in any unit. The dearest are begun first (chunk_order.hpp).
  /// Rank 0's count; of processes that share the run all have the same.
  std::vector<float> costs = {};
  /// Works on one task: called concurrently, on any rank. Its result may depend on the task only.
  std::function<ChunkResult(const Task&)> work;
  /// Optional: the command line of a process that works on one task of this stage by itself (quarantine.hpp); without
  /// it suspects are worked on like all others.
  std::vector<std::string> quarantine = {};
  /// Optional: what that process gets as its task's payload, so that it need not find out what this one knows.
  std::function<std::string(const Task&)> quarantine_payload;
  /// What one item may take, in either process.
  ItemLimits limits = {};
  /// Optional: says why and ends this process, for an item that takes more; the journal is synced before. What is in
  /// work is suspect then, and the next start works on it in quarantine. Called from a thread of its own.
  std::function<void(const std::string& why)> leave;
  /// Optional: how a message names an item of a task: "compound ZINC1"; never its structure.
  std::function<std::string(const Task&, std::uint64_t item)> describe;
  /// Optional, rank 0: share of the source that was drawn, 0 to 1, negative when not known; may be called from another
  /// thread than next_task.
  std::function<double()> fraction_drawn;
};

struct StageOutcome {
  bool complete = false;                 ///< false: stopped on request, resumable
  std::uint64_t chunks = 0;              ///< chunks of the stage, when complete; the same on every rank
  std::uint64_t chunks_done_before = 0;  ///< found in the journal (resume)
  /// Ranks that died or fell silent meanwhile. Not 0: no collective can end any more, call MpiWorld::leave(). The stage
  /// may be complete none the less; streamed chunks that a lost rank had are left for the next start.
  int lost_ranks = 0;
};

/// The journal in a folder, for every rank: rank 0 reads and checks it, the others get its index. Collective.
[[nodiscard]] Journal scan_together(MpiWorld& world, const std::filesystem::path& folder);

/// Runs a stage to its end, or to a stop request on any rank. Collective.
/// `done` tells which chunks earlier attempts finished (only rank 0's is asked). Every rank appends to its own
/// `writer`; it is synced before the return, so that after it any rank may scan the journal. At most `threads` chunks
/// are worked on, and about as many with a payload wait, on each rank: memory is bounded. Throws what a worker or the
/// source threw, on the rank where it happened; the caller must then end all ranks.
/// A rank that is lost costs its chunks in work: others do them, as suspects. When rank 0 is lost, or this rank is
/// taken for lost, this does not return: the journal is synced and the process leaves (MpiWorld::leave()).
StageOutcome run_stage(MpiWorld& world, const StagePlan& plan, const Journal& done, JournalWriter& writer, int threads,
                       Progress& progress);

}  // namespace digitalis
