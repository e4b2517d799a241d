#include "screening/over_chunks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/scheduler/one_rank_world.hpp"

namespace digitalis {
namespace {

/// Three scores in every chunk: its number, and that plus 0.25 and 0.5.
void add_three(std::uint64_t chunk, ColumnStatistics& block) {
  for (const double more : {0.0, 0.25, 0.5}) block.add(std::array{static_cast<double>(chunk) + more});
}

ColumnStatistics::Column column_of(Consensus consensus, std::uint64_t chunks, int threads, std::uint64_t most_kept) {
  return statistics_over_chunks(testing::world(), threads, chunks, 3 * chunks, consensus, 1, &add_three, most_kept)
      .columns()
      .front();
}

TEST(StatisticsOverChunks, SeeEveryScoreOnce) {
  const auto column = column_of(Consensus::kZScore, 101, 1, 0);
  EXPECT_EQ(column.count, 303U);
  EXPECT_NEAR(column.mean, 50.25, 1e-12);
}

TEST(StatisticsOverChunks, AreTheSameBitsForAnyThreads) {
  const auto one = column_of(Consensus::kZScore, 1000, 1, 0), four = column_of(Consensus::kZScore, 1000, 4, 0);
  EXPECT_EQ(one.mean, four.mean);
  EXPECT_EQ(one.sum_of_squares, four.sum_of_squares);
}

TEST(StatisticsOverChunks, KeepTheScoresThatRanksNeedInTheOrderOfChunks) {
  EXPECT_THAT(column_of(Consensus::kRank, 2, 2, 100).scores, ::testing::ElementsAre(0, 0.25, 0.5, 1, 1.25, 1.5));
}

TEST(StatisticsOverChunks, LetEveryOtherChunkStandForAllWhenTheScoresAreTooManyToKeep) {
  EXPECT_THAT(column_of(Consensus::kBestRank, 4, 1, 6).scores, ::testing::ElementsAre(0, 0.25, 0.5, 2, 2.25, 2.5));
}

TEST(StatisticsOverChunks, OfNothingAreEmpty) { EXPECT_EQ(column_of(Consensus::kRank, 0, 1, 1).count, 0U); }

TEST(GatherOverChunks, KeepsTheOrderOfChunksAndLeavesOutEmptyTexts) {
  const auto odd = [](std::uint64_t chunk) { return chunk % 2 == 1 ? std::to_string(chunk) : std::string{}; };
  EXPECT_THAT(gather_over_chunks(testing::world(), 3, 7, odd), ::testing::ElementsAre("1", "3", "5"));
}

}  // namespace
}  // namespace digitalis
