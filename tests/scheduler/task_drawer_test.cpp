#include "scheduler/task_drawer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace digitalis {
namespace {

using std::chrono::milliseconds;

std::function<std::optional<Task>()> counting_to(std::uint64_t end) {
  return [next = std::uint64_t{0}, end]() mutable -> std::optional<Task> {
    if (next == end) return std::nullopt;
    return Task{next++, ""};
  };
}

std::function<bool(std::uint64_t)> none_done() {
  return [](std::uint64_t) { return false; };
}

/// Takes every task until the source is at its end.
std::vector<std::uint64_t> take_all(TaskDrawer& drawer, Bell& bell) {
  std::vector<std::uint64_t> chunks;
  while (true) {
    const bool is_last_look = drawer.is_exhausted();
    while (auto task = drawer.take()) chunks.push_back(task->chunk);
    if (is_last_look) return chunks;
    bell.wait_for(milliseconds(10));
  }
}

TEST(TaskDrawer, GivesTheTasksInOrderWhateverItsCapacity) {
  for (const std::size_t capacity : {1, 2, 100}) {
    Bell bell;
    TaskDrawer drawer({counting_to(5), none_done()}, capacity, bell);
    EXPECT_THAT(take_all(drawer, bell), ::testing::ElementsAre(0, 1, 2, 3, 4));
  }
}

TEST(TaskDrawer, DrawsAndDropsTasksThatAreDone) {
  Bell bell;
  TaskDrawer drawer({counting_to(6), [](std::uint64_t chunk) { return chunk % 2 == 0; }}, 2, bell);
  EXPECT_THAT(take_all(drawer, bell), ::testing::ElementsAre(1, 3, 5));
  EXPECT_EQ(drawer.counts().drawn, 6U);
  EXPECT_EQ(drawer.counts().done_before, 3U);
}

TEST(TaskDrawer, DrawsNoFurtherThanItsCapacity) {
  Bell bell;
  std::atomic<int> drawn = 0;
  TaskDrawer drawer({[&, next = counting_to(100)]() mutable {
                       ++drawn;
                       return next();
                     },
                     none_done()},
                    3, bell);
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(drawn, 3);
}

TEST(TaskDrawer, ThrowsWhatTheSourceThrewAfterTheTasksBefore) {
  Bell bell;
  TaskDrawer drawer({[next = counting_to(2)]() mutable {
                       auto task = next();
                       if (!task) throw std::runtime_error("library.smi.gz: is cut short");
                       return task;
                     },
                     none_done()},
                    4, bell);
  EXPECT_THROW(take_all(drawer, bell), std::runtime_error);
  EXPECT_EQ(drawer.counts().drawn, 2U);
}

TEST(TaskDrawer, RefusesASourceThatSkipsAChunk) {
  Bell bell;
  TaskDrawer drawer({[] { return Task{1, ""}; }, none_done()}, 4, bell);
  try {
    take_all(drawer, bell);
    FAIL() << "nothing was thrown";
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "a task source gave chunk 1 where chunk 0 was due");
  }
}

TEST(TaskDrawer, EndsAtOnceWhenStopped) {
  Bell bell;
  TaskDrawer drawer({[next = std::uint64_t{0}]() mutable { return Task{next++, ""}; }, none_done()}, 2, bell);
  drawer.stop();
  EXPECT_FALSE(drawer.take());
}

}  // namespace
}  // namespace digitalis
