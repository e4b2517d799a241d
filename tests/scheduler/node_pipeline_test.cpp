#include "scheduler/node_pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "scheduler/stop_request.hpp"

namespace digitalis {
namespace {

using std::chrono::milliseconds;
using Written = std::vector<std::pair<std::uint64_t, std::string>>;

/// Waits up to ten seconds until `holds()`.
bool becomes_true(const auto& holds) {
  for (int i = 0; i < 10'000 && !holds(); ++i) std::this_thread::sleep_for(milliseconds(1));
  return holds();
}

TEST(NodePipeline, WritesTheResultOfEveryTaskOnce) {
  for (const int threads : {1, 2, 5}) {
    Bell bell;
    Written written;
    NodePipeline pipeline(
        threads,
        {[](const Task& task) {
           return ChunkResult{task.payload + "!", 2, 1};
         },
         [&](std::uint64_t chunk, const ChunkResult& result) { written.emplace_back(chunk, result.payload); }},
        bell);
    Written expected;
    for (std::uint64_t chunk = 0; chunk < 200; ++chunk) {
      pipeline.add({chunk, std::to_string(chunk)});
      expected.emplace_back(chunk, std::to_string(chunk) + "!");
    }
    pipeline.no_more();
    pipeline.join();
    std::sort(written.begin(), written.end());
    EXPECT_EQ(written, expected) << threads << " threads";
    EXPECT_EQ(pipeline.counts().items, 400U);
    EXPECT_EQ(pipeline.counts().rejects, 200U);
    EXPECT_EQ(pipeline.counts().finished, 200U);
  }
}

TEST(NodePipeline, FinishesATaskWhileTheNextHasNotCome) {
  for (const int threads : {1, 2}) {
    Bell bell;
    std::atomic<int> written = 0;
    NodePipeline pipeline(
        threads, {[](const Task&) { return ChunkResult{}; }, [&](std::uint64_t, const ChunkResult&) { ++written; }},
        bell);
    for (int task = 0; task < 5; ++task) {
      pipeline.add({static_cast<std::uint64_t>(task), ""});
      EXPECT_TRUE(becomes_true([&] { return written == task + 1; })) << threads << " threads, task " << task;
    }
  }
}

TEST(NodePipeline, WorksWithAsManyThreadsAsAskedEvenBeyondTheCores) {
  constexpr int kThreads = 6;
  Bell bell;
  std::atomic<int> at_once = 0;
  const auto meet = [&](const Task&) {
    ++at_once;
    becomes_true([&] { return at_once >= kThreads; });
    return ChunkResult{};
  };
  NodePipeline pipeline(kThreads, {meet, [](std::uint64_t, const ChunkResult&) {}}, bell);
  for (std::uint64_t chunk = 0; chunk < kThreads; ++chunk) pipeline.add({chunk, ""});
  pipeline.no_more();
  pipeline.join();
  EXPECT_EQ(at_once, kThreads);
}

TEST(NodePipeline, AsksForOneTaskPerThreadUntilTheTimeOfAChunkIsKnown) {
  Bell bell;
  std::promise<void> go;
  const auto work = [gate = go.get_future().share()](const Task&) {
    gate.wait();
    return ChunkResult{};
  };
  NodePipeline pipeline(3, {work, [](std::uint64_t, const ChunkResult&) {}}, bell);
  EXPECT_EQ(pipeline.room().idle, 3U);
  EXPECT_EQ(pipeline.room().tasks, 3U);
  pipeline.add({0, ""}, 2);
  EXPECT_EQ(pipeline.room().idle, 1U);
  EXPECT_EQ(pipeline.room().tasks, 1U);
  EXPECT_EQ(pipeline.counts().received, 2U);
  go.set_value();
  EXPECT_TRUE(becomes_true([&] { return pipeline.is_idle(); }));
  EXPECT_GE(pipeline.room().tasks, 4U);
}

TEST(NodePipeline, WorksOnEveryChunkOfARun) {
  Bell bell;
  std::vector<std::uint64_t> written;
  NodePipeline pipeline(1,
                        {[](const Task& task) {
                           return ChunkResult{task.payload, 1, 0};
                         },
                         [&](std::uint64_t chunk, const ChunkResult& result) {
                           EXPECT_EQ(result.payload, "shared");
                           written.push_back(chunk);
                         }},
                        bell);
  pipeline.add({7, "shared"}, 4);
  pipeline.no_more();
  pipeline.join();
  EXPECT_THAT(written, ::testing::ElementsAre(7, 8, 9, 10));
}

TEST(NodePipeline, DropsWhatWaitsButFinishesWhatIsInWork) {
  Bell bell;
  std::promise<void> begun, go;
  std::vector<std::uint64_t> written;
  const auto work = [&](const Task&) {
    begun.set_value();
    go.get_future().wait();
    return ChunkResult{};
  };
  NodePipeline pipeline(1, {work, [&](std::uint64_t chunk, const ChunkResult&) { written.push_back(chunk); }}, bell);
  pipeline.add({0, ""});
  pipeline.add({1, ""});
  begun.get_future().wait();
  pipeline.drop_waiting();
  pipeline.add({2, ""});
  go.set_value();
  pipeline.join();
  EXPECT_THAT(written, ::testing::ElementsAre(0));
}

TEST(NodePipeline, RethrowsWhatWorkThrewAndStartsNothingMore) {
  for (const int threads : {1, 3}) {
    Bell bell;
    NodePipeline pipeline(threads,
                          {[](const Task&) -> ChunkResult { throw std::runtime_error("bewitched"); },
                           [](std::uint64_t, const ChunkResult&) {}},
                          bell);
    pipeline.add({0, ""});
    EXPECT_TRUE(becomes_true([&] { return pipeline.ended(); })) << "the source waits for tasks that never come";
    EXPECT_THROW(pipeline.join(), std::runtime_error);
    EXPECT_EQ(pipeline.room().tasks, 0U);
  }
}

TEST(NodePipeline, RethrowsWhatWriteThrew) {
  Bell bell;
  NodePipeline pipeline(2,
                        {[](const Task&) { return ChunkResult{}; },
                         [](std::uint64_t, const ChunkResult&) { throw std::runtime_error("disk full"); }},
                        bell);
  pipeline.add({0, ""});
  EXPECT_THROW(pipeline.join(), std::runtime_error);
}

TEST(NodePipeline, LetsWorkLeaveEarlyWhenChunksAreAbandoned) {
  Bell bell;
  std::promise<void> begun;
  const auto work = [&](const Task&) -> ChunkResult {
    begun.set_value();
    becomes_true([] { return stop_requested() == StopKind::kAbandonChunks; });
    throw Abandoned();
  };
  bool is_written = false;
  NodePipeline pipeline(1, {work, [&](std::uint64_t, const ChunkResult&) { is_written = true; }}, bell);
  pipeline.add({0, ""});
  begun.get_future().wait();
  request_stop(StopKind::kAbandonChunks);
  pipeline.drop_waiting();
  pipeline.join();
  request_stop(StopKind::kNone);
  EXPECT_FALSE(is_written);
  EXPECT_EQ(pipeline.counts().finished, 0U);
}

TEST(NodePipeline, TakesAbandonedForAnErrorWhenNobodyAskedForIt) {
  Bell bell;
  NodePipeline pipeline(
      1, {[](const Task&) -> ChunkResult { throw Abandoned(); }, [](std::uint64_t, const ChunkResult&) {}}, bell);
  pipeline.add({0, ""});
  EXPECT_THROW(pipeline.join(), Abandoned);
}

TEST(NodePipeline, RefusesNoThreads) {
  Bell bell;
  EXPECT_THROW(NodePipeline(0, {}, bell), std::invalid_argument);
}

}  // namespace
}  // namespace digitalis
