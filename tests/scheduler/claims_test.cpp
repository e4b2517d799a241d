#include "scheduler/claims.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <thread>
#include <vector>

#include "scheduler/claim_blocks.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using testing::ScratchFolder;
using testing::write_file;

/// As if the file had been touched so long ago, by a clock that is ahead of ours by `ahead_s`.
void touch(const std::filesystem::path& file, double ago_s, double ahead_s = 0) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  now.tv_sec += static_cast<time_t>(ahead_s - ago_s);
  const timespec times[2] = {now, now};
  ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0) << file;
}

class ClaimsTest : public ::testing::Test {
 protected:
  /// A process of this machine with the number of one that has ended.
  std::string process_that_ended() const {
    const std::string line = testing::read_file(here_ / "process-00001");
    return line.substr(0, line.rfind(' ')) + " 999999999\n";
  }
  ScratchFolder scratch_;
  std::filesystem::path here_ = scratch_.path() / "claims";
};

TEST_F(ClaimsTest, GivesALeaseToOneProcess) {
  Claims one(here_), two(here_);
  EXPECT_TRUE(one.take("prepare"));
  EXPECT_FALSE(two.take("prepare"));
  EXPECT_FALSE(two.take_over("prepare"));
  EXPECT_TRUE(one.is_ours("prepare"));
  EXPECT_FALSE(two.is_ours("prepare"));
}

TEST_F(ClaimsTest, GivesALeaseToAnotherWhenItIsGivenBack) {
  Claims one(here_), two(here_);
  ASSERT_TRUE(one.take("prepare"));
  two.give_back("prepare");  // not its own
  EXPECT_FALSE(two.take("prepare"));
  one.give_back("prepare");
  EXPECT_TRUE(two.take("prepare"));
}

TEST_F(ClaimsTest, NumbersProcessesApart) {
  Claims one(here_), two(here_);
  auto three = std::make_unique<Claims>(here_);
  EXPECT_THAT((std::vector{one.number(), two.number(), three->number()}), ::testing::ElementsAre(1, 2, 3));
  three.reset();
  EXPECT_THAT(two.processes(), ::testing::UnorderedElementsAre(1, 2));
}

TEST_F(ClaimsTest, RemovesTheFolderWithTheLastProcess) {
  {
    Claims one(here_);
    { Claims two(here_); }
    EXPECT_TRUE(std::filesystem::exists(here_));
  }
  EXPECT_FALSE(std::filesystem::exists(here_));
}

TEST_F(ClaimsTest, TakesOverFromAProcessThatIsSilent) {
  Claims one(here_);
  write_file(here_ / "process-00002", "");
  write_file(here_ / "prepare", "2\n");
  EXPECT_FALSE(one.take_over("prepare"));
  touch(here_ / "process-00002", 59);
  EXPECT_FALSE(one.take_over("prepare"));
  touch(here_ / "process-00002", 61);
  EXPECT_TRUE(one.take_over("prepare"));
  EXPECT_TRUE(one.is_ours("prepare"));
}

TEST_F(ClaimsTest, TakesOverAtOnceFromAProcessThatEnded) {
  Claims one(here_);
  write_file(here_ / "process-00002", process_that_ended());
  write_file(here_ / "killed", "2\n");
  write_file(here_ / "gone", "3\n");  // its process said goodbye
  EXPECT_TRUE(one.take_over("killed"));
  EXPECT_TRUE(one.take_over("gone"));
}

TEST_F(ClaimsTest, WaitsForAProcessOfAnotherMachineThatItCannotSee) {
  Claims one(here_);
  write_file(here_ / "process-00002", "another-boot pid:[1] 999999999\n");
  write_file(here_ / "prepare", "2\n");
  EXPECT_FALSE(one.take_over("prepare"));
}

TEST_F(ClaimsTest, GoesByTheClockOfTheFileSystem) {
  for (const double ahead_s : {-3600.0, 3600.0}) {
    Claims one(here_, {.touch = [=](const auto& file) { touch(file, 0, ahead_s); }});
    write_file(here_ / "process-00002", "");
    write_file(here_ / "prepare", "2\n");
    touch(here_ / "process-00002", 30, ahead_s);
    EXPECT_FALSE(one.take_over("prepare")) << ahead_s;
    touch(here_ / "process-00002", 90, ahead_s);
    EXPECT_TRUE(one.take_over("prepare")) << ahead_s;
    std::filesystem::remove(here_ / "prepare");
    std::filesystem::remove(here_ / "process-00002");
  }
}

