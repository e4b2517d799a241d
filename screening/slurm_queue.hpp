#pragma once
// What Slurm says of jobs, asked once.

#include <map>
#include <string>
#include <vector>

namespace digitalis {

struct QueuedJob {
  std::string state;   ///< "RUNNING", "PENDING"
  std::string reason;  ///< "None", "Priority", "BeginTime"
};

/// One call of squeue for all jobs; those that have left the queue are missing. Empty when there is no squeue, when it
/// does not answer in ten seconds, or when no id looks like one.
[[nodiscard]] std::map<std::string, QueuedJob> ask_queue(const std::vector<std::string>& jobs);

}  // namespace digitalis
