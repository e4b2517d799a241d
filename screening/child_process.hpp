#pragma once
// Runs another program to its end: sbatch, squeue, scancel.

#include <string>
#include <vector>

namespace digitalis {

struct ProcessEnd {
  int code = 0;          ///< exit code; 128 + signal when a signal ended it
  std::string out, err;  ///< what it wrote
};

/// Looks `command[0]` up on the PATH; no shell in between, nothing on its standard input. Safe to call concurrently.
/// @throws std::system_error  naming the program, when it cannot be started
[[nodiscard]] ProcessEnd run_process(const std::vector<std::string>& command);

}  // namespace digitalis
