#include "screening/timed_work.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>

namespace digitalis {
namespace {

/// Computes for about so many rounds.
void compute(std::size_t rounds) {
  std::atomic<std::size_t> sum = 0;
  for (std::size_t i = 0; i < rounds; ++i) sum += i;
}

TEST(TimedWork, GivesTheCostOfEveryItem) {
  TimedWork timed{2};
  const std::vector<double> costs =
      timed.time(50, 1e9, [](std::size_t, std::size_t item) { compute(item == 7 ? 400'000 : 4'000); });
  ASSERT_EQ(costs.size(), 50U);
  EXPECT_EQ(std::max_element(costs.begin(), costs.end()) - costs.begin(), 7);
  EXPECT_GT(*std::min_element(costs.begin(), costs.end()), 0.0);
}

TEST(TimedWork, BeginsNothingAfterTheDeadlineOnceTwentyAreDone) {
  TimedWork timed{1};
  EXPECT_EQ(timed.time(1000, 0.0, [](std::size_t, std::size_t) { compute(100); }).size(), 20U);
}

TEST(TimedWork, DoesItemsAgainToSeeHowSteadyTheMachineIs) {
  // On a machine with much other work the first time may pass before there was any.
  for (const double wall_s : {0.6, 3.0, 15.0}) {
    TimedWork timed{1};
    std::atomic<std::size_t> done = 0;
    const std::vector<double> costs = timed.time(10'000'000, wall_s, [&](std::size_t, std::size_t) {
      ++done;
      compute(20'000);
    });
    EXPECT_LT(done, 2 * costs.size());
    if (timed.unsteadiness() > 0.0) {
      EXPECT_GT(done, costs.size());
      return;
    }
  }
  FAIL() << "nothing was done again in 15 s";
}

TEST(TimedWork, ThrowsWhatTheWorkThrows) {
  TimedWork timed{2};
  EXPECT_THROW((void)timed.time(10, 1e9, [](std::size_t, std::size_t) { throw std::runtime_error{"no"}; }),
               std::runtime_error);
}

}  // namespace
}  // namespace digitalis
