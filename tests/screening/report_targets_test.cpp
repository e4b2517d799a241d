#include "screening/report_targets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace digitalis {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

const json kCampaign = json::parse(R"({"targets": [{"name": "A"}, {"name": "B", "symbol": "GENE"}]})");
const json kResults = json::parse(R"({
  "targets": [{"name": "A", "weight": 1.0, "queries": 3, "held_back": 2},
              {"name": "B", "weight": 0.5, "queries": 1, "held_back": 0}],
  "enrichment": [{"column": "similarity_A", "target": "A", "found": 2, "listed": 9, "places": [1, 4], "roc_auc": 0.9,
                  "roc_auc_95": [0.8, 1.0], "ef_1_percent": 5.0, "ef_1_percent_95": [1.0, 9.0], "bedroc_20": 0.5,
                  "bedroc_20_95": [0.4, 0.6]},
                 {"column": "similarity_B", "target": "B", "found": 0, "listed": 9}],
  "docking": [{"target": "A", "redocking": [{"reference": "SKE", "rmsd_A": 0.9, "affinity_kcal_mol": -9.5,
                                             "crystal_affinity_kcal_mol": -8.7}]}]})");

ReportData told(const json& results) {
  ReportData data;
  add_targets(data, kCampaign, results);
  return data;
}

TEST(ReportTargets, TellWeightsAndActives) {
  const ReportData data = told(kResults);
  ASSERT_EQ(data.targets.size(), 2U);
  EXPECT_EQ(data.targets[1].weight, 0.5);
  EXPECT_EQ(data.targets[0].actives, 3U);
  EXPECT_EQ(data.targets[0].held_back, 2U);
}
TEST(ReportTargets, TellEachStagesEnrichmentWithoutTheTargetsName) {
  const ReportData data = told(kResults);
  ASSERT_EQ(data.targets[0].enrichment.size(), 1U);
  const ReportEnrichment& found = data.targets[0].enrichment[0];
  EXPECT_EQ(found.stage, "similarity");
  EXPECT_EQ(found.figures[0].first, "ROC AUC");
  EXPECT_EQ(found.figures[0].second.low, 0.8);
  EXPECT_THAT(found.places, ElementsAre(1, 4));
}
TEST(ReportTargets, TellNoFiguresWhereNothingWasMeasured) {
  EXPECT_TRUE(told(kResults).targets[1].enrichment.at(0).figures.empty());
}
TEST(ReportTargets, TellRedockingOfTheirOwnReferenceOnly) {
  const ReportData data = told(kResults);
  ASSERT_EQ(data.targets[0].redocking.size(), 1U);
  EXPECT_EQ(data.targets[0].redocking[0].rmsd_A, 0.9);
  EXPECT_TRUE(data.targets[1].redocking.empty());
}
TEST(ReportTargets, FindTheirWeightByTheSymbolOfTheirGene) {
  json results = kResults;
  results["outcomes"] = json::parse(R"({
    "targets": [{"id": "GENE", "mean": 0.7, "interval_95": [0.6, 0.8], "equal_diseases": 0.3,
                 "leading_disease": "asthma", "leading_share": 0.9}],
    "diseases": [{"id": "gout", "mean": 0.1, "interval_95": [0, 0.2]},
                 {"id": "asthma", "mean": 0.9, "interval_95": [0.8, 1]}],
    "tables": [{"table_id": "deaths"}, {"table_id": "stays"}],
    "others": [{"name": "without stays", "influence": 0.25}]})");
  const ReportData data = told(results);
  EXPECT_FALSE(data.targets[0].outcome.has_value());
  ASSERT_TRUE(data.targets[1].outcome.has_value());
  EXPECT_EQ(data.targets[1].outcome->leading_disease, "asthma");
  EXPECT_EQ(data.diseases[0].first, "asthma") << "the heaviest first";
  EXPECT_FALSE(data.tables[0].ranking_change.has_value());
  EXPECT_EQ(data.tables[1].ranking_change, 0.25);
}

}  // namespace
}  // namespace digitalis
