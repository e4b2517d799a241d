#pragma once
// Works on a suspect task in a process of its own, so that an item that crashes, hangs or eats memory ends that process
// and not the run.
//
// The parent starts the command line it was given (our own program), sends the task over a socket, hears which item
// begins, looks at the child's time and memory twenty times a second, and gets the result. An item that ends the child
// is tried once more alone; when it ends that child too it is a killer (KilledBy), and the task is worked on again
// without it, as often as there are killers. Where an item is well alone but ends the child again among the others, it
// is a killer as well. The child knows nothing of MPI: it inherits neither descriptors nor variables of the launcher.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scheduler/item_watch.hpp"
#include "scheduler/stage_runner.hpp"

namespace digitalis {

class Quarantine {
 public:
  struct Settings {
    std::vector<std::string> command;  ///< of the child; the first names the program's file
    ItemLimits limits;
    int threads = 1;  ///< that may quarantine at a time: their children share the rank's memory
  };
  explicit Quarantine(Settings settings);
  ~Quarantine();

  /// The task's result without the items that ended its processes; they are in its killers. Safe to call concurrently:
  /// the calling thread sleeps. A process start for each try, some 0.1 s, and the work itself.
  /// @throws Abandoned           chunks are abandoned on request: the child is ended, nobody is to blame
  /// @throws std::runtime_error  the child cannot be started, ends where no item is in work, or has more killers than
  ///                             items can be to blame for
  [[nodiscard]] ChunkResult work_on(Task task) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The child's side: gets the task, calls `set_up` with it (a deadline of its own: files are read, tables made), then
/// what that returned, and sends the result. Returns the exit code.
[[nodiscard]] int serve_quarantine(
    const std::function<std::function<ChunkResult(const Task&)>(const Task&)>& set_up);

}  // namespace digitalis