TEST_F(ClaimsTest, TakesOverATornLeaseWhenItIsOld) {
  Claims one(here_);
  write_file(here_ / "prepare", "");  // killed between making it and writing its name
  EXPECT_FALSE(one.take_over("prepare"));
  touch(here_ / "prepare", 61);
  EXPECT_TRUE(one.take_over("prepare"));
}

TEST_F(ClaimsTest, NeverTakesOverWithoutAPatience) {
  Claims one(here_, {.patience_s = 0});
  write_file(here_ / "process-00002", "");
  write_file(here_ / "prepare", "2\n");
  touch(here_ / "process-00002", 1e6);
  EXPECT_FALSE(one.take_over("prepare"));
}

TEST_F(ClaimsTest, TouchesItsOwnFileSixTimesWithinThePatience) {
  std::atomic<int> touches = 0;
  Claims one(here_,
             {.patience_s = 0.06, .touch = [&](const auto& file) { touches += file == here_ / "process-00001"; }});
  for (int left = 1000; left > 0 && touches < 6; --left) std::this_thread::sleep_for(std::chrono::milliseconds{2});
  EXPECT_GE(touches, 6);
}

TEST_F(ClaimsTest, SaysWhenThisProcessStoodStill) {
  std::atomic<int> told = 0, touches = 0;
  {
    Claims one(here_, {.patience_s = 0.12,
                       .on_standstill = [&] { ++told; },
                       .touch =
                           [&](const auto&) {
                             if (++touches == 2) std::this_thread::sleep_for(std::chrono::milliseconds{200});
                           }});
    for (int left = 200; left > 0 && told == 0; --left) std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  EXPECT_EQ(told, 1);
}

TEST_F(ClaimsTest, GivesEachLeaseToOneOfManyThatRace) {
  constexpr int kProcesses = 4, kLeases = 100;
  std::vector<std::unique_ptr<Claims>> all;
  for (int i = 0; i < kProcesses; ++i) all.push_back(std::make_unique<Claims>(here_));
  write_file(here_ / "process-00099", process_that_ended());
  for (int lease = 1; lease < kLeases; lease += 2) write_file(here_ / ("lease-" + std::to_string(lease)), "99\n");
  std::atomic<int> taken = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kProcesses; ++i)
    threads.emplace_back([&, i] {
      for (int lease = 0; lease < kLeases; ++lease) {
        const std::string name = "lease-" + std::to_string(lease);
        taken += lease % 2 == 0 ? all[static_cast<std::size_t>(i)]->take(name)
                                : all[static_cast<std::size_t>(i)]->take_over(name);
      }
    });
  threads.clear();
  EXPECT_EQ(taken, kLeases);
}

TEST_F(ClaimsTest, KnowsFromOutsideWhetherItIsInUse) {
  EXPECT_FALSE(Claims::is_in_use(here_, 60));
  auto one = std::make_unique<Claims>(here_);
  EXPECT_TRUE(Claims::is_in_use(here_, 60));
  one.reset();
  EXPECT_FALSE(Claims::is_in_use(here_, 60));
}

TEST(ClaimBlocks, HoldEveryChunkOnce) {
  for (const std::uint64_t chunks : {0U, 1U, 512U, 513U, 4000U, 1000003U}) {
    const ClaimBlocks blocks(chunks);
    std::uint64_t next = 0;
    for (std::size_t block = 0; block < blocks.count(); ++block) {
      const ChunkRun run = blocks.run(block);
      ASSERT_EQ(run.first, next);
      ASSERT_GT(run.count, 0U);
      ASSERT_EQ(blocks.block_of(run.first), block);
      ASSERT_EQ(blocks.block_of(run.first + run.count - 1), block);
      next += run.count;
    }
    EXPECT_EQ(next, chunks);
  }
}

TEST(ClaimBlocks, AreFewForAnyNumberOfChunks) {
  EXPECT_EQ(ClaimBlocks(100).count(), 100U);
  EXPECT_LT(ClaimBlocks(4000).count(), 1900U);
  EXPECT_LT(ClaimBlocks(4000000000ULL).count(), 16000U);
}

TEST(ClaimBlocks, EndWithSingleChunks) {
  const ClaimBlocks blocks(100000);
  EXPECT_EQ(blocks.run(0).count, 195U);
  EXPECT_EQ(blocks.run(blocks.count() - 512).count, 1U);
}

}  // namespace
}  // namespace digitalis
