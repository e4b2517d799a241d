#include "screening/report_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace digitalis {
namespace {

ReportData data_of(const std::vector<std::string>& smiles, const std::string& nearest = "") {
  ReportData data;
  for (const std::string& one : smiles) {
    ReportHit& hit = data.hits.emplace_back();
    hit.smiles = one;
    hit.values = {nearest};
  }
  return data;
}

const std::vector<std::string> kTwoKinds{"CCOC(=O)c1ccccc1", "CCCOC(=O)c1ccccc1", "C1CCC2CCCCC2C1"};

TEST(ReportGroups, PutAlikeHitsIntoOneCluster) {
  ReportData data = data_of(kTwoKinds);
  group_and_draw(data, 0, {});
  EXPECT_EQ(data.hits[0].cluster, data.hits[1].cluster);
  EXPECT_NE(data.hits[0].cluster, data.hits[2].cluster);
}
TEST(ReportGroups, NameNeighboursTheMostSimilarFirstAndNeverTheHitItself) {
  ReportData data = data_of({"CCOC(=O)c1ccccc1", "CCCCCOC(=O)c1ccccc1", "CCCOC(=O)c1ccccc1", "C1CCC2CCCCC2C1"});
  group_and_draw(data, 0, {});
  ASSERT_EQ(data.hits[0].neighbours.size(), 2U);
  EXPECT_EQ(data.hits[0].neighbours[0].hit, 2U);
  EXPECT_EQ(data.hits[0].neighbours[1].hit, 1U);
  EXPECT_TRUE(data.hits[3].neighbours.empty());
}
TEST(ReportGroups, NameNoMoreNeighboursThanAreShown) {
  ReportData data = data_of(std::vector<std::string>(7, "CCOC(=O)c1ccccc1"));
  group_and_draw(data, 0, {});
  EXPECT_EQ(data.hits[0].neighbours.size(), kReportNeighbours);
}
TEST(ReportGroups, DrawEveryHitThatIsAMolecule) {
  ReportData data = data_of(kTwoKinds);
  group_and_draw(data, 0, {});
  for (const ReportHit& hit : data.hits) EXPECT_TRUE(hit.drawing.has_value()) << hit.smiles;
}
TEST(ReportGroups, DrawKnownActivesThatHitsNameOnce) {
  ReportData data = data_of(kTwoKinds, "known");
  group_and_draw(data, 0, {{"known", "OC(=O)c1ccccc1"}, {"other", "CCO"}});
  ASSERT_EQ(data.actives.size(), 1U);
  EXPECT_EQ(data.actives[0].id, "known");
  EXPECT_TRUE(data.actives[0].drawing.has_value());
}

}  // namespace
}  // namespace digitalis
