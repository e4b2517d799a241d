// A run over integers: chunk k becomes the squares of k * 1000 ... k * 1000 + 999. It uses the scheduler as the
// program does: scan the journal, send its index around, run stages, merge.
//
//   mpi_toy DIR [--chunks N] [--threads T] [--work-us U] [--stages S] [--stream] [--empty] [--throw-at K] [--progress]
//
// DIR/journal   the journal
// DIR/result    the merged result, written when complete; exit code 75 when stopped
// DIR/started-* one byte for each chunk on which a process began to work
// DIR/stats     rates and shares of this attempt, for people

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "scheduler/journal.hpp"
#include "scheduler/mpi_world.hpp"
#include "scheduler/progress.hpp"
#include "scheduler/stage_runner.hpp"
#include "scheduler/stop_request.hpp"

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
constexpr std::uint64_t kNumbersPerChunk = 1000;
constexpr int kTempFail = 75;

struct Options {
  fs::path folder;
  std::uint64_t chunks = 100;
  int threads = 1;
  int work_us = 0;
  std::uint32_t stages = 1;
  std::int64_t throw_at = -1;
  bool stream = false, empty = false, progress = false;
};

Options parse(const std::vector<std::string>& arguments) {
  Options options;
  options.folder = arguments.at(0);
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    const auto number = [&] { return std::stoll(arguments.at(++i)); };
    if (name == "--chunks")
      options.chunks = static_cast<std::uint64_t>(number());
    else if (name == "--threads")
      options.threads = static_cast<int>(number());
    else if (name == "--work-us")
      options.work_us = static_cast<int>(number());
    else if (name == "--stages")
      options.stages = static_cast<std::uint32_t>(number());
    else if (name == "--throw-at")
      options.throw_at = number();
    else if (name == "--stream")
      options.stream = true;
    else if (name == "--empty")
      options.empty = true;
    else if (name == "--progress")
      options.progress = true;
    else
      throw std::invalid_argument("unknown option " + name);
  }
  return options;
}

double cpu_seconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::string squares(std::uint64_t first) {
  std::string text;
  for (std::uint64_t n = first; n < first + kNumbersPerChunk; ++n) text += std::to_string(n * n) + '\n';
  return text;
}

/// Streams chunk k's first number as payload, padded to the length of a real task.
std::function<std::optional<digitalis::Task>()> stream_of(std::uint64_t chunks) {
  return [chunks, next = std::uint64_t{0}]() mutable -> std::optional<digitalis::Task> {
    if (next == chunks) return std::nullopt;
    std::string payload = std::to_string(next * kNumbersPerChunk);
    payload.resize(100'000 + next % 7 * 50'000, ' ');
    return digitalis::Task{next++, std::move(payload)};
  };
}

int run(digitalis::MpiWorld& world, const Options& options) {
  const fs::path folder = options.folder / "journal";
  if (world.is_first()) fs::create_directories(folder);
  world.barrier();
  auto journal = digitalis::Journal::from_index_bytes(
      folder, world.broadcast(world.is_first() ? digitalis::Journal::scan(folder).index_bytes() : ""));
  digitalis::JournalWriter writer(folder, world.rank(), journal.attempts() + 1);
  auto progress =
      world.is_first() && options.progress ? digitalis::Progress(std::cerr, false) : digitalis::Progress::silent();

  const fs::path started =
      options.folder / ("started-" + std::to_string(world.rank()) + "-" + std::to_string(journal.attempts() + 1));
  const auto work = [&](const digitalis::Task& task) -> digitalis::ChunkResult {
    if (options.empty) return {};
    std::ofstream(started, std::ios::app) << '.';
    if (static_cast<std::int64_t>(task.chunk) == options.throw_at) throw std::runtime_error("chunk is bewitched");
    // Chunks of uneven length, in slices so that an abandoned one ends early.
    const auto until =
        Clock::now() + std::chrono::microseconds(options.work_us) * (1 + static_cast<int>(task.chunk % 3));
    while (Clock::now() < until) {
      if (digitalis::stop_requested() == digitalis::StopKind::kAbandonChunks) throw digitalis::Abandoned();
      std::this_thread::sleep_until(std::min(until, Clock::now() + std::chrono::milliseconds(20)));
    }
    const auto first = options.stream ? std::stoull(task.payload) : task.chunk * kNumbersPerChunk;
    return {squares(first), kNumbersPerChunk, task.chunk % 2};
  };

  for (std::uint32_t stage = 0; stage < options.stages; ++stage) {
    digitalis::StagePlan plan;
    plan.stage = stage;
    plan.name = "squares";
    plan.noun = "numbers";
    plan.work = work;
    if (options.stream)
      plan.next_task = stream_of(options.chunks);
    else
      plan.chunks = options.chunks;
    const double cpu_before_s = cpu_seconds();
    const auto began = Clock::now();
    const auto outcome = digitalis::run_stage(world, plan, journal, writer, options.threads, progress);
    const std::chrono::duration<double> took = Clock::now() - began;
    char line[200];
    std::snprintf(line, sizeof line,
                  "rank %d: stage %u took %.3f s, %.0f tasks/s over all ranks, %.2f %% of a core here\n", world.rank(),
                  stage, took.count(), static_cast<double>(options.chunks) / took.count(),
                  100.0 * (cpu_seconds() - cpu_before_s) / took.count());
    if (outcome.lost_ranks > 0) {
      if (world.is_first()) std::ofstream(options.folder / "stats", std::ios::app) << line;
      world.leave();
    }
    const auto lines = world.gather(line);
    if (world.is_first())
      for (const auto& text : lines) std::ofstream(options.folder / "stats", std::ios::app) << text;
    if (!outcome.complete) return kTempFail;
    if (outcome.chunks != options.chunks) throw std::logic_error("wrong number of chunks in the outcome");
  }
  if (world.is_first()) {
    const auto all = digitalis::Journal::scan(folder);
    std::ofstream result(options.folder / "result", std::ios::binary);
    for (std::uint32_t stage = 0; stage < options.stages; ++stage)
      for (const auto chunk : all.chunks(stage)) result << all.read({stage, chunk});
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  digitalis::watch_stop_signals();
  digitalis::MpiWorld world(argc, argv);
  world.before_leaving([](const std::string& why) {
    if (!why.empty()) std::cerr << "stopped: " + why + '\n';
  });
  try {
    return run(world, parse({argv + 1, argv + argc}));
  } catch (const std::exception& error) {
    std::cerr << "rank " << world.rank() << ": " << error.what() << '\n';
    world.abort(1);
  }
}
