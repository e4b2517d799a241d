#include "scheduler/node_pipeline.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "scheduler/stop_request.hpp"

namespace digitalis {

namespace {

using Clock = std::chrono::steady_clock;

/// Fetching the next task takes some milliseconds: lost time that does not count in a chunk of this length.
constexpr std::chrono::seconds kLongChunk{1};

std::size_t checked_threads(int threads) {
  if (threads < 1) throw std::invalid_argument("a stage needs at least one thread, not " + std::to_string(threads));
  return static_cast<std::size_t>(threads);
}

}  // namespace

struct NodePipeline::Finished {
  std::uint64_t chunk = 0;
  bool is_abandoned = false;
  ChunkResult result;
  Clock::duration time{};
};

NodePipeline::NodePipeline(int threads, Functions functions, Bell& bell)
    : threads_(checked_threads(threads)), functions_(std::move(functions)), bell_(bell), thread_([this] { run(); }) {}

NodePipeline::~NodePipeline() {
  drop_waiting();
  if (thread_.joinable()) thread_.join();
}

std::size_t NodePipeline::room(std::size_t asked) const {
  const std::lock_guard lock(mutex_);
  if (closed_) return 0;
  const bool are_short = counts_.finished > 0 && work_time_ / counts_.finished < kLongChunk;
  const std::size_t wanted = are_short ? 2 * threads_ : threads_;
  const std::size_t held = in_flight_ + waiting_.size() + asked;
  return wanted > held ? wanted - held : 0;
}

void NodePipeline::add(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (dropping_) return;
    waiting_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void NodePipeline::no_more() { close(false); }
void NodePipeline::drop_waiting() { close(true); }

void NodePipeline::close(bool drop) {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    if (drop) {
      dropping_ = true;
      waiting_.clear();
    }
  }
  changed_.notify_all();
}

bool NodePipeline::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

void NodePipeline::join() {
  if (thread_.joinable()) thread_.join();
  if (failure_) std::rethrow_exception(failure_);
}

NodePipeline::Counts NodePipeline::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void NodePipeline::run() noexcept {
  std::exception_ptr failure;
  try {
    run_pipeline();
  } catch (...) {
    failure = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    failure_ = failure;
    closed_ = dropping_ = ended_ = true;
    waiting_.clear();
  }
  bell_.ring();
}

void NodePipeline::run_pipeline() {
  namespace tbb = oneapi::tbb;
  // Without this oneTBB never starts more threads than it sees cores, whatever the arena asks for.
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads_);
  const auto source = [this](tbb::flow_control& flow) -> Task {
    if (auto task = take()) return std::move(*task);
    flow.stop();
    return {};
  };
  const auto guarded = [this](const auto& step) {
    try {
      return step();
    } catch (...) {
      drop_waiting();  // else the source would go on waiting for tasks
      throw;
    }
  };
  const auto work = [&](const Task& task) { return guarded([&] { return work_on(task); }); };
  const auto writer = [&](const Finished& finished) { guarded([&] { write(finished); }); };
  const std::size_t most_tokens = threads_ + 2;  // a result may wait for its turn to be written
  tbb::task_arena arena(static_cast<int>(threads_));
  arena.execute([&] {
    tbb::parallel_pipeline(most_tokens,
                           tbb::make_filter<void, Task>(tbb::filter_mode::serial_out_of_order, source) &
                               tbb::make_filter<Task, Finished>(tbb::filter_mode::parallel, work) &
                               tbb::make_filter<Finished, void>(tbb::filter_mode::serial_out_of_order, writer));
  });
}

std::optional<Task> NodePipeline::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
  if (waiting_.empty()) return std::nullopt;
  Task task = std::move(waiting_.front());
  waiting_.pop_front();
  ++in_flight_;
  return task;
}

NodePipeline::Finished NodePipeline::work_on(const Task& task) {
  const auto started = Clock::now();
  try {
    ChunkResult result = functions_.work(task);
    return {task.chunk, false, std::move(result), Clock::now() - started};
  } catch (const Abandoned&) {
    if (stop_requested() != StopKind::kAbandonChunks) throw;
    return {task.chunk, true, {}, {}};
  }
}

void NodePipeline::write(const Finished& finished) {
  if (!finished.is_abandoned) functions_.write(finished.chunk, finished.result);
  {
    const std::lock_guard lock(mutex_);
    --in_flight_;
    if (!finished.is_abandoned) {
      ++counts_.finished;
      counts_.items += finished.result.items;
      counts_.rejects += finished.result.rejects;
      work_time_ += finished.time;
    }
    bell_.ring();
  }
}

}  // namespace digitalis
