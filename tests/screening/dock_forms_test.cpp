#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <oneapi/tbb/task_arena.h>

#include <sstream>

#include "chem/parse_record.hpp"
#include "screening/csv.hpp"
#include "screening/dock_job.hpp"
#include "screening/docking_stage.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kReceptor = "/usr/share/RDKit/Contrib/CalcLigRMSD/data/5dt0.pdb";

/// Forms of small ligands into Aurora kinase A, as Debian's package rdkit-data has it.
class DockForms : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_rdkit(); }
  void SetUp() override {
    if (!std::filesystem::exists(kReceptor)) GTEST_SKIP() << "no " << kReceptor << "; hint: apt-get install rdkit-data";
    job.site.receptors = {kReceptor};
    job.site.reference = "SKE";
    job.options.effort = {0.05};
    job.quiet = true;
    job.csv = true;
    job.forms.ph = 7.4;
  }
  CsvTable docked(const std::string& ligand) {
    job.ligands = {ligand};
    return parse_csv(csv(), "table");
  }
  std::string csv() {
    std::ostringstream table, messages;
    (void)run_dock_job(job, table, messages);
    said = messages.str();
    return table.str();
  }

  testing::ScratchFolder folder;
  DockJob job;
  std::string said;
};

TEST_F(DockForms, AreNamedInTheTableWithTheirShare) {
  const CsvTable table = docked("CC(=O)O");
  ASSERT_FALSE(table.rows.empty());
  EXPECT_EQ(table.rows[0][table.column("form")], "carboxylic acid 4 -1");
  EXPECT_GT(std::stod(table.rows[0][table.column("form_share")]), 0.9);
}

TEST_F(DockForms, AreNamedInSdRecordsWithTheirHydrogens) {
  job.out = folder.path() / "pose.sdf";
  job.options.most_poses = 1;
  (void)docked("CC(=O)O");
  const std::string record = testing::read_file(job.out);
  EXPECT_THAT(record, HasSubstr("<form>\ncarboxylic acid 4 -1\n"));
  EXPECT_THAT(record, HasSubstr("<forms_docked>\n1\n"));
  EXPECT_THAT(record, HasSubstr("M  CHG  1"));
}

TEST_F(DockForms, NeedNoColumnsWhenNotAskedFor) {
  job.forms = {};
  EXPECT_THAT(docked("CC(=O)O").header, Not(::testing::Contains("form")));
}

TEST_F(DockForms, HaveThePoseOfTheCompoundAloneWhenItIsDrawnLikeThat) {
  job.options.most_poses = 1;
  const std::vector<std::string> with = docked("CCO").rows.at(0);
  job.forms = {};
  const std::vector<std::string> without = docked("CCO").rows.at(0);
  EXPECT_EQ(std::vector(with.begin(), with.begin() + static_cast<std::ptrdiff_t>(without.size())), without);
  EXPECT_EQ(with[without.size()], "as drawn");
}

TEST_F(DockForms, TellTheBestOfStereoisomers) {
  job.forms = {};
  job.forms.most_stereoisomers = 2;
  job.options.most_poses = 1;
  const CsvTable best = docked("CC(F)Cl");
  const double affinity = std::stod(best.rows.at(0)[2]);
  EXPECT_THAT(best.rows[0][best.column("form")], ::testing::StartsWith("stereoisomer "));
  job.csv = false;
  EXPECT_THAT(csv(), HasSubstr("best of 2 forms: stereoisomer "));
  EXPECT_LT(affinity, 0.0);
}

TEST_F(DockForms, AreNoMoreThanAskedForAndSaidToBeMore) {
  job.forms = {};
  job.forms.most_stereoisomers = 2;
  job.forms.most_forms = 1;
  job.quiet = job.csv = false;
  job.ligands = {"CC(F)Cl"};
  EXPECT_THAT(csv(), HasSubstr("; form: stereoisomer 1"));
  EXPECT_THAT(said, HasSubstr("note: ligand: more forms than --most_forms 1; those of the most frequent protomers are "
                              "docked\n"));
}

