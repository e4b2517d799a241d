#include "screening/report_columns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chem/descriptors.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;

HitTable sample() {
  HitTable hits;
  hits.table.header = {"place", "compound_id", "smiles", "score", "similarity_T", "affinity_kcal_mol_T"};
  for (const DescriptorInfo& descriptor : descriptor_table()) hits.table.header.emplace_back(descriptor.column);
  for (const char* column : {"pains", "best_target", "nearest_active", "place_equal_diseases", "source", "line"})
    hits.table.header.emplace_back(column);
  hits.score_columns = 2;
  return hits;
}

ReportColumn column_named(const std::string& key) {
  const HitTable hits = sample();
  for (const ReportColumn& column : report_columns(hits, report_order(hits)))
    if (column.key == key) return column;
  throw std::out_of_range(key);
}

TEST(ReportColumns, StandWithWhatExplainsAHitBesideItsScore) {
  const HitTable hits = sample();
  const std::vector<std::size_t> order = report_order(hits);
  std::vector<std::string> first;
  for (std::size_t i = 0; i < 5; ++i) first.push_back(hits.table.header[order[i]]);
  EXPECT_THAT(first, ElementsAre("score", "best_target", "nearest_active", "affinity_kcal_mol_T", "similarity_T"));
}
TEST(ReportColumns, HoldEveryColumnButPlaceIdAndStructureOnce) {
  const HitTable hits = sample();
  std::vector<std::size_t> order = report_order(hits), wanted;
  std::ranges::sort(order);
  for (std::size_t i = 3; i < hits.table.header.size(); ++i) wanted.push_back(i);
  EXPECT_EQ(order, wanted);
}
TEST(ReportColumns, KnowThatALowerAffinityAndAHigherSimilarityAreBetter) {
  EXPECT_EQ(column_named("affinity_kcal_mol_T").better, -1);
  EXPECT_EQ(column_named("similarity_T").better, 1);
  EXPECT_EQ(column_named("mw_g_mol").better, 0);
}
TEST(ReportColumns, TakeTheUnitOutOfTheTitle) {
  const ReportColumn affinity = column_named("affinity_kcal_mol_T");
  EXPECT_EQ(affinity.title, "Affinity T");
  EXPECT_EQ(affinity.unit, "kcal/mol");
  EXPECT_EQ(column_named("mw_g_mol").unit, "g/mol");
  EXPECT_EQ(column_named("tpsa_A2").unit, "Å²");
}
TEST(ReportColumns, ShowAlertsOneByOne) { EXPECT_EQ(column_named("pains").kind, ReportColumn::Kind::kFlags); }
TEST(ReportColumns, TellWhatOutcomeTablesDid) {
  EXPECT_EQ(column_named("place_equal_diseases").title, "Place if all diseases weighed the same");
}
TEST(ReportColumns, NameThePartsOfADockingScore) {
  EXPECT_EQ(pose_column("pose_inter_kcal_mol").title, "Between ligand and receptor");
  EXPECT_EQ(pose_column("pose_hydrogen_bond_kcal_mol").title, "Hydrogen bond");
  EXPECT_EQ(pose_column("pose_hydrogen_bond_kcal_mol").unit, "kcal/mol");
  EXPECT_EQ(pose_column("pose_receptor").kind, ReportColumn::Kind::kText);
  EXPECT_EQ(pose_column(kPoseFlagsColumn).kind, ReportColumn::Kind::kFlags);
}

}  // namespace
}  // namespace digitalis
