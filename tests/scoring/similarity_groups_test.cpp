#include "scoring/similarity/groups.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "tests/scoring/random_fingerprints.hpp"

namespace digitalis {
namespace {

using testing::FingerprintLists;
using testing::random_fingerprints;
using testing::tanimoto;

FingerprintSet set_of(const FingerprintLists& lists, std::uint32_t bits = 2048) {
  FingerprintSet set(bits);
  for (const auto& list : lists) set.add(list);
  return set;
}

// The definitions, word by word.
std::vector<std::uint32_t> plain_maxmin(const FingerprintLists& rows, std::size_t count, std::uint32_t first) {
  std::vector<std::uint32_t> picks{first};
  while (picks.size() < std::min(count, rows.size())) {
    std::uint32_t best_row = 0;
    double best = 2.0;
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
      if (std::ranges::find(picks, row) != picks.end()) continue;
      double nearest = 0.0;
      for (const std::uint32_t pick : picks) nearest = std::max(nearest, tanimoto(rows[row], rows[pick]));
      if (nearest < best) best = nearest, best_row = row;
    }
    picks.push_back(best_row);
  }
  return picks;
}

std::vector<std::uint32_t> plain_leaders(const FingerprintLists& rows, double threshold) {
  std::vector<std::uint32_t> picks;
  for (std::uint32_t row = 0; row < rows.size(); ++row)
    if (std::ranges::none_of(picks, [&](auto pick) { return tanimoto(rows[row], rows[pick]) >= threshold; }))
      picks.push_back(row);
  return picks;
}

Clusters plain_butina(const FingerprintLists& rows, double threshold) {
  const auto count = rows.size();
  std::vector<std::vector<std::uint32_t>> neighbours(count);
  for (std::uint32_t a = 0; a < count; ++a)
    for (std::uint32_t b = 0; b < count; ++b)
      if (a != b && tanimoto(rows[a], rows[b]) >= threshold) neighbours[a].push_back(b);
  Clusters clusters{std::vector<std::uint32_t>(count, 0xffffffffu), {}};
  for (;;) {
    std::uint32_t centroid = 0xffffffffu;
    for (std::uint32_t row = 0; row < count; ++row)
      if (clusters.cluster_of[row] == 0xffffffffu &&
          (centroid == 0xffffffffu || neighbours[row].size() > neighbours[centroid].size()))
        centroid = row;
    if (centroid == 0xffffffffu) return clusters;
    const auto number = static_cast<std::uint32_t>(clusters.centroids.size());
    clusters.centroids.push_back(centroid);
    clusters.cluster_of[centroid] = number;
    for (const std::uint32_t row : neighbours[centroid])
      if (clusters.cluster_of[row] == 0xffffffffu) clusters.cluster_of[row] = number;
  }
}

TEST(MaxMinPicks, AreThoseOfTheDefinition) {
  for (const std::uint32_t seed : {1u, 2u}) {
    const auto rows = random_fingerprints(seed, 120);
    EXPECT_EQ(maxmin_picks(set_of(rows), 30, seed), plain_maxmin(rows, 30, seed));
  }
}

TEST(MaxMinPicks, GoToTheFirstOfEqualRows) {
  EXPECT_EQ(maxmin_picks(set_of({{1}, {2}, {2}, {3}, {1}}), 5, 3), (std::vector<std::uint32_t>{3, 0, 1, 2, 4}));
}

TEST(MaxMinPicks, AreAllRowsWhereThereAreFewer) {
  EXPECT_EQ(maxmin_picks(set_of({{1, 2}, {1}}), 10), (std::vector<std::uint32_t>{0, 1}));
}

TEST(MaxMinPicks, AreNoneOfNoRows) { EXPECT_TRUE(maxmin_picks(FingerprintSet(), 3).empty()); }

TEST(MaxMinPicks, RefuseAFirstThatIsNoRow) {
  EXPECT_THROW((void)maxmin_picks(set_of({{1}}), 1, 1), std::invalid_argument);
}

TEST(LeaderPicks, AreThoseOfTheDefinition) {
  const auto rows = random_fingerprints(4, 250);
  for (const double threshold : {0.15, 0.4, 0.7, 1.0}) {
    EXPECT_EQ(leader_picks(set_of(rows), threshold), plain_leaders(rows, threshold)) << threshold;
  }
}

TEST(LeaderPicks, TakeEmptyFingerprintsForTheSame) {
  EXPECT_EQ(leader_picks(set_of({{}, {1}, {}, {1}}), 1.0), (std::vector<std::uint32_t>{0, 1}));
}

TEST(LeaderPicks, RefuseAThresholdThatEveryPairReaches) {
  EXPECT_THROW((void)leader_picks(set_of({{1}}), 0.0), std::invalid_argument);
}

TEST(ButinaClusters, AreThoseOfTheDefinition) {
  const auto rows = random_fingerprints(5, 250);
  for (const double threshold : {0.15, 0.5, 0.8}) {
    const Clusters ours = butina_clusters(set_of(rows), threshold), plain = plain_butina(rows, threshold);
    EXPECT_EQ(ours.centroids, plain.centroids) << threshold;
    EXPECT_EQ(ours.cluster_of, plain.cluster_of) << threshold;
  }
}

TEST(ButinaClusters, OfOneRowIsItself) {
  const Clusters clusters = butina_clusters(set_of({{}}), 0.5);
  EXPECT_EQ(clusters.cluster_of, std::vector<std::uint32_t>{0});
  EXPECT_EQ(clusters.centroids, std::vector<std::uint32_t>{0});
}

TEST(ButinaClusters, RefuseAThresholdAboveOne) {
  EXPECT_THROW((void)butina_clusters(set_of({{1}}), 1.01), std::invalid_argument);
}

TEST(FingerprintSet, RefusesBitsOutOfOrderOrOutsideTheFingerprint) {
  EXPECT_THROW(set_of({{2, 1}}), std::invalid_argument);
  EXPECT_THROW(set_of({{1, 1}}), std::invalid_argument);
  EXPECT_THROW(set_of({{64}}, 64), std::invalid_argument);
}

}  // namespace
}  // namespace digitalis