TEST_F(DockForms, GiveTheSameForAnyNumberOfThreads) {
  testing::write_file(folder.path() / "l.smi", "NCC(=O)O a\nCC(F)Cl b\nc1c[nH]cn1 c\nCC=NO d\n");
  job.ligands = {(folder.path() / "l.smi").string()};
  job.forms.most_stereoisomers = 4;
  job.forms.most_tautomers = 2;
  job.out = folder.path() / "one.sdf";
  job.threads = 1;
  const std::string one = csv();
  job.out = folder.path() / "two.sdf";
  job.threads = 2;
  EXPECT_EQ(csv(), one);
  EXPECT_EQ(testing::read_file(folder.path() / "one.sdf"), testing::read_file(folder.path() / "two.sdf"));
}

/// A campaign's docking stage, without ranks.
class DockStageForms : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_rdkit(); }
  void SetUp() override {
    if (!std::filesystem::exists(kReceptor)) GTEST_SKIP() << "no " << kReceptor << "; hint: apt-get install rdkit-data";
    campaign.targets.resize(1);
    campaign.targets[0].name = "AURKA";
    campaign.targets[0].site.receptors = {kReceptor};
    campaign.targets[0].site.reference = "SKE";
    campaign.stages.push_back({.kind = StageSpec::Kind::kDock, .name = "dock", .keep = {}, .effort = {0.05}});
    sites = prepare_sites(campaign);
  }
  StageFrame docked(const std::vector<std::string>& compounds) {
    const DockingStage stage{campaign, 0, sites};
    StageFrame frame;
    oneapi::tbb::task_arena{1}.execute([&] {
      for (std::uint32_t i = 0; i < compounds.size(); ++i) stage.dock(i, compounds[i], "c" + std::to_string(i), frame);
    });
    return frame;
  }
  Campaign campaign;
  Sites sites;
};

TEST_F(DockStageForms, AreKeptByNameAndStructureForEachPose) {
  campaign.forms.ph = 7.4;
  const StageFrame frame = StageFrame::from_bytes(docked({"CC(=O)O", "CCO"}).to_bytes());
  const std::vector<PoseForm> expected{{"carboxylic acid 4 -1", "CC(=O)[O-]"}, {"as drawn", "CCO"}};
  EXPECT_EQ(frame.forms, expected);
  EXPECT_EQ(frame.places(0, 0).size(), 12U);
}

TEST_F(DockStageForms, AreNotKeptWhenNotAskedFor) { EXPECT_TRUE(docked({"CC(=O)O"}).forms.empty()); }

TEST_F(DockStageForms, LeaveTheCompoundAsDrawnItsPose) {
  const StageFrame alone = docked({"CCO"});
  campaign.forms.ph = 7.4;
  const StageFrame with = docked({"CCO"});
  EXPECT_EQ(with.scores, alone.scores);
  EXPECT_EQ(with.places_A, alone.places_A);
}

TEST_F(DockStageForms, TakeTheBestScoreOfAllForms) {
  const StageFrame left = docked({"C[C@H](F)Cl"});
  campaign.forms.most_stereoisomers = 2;
  const StageFrame best = docked({"CC(F)Cl"});
  ASSERT_EQ(best.forms.size(), 1U);
  EXPECT_THAT(best.forms[0].name, HasSubstr("stereoisomer"));
  EXPECT_THAT(best.forms[0].smiles, HasSubstr("@"));
  EXPECT_GT(best.scores[0], left.scores[0] - 0.3) << "seeds differ, mirror images come close";
}

TEST_F(DockStageForms, SayWhenThereAreMoreThanMayBeDocked) {
  campaign.forms.most_stereoisomers = 2;
  campaign.forms.most_forms = 1;
  const StageFrame frame = docked({"CC(F)Cl", "CCO"});
  ASSERT_EQ(frame.forms.size(), 2U);
  EXPECT_EQ(frame.forms[0].name, "stereoisomer 1 (one of more than 1)");
  EXPECT_EQ(frame.forms[1].name, "as drawn");
}

TEST_F(DockStageForms, ThatCannotBeMadeDropTheCompound) {
  campaign.forms.ph = 7.4;
  const StageFrame frame = docked({"not a SMILES"});
  ASSERT_EQ(frame.dropped.size(), 1U);
  EXPECT_EQ(frame.dropped[0].second, "bad_smiles: not a SMILES");
}

}  // namespace
}  // namespace digitalis
