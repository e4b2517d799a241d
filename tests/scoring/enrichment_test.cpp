#include "scoring/enrichment.hpp"

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace digitalis {
namespace {

using testing::ElementsAre;

template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

ActivePlaces counted(const std::vector<double>& actives, const std::vector<double>& decoys) {
  PlaceCounter counter(actives);
  for (const double decoy : decoys) counter.add_decoy(decoy);
  return counter.places();
}

TEST(PlaceCounter, FindsThePlacesInTheWholeList) {
  const auto found = counted({0.3, 0.9, 0.5}, {0.95, 0.4, 0.6, 0.1});
  EXPECT_THAT(found.places, ElementsAre(2, 4, 6));
  EXPECT_EQ(found.listed, 7u);
}

TEST(PlaceCounter, PutsDecoysBeforeActivesOfTheirScore) {
  EXPECT_THAT(counted({0.5, 0.5}, {0.5}).places, ElementsAre(2, 3));
}

TEST(PlaceCounter, PutsDecoysWithoutAScoreLast) {
  const auto found = counted({0.5}, {std::numeric_limits<double>::quiet_NaN()});
  EXPECT_THAT(found.places, ElementsAre(1));
  EXPECT_EQ(found.listed, 2u);
}

TEST(PlaceCounter, MergesToWhatOneWouldHaveSeen) {
  PlaceCounter left({0.2, 0.8}), right({0.8, 0.2});
  left.add_decoy(0.9);
  left.add_decoy(0.1);
  right.add_decoy(0.5);
  left.merge(right);
  EXPECT_THAT(left.places().places, ElementsAre(2, 4));
  EXPECT_EQ(left.places().listed, 5u);
}

TEST(PlaceCounter, DoesNotMergeOtherActives) {
  PlaceCounter counter({0.5});
  EXPECT_EQ(refusal([&] { counter.merge(PlaceCounter({0.6})); }),
            "places counted for different actives cannot be merged");
}

TEST(PlaceCounter, RefusesAnActiveWithoutAScore) {
  EXPECT_EQ(refusal([] { PlaceCounter({std::nan("")}); }), "the score of an active is not a number");
}

// Columns: listed, places, auc, six enrichment factors, three RIE, three BEDROC.
TEST(Enrichment, EqualsRDKitsOnRandomAndEdgeLists) {
  std::ifstream file(DIGITALIS_FIXTURES "/enrichment.csv");
  std::string line;
  std::getline(file, line);
  int lists = 0;
  for (; std::getline(file, line); ++lists) {
    SCOPED_TRACE(line);
    std::istringstream row(line);
    std::vector<std::string> cells;
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    ASSERT_EQ(cells.size(), 15u);
    ActivePlaces found{{}, std::stoull(cells[0])};
    std::istringstream places(cells[1]);
    for (std::uint64_t place = 0; places >> place;) found.places.push_back(place);

    std::size_t column = 2;
    const auto next = [&] { return std::stod(cells[column++]); };
    EXPECT_NEAR(roc_auc(found), next(), 1e-12);
    for (const double fraction : {0.001, 0.01, 0.05, 0.07, 0.2, 0.5})
      EXPECT_DOUBLE_EQ(enrichment_factor(found, fraction), next());
    for (const double alpha : {5.0, 20.0, 100.0}) {
      const double theirs = next();
      EXPECT_NEAR(robust_initial_enhancement(found, alpha), theirs, 1e-11 * (1.0 + theirs));
    }
    for (const double alpha : {5.0, 20.0, 100.0}) EXPECT_NEAR(bedroc(found, alpha), next(), 1e-11);
  }
  EXPECT_EQ(lists, 71);
}

TEST(EnrichmentFactor, OfTheWholeListIsOne) { EXPECT_EQ(enrichment_factor({{3, 9}, 10}, 1.0), 1.0); }

TEST(EnrichmentFactor, RoundsTheFirstCompoundsUp) {
  // 1 % of 150 is 2 compounds, both active, of 3 actives.
  EXPECT_DOUBLE_EQ(enrichment_factor({{1, 2, 100}, 150}, 0.01), 2.0 * 150 / 2 / 3);
}

TEST(Bedroc, IsOneForThePerfectAndZeroForTheWorstList) {
  EXPECT_NEAR(bedroc({{1, 2, 3}, 1'000}), 1.0, 1e-12);
  EXPECT_NEAR(bedroc({{998, 999, 1'000}, 1'000}), 0.0, 1e-12);
}

TEST(Bedroc, StaysANumberForAnyAlpha) { EXPECT_NEAR(bedroc({{1, 2}, 1'000}, 5'000.0), 1.0, 1e-12); }

TEST(RobustInitialEnhancement, KeepsItsDigitsOnABillionCompounds) {
  // An active at the very front of a huge list: alpha / (1 - exp(-alpha)).
  EXPECT_NEAR(robust_initial_enhancement({{1}, 10'000'000'000}), 20.0 / (1.0 - std::exp(-20.0)), 1e-7);
}

TEST(LogAuc, OfAPerfectListIsOne) { EXPECT_EQ(log_auc({{1, 2}, 1'000}), 1.0); }

TEST(LogAuc, OfTheWorstListIsZero) { EXPECT_EQ(log_auc({{1'001}, 1'001}), 0.0); }

TEST(LogAuc, WeighsEachDecadeAlike) {
  // 1000 decoys; one active after 1, 10, 100 of them: the decades below are lost.
  EXPECT_NEAR(log_auc({{2}, 1'001}), 1.0, 1e-12);
  EXPECT_NEAR(log_auc({{11}, 1'001}), 2.0 / 3.0, 1e-12);
  EXPECT_NEAR(log_auc({{101}, 1'001}), 1.0 / 3.0, 1e-12);
}

TEST(LogAuc, IsTheAreaUnderTheStaircase) {
  // 4 decoys, actives at places 1 and 3: height 1/2 up to 1/4 of the decoys, then 1; from a hundredth on.
  const double expected = (0.5 * (std::log10(0.25) - std::log10(0.01)) + 1.0 * (0.0 - std::log10(0.25))) / 2.0;
  EXPECT_NEAR(log_auc({{1, 3}, 6}, 0.01), expected, 1e-12);
}

TEST(LogAuc, CountsWhatIsFoundBeforeTheLowerEndInFull) {
  // After 5 of 10,000 decoys, below a thousandth.
  EXPECT_EQ(log_auc({{6}, 10'001}), 1.0);
}

TEST(LogAuc, OfARandomListIsThePublishedValue) {
  ActivePlaces found;
  for (std::uint64_t i = 1; i <= 10'000; ++i) found.places.push_back(100 * i - 50);  // evenly spread
  found.listed = 1'000'000;
  EXPECT_NEAR(log_auc(found), 0.14462, 2e-5);
  EXPECT_NEAR(roc_auc(found), 0.5, 1e-6);
}

TEST(Enrichment, RefusesAListWithoutActives) {
  for (const auto& metric : {roc_auc, +[](const ActivePlaces& found) { return bedroc(found); },
                             +[](const ActivePlaces& found) { return log_auc(found); },
                             +[](const ActivePlaces& found) { return enrichment_factor(found, 0.1); }})
    EXPECT_EQ(refusal([&] { (void)metric({{}, 5}); }), "enrichment needs at least one active");
}

TEST(Enrichment, RefusesAListWithoutDecoys) {
  EXPECT_EQ(refusal([] { (void)roc_auc({{1, 2}, 2}); }), "enrichment needs at least one decoy");
}

TEST(Enrichment, RefusesPlacesThatNoListHas) {
  for (const ActivePlaces& found : {ActivePlaces{{0, 1}, 9}, {{2, 2}, 9}, {{3, 2}, 9}, {{10}, 9}})
    EXPECT_EQ(refusal([&] { (void)roc_auc(found); }), "places of actives are not ascending within the list");
}

TEST(Enrichment, RefusesFractionsBeyondTheList) {
  for (const double fraction : {0.0, -0.1, 1.1, std::nan("")})
    EXPECT_EQ(refusal([&] {
                (void)enrichment_factor({{1}, 9}, fraction);
              }),
              "fraction of the list is not within 0 to 1");
}

TEST(Enrichment, RefusesAnAlphaOfZero) {
  EXPECT_EQ(refusal([] { (void)bedroc({{1}, 9}, 0.0); }), "alpha of RIE and BEDROC is not above 0");
}

TEST(BootstrapInterval, IsTheSameBytesEveryTime) {
  const ActivePlaces found{{1, 5, 9, 40, 77}, 200};
  const auto first = bootstrap_interval(found, roc_auc), second = bootstrap_interval(found, roc_auc);
  EXPECT_EQ(std::memcmp(&first, &second, sizeof first), 0);
}

// The value of this stream, so that a change of it does not go unseen.
TEST(BootstrapInterval, HasAFixedStream) {
  const auto interval = bootstrap_interval({{1, 5, 9, 40, 77}, 200}, roc_auc);
  EXPECT_DOUBLE_EQ(interval.low, 0.74153846153846159);
  EXPECT_DOUBLE_EQ(interval.high, 0.98461538461538467);
}

TEST(BootstrapInterval, OfOneActiveIsItsOwnValue) {
  const auto interval = bootstrap_interval({{51}, 101}, roc_auc);
  EXPECT_EQ(interval.low, 0.5);
  EXPECT_EQ(interval.high, 0.5);
}

TEST(BootstrapInterval, GivesEveryMetricAListThatCanBe) {
  // Copies of the first active of three stand at 1, 2, 3; the metric's own check would refuse equal places.
  const auto interval = bootstrap_interval(
      {{1, 2, 10}, 10},
      +[](const ActivePlaces& found) { return static_cast<double>(found.places.back() * 1'000 + found.listed); });
  EXPECT_EQ(interval.low, 3'010.0);
  EXPECT_EQ(interval.high, 10'010.0);
}

TEST(BootstrapInterval, IsAsWideAsTheMeansStandardErrorSays) {
  // AUC is a mean over actives: 100 actives spread evenly over 10,000 decoys, standard error 0.2887 / sqrt(100).
  ActivePlaces found;
  for (std::uint64_t i = 0; i < 100; ++i) found.places.push_back(101 * i + 51);
  found.listed = 10'100;
  const auto interval = bootstrap_interval(found, roc_auc, 4'000);
  EXPECT_NEAR(interval.low, 0.5 - 1.96 * 0.02887, 0.004);
  EXPECT_NEAR(interval.high, 0.5 + 1.96 * 0.02887, 0.004);
}

TEST(BootstrapInterval, RefusesNoDraws) {
  EXPECT_EQ(refusal([] { (void)bootstrap_interval({{1}, 9}, roc_auc, 0); }), "a bootstrap needs at least one draw");
}

}  // namespace
}  // namespace digitalis
