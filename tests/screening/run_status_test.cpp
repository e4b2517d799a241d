#include "screening/run_status.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "chem/usage_error.hpp"
#include "scheduler/claims.hpp"
#include "screening/run_budget.hpp"
#include "screening/run_folder.hpp"
#include "screening/status_keeper.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using namespace std::chrono_literals;
using Kind = Progress::Event::Kind;

class RunStatuses : public ::testing::Test {
 protected:
  [[nodiscard]] const std::filesystem::path& run() const { return folder_.path(); }
  [[nodiscard]] RunStatus read() const { return read_run_status(run()); }
  [[nodiscard]] std::string refusal() const {
    try {
      (void)read();
    } catch (const UsageError& error) {
      return std::string{error.what()}.substr(run().string().size());
    }
    return "nothing was thrown";
  }
  static AttemptStatus attempt(double wall_s, int ranks, int threads) {
    AttemptStatus attempt;
    attempt.wall_s = wall_s;
    attempt.ranks = ranks;
    attempt.threads_per_rank = threads;
    return attempt;
  }
  const StatusKeeper::Attempt two_by_three_{"c", {"prepare", "dock"}, 2, 3, 0};
  testing::ScratchFolder folder_;
};

TEST_F(RunStatuses, AreEmptyWithoutAFile) {
  EXPECT_EQ(read().state, "");
  EXPECT_EQ(phase_of(read(), false, 0), RunPhase::kNothing);
}

TEST_F(RunStatuses, ComeBackAsWritten) {
  RunStatus status;
  status.campaign = "c";
  status.state = "stopped";
  status.stages = {
      {"dock", "compounds", 7, 2, 0.25, 10, 60, 59, false, {{5, 0.1, 3}, {10, 0.25, 7}}},
  };
  status.attempts = {attempt(3600, 2, 4)};
  status.slurm_jobs = {"4711"};
  status.budget_core_h = 9;
  status.estimate = {{"core_h", 8}};
  write_run_status(run(), status);
  const RunStatus found = read();
  EXPECT_EQ(found.state, "stopped");
  EXPECT_EQ(found.slurm_jobs, status.slurm_jobs);
  EXPECT_EQ(found.estimate, status.estimate);
  EXPECT_DOUBLE_EQ(found.core_h(), 8.0);
  EXPECT_DOUBLE_EQ(found.budget_core_h, 9.0);
  ASSERT_EQ(found.stages.size(), 1U);
  EXPECT_EQ(found.stages[0].rejects, 2U);
  EXPECT_DOUBLE_EQ(found.stages[0].recent[1].fraction, 0.25);
}

TEST_F(RunStatuses, LeaveNoOtherFileBehind) {
  write_run_status(run(), {});
  EXPECT_FALSE(std::filesystem::exists(run() / "status.json.partial"));
}

TEST_F(RunStatuses, TakeOverWhatAKillLeftHalfWritten) {
  testing::write_file(run() / "status.json.partial", std::string(100000, 'x'));
  write_run_status(run(), {});
  EXPECT_EQ(refusal(), "nothing was thrown");
}

TEST_F(RunStatuses, ThatAreDamagedAreRefused) {
  testing::write_file(run() / "status.json", "{\"format\": ");
  EXPECT_EQ(refusal(), "/status.json: cannot be understood; hint: delete it, the run itself does not need it");
}

TEST_F(RunStatuses, ThatAreSymlinksAreRefused) {
  testing::write_file(run() / "elsewhere", "{}");
  std::filesystem::create_symlink(run() / "elsewhere", run() / "status.json");
  EXPECT_EQ(refusal(), "/status.json: is a symlink; hint: a run's files are its own, delete it");
}

TEST_F(RunStatuses, LoseNoChangeOfManyAtTheSameTime) {
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < 4; ++writer)
    writers.emplace_back([&, writer] {
      for (int i = 0; i < 5; ++i)
        update_run_status(run(),
                          [&](RunStatus& status) { status.slurm_jobs.push_back(std::to_string(writer * 5 + i)); });
    });
  writers.clear();
  EXPECT_EQ(read().slurm_jobs.size(), 20U);
}

