#pragma once
// Runs another program to its end: sbatch, squeue, scancel, ssh-keygen. (Processes that work on molecules are the
// scheduler's: quarantined_process.hpp.)

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

struct ProcessEnd {
  int code = 0;            ///< exit code; 128 + signal when a signal ended it
  bool timed_out = false;  ///< it was killed, for its time was up
  std::string out, err;    ///< what it wrote
};

struct ProcessOptions {
  std::string_view input = {};            ///< its standard input
  std::chrono::milliseconds patience{0};  ///< then it is killed; 0: it may take for ever
};

/// Looks `command[0]` up on the PATH; no shell in between. Safe to call concurrently.
/// @throws std::system_error  naming the program, when it cannot be started
[[nodiscard]] ProcessEnd run_process(const std::vector<std::string>& command, const ProcessOptions& options = {});

}  // namespace digitalis
