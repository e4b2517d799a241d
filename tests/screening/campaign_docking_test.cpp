#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "screening/campaign.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr const char* kHead = "[campaign]\nname = \"c\"\n[library]\nfiles = [\"lib.smi\"]\n[[targets]]\nname = \"T\"\n";

/// Campaigns that dock; the first line of what is added is line 7.
class DockingCampaign : public ::testing::Test {
 protected:
  Campaign read(const std::string& lines) {
    findings_ = {};
    testing::write_file(file_, kHead + lines);
    return read_campaign(file_, findings_);
  }
  std::vector<std::string> said_about(const std::string& lines) {
    (void)read(lines);
    std::vector<std::string> messages;
    const std::string prefix = folder_.path().string() + "/";
    for (const Finding& finding : findings_.all()) {
      std::string text = finding.message;
      for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) text.erase(at, prefix.size());
      messages.push_back(text);
    }
    return messages;
  }
  testing::ScratchFolder folder_;
  std::filesystem::path file_ = folder_.path() / "campaign.toml";
  Findings findings_;
};

TEST_F(DockingCampaign, NeedsNoMoreThanAReceptorAndAReference) {
  const Campaign campaign = read("receptor = \"r.pdb\"\nreference = \"SKE\"\n");
  EXPECT_THAT(findings_.all(), IsEmpty());
  EXPECT_THAT(campaign.targets[0].site.receptors, ElementsAre(folder_.path() / "r.pdb"));
  EXPECT_EQ(campaign.targets[0].site.reference, "SKE");
  EXPECT_EQ(campaign.targets[0].site.margin_A, 5.0);
  ASSERT_EQ(campaign.stages.size(), 1U);
  EXPECT_EQ(campaign.stages[0].name, "dock");
  EXPECT_EQ(campaign.stages[0].effort.exhaustiveness, DockingEffort::balanced().exhaustiveness);
  EXPECT_EQ(campaign.stages[0].scoring, "vina");
}

TEST_F(DockingCampaign, MaySayEverything) {
  testing::write_file(folder_.path() / "ligand", "");
  const Campaign campaign = read(R"(receptor = ["a.pdb", "/b.cif.gz"]
reference = "ligand"
reference_smiles = "CCO"
waters = "near"
cofactors = "drop"
chains = ["A", "B"]
flexible = "A:TYR57"
box = {center_A = [1, 2.5, -3], size_A = [20, 21, 22]}
[[stages]]
kind = "dock"
exhaustiveness = 2.5
scoring = "vinardo"
keep = 50
)");
  EXPECT_THAT(findings_.all(), IsEmpty());
  const SiteRequest& site = campaign.targets[0].site;
  EXPECT_THAT(site.receptors, ElementsAre(folder_.path() / "a.pdb", "/b.cif.gz"));
  EXPECT_EQ(site.reference, (folder_.path() / "ligand").string()) << "a file that is there";
  EXPECT_EQ(site.reference_smiles, "CCO");
  EXPECT_EQ(site.preparation.waters, ReceptorOptions::Keep::kNearLigand);
  EXPECT_EQ(site.preparation.cofactors, ReceptorOptions::Keep::kDrop);
  EXPECT_THAT(site.preparation.chains, ElementsAre("A", "B"));
  EXPECT_THAT(site.preparation.flexible, ElementsAre("A:TYR57"));
  ASSERT_TRUE(site.box);
  EXPECT_EQ(site.box->center_A, (Position{1, 2.5, -3}));
  EXPECT_EQ(site.box->size_A, (Position{20, 21, 22}));
  EXPECT_EQ(campaign.stages[0].effort.exhaustiveness, 2.5);
  EXPECT_EQ(campaign.stages[0].scoring, "vinardo");
  EXPECT_EQ(campaign.stages[0].keep.count, 50U);
}

TEST_F(DockingCampaign, ComparesFirstWhenThereAreActivesToo) {
  const Campaign campaign = read("receptor = \"r.pdb\"\nreference = \"SKE\"\nactives = \"CCO\"\n");
  ASSERT_EQ(campaign.stages.size(), 2U);
  EXPECT_EQ(campaign.stages[0].name, "similarity");
  EXPECT_EQ(campaign.stages[1].name, "dock");
  EXPECT_THAT(campaign.deciding_scores(), ElementsAre(Pair(1, 0))) << "the last that scores the target decides";
}

