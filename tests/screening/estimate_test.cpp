#include "screening/estimate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace digitalis {
namespace {

StageSample stage_of(std::vector<double> core_s) {
  StageSample stage{.name = "dock", .core_s = std::move(core_s), .passed = {}};
  stage.passed.assign(stage.core_s.size(), 1);
  stage.unit_items = 1;
  return stage;
}

EstimateInput input_of(StageSample stage, std::uint64_t records) {
  EstimateInput input;
  input.records = records;
  input.stages = {std::move(stage)};
  return input;
}

std::vector<double> exponential(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::vector<double> costs;
  for (std::size_t i = 0; i < count; ++i)
    costs.push_back(-std::log((static_cast<double>(random() >> 11U) + 1.0) * 0x1.0p-53));
  return costs;
}

TEST(Estimates, AreCompoundsTimesSecondsAndOverhead) {
  const Estimate estimate = estimate_of(input_of(stage_of(std::vector(50, 2.0)), 3600), 1);
  EXPECT_NEAR(estimate.core_h.mid, 2.0 * 1.04, 1e-6);
  EXPECT_LT(estimate.core_h.low, 2.0);
  EXPECT_GT(estimate.core_h.high, 2.2);
}

TEST(Estimates, CountIdleCoresWhereThereAreMoreThanUnits) {
  EstimateInput input = input_of(stage_of(std::vector(50, 3600.0)), 4);
  input.cores_per_node = 64;
  input.ranks_per_node = 64;
  EXPECT_NEAR(estimate_of(input, 1).core_h.mid, 64, 1);
}

TEST(Estimates, FollowACutToTheNextStage) {
  EstimateInput input = input_of(stage_of(std::vector(50, 1.0)), 1000);
  input.stages[0].keep_share = 0.1;
  input.stages.push_back(stage_of(std::vector(50, 1.0)));
  input.stages[1].keep_count = 7;
  input.most_hits = 100;
  const Estimate estimate = estimate_of(input, 1);
  EXPECT_DOUBLE_EQ(estimate.stages[1].items.mid, 100);
  EXPECT_DOUBLE_EQ(estimate.disk_bytes.mid, 7 * input.bytes_per_hit);
}

TEST(Estimates, HoldTheRealCostInNineOfTenSamples) {
  int held = 0;
  constexpr int kSamples = 200;
  for (int i = 0; i < kSamples; ++i) {
    const Estimate estimate = estimate_of(input_of(stage_of(exponential(60, 100 + i)), 1'000'000), 1);
    const double real = 1e6 * 1.04 / 3600;
    held += estimate.core_h.low <= real && real <= estimate.core_h.high;
  }
  EXPECT_GE(held, kSamples * 83 / 100);
  EXPECT_LE(held, kSamples * 97 / 100);
}

TEST(Estimates, AreNarrowerWhenMoreOfTheLibraryWasSeen) {
  const auto width = [](std::uint64_t records) {
    const Interval all = estimate_of(input_of(stage_of(exponential(100, 5)), records), 1).core_h;
    return (all.high - all.low) / all.mid;
  };
  EXPECT_LT(width(100), 0.6 * width(1'000'000));
}

TEST(Estimates, AreWiderAboveForHeavyTails) {
  std::vector<double> heavy;
  for (const double e : exponential(200, 9)) heavy.push_back(std::exp(0.6 * e));  // Pareto of index 1.7
  const Estimate estimate = estimate_of(input_of(stage_of(heavy), 1'000'000), 1);
  EXPECT_TRUE(estimate.stages[0].heavy_tail);
  EXPECT_GT(estimate.core_h.high - estimate.core_h.mid, estimate.core_h.mid - estimate.core_h.low);
}

TEST(Estimates, StateEnergyAndPriceByTheSitesTariff) {
  EstimateInput input = input_of(stage_of(std::vector(50, 1.0)), 3600 * 100);
  input.tariff = {.per_core_hour = 0.02, .currency = "EUR", .watts_per_core = 8};
  const Estimate estimate = estimate_of(input, 1);
  EXPECT_NEAR(estimate.kwh.mid, estimate.core_h.mid * 0.008, 1e-9);
  EXPECT_NEAR(estimate.price.mid, estimate.core_h.mid * 0.02, 1e-9);
  EXPECT_EQ(to_json(estimate).at("price").at("currency"), "EUR");
}

TEST(Estimates, AreTheSameForTheSameSeed) {
  const EstimateInput input = input_of(stage_of(exponential(30, 2)), 1000);
  EXPECT_EQ(to_json(estimate_of(input, 4)), to_json(estimate_of(input, 4)));
}

}  // namespace
}  // namespace digitalis
