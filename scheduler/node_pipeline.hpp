#pragma once
// One rank's workers: tasks that wait -> oneTBB pipeline -> written results. Knows nothing of MPI.
//
// The pipeline's source takes from a queue that the main thread keeps filled, and blocks while that is empty. Blocking
// a oneTBB thread is safe here: the source is serial, so at most one thread is blocked; a token never waits for the
// blocked thread, since whoever takes a token from the source carries it through to its end, or leaves it to the
// thread that is writing. So with one thread the source is only asked when no token is left.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "scheduler/bell.hpp"
#include "scheduler/stage_runner.hpp"

namespace digitalis {

class NodePipeline {
 public:
  struct Functions {
    std::function<ChunkResult(const Task&)> work;                  ///< called concurrently
    std::function<void(std::uint64_t, const ChunkResult&)> write;  ///< called by one thread at a time
  };
  struct Counts {
    std::uint64_t items = 0;
    std::uint64_t rejects = 0;
    std::uint64_t finished = 0;  ///< chunks worked on and written
    std::uint64_t received = 0;  ///< chunks added
    double busy_s = 0.0;         ///< seconds that threads worked on the finished ones
  };
  /// What it can take now.
  struct Room {
    std::uint64_t idle = 0;   ///< threads that have nothing to do
    std::uint64_t tasks = 0;  ///< chunks it should hold beyond those it has
  };

  /// Starts the workers. `bell` rings whenever there is room again and when the pipeline ends; it outlives this.
  NodePipeline(int threads, Functions functions, Bell& bell);
  /// Drops what waits and waits for the work in flight.
  ~NodePipeline();
  NodePipeline(const NodePipeline&) = delete;
  NodePipeline& operator=(const NodePipeline&) = delete;

  /// Nothing is asked for beyond one chunk per thread until a chunk is finished and its time known; from then on as
  /// many wait as the threads work off while the next ones travel (grant_policy.hpp), so that no thread idles.
  [[nodiscard]] Room room() const;
  /// `task` and the `count` - 1 chunks that follow it, which are like it but for their number.
  void add(Task task, std::uint64_t count = 1);

  /// No more tasks will come: ends when those that wait are done.
  void no_more();
  /// Ends when the work in flight is done; those that wait are dropped, also those that come later.
  void drop_waiting();

  /// Everything is written, or something threw.
  [[nodiscard]] bool ended() const;
  /// Waits for the end; throws what a function threw first.
  void join();
  /// Nothing waits and nothing is in work.
  [[nodiscard]] bool is_idle() const;
  [[nodiscard]] Counts counts() const;

 private:
  struct Finished;
  void run() noexcept;
  void run_pipeline();
  [[nodiscard]] std::optional<Task> take();
  [[nodiscard]] Finished work_on(const Task& task);
  void write(const Finished& finished);
  void close(bool drop);
  [[nodiscard]] std::uint64_t to_keep_waiting() const;

  struct Waiting {
    Task next;
    std::uint64_t count = 1;  ///< chunks from it on
  };

  const std::size_t threads_;
  const Functions functions_;
  Bell& bell_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  std::uint64_t waiting_chunks_ = 0;
  bool closed_ = false;
  bool dropping_ = false;
  bool ended_ = false;
  std::size_t in_flight_ = 0;  ///< taken and not yet written
  std::chrono::nanoseconds work_time_{0};
  Counts counts_;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace digitalis
