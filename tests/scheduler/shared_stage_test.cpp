// Processes are objects of their own on threads here; tests/faults has real ones.

#include "scheduler/shared_stage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "scheduler/stop_request.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using testing::ScratchFolder;
using testing::write_file;

class RunSharedStage : public ::testing::Test {
 protected:
  RunSharedStage() { std::filesystem::create_directories(journal_); }
  ~RunSharedStage() override { request_stop(StopKind::kNone); }

  StageOutcome process(const StagePlan& plan, int threads = 2) const {
    Claims claims(claims_);
    Journal journal = Journal::scan(journal_);
    JournalWriter writer = JournalWriter::of_its_own(journal_, journal.attempts() + 1);
    Progress progress = Progress::silent();
    return run_shared_stage(claims, plan, journal, writer, threads, progress);
  }

  StagePlan squares(std::uint64_t chunks) {
    StagePlan plan;
    plan.stage = 3;
    plan.name = "squares";
    plan.chunks = chunks;
    plan.work = [this](const Task& task) {
      ++worked_;
      return ChunkResult{std::to_string(task.chunk * task.chunk), 1, 0};
    };
    return plan;
  }

  /// Chunks that are worked on as suspects while a process finishes the stage.
  std::vector<std::uint64_t> suspects_of(StagePlan plan) {
    std::mutex adding;
    std::vector<std::uint64_t> suspects;
    plan.work = [&](const Task& task) {
      const std::lock_guard lock(adding);
      if (task.suspect) suspects.push_back(task.chunk);
      return ChunkResult{std::to_string(task.chunk * task.chunk), 1, 0};
    };
    EXPECT_TRUE(process(plan).complete);
    return suspects;
  }

  void expect_squares(std::uint64_t chunks) const {
    const auto journal = Journal::scan(journal_);
    ASSERT_EQ(journal.count(3), chunks);
    for (std::uint64_t chunk = 0; chunk < chunks; ++chunk)
      ASSERT_EQ(journal.read({3, chunk}), std::to_string(chunk * chunk));
  }

  ScratchFolder scratch_;
  std::filesystem::path journal_ = scratch_.path() / "journal", claims_ = scratch_.path() / "claims";
  std::atomic<int> worked_ = 0;
};

TEST_F(RunSharedStage, FinishesAloneWhatNobodyElseDoes) {
  const auto outcome = process(squares(100));
  EXPECT_TRUE(outcome.complete);
  EXPECT_EQ(outcome.chunks, 100U);
  expect_squares(100);
  EXPECT_EQ(worked_, 100);
}

TEST_F(RunSharedStage, BeginsWithTheDearestChunks) {
  auto plan = squares(5);
  plan.costs = {1, 3, 5, 4, 2};
  std::vector<std::uint64_t> begun;
  plan.work = [&](const Task& task) {
    begun.push_back(task.chunk);
    return ChunkResult{std::to_string(task.chunk * task.chunk), 1, 0};
  };
  EXPECT_TRUE(process(plan, 1).complete);
  EXPECT_THAT(begun, ::testing::ElementsAre(2, 3, 1, 4, 0));
  expect_squares(5);
}

TEST_F(RunSharedStage, LeavesNoClaims) {
  (void)process(squares(20));
  EXPECT_FALSE(std::filesystem::exists(claims_));
}

TEST_F(RunSharedStage, SharesTheWorkAmongProcesses) {
  auto plan = squares(60);
  plan.work = [this](const Task& task) {
    ++worked_;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
    return ChunkResult{std::to_string(task.chunk * task.chunk), 1, 0};
  };
  std::vector<std::jthread> processes;
  std::atomic<int> complete = 0;
  for (int i = 0; i < 4; ++i) processes.emplace_back([&] { complete += process(plan, 1).complete; });
  processes.clear();
  EXPECT_EQ(complete, 4);
  expect_squares(60);
  EXPECT_EQ(worked_, 60);
  EXPECT_GT(Journal::scan(journal_).attempts(), 1);
}

TEST_F(RunSharedStage, GoesOnFromTheJournalWithoutClaims) {
  {
    JournalWriter writer(journal_, 0, 1);
    for (std::uint64_t chunk = 0; chunk < 30; chunk += 2) writer.append({3, chunk}, std::to_string(chunk * chunk));
  }
  const auto outcome = process(squares(30));
  EXPECT_EQ(outcome.chunks_done_before, 15U);
  EXPECT_EQ(worked_, 15);
  expect_squares(30);
}

TEST_F(RunSharedStage, BelievesTheJournalAndNotAMark) {
  std::filesystem::create_directories(claims_ / "stage-3");
  write_file(claims_ / "stage-3" / "done-00001", "1\n");  // the journal that held it was damaged
  EXPECT_TRUE(process(squares(5)).complete);
  expect_squares(5);
}

TEST_F(RunSharedStage, TakesOverTheBlocksOfALostProcessAsSuspects) {
  std::filesystem::create_directories(claims_ / "stage-3");
  write_file(claims_ / "stage-3" / "block-00001", "77\n");  // nobody has this number
  EXPECT_THAT(suspects_of(squares(4)), ::testing::ElementsAre(1));
  expect_squares(4);
}

TEST_F(RunSharedStage, TakesAsSuspectsWhatTheJournalSaysWasInWork) {
  std::filesystem::create_directories(claims_ / "stage-3");
  write_file(claims_ / "stage-3" / "block-00000", "77\n");
  JournalWriter lost(journal_, 0, 1);
  for (std::uint64_t chunk = 2; chunk < 1024; ++chunk) lost.append({3, chunk}, "");
  (void)lost.mark({3, 1});
  EXPECT_THAT(suspects_of(squares(1024)), ::testing::ElementsAre(1));  // the first block holds two of its chunks
}

TEST_F(RunSharedStage, StopsOnRequestAndGivesBackWhatItHas) {
  auto plan = squares(50);
  plan.work = [this](const Task& task) {
    if (++worked_ == 5) request_stop(StopKind::kFinishChunks);
    if (worked_ < 20) std::this_thread::sleep_for(std::chrono::milliseconds{10});
    return ChunkResult{std::to_string(task.chunk * task.chunk), 1, 0};
  };
  EXPECT_FALSE(process(plan, 1).complete);
  request_stop(StopKind::kNone);
  const int before = worked_;
  EXPECT_LT(before, 50);
  EXPECT_TRUE(process(plan, 1).complete);
  EXPECT_EQ(worked_, 50);
  expect_squares(50);
}

TEST_F(RunSharedStage, PassesOnWhatAWorkerThrew) {
  auto plan = squares(5);
  plan.work = [](const Task&) -> ChunkResult { throw std::runtime_error("no such thing"); };
  EXPECT_THROW((void)process(plan), std::runtime_error);
}

TEST_F(RunSharedStage, FinishesAnEmptyStage) { EXPECT_TRUE(process(squares(0)).complete); }

}  // namespace
}  // namespace digitalis