TEST_F(DockingCampaign, TakesItsEffortFromTheCampaignUnlessAStageSays) {
  const std::string target = "receptor = \"r.pdb\"\nreference = \"SKE\"\n";
  testing::write_file(file_, std::string{"[campaign]\nname = \"c\"\neffort = \"fast\"\n"} + (kHead + 22) + target);
  Findings findings;
  const Campaign campaign = read_campaign(file_, findings);
  EXPECT_THAT(findings.all(), IsEmpty());
  EXPECT_EQ(campaign.stages.at(0).effort.exhaustiveness, DockingEffort::fast().exhaustiveness);
}

TEST_F(DockingCampaign, ComparesPlacesWhenATargetHasNoReceptor) {
  const std::string targets =
      "receptor = \"r.pdb\"\nreference = \"SKE\"\nactives = \"CCO\"\n[[targets]]\nname = \"U\"\nactives = \"CCN\"\n";
  const Campaign campaign = read(targets + "[ranking]\nconsensus = \"best_rank\"\n");
  EXPECT_THAT(findings_.all(), IsEmpty());
  EXPECT_THAT(campaign.deciding_scores(), ElementsAre(Pair(0, 1), Pair(1, 0)));
  EXPECT_THAT(said_about(targets),
              ElementsAre("campaign.toml: consensus 'best' cannot compare affinities of one target with similarities "
                          "of another; hint: consensus = \"best_rank\" in [ranking] compares places, or give every "
                          "target a receptor"));
}

TEST_F(DockingCampaign, MustSayWhere) {
  EXPECT_THAT(said_about("receptor = \"r.pdb\"\n"),
              ElementsAre("campaign.toml:7:12: nothing says where to dock; hint: reference = \"SKE\" (a ligand of the "
                          "receptor, or a file), or box = {center_A = [..], size_A = [..]}"));
}

TEST_F(DockingCampaign, MustHaveAReceptorForWhatIsSaidAboutOne) {
  EXPECT_THAT(said_about("actives = \"CCO\"\nwaters = \"keep\"\n"),
              ElementsAre("campaign.toml:8:10: 'waters' has no effect without a receptor; hint: receptor = "
                          "\"protein.pdb\""));
}

TEST_F(DockingCampaign, IsToldOfABoxOfTwoNumbers) {
  EXPECT_THAT(said_about("receptor = \"r.pdb\"\nbox = {center_A = [1, 2], size_A = [20, 20, 20]}\n"),
              ElementsAre("campaign.toml:8:19: 'center_A' is a list, expected a list of 3 numbers"));
}

TEST_F(DockingCampaign, IsToldOfABoxThatIsGivenTwice) {
  EXPECT_THAT(
      said_about("receptor = \"r.pdb\"\nbox = {center_A = [1, 2, 3], size_A = [9, 9, 9], margin_A = 4}\n"),
      ElementsAre("campaign.toml:8:7: 'box' is given twice; hint: center_A and size_A, or residues, or margin_A "
                  "around the reference"));
}

TEST_F(DockingCampaign, IsToldOfAnEffortThatIsNone) {
  EXPECT_THAT(
      said_about("receptor = \"r.pdb\"\nreference = \"X\"\n[[stages]]\nkind = \"dock\"\neffort = \"fats\"\n").at(0),
      ::testing::StartsWith("campaign.toml:11:10: "));
}

TEST_F(DockingCampaign, IsToldOfEffortAndExhaustiveness) {
  EXPECT_THAT(said_about("receptor = \"r.pdb\"\nreference = \"X\"\n[[stages]]\nkind = \"dock\"\neffort = "
                         "\"fast\"\nexhaustiveness = 3\n"),
              ElementsAre("campaign.toml:12:18: 'effort' and 'exhaustiveness' say the same thing; hint: give one of "
                          "them"));
}

TEST_F(DockingCampaign, IsToldOfAStageThatNoTargetCanServe) {
  EXPECT_THAT(said_about("actives = \"C\"\n[[stages]]\nkind = \"similarity\"\n[[stages]]\nkind = \"dock\"\n"),
              ElementsAre("campaign.toml: no target has what stage 'dock' needs; hint: receptor = \"protein.pdb\" in "
                          "[[targets]]"));
}

