#include "scheduler/task_wall.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ScratchFolder;

/// A plan whose work calls `visit` and whose quarantine is quarantine_child.
StagePlan plan_with(std::function<void(const Task&)> visit, bool with_quarantine = true) {
  StagePlan plan;
  plan.stage = 4;
  plan.name = "words";
  plan.work = [visit = std::move(visit)](const Task& task) {
    visit(task);
    return ChunkResult{"here", 1, 0};
  };
  if (with_quarantine) plan.quarantine = {QUARANTINE_CHILD};
  return plan;
}

TEST(TaskWall, MarksAChunkWhileItIsInWork) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  std::vector<std::uint64_t> in_work;
  const StagePlan plan = plan_with([&](const Task&) { in_work = Journal::scan(folder.path()).suspects(4); });
  const Journal done = Journal::scan(folder.path());
  TaskWall wall(plan, done, writer, 1, [] {});
  EXPECT_EQ(wall.work_on({.chunk = 9}).payload, "here");
  EXPECT_THAT(in_work, ElementsAre(9));
  EXPECT_THAT(Journal::scan(folder.path()).suspects(4), IsEmpty());
}

TEST(TaskWall, SendsASuspectIntoQuarantineAndOthersNot) {
  const ScratchFolder folder;
  JournalWriter before(folder.path(), 0, 1);
  ASSERT_TRUE(before.mark({4, 9}) && before.mark({5, 8}));
  const Journal done = Journal::scan(folder.path());
  JournalWriter writer(folder.path(), 0, 2);
  const StagePlan plan = plan_with([](const Task&) {});
  TaskWall wall(plan, done, writer, 1, [] {});
  EXPECT_EQ(wall.work_on({.chunk = 9, .payload = "word"}).payload, "WORD ");
  EXPECT_EQ(wall.work_on({.chunk = 8, .payload = "word"}).payload, "here");
  EXPECT_EQ(wall.work_on({.chunk = 7, .payload = "word", .suspect = true}).payload, "WORD ");
}

TEST(TaskWall, WorksOnSuspectsHereWhereThereIsNoQuarantine) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  const Journal done = Journal::scan(folder.path());
  const StagePlan plan = plan_with([](const Task&) {}, false);
  TaskWall wall(plan, done, writer, 1, [] {});
  EXPECT_EQ(wall.work_on({.chunk = 7, .suspect = true}).payload, "here");
}

TEST(TaskWall, SendsAChunkThatThrowsIntoQuarantine) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  const Journal done = Journal::scan(folder.path());
  StagePlan plan = plan_with([](const Task&) { throw std::bad_alloc(); });
  plan.quarantine_payload = [](const Task& task) { return task.payload + " throw"; };
  TaskWall wall(plan, done, writer, 1, [] {});
  EXPECT_EQ(wall.work_on({.chunk = 7, .payload = "a"}).payload, "A [crashed: an exception] ");
}

TEST(TaskWall, PassesOnThatADiskRefused) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  const Journal done = Journal::scan(folder.path());
  const StagePlan plan =
      plan_with([](const Task&) { throw std::system_error(EIO, std::generic_category(), "a file"); });
  TaskWall wall(plan, done, writer, 1, [] {});
  EXPECT_THROW((void)wall.work_on({.chunk = 7}), std::system_error);
}

TEST(TaskWall, SyncsBeforeItLeaves) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  const Journal done = Journal::scan(folder.path());
  std::promise<std::string> left;
  bool is_synced = false;
  StagePlan plan = plan_with([&](const Task&) {
    begin_item(3);
    left.get_future().wait();
    EXPECT_THAT(Journal::scan(folder.path()).suspects(4), ElementsAre(7));
  });
  plan.limits.seconds = 0.01;
  plan.describe = [](const Task& task, std::uint64_t item) { return task.payload + std::to_string(item); };
  std::string said;
  plan.leave = [&](const std::string& why) {
    said = is_synced ? why : "not synced";
    left.set_value(why);
  };
  {
    TaskWall wall(plan, done, writer, 1, [&] { is_synced = true; });
    (void)wall.work_on({.chunk = 7, .payload = "compound "});
  }
  EXPECT_THAT(said, ::testing::StartsWith("words: compound 3 of chunk 7 has been in work for"));
}

}  // namespace
}  // namespace digitalis
