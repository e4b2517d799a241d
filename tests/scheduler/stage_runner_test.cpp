// Stages in a world of one rank; tests/mpi has the claims about several.

#include "scheduler/stage_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/scheduler/one_rank_world.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using testing::ScratchFolder;
using testing::world;

class RunStage : public ::testing::Test {
 protected:
  ~RunStage() override { request_stop(StopKind::kNone); }

  /// One attempt: scans, runs, and the journal is closed again.
  StageOutcome attempt(const StagePlan& plan, int threads = 2) {
    const auto journal = Journal::scan(folder_.path());
    JournalWriter writer(folder_.path(), 0, journal.attempts() + 1);
    Progress progress = Progress::silent();
    return run_stage(world(), plan, journal, writer, threads, progress);
  }

  static StagePlan squares(std::uint64_t chunks) {
    StagePlan plan;
    plan.name = "squares";
    plan.chunks = chunks;
    plan.work = [](const Task& task) { return ChunkResult{std::to_string(task.chunk * task.chunk), 1, 0}; };
    return plan;
  }

  ScratchFolder folder_;
};

TEST_F(RunStage, BeginsWithTheDearestChunks) {
  auto plan = squares(5);
  plan.costs = {1, 3, 5, 4, 2};
  std::vector<std::uint64_t> begun;
  plan.work = [&](const Task& task) {
    begun.push_back(task.chunk);
    return ChunkResult{std::to_string(task.chunk * task.chunk), 1, 0};
  };
  EXPECT_TRUE(attempt(plan, 1).complete);
  EXPECT_THAT(begun, ::testing::ElementsAre(2, 3, 1, 4, 0));
  EXPECT_EQ(Journal::scan(folder_.path()).count(plan.stage), 5U);
}

TEST_F(RunStage, WritesAFrameForEveryChunk) {
  for (const int threads : {1, 2, 4}) {
    auto plan = squares(50);
    plan.stage = static_cast<std::uint32_t>(threads);
    const auto outcome = attempt(plan, threads);
    EXPECT_TRUE(outcome.complete);
    EXPECT_EQ(outcome.chunks, 50U);
    const auto journal = Journal::scan(folder_.path());
    EXPECT_EQ(journal.chunks(plan.stage).size(), 50U);
    for (const auto chunk : journal.chunks(plan.stage))
      EXPECT_EQ(journal.read({plan.stage, chunk}), std::to_string(chunk * chunk));
  }
}

TEST_F(RunStage, PassesTheSourcesPayloadsOn) {
  auto plan = squares(0);
  plan.chunks.reset();
  plan.next_task = [next = std::uint64_t{0}]() mutable -> std::optional<Task> {
    if (next == 3) return std::nullopt;
    const auto chunk = next++;
    return Task{chunk, "payload " + std::to_string(chunk)};
  };
  plan.work = [](const Task& task) { return ChunkResult{task.payload, 1, 0}; };
  EXPECT_EQ(attempt(plan).chunks, 3U);
  EXPECT_EQ(Journal::scan(folder_.path()).read({0, 2}), "payload 2");
}

TEST_F(RunStage, WithoutChunksIsComplete) {
  const auto outcome = attempt(squares(0));
  EXPECT_TRUE(outcome.complete);
  EXPECT_EQ(outcome.chunks, 0U);
}

TEST_F(RunStage, WorksOnlyOnWhatTheJournalDoesNotHold) {
  { JournalWriter(folder_.path(), 0, 1).append({0, 1}, "from before"); }
  auto plan = squares(3);
  std::atomic<int> worked = 0;
  plan.work = [&](const Task&) {
    ++worked;
    return ChunkResult{"new", 1, 0};
  };
  const auto outcome = attempt(plan);
  EXPECT_EQ(worked, 2);
  EXPECT_EQ(outcome.chunks, 3U);
  EXPECT_EQ(outcome.chunks_done_before, 1U);
  EXPECT_EQ(Journal::scan(folder_.path()).read({0, 1}), "from before");
}

TEST_F(RunStage, StopsOnRequestAndGoesOnNextTime) {
  auto plan = squares(1000);
  plan.work = [](const Task& task) {
    if (task.chunk == 5) request_stop(StopKind::kFinishChunks);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return ChunkResult{std::to_string(task.chunk * task.chunk), 1, 0};
  };
  EXPECT_FALSE(attempt(plan).complete);
  const auto finished = Journal::scan(folder_.path()).chunks(0).size();
  EXPECT_GE(finished, 6U);
  EXPECT_LT(finished, 500U);
  request_stop(StopKind::kNone);
  const auto outcome = attempt(squares(1000));
  EXPECT_TRUE(outcome.complete);
  EXPECT_EQ(outcome.chunks_done_before, finished);
  EXPECT_EQ(Journal::scan(folder_.path()).chunks(0).size(), 1000U);
}

TEST_F(RunStage, StartsNothingWhenTheStopCameBefore) {
  request_stop(StopKind::kAbandonChunks);
  EXPECT_FALSE(attempt(squares(1000)).complete);
  EXPECT_TRUE(Journal::scan(folder_.path()).chunks(0).empty());
}

TEST_F(RunStage, IsCompleteWhenTheStopCameWithTheLastChunk) {
  auto plan = squares(1);
  plan.work = [](const Task&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // until the source is seen to be at its end
    request_stop(StopKind::kFinishChunks);
    return ChunkResult{};
  };
  EXPECT_TRUE(attempt(plan).complete);
}

TEST_F(RunStage, ThrowsWhatAWorkerThrew) {
  auto plan = squares(100);
  plan.work = [](const Task& task) -> ChunkResult {
    if (task.chunk == 20) throw std::runtime_error("chunk 20 is bewitched");
    return {};
  };
  EXPECT_THROW(attempt(plan), std::runtime_error);
}

TEST_F(RunStage, ThrowsWhatTheSourceThrew) {
  auto plan = squares(0);
  plan.chunks.reset();
  plan.next_task = []() -> std::optional<Task> { throw std::runtime_error("library.smi: cannot be read"); };
  EXPECT_THROW(attempt(plan), std::runtime_error);
}

TEST_F(RunStage, ThrowsWhatTheJournalThrew) {
  const auto journal = Journal::scan(folder_.path());
  JournalWriter writer(folder_.path() / "gone", 0, 1);
  Progress progress = Progress::silent();
  EXPECT_THROW(run_stage(world(), squares(3), journal, writer, 1, progress), std::system_error);
}

TEST_F(RunStage, EndsItsProgressWithItemsAndRejects) {
  auto plan = squares(10);
  plan.work = [](const Task&) { return ChunkResult{"", 100, 3}; };
  std::ostringstream out;
  Progress progress(out, false);
  const auto journal = Journal::scan(folder_.path());
  JournalWriter writer(folder_.path(), 0, 1);
  run_stage(world(), plan, journal, writer, 2, progress);
  EXPECT_THAT(out.str(), ::testing::MatchesRegex("squares: 1,000 compounds in 0:00, [0-9,]+/s, 30 rejects\n"));
}

}  // namespace
}  // namespace digitalis
