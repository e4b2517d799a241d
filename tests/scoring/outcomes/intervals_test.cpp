#include "scoring/outcomes/intervals.hpp"

#include <gtest/gtest.h>

namespace digitalis {
namespace {

// Values that PHEindicatormethods' own tests hold.
TEST(PoissonInterval, IsByarsFromTenOn) {
  EXPECT_NEAR(poisson_interval(65).low, 50.163187710459454, 1e-9);
  EXPECT_NEAR(poisson_interval(65).high, 82.849138545939837, 1e-9);
  EXPECT_NEAR(poisson_interval(10, 0.998).low, 2.916318374695686, 1e-9);
  EXPECT_NEAR(poisson_interval(10, 0.998).high, 24.193724927880535, 1e-9);
}

// F. Garwood, Biometrika 28 (1936) 437-442.
TEST(PoissonInterval, IsExactBelowTen) {
  EXPECT_EQ(poisson_interval(0).low, 0.0);
  EXPECT_NEAR(poisson_interval(0).high, 3.6888794541139363, 1e-9);  // -ln 0.025
  EXPECT_NEAR(poisson_interval(5).low, 1.6234864, 1e-6);
  EXPECT_NEAR(poisson_interval(5).high, 11.6683322, 1e-6);
}

TEST(ProportionInterval, IsWilsons) {
  EXPECT_NEAR(proportion_interval(65, 100).low, 0.55254443296887967, 1e-12);
  EXPECT_NEAR(proportion_interval(65, 100).high, 0.73635751756902468, 1e-12);
  EXPECT_NEAR(proportion_interval(1045, 5000, 0.998).low, 0.19179381799015244, 1e-12);
  EXPECT_EQ(proportion_interval(0, 10).low, 0.0);
}

}  // namespace
}  // namespace digitalis
