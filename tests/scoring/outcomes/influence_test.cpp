#include "scoring/outcomes/influence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace digitalis {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

const double kNone = std::numeric_limits<double>::quiet_NaN();

TEST(RobustZ, IsDistanceFromTheMedianInMads) {
  EXPECT_THAT(robust_z(std::vector{1.0, 2.0, 3.0, 4.0, 100.0}),
              ElementsAre(DoubleNear(-2 / 1.4826, 1e-12), DoubleNear(-1 / 1.4826, 1e-12), 0.0,
                          DoubleNear(1 / 1.4826, 1e-12), DoubleNear(97 / 1.4826, 1e-12)));
}

TEST(RobustZ, GivesWhoHasNoScoreTheLowest) {
  const auto z = robust_z(std::vector{1.0, kNone, 3.0});
  EXPECT_EQ(z[1], z[0]);
}

TEST(RobustZ, IsZeroWhereAllAreAlike) {
  EXPECT_THAT(robust_z(std::vector{2.0, 2.0, kNone}), ElementsAre(0.0, 0.0, 0.0));
}

TEST(ScoreIntervals, AreThoseOfTheWeights) {
  const WeightDraws weights{{"A", "B"}, {1.0, 0.0, 0.5, 0.5, 0.0, 1.0}};
  const auto scores = score_intervals(std::vector{2.0, 0.0, 0.0, 1.0}, weights, 1);
  EXPECT_NEAR(scores[0].score, 1.0, 1e-12);
  EXPECT_NEAR(scores[0].low, 0.05, 1e-12);
  EXPECT_NEAR(scores[0].high, 1.95, 1e-12);
  EXPECT_NEAR(scores[0].p_top_k, 2.0 / 3.0, 1e-12);
  EXPECT_NEAR(scores[1].p_top_k, 1.0 / 3.0, 1e-12);
}

TEST(RankingChange, SaysWhenNothingChanged) {
  const std::vector<double> scores{3.0, 2.0, 1.0};
  const RankingChange change = ranking_change(scores, scores, 2);
  EXPECT_EQ(change.influence, 0.0);
  EXPECT_EQ(change.kendall_tau, 1.0);
}

TEST(RankingChange, CountsWhoCameAndWhoWent) {
  const RankingChange change = ranking_change(std::vector{4.0, 3.0, 2.0, 1.0}, std::vector{1.0, 2.0, 3.0, 4.0}, 3);
  EXPECT_NEAR(change.influence, 1.0 / 3.0, 1e-12);
  EXPECT_EQ(change.kendall_tau, -1.0);
  EXPECT_THAT(change.place_informed, ElementsAre(1U, 2U, 3U, 4U));
  EXPECT_THAT(change.place_neutral, ElementsAre(4U, 3U, 2U, 1U));
}

}  // namespace
}  // namespace digitalis
