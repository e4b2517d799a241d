// Search by columns against the definition, compound by compound.
#include <gtest/gtest.h>
#include "scoring/vector_targets.hpp"  // before Highway's

#include <hwy/targets.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "scoring/similarity/column_tile.hpp"
#include "scoring/similarity/fingerprint_index.hpp"
#include "tests/scoring/random_fingerprints.hpp"

namespace digitalis {
namespace {

using testing::FingerprintLists;
using testing::random_fingerprints;
using testing::shared_bits;

constexpr SimilarityMeasure kTanimoto{};
constexpr SimilarityMeasure kDice{SimilarityMeasure::Kind::kDice};
constexpr SimilarityMeasure kPart{SimilarityMeasure::Kind::kTversky, 0.9, 0.1};

FingerprintSet set_of(const FingerprintLists& lists, std::uint32_t bits = 2048) {
  FingerprintSet set(bits);
  for (const auto& list : lists) set.add(list);
  return set;
}

// RDKit's formulas.
double by_definition(const SimilarityMeasure& measure, double shared, double a, double b) {
  double numerator = shared, denominator = a + b - shared;
  if (measure.kind == SimilarityMeasure::Kind::kDice) numerator = 2.0 * shared, denominator = a + b;
  if (measure.kind == SimilarityMeasure::Kind::kTversky)
    denominator = measure.alpha * a + measure.beta * b + (1.0 - measure.alpha - measure.beta) * shared;
  return denominator == 0.0 ? 1.0 : numerator / denominator;
}

std::vector<SimilarRow> all_sorted(const FingerprintLists& rows, const std::vector<std::uint16_t>& query,
                                   const SimilarityMeasure& measure) {
  std::vector<SimilarRow> all;
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    const std::uint32_t shared = shared_bits(query, rows[row]);
    all.push_back(
        {row, shared,
         by_definition(measure, shared, static_cast<double>(query.size()), static_cast<double>(rows[row].size()))});
  }
  std::ranges::stable_sort(all, std::greater{}, &SimilarRow::similarity);
  return all;
}

void expect_exact(const FingerprintLists& rows, const FingerprintLists& queries, std::uint32_t bits = 2048) {
  const FingerprintIndex index(set_of(rows, bits));
  for (const auto& measure : {kTanimoto, kDice, kPart})
    for (std::size_t i = 0; i < queries.size(); ++i) {
      auto expected = all_sorted(rows, queries[i], measure);
      for (const std::size_t count : {std::size_t{1}, std::size_t{10}, rows.size() + 1}) {
        const auto nearest = index.nearest(queries[i], count, measure);
        ASSERT_TRUE(std::ranges::equal(nearest, std::span(expected).first(std::min(count, rows.size()))))
            << "query " << i << ", nearest " << count;
      }
      for (const double threshold : {1.0, 0.8, 0.7, 0.5, 0.3, 0.1, 0.0}) {
        const auto end = std::ranges::partition_point(expected, [&](auto& row) { return row.similarity >= threshold; });
        ASSERT_TRUE(std::ranges::equal(index.similar(queries[i], threshold, measure),
                                       std::ranges::subrange(expected.begin(), end)))
            << "query " << i << ", threshold " << threshold;
      }
    }
}

std::vector<std::uint16_t> ones(std::uint32_t bits) {
  std::vector<std::uint16_t> on(bits);
  std::iota(on.begin(), on.end(), std::uint16_t{0});
  return on;
}

class SearchOnEachInstructionSet : public ::testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override {
    hwy::SetSupportedTargetsForTest(GetParam());
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
  void TearDown() override {
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

// The search is compiled for one more instruction set than this file knows of.
std::vector<std::int64_t> instruction_sets() {
  auto targets = hwy::SupportedAndGeneratedTargets();
  if ((hwy::SupportedTargets() & HWY_AVX3_DL) != 0) targets.push_back(HWY_AVX3_DL);
  return targets;
}

INSTANTIATE_TEST_SUITE_P(Search, SearchOnEachInstructionSet, ::testing::ValuesIn(instruction_sets()),
                         [](const auto& test) { return std::string(hwy::TargetName(test.param)); });

TEST_P(SearchOnEachInstructionSet, RunsOnIt) { EXPECT_EQ(search_instruction_set(), hwy::TargetName(GetParam())); }

TEST_P(SearchOnEachInstructionSet, EqualsTheDefinitionOnFewCompounds) {
  const auto rows = random_fingerprints(1, 1'500);
  expect_exact(rows, {rows[3], rows[700], random_fingerprints(2, 1)[0]});
}

TEST_P(SearchOnEachInstructionSet, EqualsTheDefinitionOnEmptyAndFullFingerprints) {
  auto rows = random_fingerprints(3, 300);
  rows[10] = rows[200] = {};
  rows[20] = rows[299] = ones(2048);
  rows[30] = ones(300);
  expect_exact(rows, {{}, ones(2048), ones(300), rows[5], {2047}});
}

TEST_P(SearchOnEachInstructionSet, EqualsTheDefinitionWhereManyBitsAreOn) {
  FingerprintLists rows;
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::uint16_t> on;
    for (std::uint16_t bit = 0; bit < 2000; ++bit)
      if (random() % 1000 < 100 + 2 * seed) on.push_back(bit);
    rows.push_back(on);
  }
  expect_exact(rows, {rows[0], rows[150], rows[299]});
}

TEST(FingerprintIndex, EqualsTheDefinitionOverTheEndOfATile) {
  const auto rows = random_fingerprints(4, kTileLanes + 700);
  const FingerprintIndex index(set_of(rows));
  const auto expected = all_sorted(rows, rows[7], kTanimoto);
  EXPECT_TRUE(std::ranges::equal(index.nearest(rows[7], 100), std::span(expected).first(100)));
  const auto found = index.similar(rows[7], 0.3);
  EXPECT_TRUE(std::ranges::equal(found, std::span(expected).first(found.size())));
  EXPECT_LT(expected[found.size()].similarity, 0.3);
}

TEST(FingerprintIndex, EqualsTheDefinitionForTheShortestAndTheLongestFingerprints) {
  expect_exact({{0}, {}, {0}}, {{0}, {}}, 1);
  auto rows = random_fingerprints(5, 40, 65'536);
  rows.push_back(ones(65'536));
  expect_exact(rows, {rows[3], rows.back()}, 65'536);
}

/// In the worst order that threads could come up with.
void backwards(std::size_t count, const std::function<void(std::size_t)>& work) {
  while (count > 0) work(--count);
}

TEST(FingerprintIndex, AnswersTheSameWhoeverSharesOutItsTiles) {
  const auto rows = random_fingerprints(8, 2 * kTileLanes + 100);
  const FingerprintIndex alone(set_of(rows)), shared(set_of(rows), &backwards);
  for (const std::size_t query : {0u, 40'000u}) {
    EXPECT_EQ(shared.similar(rows[query], 0.2, {}, &backwards), alone.similar(rows[query], 0.2));
    EXPECT_EQ(shared.nearest(rows[query], 40, {}, &backwards), alone.nearest(rows[query], 40));
  }
  const auto queries = set_of({rows[3], rows[70'000 - 5'000]});
  EXPECT_EQ(shared.similar(queries, 0.2, {}, &backwards), alone.similar(queries, 0.2));
}

// The first compounds seen promise more than the others hold: these must be looked through again.
TEST(FingerprintIndex, FindsTheNearestWhereAFewAreMuchNearerThanTheRest) {
  auto rows = random_fingerprints(9, 12'000);
  const auto query = rows[100];
  for (std::size_t i = 200; i < 209; ++i) rows[i] = query;
  const FingerprintIndex index(set_of(rows));
  const auto expected = all_sorted(rows, query, kTanimoto);
  for (const std::size_t count : {4, 11, 20, 60, 300})
    EXPECT_TRUE(std::ranges::equal(index.nearest(query, count), std::span(expected).first(count))) << count;
}

TEST(FingerprintIndex, OfOneCompoundFindsIt) {
  const FingerprintIndex index(set_of({{1, 2, 3}}));
  const std::vector<SimilarRow> found{{0, 2, 0.5}};
  EXPECT_EQ(index.similar(std::vector<std::uint16_t>{2, 3, 4}, 0.5), found);
  EXPECT_EQ(index.nearest(std::vector<std::uint16_t>{2, 3, 4}, 5), found);
}

TEST(FingerprintIndex, OfNothingFindsNothing) {
  const FingerprintIndex index{FingerprintSet()};
  EXPECT_TRUE(index.similar(std::vector<std::uint16_t>{1}, 0.0).empty());
  EXPECT_TRUE(index.nearest(std::vector<std::uint16_t>{1}, 3).empty());
}

TEST(FingerprintIndex, AnswersManyQueriesAsItAnswersEach) {
  const auto rows = random_fingerprints(6, 2'000);
  const FingerprintIndex index(set_of(rows));
  const auto queries = random_fingerprints(7, 50);
  const auto together = index.similar(set_of(queries), 0.3, kPart);
  ASSERT_EQ(together.size(), queries.size());
  for (std::size_t i = 0; i < queries.size(); ++i) EXPECT_EQ(together[i], index.similar(queries[i], 0.3, kPart)) << i;
}

TEST(FingerprintIndex, RefusesQueriesThatAreNoFingerprints) {
  const FingerprintIndex index(set_of({{1}}, 64));
  EXPECT_THROW((void)index.similar(std::vector<std::uint16_t>{64}, 0.5), std::invalid_argument);
  EXPECT_THROW((void)index.nearest(std::vector<std::uint16_t>{2, 1}, 1), std::invalid_argument);
  EXPECT_THROW((void)index.similar(set_of({{1}}, 128), 0.5), std::invalid_argument);
  EXPECT_THROW((void)index.similar(std::vector<std::uint16_t>{1}, 0.5, {SimilarityMeasure::Kind::kTversky, 1.5, 0.0}),
               std::invalid_argument);
}

TEST(ColumnTile, TakesAQuarterOfABitmapRowPerCompound) {
  const auto rows = random_fingerprints(8, 8'192);
  EXPECT_LT(static_cast<double>(FingerprintIndex(set_of(rows)).tile_bytes()) / 8'192.0, 64.0);
}

TEST(SimilarityMeasure, NamesTheFewestSharedBitsThatAreEnough) {
  for (const auto& measure : {kTanimoto, kDice, kPart})
    for (const std::uint32_t of_row : {0u, 1u, 20u, 45u, 200u})
      for (const double threshold : {-1.0, 0.0, 0.1, 1.0 / 3.0, 0.7, 1.0, 1.5}) {
        std::uint32_t plain = 0;
        while (plain <= std::min(45u, of_row) && by_definition(measure, plain, 45, of_row) < threshold) ++plain;
        EXPECT_EQ(measure.fewest_shared(45, of_row, threshold), plain) << of_row << ' ' << threshold;
      }
}

}  // namespace
}  // namespace digitalis
