#include "scoring/consensus.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace digitalis {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
using Rows = std::vector<std::vector<double>>;

ColumnStatistics statistics_of(Consensus consensus, const Rows& rows) {
  ColumnStatistics statistics(consensus, rows.front().size());
  for (const auto& row : rows) statistics.add(row);
  return statistics;
}

ConsensusScorer scorer_of(Consensus consensus, const Rows& rows, std::vector<double> weights) {
  return {consensus, std::move(weights), statistics_of(consensus, rows)};
}

std::string refusal(Consensus consensus, std::vector<double> weights, ColumnStatistics statistics) {
  try {
    ConsensusScorer(consensus, std::move(weights), std::move(statistics));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

Rows random_rows(std::size_t count) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal(-7.0, 2.0);
  Rows rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back({normal(random), i % 5 == 0 ? kNaN : normal(random)});
  return rows;
}

TEST(Consensus, HasANameForEachWay) {
  for (const auto way : {Consensus::kBest, Consensus::kWeighted, Consensus::kZScore, Consensus::kRank})
    EXPECT_EQ(find_consensus(name_of(way)), way);
  EXPECT_EQ(name_of(Consensus::kZScore), "zscore");
}

TEST(Consensus, KnowsNoOtherName) { EXPECT_EQ(find_consensus("Best"), std::nullopt); }

TEST(Consensus, BestTakesTheBestColumnScaledByTheLargestWeight) {
  const auto scorer = scorer_of(Consensus::kBest, {{0.0, 0.0}}, {1.0, 4.0});
  EXPECT_EQ(scorer.score(std::vector{0.8, 0.1}), 0.2);
  EXPECT_EQ(scorer.score(std::vector{0.8, 0.5}), 0.5);
}

TEST(Consensus, BestOfNegativeScoresIsNegative) {
  EXPECT_EQ(scorer_of(Consensus::kBest, {{0.0, 0.0}}, {1.0, 1.0}).score(std::vector{-3.0, -2.0}), -2.0);
}

TEST(Consensus, WeightedIsTheMean) {
  EXPECT_EQ(scorer_of(Consensus::kWeighted, {{0.0, 0.0}}, {1.0, 3.0}).score(std::vector{1.0, 0.0}), 0.25);
}

TEST(Consensus, BestAndWeightedNeedNoStatistics) {
  EXPECT_EQ(ConsensusScorer(Consensus::kBest, {1.0}, {Consensus::kBest, 0}).score(std::vector{0.5}), 0.5);
  EXPECT_EQ(ConsensusScorer(Consensus::kWeighted, {1.0}, {Consensus::kWeighted, 0}).score(std::vector{0.5}), 0.5);
}

TEST(Consensus, ZScoreStandardisesEachColumn) {
  const auto scorer = scorer_of(Consensus::kZScore, {{1.0, 100.0}, {3.0, 300.0}}, {1.0, 1.0});
  EXPECT_EQ(scorer.score(std::vector{3.0, 300.0}), 1.0);
  EXPECT_EQ(scorer.score(std::vector{3.0, 100.0}), 0.0);
}

TEST(Consensus, ZScoreOfAColumnWithoutSpreadIsZero) {
  const auto scorer = scorer_of(Consensus::kZScore, {{0.1, 1.0}, {0.1, 3.0}, {0.1, 2.0}}, {1.0, 0.0});
  EXPECT_EQ(scorer.score(std::vector{5.0, 1.0}), 0.0);
}

TEST(Consensus, RankIsTheShareBelowWithTiesHalf) {
  const auto scorer = scorer_of(Consensus::kRank, {{4.0}, {1.0}, {2.0}, {2.0}}, {1.0});
  EXPECT_EQ(scorer.score(std::vector{1.0}), 0.125);
  EXPECT_EQ(scorer.score(std::vector{2.0}), 0.5);
  EXPECT_EQ(scorer.score(std::vector{4.0}), 0.875);
}

TEST(Consensus, CountsAMissingScoreAsTheWorst) {
  const Rows rows{{1.0}, {3.0}, {kNaN}};
  for (const double missing : {kNaN, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(scorer_of(Consensus::kBest, rows, {1.0}).score(std::vector{missing}), 0.0);
    EXPECT_EQ(scorer_of(Consensus::kWeighted, rows, {1.0}).score(std::vector{missing}), 0.0);
    EXPECT_EQ(scorer_of(Consensus::kZScore, rows, {1.0}).score(std::vector{missing}), -3.0);
    EXPECT_EQ(scorer_of(Consensus::kRank, rows, {1.0}).score(std::vector{missing}), 0.0);
  }
}

TEST(Consensus, LeavesColumnsOfWeightZeroOut) {
  for (const auto way : {Consensus::kBest, Consensus::kWeighted, Consensus::kZScore, Consensus::kRank}) {
    const auto scorer = scorer_of(way, {{1.0, 9.0}, {3.0, 1.0}}, {1.0, 0.0});
    EXPECT_EQ(scorer.score(std::vector{3.0, 50.0}), scorer.score(std::vector{3.0, kNaN}));
  }
}

TEST(ColumnStatistics, LeavesMissingScoresOut) {
  const auto column = statistics_of(Consensus::kZScore, {{1.0}, {kNaN}, {3.0}}).columns().front();
  EXPECT_EQ(column.count, 2u);
  EXPECT_EQ(column.mean, 2.0);
  EXPECT_EQ(column.sum_of_squares, 2.0);
}

TEST(ColumnStatistics, MergedFromChunksAgreeWithOneGo) {
  const Rows rows = random_rows(1'000);
  const auto whole = statistics_of(Consensus::kRank, rows);
  ColumnStatistics merged(Consensus::kRank, 2);
  for (std::size_t first = 0; first < rows.size(); first += 128) {
    ColumnStatistics chunk(Consensus::kRank, 2);
    for (std::size_t i = first; i < std::min(first + 128, rows.size()); ++i) chunk.add(rows[i]);
    merged.merge(chunk);
  }
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(merged.columns()[i].count, whole.columns()[i].count);
    EXPECT_EQ(merged.columns()[i].scores, whole.columns()[i].scores);
    EXPECT_NEAR(merged.columns()[i].mean, whole.columns()[i].mean, 1e-13);
    EXPECT_NEAR(merged.columns()[i].sum_of_squares, whole.columns()[i].sum_of_squares, 1e-9);
  }
}

// Chunks are filled by whichever rank takes them, kept, and merged in chunk order by one: here two ranks that take
// them alternately, and one that takes all.
TEST(ColumnStatistics, AreTheSameBytesWhoeverFillsTheChunks) {
  const Rows rows = random_rows(1'000);
  const auto chunk_of = [&](std::size_t chunk) {
    ColumnStatistics statistics(Consensus::kZScore, 2);
    for (std::size_t i = chunk * 100; i < (chunk + 1) * 100; ++i) statistics.add(rows[i]);
    return statistics;
  };
  ColumnStatistics one_rank(Consensus::kZScore, 2), two_ranks(Consensus::kZScore, 2);
  for (std::size_t chunk = 0; chunk < 10; ++chunk) one_rank.merge(chunk_of(chunk));
  std::vector<ColumnStatistics> done(10, ColumnStatistics(Consensus::kZScore, 2));
  for (const std::size_t chunk : {9, 7, 5, 3, 1, 0, 2, 4, 6, 8}) done[chunk] = chunk_of(chunk);
  for (const auto& chunk : done) two_ranks.merge(chunk);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto &a = one_rank.columns()[i], &b = two_ranks.columns()[i];
    EXPECT_EQ(std::memcmp(&a.mean, &b.mean, sizeof a.mean), 0);
    EXPECT_EQ(std::memcmp(&a.sum_of_squares, &b.sum_of_squares, sizeof a.sum_of_squares), 0);
  }
}

TEST(ColumnStatistics, EmptyChunksChangeNothing) {
  const Rows rows = random_rows(10);
  const auto plain = statistics_of(Consensus::kZScore, rows);
  ColumnStatistics merged(Consensus::kZScore, 2);
  merged.merge(ColumnStatistics(Consensus::kZScore, 2));
  merged.merge(plain);
  merged.merge(ColumnStatistics(Consensus::kZScore, 2));
  EXPECT_EQ(merged.columns()[0].mean, plain.columns()[0].mean);
  EXPECT_EQ(merged.columns()[0].sum_of_squares, plain.columns()[0].sum_of_squares);
}

TEST(ColumnStatistics, KeepPrecisionFarFromZero) {
  EXPECT_EQ(statistics_of(Consensus::kZScore, {{1e9 + 1}, {1e9 + 2}, {1e9 + 3}}).columns()[0].sum_of_squares, 2.0);
}

TEST(ColumnStatistics, OfDifferentConsensusDoNotMerge) {
  ColumnStatistics rank(Consensus::kRank, 1);
  EXPECT_THROW(rank.merge(ColumnStatistics(Consensus::kZScore, 1)), std::invalid_argument);
}

TEST(ConsensusScorer, RefusesANegativeWeight) {
  EXPECT_EQ(refusal(Consensus::kBest, {1.0, -0.5}, {Consensus::kBest, 2}),
            "weight 2 of 2 is negative or not a number; hint: weights are relative, 0 leaves a column out");
}

TEST(ConsensusScorer, RefusesAWeightThatIsNoNumber) {
  EXPECT_EQ(refusal(Consensus::kBest, {kNaN}, {Consensus::kBest, 1}),
            "weight 1 of 1 is negative or not a number; hint: weights are relative, 0 leaves a column out");
}

TEST(ConsensusScorer, RefusesWeightsThatAreAllZero) {
  EXPECT_EQ(refusal(Consensus::kWeighted, {0.0, 0.0}, {Consensus::kWeighted, 2}),
            "all weights are 0; hint: give at least one column a weight");
}

TEST(ConsensusScorer, RefusesStatisticsOfAnotherWidth) {
  EXPECT_EQ(refusal(Consensus::kZScore, {1.0}, {Consensus::kZScore, 2}), "consensus of 2 columns was given 1 scores");
}

TEST(ConsensusScorer, RefusesRanksFromStatisticsWithoutScores) {
  EXPECT_EQ(refusal(Consensus::kRank, {1.0}, statistics_of(Consensus::kZScore, {{1.0}})),
            "consensus by rank needs statistics that were made for it");
}

TEST(ConsensusScorer, RefusesACompoundWithTooFewScores) {
  const auto scorer = scorer_of(Consensus::kWeighted, {{0.0, 0.0}}, {1.0, 1.0});
  EXPECT_THROW((void)scorer.score(std::vector{1.0}), std::invalid_argument);
}

TEST(BestRank, ComparesPlacesOfColumnsOnDifferentScales) {
  ColumnStatistics statistics{Consensus::kBestRank, 2};
  for (const auto& [affinity, similarity] : {std::pair{9.0, 0.2}, {7.0, 0.9}, {5.0, 0.3}, {3.0, 0.1}})
    statistics.add(std::array{affinity, similarity});
  const ConsensusScorer scorer{Consensus::kBestRank, {1.0, 1.0}, statistics};
  EXPECT_DOUBLE_EQ(scorer.score(std::array{9.0, 0.2}), 0.875);
  EXPECT_DOUBLE_EQ(scorer.score(std::array{7.0, 0.9}), 0.875);
  EXPECT_DOUBLE_EQ(scorer.score(std::array{3.0, 0.1}), 0.125);
}

TEST(BestRank, GivesACompoundThatWasNotScoredTheLastPlace) {
  ColumnStatistics statistics{Consensus::kBestRank, 1};
  statistics.add(std::array{1.0});
  const ConsensusScorer scorer{Consensus::kBestRank, {1.0}, statistics};
  EXPECT_EQ(scorer.score(std::array{std::numeric_limits<double>::quiet_NaN()}), 0.0);
}

TEST(ConsensusScorer, NamesTheColumnThatContributesMost) {
  ColumnStatistics none{Consensus::kBest, 3};
  const ConsensusScorer scorer{Consensus::kBest, {1.0, 0.5, 0.0}, none};
  EXPECT_EQ(scorer.leading(std::array{0.3, 0.5, 9.0}), 0U);
  EXPECT_EQ(scorer.leading(std::array{0.2, 0.5, 9.0}), 1U);
  EXPECT_EQ(scorer.leading(std::array{0.25, 0.5, 9.0}), 0U) << "the first among equals";
  EXPECT_EQ(scorer.leading(std::array{-2.0, -1.0, 9.0}), 1U) << "also when all contribute less than nothing";
}

}  // namespace
}  // namespace digitalis
