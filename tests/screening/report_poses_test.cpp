#include "screening/report_poses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chem/depiction.hpp"
#include "screening/gzip.hpp"
#include "screening/hit_table.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;

/// A run with one docked hit, methanol, whose drawing the report has.
class ReportPoses : public ::testing::Test {
 protected:
  ReportPoses() {
    hits_.table.header = {"place", "compound_id", "smiles", "pose_flags_A", "pose_flags_2_B"};
    hits_.table.rows = {{"1", "methanol", "CO", "bond_length", "protein_clash"}};
    HitPose pose{.target = "A", .stage = "dock", .receptor = "a.pdb", .heavy_atoms_A = {{1, 2, 3}, {2.4, 2, 3}}};
    pose.terms_kcal_mol = {-3.5};
    pose.judgement.interactions = {
        {InteractionKind::kHydrogenBond, "A:ALA:213", "N", {1}, false, 2.9, 165.0, {2.4, 2, 3}, {5.3, 2, 3}, {}}};
    hits_.poses = {{pose, pose}};
    hits_.poses[0][1].target = "B";
    hits_.poses[0][1].stage = "dock_2";
    testing::write_file(run_.file("pockets.json"), R"({"A": {"pocket_pdb": "p"}, "B": {"pocket_pdb": "q"}})");
    ReportHit& hit = data_.hits.emplace_back();
    hit.place = 1;
    hit.compound_id = "methanol";
    hit.smiles = "CO";
    hit.drawing = depict("CO");
  }
  const std::vector<ReportPose>& poses() {
    testing::write_file(run_.file("hits.sdf.gz"), gzip(to_sdf(hits_)));
    add_poses(data_, run_);
    return data_.poses;
  }
  std::string said(const ReportPose& pose, const std::string& key) const {
    for (std::size_t i = 0; i < data_.pose_columns.size(); ++i)
      if (data_.pose_columns[i].key == key) return pose.values.at(i);
    return "no such column";
  }

  testing::ScratchFolder folder_;
  RunFolder run_{folder_.path()};
  HitTable hits_;
  ReportData data_;
};

TEST_F(ReportPoses, AreThoseOfEveryTargetInTheirOrder) {
  ASSERT_EQ(poses().size(), 2U);
  EXPECT_EQ(data_.poses[0].target, "A");
  EXPECT_EQ(data_.poses[1].target, "B");
  EXPECT_EQ(data_.poses[0].atoms_A, (std::vector<Position>{{1, 2, 3}, {2.4, 2, 3}}));
}
TEST_F(ReportPoses, ShowHydrogensOfHydroxylsOnly) {
  const auto& hydrogens = poses().at(0).hydrogens;
  ASSERT_EQ(hydrogens.size(), 1U);
  EXPECT_EQ(hydrogens[0].on, 1);
}
TEST_F(ReportPoses, SayWhatTheirRecordSays) {
  const ReportPose& pose = poses().at(0);
  EXPECT_EQ(said(pose, "pose_inter_kcal_mol"), "-3.5000");
  EXPECT_EQ(said(pose, "pose_receptor"), "a.pdb");
  EXPECT_EQ(said(pose, "pose_target"), "no such column") << "stands in the heading";
}
TEST_F(ReportPoses, HaveTheFlagsOfTheirOwnStageAndTarget) {
  EXPECT_EQ(said(poses().at(0), "pose_flags"), "bond_length");
  EXPECT_EQ(said(data_.poses.at(1), "pose_flags"), "protein_clash");
}
TEST_F(ReportPoses, KeepTheirContacts) {
  const auto& contacts = poses().at(0).contacts;
  ASSERT_EQ(contacts.size(), 1U);
  EXPECT_EQ(contacts[0].kind, "hbond");
  EXPECT_EQ(contacts[0].receptor_A, (Position{5.3, 2, 3}));
}
TEST_F(ReportPoses, AreLeftOutWhenTheDrawingIsOfAnotherMolecule) {
  data_.hits[0].drawing = depict("CN");
  EXPECT_TRUE(poses().empty());
}
TEST_F(ReportPoses, AreNoneWithoutPockets) {
  std::filesystem::remove(run_.file("pockets.json"));
  EXPECT_TRUE(poses().empty());
}
TEST_F(ReportPoses, TellWhereTheReferenceWasPut) {
  testing::write_file(run_.file("pockets.json"), R"({"A": {"pocket_pdb": "p", "redocked_sdf": {"SKE": "block"}}})");
  ReportTarget& target = data_.targets.emplace_back();
  target.name = "A";
  target.redocking.emplace_back().reference = "SKE";
  (void)poses();
  EXPECT_EQ(data_.targets[0].redocking[0].pose_sdf, "block");
}

}  // namespace
}  // namespace digitalis