TEST_F(RunStatuses, RunWhileTheirLockIsHeld) {
  RunStatus status;
  status.state = "running";
  EXPECT_EQ(phase_of(status, true, 1e6), RunPhase::kRunning);
  EXPECT_EQ(phase_of(status, false, 0), RunPhase::kKilled);
}

TEST_F(RunStatuses, OnAnotherNodeRunWhileTheyAreWritten) {
  RunStatus status;
  status.state = "running";
  EXPECT_EQ(phase_of(status, std::nullopt, 10), RunPhase::kRunning);
  EXPECT_EQ(phase_of(status, std::nullopt, 100), RunPhase::kKilled);
}

TEST_F(RunStatuses, AreResumableWhenStoppedOrKilledWithBudgetLeft) {
  RunStatus status;
  EXPECT_TRUE(is_resumable(RunPhase::kStopped, status));
  EXPECT_TRUE(is_resumable(RunPhase::kKilled, status));
  EXPECT_TRUE(is_resumable(RunPhase::kSubmitted, status));
  for (const RunPhase phase : {RunPhase::kNothing, RunPhase::kRunning, RunPhase::kBudget, RunPhase::kCancelled,
                               RunPhase::kFailed, RunPhase::kFinished})
    EXPECT_FALSE(is_resumable(phase, status)) << name_of(phase);
  status.attempts = {attempt(3600, 1, 2)};
  status.budget_core_h = 2;
  EXPECT_FALSE(is_resumable(RunPhase::kKilled, status));
}

TEST_F(RunStatuses, AddUpTheStagesOfAllAttempts) {
  const auto work = [&](std::uint64_t items, double elapsed_s, double fraction) {
    StatusKeeper keeper{run(), two_by_three_};
    keeper.hear({Kind::kBegin, "dock", "compounds", {}, 0});
    keeper.hear({Kind::kUpdate, "dock", "compounds", {items, 0, 1, fraction, 12.0, 6}, elapsed_s});
    keeper.end("stopped", "stopped");
  };
  work(100, 10, 0.25);
  work(50, 5, 0.4);
  const StageStatus dock = read().stages.at(0);
  EXPECT_EQ(dock.items, 150U);
  EXPECT_EQ(dock.rejects, 2U);
  EXPECT_DOUBLE_EQ(dock.fraction, 0.4);
  EXPECT_DOUBLE_EQ(dock.wall_s, 15);
  EXPECT_DOUBLE_EQ(dock.core_s, 15 * 6);
  EXPECT_DOUBLE_EQ(read().busy_core_s(), 24);
}

TEST_F(RunStatuses, KeepTheFiguresOfAKilledAttempt) {
  RunStatus killed;
  killed.state = "running";
  killed.updated = "2026-01-01T00:00:00Z";
  killed.attempts = {attempt(3600, 1, 1)};
  write_run_status(run(), killed);
  { StatusKeeper keeper{run(), two_by_three_}; }
  EXPECT_EQ(read().attempts.at(0).end, "killed");
  EXPECT_EQ(read().attempts.at(0).ended, "2026-01-01T00:00:00Z");
  EXPECT_GE(read().core_h(), 1.0);
  EXPECT_EQ(read().attempts.size(), 2U);
}

TEST_F(RunStatuses, KeepWhatOthersWroteMeanwhile) {
  StatusKeeper keeper{run(), two_by_three_};
  update_run_status(run(), [](RunStatus& status) {
    status.state = "cancelled";
    status.slurm_jobs = {"12"};
  });
  keeper.end("stopped", "stopped");
  EXPECT_EQ(read().state, "cancelled");
  EXPECT_EQ(read().slurm_jobs, std::vector<std::string>{"12"});
  EXPECT_EQ(read().attempts.at(0).end, "stopped");
}

TEST_F(RunStatuses, TellTwoAttemptsApartThatHadOneNumberInOneSecond) {
  for (const char* end : {"stopped", "finished"}) {
    Claims claims{run() / "claims", {}};
    StatusKeeper::Attempt shared = two_by_three_;
    shared.claims = &claims;
    StatusKeeper keeper{run(), shared};
    keeper.end(end, end);
  }
  const RunStatus found = read();
  ASSERT_EQ(found.attempts.size(), 2U);
  EXPECT_EQ(found.attempts.at(0).process, found.attempts.at(1).process);
  EXPECT_EQ(found.attempts.at(0).end, "stopped");
  EXPECT_EQ(found.attempts.at(1).end, "finished");
}

