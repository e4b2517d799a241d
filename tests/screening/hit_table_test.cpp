#include "screening/hit_table.hpp"

#include <gtest/gtest.h>

#include "chem/descriptors.hpp"
#include "chem/usage_error.hpp"
#include "screening/gzip.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

HitTable sample() {
  HitTable hits;
  hits.table.header = {"place", "compound_id", "smiles", "score", "similarity_A", "similarity_B"};
  for (const DescriptorInfo& descriptor : descriptor_table()) hits.table.header.emplace_back(descriptor.column);
  hits.table.header.emplace_back("source");
  hits.score_columns = 2;
  for (const char* id : {"a,b", "say \"x\""}) {
    std::vector<std::string> row(hits.table.header.size(), "1.5");
    row[1] = id;
    row.back() = "";
    hits.table.rows.push_back(row);
  }
  return hits;
}

HitPose ethanol_in(const std::string& target) {
  return {
      .target = target, .stage = "dock", .receptor = "r.pdb", .heavy_atoms_A = {{1, 2, 3}, {2.5, 2, 3}, {3, 3.4, 3}}};
}

std::string refusal(const std::filesystem::path& file) {
  try {
    (void)read_hits_csv(file);
  } catch (const UsageError& error) {
    return std::string{error.what()}.substr(file.parent_path().string().size() + 1);
  }
  return "nothing was thrown";
}

TEST(HitTable, ComesBackFromItsCsv) {
  const testing::ScratchFolder folder;
  testing::write_file(folder.path() / "hits.csv", to_csv(sample()));
  const HitTable back = read_hits_csv(folder.path() / "hits.csv");
  EXPECT_EQ(back.table.header, sample().table.header);
  EXPECT_EQ(back.table.rows, sample().table.rows);
  EXPECT_EQ(back.score_columns, 2U);
  EXPECT_EQ(back.value(0, "compound_id"), "a,b");
}

TEST(HitTable, IsNotReadFromAnotherTable) {
  const testing::ScratchFolder folder;
  testing::write_file(folder.path() / "hits.csv", "a,b\n1,2\n");
  EXPECT_EQ(refusal(folder.path() / "hits.csv"),
            "hits.csv: not the hits.csv of a finished run (a table has no column 'score'); hint: run 'digitalis "
            "screen' to its end first");
}

TEST(HitTable, IsNotReadFromAFileThatEndsEarly) {
  const testing::ScratchFolder folder;
  const std::string whole = to_csv(sample());
  testing::write_file(folder.path() / "hits.csv", whole.substr(0, whole.size() - 30));
  EXPECT_THROW((void)read_hits_csv(folder.path() / "hits.csv"), UsageError);
}

TEST(HitTable, IsNotReadFromNothing) {
  const testing::ScratchFolder folder;
  EXPECT_THROW((void)read_hits_csv(folder.path() / "hits.csv"), UsageError);
}

TEST(HitTable, KnowsWhatAColumnSays) {
  using enum HitTable::Says;
  EXPECT_EQ(HitTable::says("similarity_contacts_x"), kSimilarity);
  EXPECT_EQ(HitTable::says("shape_2_EGFR"), kShape);
  EXPECT_EQ(HitTable::says("affinity_kcal_mol_EGFR"), kAffinity);
  EXPECT_EQ(HitTable::says("affinity_2_kcal_mol_EGFR"), kAffinity);
  EXPECT_EQ(HitTable::says("ligand_efficiency_kcal_mol_EGFR"), kEfficiency);
  EXPECT_EQ(HitTable::says("strongest_residues_2_kcal_mol_EGFR"), kResidues);
  EXPECT_EQ(HitTable::says("interactions_EGFR"), kInteractions);
  EXPECT_EQ(HitTable::says("pose_flags_2_EGFR"), kFlags);
  EXPECT_EQ(HitTable::says("receptor_EGFR"), kReceptor);
}

TEST(HitTable, WritesADockedHitInItsPose) {
  HitTable hits = sample();
  hits.table.rows.resize(1);
  hits.table.rows[0][1] = "ethanol";
  hits.table.rows[0][2] = "CCO";
  hits.poses = {{ethanol_in("A")}};
  const std::string sdf = to_sdf(hits);
  EXPECT_EQ(sdf.substr(0, 8), "ethanol\n");
  EXPECT_NE(sdf.find("    1.0000    2.0000    3.0000 C "), std::string::npos) << sdf;
  EXPECT_NE(sdf.find(" H "), std::string::npos) << sdf;
  EXPECT_NE(sdf.find("<pose_target>\nA\n"), std::string::npos) << sdf;
}

TEST(HitTable, WritesARecordForEveryPoseOfAHit) {
  HitTable hits = sample();
  hits.table.rows.resize(1);
  hits.table.rows[0][2] = "CCO";
  hits.poses = {{ethanol_in("B"), ethanol_in("A")}};
  const auto records = records_of(hits).at(0);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(field_of(records[0], "pose_target"), "B");
  EXPECT_EQ(field_of(records[1], "pose_target"), "A");
}

TEST(HitTable, TellsWhatHoldsAPoseSoThatItIsReadBack) {
  HitTable hits = sample();
  hits.table.rows.resize(1);
  hits.table.rows[0][2] = "CCO";
  HitPose pose = ethanol_in("A");
  pose.judgement.interactions = {
      {InteractionKind::kHydrogenBond, "A:ALA:213", "N", {2}, false, 2.9, 165.0, {3, 3.4, 3}, {3, 6.3, 3}, {}}};
  hits.poses = {{pose}};
  EXPECT_EQ(interactions_of_record(to_sdf(hits)), pose.judgement.interactions);
}

TEST(HitTable, TellsNothingOfARecordWithoutInteractions) {
  EXPECT_TRUE(interactions_of_record("ethanol\n$$$$\n").empty());
}

TEST(HitRecords, AreFoundByTheirCompound) {
  const testing::ScratchFolder folder;
  const std::string a = "a\nx\nM  END\n$$$$\n", b = "b\ny\nM  END\n$$$$\n";
  testing::write_file(folder.path() / "hits.sdf.gz", gzip(a + a) + gzip(b));
  EXPECT_EQ(read_hit_records(folder.path() / "hits.sdf.gz"),
            (std::map<std::string, std::vector<std::string>>{{"a", {a, a}}, {"b", {b}}}));
  EXPECT_TRUE(read_hit_records(folder.path() / "none.sdf.gz").empty());
}

}  // namespace
}  // namespace digitalis