TEST_F(DockingCampaign, IsToldOfATargetThatNoStageScores) {
  EXPECT_THAT(said_about("receptor = \"r.pdb\"\nreference = \"X\"\n[[targets]]\nname = \"U\"\nactives = "
                         "\"C\"\n[[stages]]\nkind = \"similarity\"\n"),
              ElementsAre("campaign.toml:5:1: no stage scores target 'T'; hint: add [[stages]] with kind = \"dock\""));
}

TEST_F(DockingCampaign, DocksCompoundsAsDrawnUnlessFormsAreAskedFor) {
  const std::string target = "receptor = \"r.pdb\"\nreference = \"SKE\"\n";
  EXPECT_TRUE(read(target).forms.as_drawn());
  const FormOptions forms =
      read(target + "[forms]\npH = 7.4\nstereoisomers = 8\ntautomers = 1\nmost_forms = 12\n").forms;
  EXPECT_THAT(findings_.all(), IsEmpty());
  EXPECT_EQ(forms.ph, 7.4);
  EXPECT_EQ(forms.most_stereoisomers, 8U);
  EXPECT_EQ(forms.most_tautomers, 1U);
  EXPECT_EQ(forms.most_forms, 12U);
}

TEST_F(DockingCampaign, IsToldOfFormsThatCannotBe) {
  EXPECT_THAT(said_about("receptor = \"r.pdb\"\nreference = \"SKE\"\n[forms]\nph = 7\npH = 15\nstereoisomers = "
                         "0\ntautomers = \"all\"\nmost_forms = 0\n"),
              ::testing::UnorderedElementsAre(
                  "campaign.toml:10:1: unknown key 'ph' in [forms]; hint: did you mean 'pH'?",
                  "campaign.toml:11:6: 'pH' is 15, expected 0 to 14",
                  "campaign.toml:12:17: 'stereoisomers' is 0, expected 1 to 64",
                  "campaign.toml:14:14: 'most_forms' is 0, expected 1 to 4096",
                  "campaign.toml:13:13: 'tautomers' is a string, expected a whole number; hint: write it without "
                  "quotes and without a point"));
}

TEST_F(DockingCampaign, IsToldOfFormsThatNoStageDocks) {
  EXPECT_THAT(said_about("actives = \"CCO\"\n[forms]\npH = 7.4\n"),
              ElementsAre("campaign.toml:8:1: [forms] are given but no stage docks them; hint: add [[stages]] with "
                          "kind = \"dock\""));
}

TEST_F(DockingCampaign, ChangesItsIdentityWithEveryFieldThatChangesResults) {
  std::vector<std::string> identities;
  const std::string stage = "[[stages]]\nkind = \"dock\"\n", receptor = "receptor = \"r.pdb\"\n";
  const std::string plain = receptor + "reference = \"X\"\n";
  for (const std::string& lines : {plain + stage,
                                   "receptor = \"s.pdb\"\nreference = \"X\"\n" + stage,
                                   receptor + "reference = \"Y\"\n" + stage,
                                   plain + "reference_smiles = \"C\"\n" + stage,
                                   plain + "waters = \"keep\"\n" + stage,
                                   plain + "cofactors = \"drop\"\n" + stage,
                                   plain + "chains = \"A\"\n" + stage,
                                   plain + "flexible = \"A:1\"\n" + stage,
                                   plain + "box = {margin_A = 4}\n" + stage,
                                   plain + "box = {residues = \"A:1\"}\n" + stage,
                                   plain + "box = {center_A = [1, 2, 3], size_A = [9, 9, 9]}\n" + stage,
                                   plain + "box = {center_A = [1, 2, 4], size_A = [9, 9, 9]}\n" + stage,
                                   plain + stage + "effort = \"fast\"\n",
                                   plain + stage + "exhaustiveness = 3\n",
                                   plain + stage + "scoring = \"vinardo\"\n",
                                   plain + stage + "keep = 3\n",
                                   plain + stage + "[forms]\npH = 7.4\n",
                                   plain + stage + "[forms]\npH = 6\n",
                                   plain + stage + "[forms]\npH = 6\nmost_forms = 5\n",
                                   plain + stage + "[forms]\nstereoisomers = 2\n",
                                   plain + stage + "[forms]\ntautomers = 1\n"}) {
    identities.push_back(read(lines).identity());
    EXPECT_EQ(findings_.errors(), 0U) << lines;
  }
  for (std::size_t i = 0; i < identities.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(identities[i], identities[j]) << i << " and " << j;
}

}  // namespace
}  // namespace digitalis
