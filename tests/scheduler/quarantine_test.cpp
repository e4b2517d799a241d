#include "scheduler/quarantine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "scheduler/quarantine_pipe.hpp"
#include "scheduler/stop_request.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using testing::ScratchFolder;

Quarantine quarantine(ItemLimits limits = {}, const std::vector<std::string>& arguments = {}) {
  std::vector<std::string> command{QUARANTINE_CHILD};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return Quarantine({command, limits, 2});
}

/// What becomes of a task of these words.
std::string quarantined(const std::string& words, ItemLimits limits = {}) {
  return quarantine(limits).work_on({.chunk = 5, .payload = words}).payload;
}

std::string error_of(const auto& call) {
  try {
    call();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Quarantine, GivesTheResultOfATaskThatIsHarmless) {
  const ChunkResult result = quarantine().work_on({.chunk = 5, .payload = "a b c"});
  EXPECT_EQ(result.payload, "A B C ");
  EXPECT_EQ(result.items, 3U);
  EXPECT_EQ(result.rejects, 0U);
}

TEST(Quarantine, GoesOnWithoutAnItemThatCrashes) {
  const ChunkResult result = quarantine().work_on({.chunk = 5, .payload = "a crash c"});
  EXPECT_EQ(result.payload, "A [crashed: segmentation fault] C ");
  EXPECT_EQ(result.rejects, 1U);
}

TEST(Quarantine, SaysHowAnItemEndedItsProcess) {
  EXPECT_EQ(quarantined("abort"), "[crashed: aborted] ");
  EXPECT_EQ(quarantined("exit"), "[crashed: ended with exit code 7] ");
}

TEST(Quarantine, TakesAnExceptionForACrashAndKeepsItsWordsToItself) {
  EXPECT_EQ(quarantined("a throw"), "A [crashed: an exception] ");
}

TEST(Quarantine, EndsAnItemThatTakesTooLong) {
  EXPECT_EQ(quarantined("a hang c", {.seconds = 0.2}), "A [out_of_time: more than 0.2 s] C ");
}

TEST(Quarantine, EndsAnItemThatTakesTooMuchMemory) {
  EXPECT_EQ(quarantined("a eat c", {.seconds = 60, .memory_bytes = std::uint64_t{1} << 29U}),
            "A [out_of_memory: needs more than the 0.50 GiB of a rank] C ");
}

TEST(Quarantine, FindsEachOfSeveralKillers) {
  EXPECT_EQ(quarantined("crash b abort abort e exit"),
            "[crashed: segmentation fault] B [crashed: aborted] [crashed: aborted] E [crashed: ended with exit code 7] ");
}

TEST(Quarantine, KeepsAnItemThatIsWellWhenTriedAgain) {
  const ScratchFolder folder;
  const std::string word = "once:" + (folder.path() / "crashed").string();
  EXPECT_THAT(quarantined("a " + word + " c"), ::testing::AllOf(::testing::StartsWith("A ONCE:"), ::testing::EndsWith(" C ")));
}

TEST(Quarantine, RejectsAnItemThatEndsItsProcessOnlyAmongOthers) {
  EXPECT_EQ(quarantined("a company c"), "A [crashed: segmentation fault] C ");
}

TEST(Quarantine, KeepsTheKillersItIsGiven) {
  EXPECT_EQ(quarantine().work_on({.chunk = 5, .payload = "crash b", .killers = {{0, "known"}}}).payload, "[known] B ");
}

TEST(Quarantine, SendsATaskOfManyMegabytes) {
  std::string words;
  for (int i = 0; i < 100; ++i) words += std::string(50'000, 'x') + " ";
  EXPECT_EQ(quarantine().work_on({.chunk = 5, .payload = words}).payload.size(), words.size());
}

TEST(Quarantine, StartsNoRankOfTheLauncher) {
  ::setenv("OMPI_COMM_WORLD_RANK", "3", 1);
  const std::string found = quarantined("launched");
  ::unsetenv("OMPI_COMM_WORLD_RANK");
  EXPECT_EQ(found, "NO ");
}

TEST(Quarantine, WorksForManyThreadsAtOnce) {
  const Quarantine one = quarantine();
  std::vector<std::string> results(4);
  std::vector<std::thread> threads;
  for (std::string& result : results)
    threads.emplace_back([&] { result = one.work_on({.chunk = 5, .payload = "a crash c"}).payload; });
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(results, ::testing::Each("A [crashed: segmentation fault] C "));
}

TEST(Quarantine, BlamesNobodyWhenChunksAreAbandoned) {
  std::thread asker([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    request_stop(StopKind::kAbandonChunks);
  });
  EXPECT_THROW((void)quarantined("a hang c"), Abandoned);
  asker.join();
  request_stop(StopKind::kNone);
}

TEST(Quarantine, SaysWhichProgramCannotBeStarted) {
  EXPECT_EQ(error_of([] { (void)Quarantine({{"/nowhere/program"}, {}, 1}).work_on({.chunk = 5}); }),
            "a process for a suspect chunk: '/nowhere/program' cannot be started: No such file or directory");
}

TEST(Quarantine, SaysWhenItEndsBeforeAnyItem) {
  EXPECT_EQ(error_of([] { (void)quarantine({}, {"crash-at-once"}).work_on({.chunk = 5}); }),
            "the process for suspect chunk 5 ended where no item was in work: crashed: segmentation fault");
  EXPECT_EQ(error_of([] { (void)quarantine({}, {"fail-at-once"}).work_on({.chunk = 5}); }),
            "the process for suspect chunk 5 ended where no item was in work: store: no such folder");
}

TEST(Quarantine, DoesNotRejectItemAfterItemWithoutEnd) {
  std::string words;
  for (int i = 0; i < 66; ++i) words += "exit ";
  EXPECT_EQ(error_of([&] { (void)quarantined(words); }),
            "more than 64 items of chunk 5 ended their process, the last one: crashed: ended with exit code 7; hint: "
            "that is hardly the items' fault; look at this machine and at [limits]");
}

TEST(QuarantinePipe, WaitsForTheRestOfAMessage) {
  const std::string whole = quarantine_pipe::to_bytes(quarantine_pipe::Kind::kBegin, "seven");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::string arrived = whole.substr(0, size);
    EXPECT_FALSE(quarantine_pipe::take(arrived)) << size << " bytes";
  }
  std::string arrived = whole + whole.substr(0, 3);
  EXPECT_EQ(quarantine_pipe::take(arrived)->payload, "seven");
  EXPECT_EQ(arrived.size(), 3U);
}

TEST(QuarantinePipe, RefusesWhatIsDamaged) {
  const std::string whole = quarantine_pipe::to_bytes(quarantine_pipe::Kind::kBegin, "seven");
  for (const std::size_t at : {std::size_t{0}, std::size_t{4}, whole.size() - 1}) {
    std::string arrived = whole;
    arrived[at] = static_cast<char>(arrived[at] ^ 1);
    EXPECT_THROW((void)quarantine_pipe::take(arrived), std::runtime_error) << "byte " << at;
  }
}

TEST(QuarantinePipe, CarriesTasksAndResults) {
  const Task task{.chunk = 7, .payload = "text", .killers = {{3, "crashed: aborted"}}, .only = 4};
  const Task back = quarantine_pipe::task_from(quarantine_pipe::to_bytes(task));
  EXPECT_EQ(back.chunk, 7U);
  EXPECT_EQ(back.payload, "text");
  ASSERT_EQ(back.killers.size(), 1U);
  EXPECT_EQ(back.killers.front().reason, "crashed: aborted");
  EXPECT_EQ(back.only, 4U);
  const ChunkResult result = quarantine_pipe::result_from(quarantine_pipe::to_bytes(ChunkResult{"bytes", 9, 2}));
  EXPECT_EQ(result.payload, "bytes");
  EXPECT_EQ(result.items, 9U);
  EXPECT_EQ(result.rejects, 2U);
}

}  // namespace
}  // namespace digitalis
