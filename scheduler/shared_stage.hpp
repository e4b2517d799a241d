#pragma once
// Runs one stage of a run in a process that shares the run with others through its folder, without MPI: the processes
// start and end when they like. Each reads the journals, claims blocks of the chunks that are left (claim_blocks.hpp)
// by leases (claims.hpp), works on them as a rank does, and goes on until the journals hold all chunks.
//
//   claims/stage-2/block-00041   somebody works on the chunks of this block
//                  done-00040    they are all in the journals: nobody need read those to know it
//                  part-00039    somebody worked on it and stopped: some of them are
//
// State is the journal and nothing else: a mark done-... saves reading, and when nothing is left to claim the journals
// say what is missing. A folder of claims may be lost or kept at any moment.

#include "scheduler/claims.hpp"
#include "scheduler/journal.hpp"
#include "scheduler/progress.hpp"
#include "scheduler/stage_runner.hpp"

namespace digitalis {

/// Runs a stage whose chunks are numbered (plan.chunks) to its end, whoever does the work, or to a stop request of this
/// process. What run_stage() says of the plan holds.
/// @param journal  of all processes, as scan() made it; caught up with all of the stage when it is complete
/// @param writer   this process's own (JournalWriter::of_its_own)
/// A lease's owner that is silent for longer than the patience loses it; what it had in work is suspect. Waiting for
/// others costs a look into a folder every second or, with many processes, less often.
StageOutcome run_shared_stage(Claims& claims, const StagePlan& plan, Journal& journal, JournalWriter& writer,
                              int threads, Progress& progress);

}  // namespace digitalis