TEST_F(RunStatuses, SayFailedWhenAnExceptionEndsTheRun) {
  try {
    StatusKeeper keeper{run(), two_by_three_};
    throw std::runtime_error("disk full");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(read().state, "failed");
}

TEST_F(RunStatuses, AreWrittenByThemselvesAndKeepABoundedHistory) {
  StatusKeeper keeper{run(), two_by_three_, {}, 5ms};
  keeper.hear({Kind::kBegin, "dock", "compounds", {}, 0});
  for (int i = 1; i <= 2000; ++i)
    keeper.hear({Kind::kUpdate, "dock", "compounds", {1, 0, 0, i / 2000.0, 0, 0}, i * 10.0});
  // What is written meanwhile may end anywhere.
  const auto written = [&] {
    const RunStatus now = read();
    return now.stages.empty() ? std::vector<RateSample>{} : now.stages.front().recent;
  };
  std::vector<RateSample> recent = written();
  for (int i = 0; i < 2000 && (recent.empty() || recent.back().at_s <= 19000); ++i) {
    std::this_thread::sleep_for(5ms);
    recent = written();
  }
  ASSERT_FALSE(recent.empty());
  EXPECT_LE(recent.size(), 60U);
  EXPECT_GE(recent.size(), 30U);
  EXPECT_LT(recent.front().at_s, 400);
  EXPECT_GT(recent.back().at_s, 19000);
}

TEST_F(RunStatuses, SayOnceThatTheBudgetIsReached) {
  StatusKeeper::Attempt attempt = two_by_three_;
  attempt.budget_core_h = 1e-9;
  std::atomic<int> told = 0;
  StatusKeeper keeper{run(), attempt, [&] { ++told; }, 2ms};
  for (int i = 0; i < 500 && told == 0; ++i) std::this_thread::sleep_for(2ms);
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(keeper.budget_reached());
}

TEST(Budgets, AreTheCommandLinesThenTheCampaignsThenTheOnesOfBefore) {
  Campaign campaign;
  RunStatus before;
  EXPECT_EQ(budget_in_force(std::nullopt, campaign, before), 0.0);
  before.budget_core_h = 3;
  EXPECT_EQ(budget_in_force(std::nullopt, campaign, before), 3.0);
  campaign.budget_core_h = 2;
  EXPECT_EQ(budget_in_force(std::nullopt, campaign, before), 2.0);
  EXPECT_EQ(budget_in_force(0.0, campaign, before), 0.0);
}

TEST(Budgets, ThatAreSpentAreRefusedWithWhatWasUsed) {
  RunStatus status;
  status.attempts.resize(2);
  for (AttemptStatus& attempt : status.attempts) {
    attempt.wall_s = 1800;
    attempt.ranks = 4;
    attempt.threads_per_rank = 8;
  }
  EXPECT_NO_THROW(refuse_spent_budget("run", status, 33));
  try {
    refuse_spent_budget("run", status, 32);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "run: its budget of 32.0 core-hours is spent (32.0 used in 2 starts); hint: raise it with "
                 "--budget-core-h, or budget_core_h under [limits] in the campaign");
  }
}

TEST(Budgets, SayWhatIsLeftWhenTheyStopARun) {
  RunStatus status;
  status.budget_core_h = 0.5;
  status.attempts.resize(1);
  status.attempts[0].wall_s = 1830;
  status.attempts[0].ranks = status.attempts[0].threads_per_rank = 1;
  status.planned = {"prepare", "similarity", "dock"};
  status.stages.resize(2);
  status.stages[0].name = "prepare";
  status.stages[0].finished = true;
  status.stages[1].name = "similarity";
  status.stages[1].fraction = 0.25;
  EXPECT_EQ(
      budget_message("run", status),
      "run: stopped, its budget of 0.500 core-hours is reached (0.508 used in 1 start); left: 75 % of 'similarity', "
      "all of 'dock'; hint: the same command with a higher --budget-core-h goes on");
}

}  // namespace
}  // namespace digitalis
