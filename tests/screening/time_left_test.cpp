#include "screening/time_left.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "screening/quantities.hpp"

namespace digitalis {
namespace {

/// Stretches of ten seconds, each with what was done in it.
StageStatus stage_of(const std::vector<double>& done) {
  StageStatus stage;
  stage.fraction = 0;
  stage.recent = {{0, 0, 0}};
  for (std::size_t i = 0; i < done.size(); ++i) {
    stage.fraction += done[i];
    stage.recent.push_back({10.0 * static_cast<double>(i + 1), stage.fraction, 10 * (i + 1)});
  }
  return stage;
}

TEST(TimeLeft, IsNotKnownBeforeAnythingWasSeen) {
  EXPECT_FALSE(time_left_s(stage_of({})));
  EXPECT_FALSE(time_left_s(stage_of({0.0, 0.0})));
}

TEST(TimeLeft, IsWhatTheRateLeaves) { EXPECT_NEAR(time_left_s(stage_of({0.1, 0.1}))->mid, 80, 1e-9); }

TEST(TimeLeft, HasNarrowBoundsWhereTheRateIsSteady) {
  const Interval left = *time_left_s(stage_of({0.1, 0.1, 0.1, 0.1}));
  EXPECT_NEAR(left.low, 60, 1e-6);
  EXPECT_NEAR(left.high, 60, 1e-6);
}

TEST(TimeLeft, HasWideBoundsWhereTheRateVaries) {
  const Interval left = *time_left_s(stage_of({0.05, 0.15, 0.08, 0.12}));
  EXPECT_LT(left.low, 50);
  EXPECT_GT(left.high, 75);
  EXPECT_NEAR(left.mid, 60, 1e-9);
}

TEST(TimeLeft, HasNoUpperBoundAfterOneStretch) { EXPECT_TRUE(std::isinf(time_left_s(stage_of({0.1}))->high)); }

TEST(TimeLeft, LooksAtTheLastTenMinutesOnly) {
  std::vector<double> done(100, 0.001);
  done.insert(done.end(), 61, 0.01);
  EXPECT_NEAR(*rate_per_s(stage_of(done)), 1.0, 1e-9);
  EXPECT_NEAR(time_left_s(stage_of(done))->mid, (1 - 0.1 - 0.61) / 0.001, 1);
}

TEST(Quantities, AreWrittenAsPeopleReadThem) {
  EXPECT_EQ(three_figures(0.012345), "0.0123");
  EXPECT_EQ(three_figures(12345.6), "12346");
  EXPECT_EQ(duration(3723), "1:02:03");
  EXPECT_EQ(duration(273906), "3 d 4:05:06");
  EXPECT_EQ(byte_size(3.2 * 1024 * 1024), "3.20 MiB");
  EXPECT_EQ(with_bounds({30, 39, HUGE_VAL}, &duration), "0:39 (0:30 to unknown)");
}

}  // namespace
}  // namespace digitalis
