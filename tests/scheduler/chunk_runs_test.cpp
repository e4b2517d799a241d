#include "scheduler/chunk_runs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

namespace digitalis {

inline void PrintTo(const ChunkRun& run, std::ostream* out) { *out << run.first << "+" << run.count; }

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ChunkRuns, JoinsNeighbours) {
  ChunkRuns runs;
  runs.add({4, 2});
  runs.add({8, 1});
  runs.add({6, 2});
  runs.add({0, 1});
  EXPECT_THAT(runs.runs(), ElementsAre(ChunkRun{0, 1}, ChunkRun{4, 5}));
  EXPECT_EQ(runs.size(), 6U);
}

TEST(ChunkRuns, SplitsARunWhoseMiddleGoes) {
  ChunkRuns runs;
  runs.add({0, 10});
  EXPECT_EQ(runs.remove({4, 2}), 2U);
  EXPECT_EQ(runs.remove({5, 3}), 2U);
  EXPECT_THAT(runs.runs(), ElementsAre(ChunkRun{0, 4}, ChunkRun{8, 2}));
}

TEST(ChunkRuns, GivesTheSmallestFirst) {
  ChunkRuns runs;
  runs.add({10, 5});
  runs.add({2, 3});
  EXPECT_THAT(runs.take(4), ElementsAre(ChunkRun{2, 3}, ChunkRun{10, 1}));
  EXPECT_THAT(runs.take(100), ElementsAre(ChunkRun{11, 4}));
  EXPECT_THAT(runs.take(1), IsEmpty());
  EXPECT_TRUE(runs.empty());
}

TEST(ChunkRuns, AreTheSameAsASetOfNumbers) {
  std::mt19937 random(7);
  const auto up_to = [&](unsigned most) { return random() % (most + 1); };
  ChunkRuns runs;
  std::set<std::uint64_t> numbers;
  for (int step = 0; step < 5000; ++step) {
    const ChunkRun run{up_to(60), up_to(9)};
    const bool adds = up_to(1) == 0;
    if (adds) runs.add(run);
    if (!adds) runs.remove(run);
    for (std::uint64_t chunk = run.first; chunk < run.first + run.count; ++chunk)
      if (adds)
        numbers.insert(chunk);
      else
        numbers.erase(chunk);
    std::set<std::uint64_t> found;
    for (const ChunkRun& one : runs.runs())
      for (std::uint64_t i = 0; i < one.count; ++i) found.insert(one.first + i);
    ASSERT_EQ(found, numbers) << "step " << step;
    ASSERT_EQ(runs.size(), numbers.size()) << "step " << step;
  }
}

}  // namespace
}  // namespace digitalis
