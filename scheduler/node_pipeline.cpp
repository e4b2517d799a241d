#include "scheduler/node_pipeline.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "scheduler/grant_policy.hpp"
#include "scheduler/stop_request.hpp"

namespace digitalis {

namespace {

using Clock = std::chrono::steady_clock;

double in_seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

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

std::uint64_t NodePipeline::to_keep_waiting() const {
  if (counts_.finished == 0) return 0;
  return chunks_to_keep_waiting(static_cast<int>(threads_),
                                in_seconds(work_time_) / static_cast<double>(counts_.finished));
}

NodePipeline::Room NodePipeline::room() const {
  const std::lock_guard lock(mutex_);
  if (closed_) return {};
  const std::uint64_t held = in_flight_ + waiting_chunks_, wanted = threads_ + to_keep_waiting();
  return {threads_ > held ? threads_ - held : 0, wanted > held ? wanted - held : 0};
}

void NodePipeline::add(Task task, std::uint64_t count) {
  {
    const std::lock_guard lock(mutex_);
    counts_.received += count;
    if (dropping_ || count == 0) return;
    waiting_.push_back({std::move(task), count});
    waiting_chunks_ += count;
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
      waiting_chunks_ = 0;
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

bool NodePipeline::is_idle() const {
  const std::lock_guard lock(mutex_);
  return in_flight_ + waiting_chunks_ == 0;
}

NodePipeline::Counts NodePipeline::counts() const {
  const std::lock_guard lock(mutex_);
  Counts counts = counts_;
  counts.busy_s = in_seconds(work_time_);
  return counts;
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
    waiting_chunks_ = 0;
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
  ++in_flight_;
  --waiting_chunks_;
  Waiting& front = waiting_.front();
  if (front.count > 1) {
    Task task = front.next;
    ++front.next.chunk;
    --front.count;
    return task;
  }
  Task task = std::move(front.next);
  waiting_.pop_front();
  return task;
}

NodePipeline::Finished NodePipeline::work_on(const Task& task) {
  const auto started = Clock::now();
  try {
    if (stop_requested() == StopKind::kAbandonChunks) throw Abandoned();
    ChunkResult result = functions_.work(task);
    return {task.chunk, false, std::move(result), Clock::now() - started};
  } catch (const Abandoned&) {
    if (stop_requested() != StopKind::kAbandonChunks) throw;
    drop_waiting();  // now: until the main thread hears of it, each that waits would be begun and abandoned
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
    // Whoever asks for more need not wake for every chunk of a long grant.
    if (waiting_chunks_ <= to_keep_waiting()) bell_.ring();
  }
}

}  // namespace digitalis
