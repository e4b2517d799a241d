#include "scoring/similarity/similarity.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include "scoring/vector_targets.hpp"  // before Highway's

#include <hwy/targets.h>

namespace digitalis {
namespace {

using OnBits = std::vector<std::uint16_t>;
using testing::ElementsAre;

OnBits random_bits(std::mt19937& random, std::uint32_t bits, std::size_t count) {
  OnBits all(bits), drawn;
  std::iota(all.begin(), all.end(), std::uint16_t{0});
  std::ranges::sample(all, std::back_inserter(drawn), static_cast<std::ptrdiff_t>(count), random);
  return drawn;
}

std::vector<OnBits> random_set(std::mt19937& random, std::size_t size, std::uint32_t bits, std::size_t least,
                               std::size_t most) {
  std::vector<OnBits> set;
  std::uniform_int_distribution<std::size_t> count(least, most);
  for (std::size_t i = 0; i < size; ++i) set.push_back(random_bits(random, bits, count(random)));
  return set;
}

double plain_tanimoto(const OnBits& a, const OnBits& b) {
  OnBits both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  const std::size_t either = a.size() + b.size() - both.size();
  return either == 0 ? 1.0 : static_cast<double>(both.size()) / static_cast<double>(either);
}

std::vector<double> similarities(const SimilarityQueries& queries, const OnBits& compound) {
  std::vector<double> out(queries.size(), -1.0);
  queries.similarities(compound, out);
  return out;
}

std::string refusal(const std::vector<OnBits>& actives, std::uint32_t bits, Fusion fusion = {}) {
  try {
    SimilarityQueries(actives, bits, fusion);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

// One shape of input per case: sizes around the widths of vectors, and all ways through the kernel.
struct Shape {
  std::size_t actives;
  std::uint32_t bits;
  std::size_t least, most;  // on-bits
};
const Shape kShapes[] = {
    {1, 64, 0, 10},         {1, 2048, 30, 60},      {2, 2048, 30, 60},     {15, 2048, 0, 90},    {16, 2048, 0, 90},
    {17, 2048, 0, 90},      {32, 2048, 20, 80},     {33, 2048, 20, 80},    {64, 2048, 20, 80},   {65, 1024, 20, 80},
    {129, 256, 1, 20},      {200, 2048, 20, 127},   {511, 2048, 20, 80},   {512, 2048, 20, 80},  {513, 2048, 20, 80},
    {3, 2048, 0, 90},       {4, 2048, 20, 127},     {4, 2048, 200, 300},   {5, 2048, 0, 90},     {1025, 2048, 20, 80},
    {10'000, 2048, 30, 60}, {40'000, 512, 10, 20},  {50, 2048, 128, 255},  {50, 2048, 200, 300}, {70, 2048, 500, 900},
    {9, 65536, 20, 80},     {9, 65536, 300, 40000}, {20, 65536, 254, 257}, {40, 33, 0, 33},
};

void expect_plain_answers(const Shape& shape) {
  std::mt19937 random(7);
  const auto actives = random_set(random, shape.actives, shape.bits, shape.least, shape.most);
  auto compounds = random_set(random, 12, shape.bits, shape.least, shape.most);
  compounds.push_back({});
  compounds.push_back(actives.back());
  const SimilarityQueries queries(actives, shape.bits), fused(actives, shape.bits, {.nearest = 3});
  for (const OnBits& compound : compounds) {
    std::vector<double> expected;
    for (const OnBits& active : actives) expected.push_back(plain_tanimoto(active, compound));
    ASSERT_EQ(similarities(queries, compound), expected);

    const auto score = queries.score(compound);
    const auto nearest = std::ranges::max_element(expected);
    ASSERT_EQ(score.similarity, *nearest);
    ASSERT_EQ(score.nearest, nearest - expected.begin());

    const auto mean = fused.score(compound);
    ASSERT_EQ(mean.nearest, nearest - expected.begin());
    std::ranges::sort(expected, std::greater{});
    expected.resize(std::min<std::size_t>(3, expected.size()));
    ASSERT_EQ(mean.similarity,
              std::accumulate(expected.begin(), expected.end(), 0.0) / static_cast<double>(expected.size()));
  }
}

// Runs every test below with one instruction set of this machine.
class OnEachInstructionSet : public testing::TestWithParam<std::int64_t> {
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
INSTANTIATE_TEST_SUITE_P(Similarity, OnEachInstructionSet, testing::ValuesIn(hwy::SupportedAndGeneratedTargets()),
                         [](const auto& test) { return std::string(hwy::TargetName(test.param)); });

TEST_P(OnEachInstructionSet, IsTheOneThatRuns) { EXPECT_EQ(similarity_instruction_set(), hwy::TargetName(GetParam())); }

TEST_P(OnEachInstructionSet, EqualsThePlainReferenceForEveryShape) {
  for (const Shape& shape : kShapes) {
    SCOPED_TRACE(std::to_string(shape.actives) + " actives of " + std::to_string(shape.bits) + " bits");
    expect_plain_answers(shape);
  }
}

TEST_P(OnEachInstructionSet, NamesTheFirstAmongEqualsWhereverTheyStand) {
  for (std::size_t first = 0; first < 300; first += 7) {
    std::vector<OnBits> actives(300, OnBits{1, 2, 3});
    actives[first] = actives[299] = {4, 5};
    if (first + 64 < 300) actives[first + 64] = {4, 5};
    ASSERT_EQ(SimilarityQueries(actives, 64).score(OnBits{4, 5, 6}).nearest, first);
  }
}

TEST_P(OnEachInstructionSet, TellsNearlyEqualRatiosApartUpToTheLastShortProduct) {
  // 126 of 128 against 125 of 127 bits of the union: the closest that 16 bits have to separate.
  OnBits compound(127), less(127), more(126);
  std::iota(compound.begin(), compound.end(), std::uint16_t{0});
  std::iota(less.begin(), less.end(), std::uint16_t{1});  // shares 126, union 128
  std::iota(more.begin(), more.end(), std::uint16_t{1});  // shares 126, union 127
  EXPECT_EQ(SimilarityQueries({less, more}, 2048).score(compound).nearest, 1u);
  EXPECT_EQ(SimilarityQueries({more, less}, 2048).score(compound).nearest, 0u);
}

TEST_P(OnEachInstructionSet, CountsWhatNeitherBytesNorShortsHold) {
  OnBits all(65'536);
  std::iota(all.begin(), all.end(), std::uint16_t{0});
  const OnBits most(all.begin(), all.end() - 1);
  const SimilarityQueries queries({most, all}, 65'536);
  EXPECT_THAT(similarities(queries, all), ElementsAre(65'535.0 / 65'536.0, 1.0));
  EXPECT_EQ(queries.score(all).nearest, 1u);
}

TEST(Similarity, OfTwoEmptyFingerprintsIsOneAndOfOneIsZero) {
  const SimilarityQueries queries({{3}, {}}, 64);
  EXPECT_THAT(similarities(queries, {}), ElementsAre(0.0, 1.0));
  EXPECT_EQ(queries.score({}).nearest, 1u);
  EXPECT_THAT(similarities(queries, {3}), ElementsAre(1.0, 0.0));
}

TEST(Similarity, WithoutASharedBitIsZeroToTheFirstActive) {
  const auto score = SimilarityQueries({{1}, {2}}, 64).score(OnBits{3});
  EXPECT_EQ(score.similarity, 0.0);
  EXPECT_EQ(score.nearest, 0u);
}

TEST(Similarity, FusesTheMeanOfTheNearest) {
  const std::vector<OnBits> actives{{1}, {1, 2, 3, 4}, {1, 2}, {9}};
  EXPECT_EQ(SimilarityQueries(actives, 64, {.nearest = 2}).score(OnBits{1, 2}).similarity, 0.75);
}

TEST(Similarity, FusesAllWhenThereAreFewerThanAskedFor) {
  EXPECT_EQ(SimilarityQueries({{1, 2}, {9}}, 64, {.nearest = 5}).score(OnBits{1, 2}).similarity, 0.5);
}

TEST(Similarity, RefusesNoActive) { EXPECT_EQ(refusal({}, 64), "similarity needs at least one known active"); }

TEST(Similarity, RefusesABitBeyondTheFingerprint) {
  EXPECT_EQ(refusal({{1}, {2, 64}}, 64), "active 2 of 2: on-bit 64 in a fingerprint of 64 bits");
}

TEST(Similarity, RefusesBitsThatAreNotAscending) {
  EXPECT_EQ(refusal({{2, 2}}, 64), "active 1 of 1: its on-bits are not ascending");
}

TEST(Similarity, RefusesLengthsThatSixteenBitsCannotName) {
  EXPECT_EQ(refusal({{1}}, 65'537), "a fingerprint has 1 to 65536 bits, not 65537");
}

TEST(Similarity, RefusesToFuseNothing) {
  EXPECT_EQ(refusal({{1}}, 64, {.nearest = 0}), "similarity needs at least one nearest active to fuse");
}

TEST(Similarity, RefusesTooFewPlacesForItsAnswer) {
  std::vector<double> one(1);
  EXPECT_THROW(SimilarityQueries({{1}, {2}}, 64).similarities(OnBits{1}, one), std::invalid_argument);
}

}  // namespace
}  // namespace digitalis
