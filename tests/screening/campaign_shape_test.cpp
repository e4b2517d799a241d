#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/screening/campaign_file.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr const char* kHead = "[campaign]\nname = \"c\"\n[library]\nfiles = [\"lib.smi\"]\n[[targets]]\nname = \"T\"\n";
constexpr const char* kStage = "[[stages]]\nkind = \"shape\"\n";

/// Campaigns that overlay; the first line of what is added is line 7.
class ShapeCampaign : public CampaignFile {
 protected:
  Campaign read_with(const std::string& lines) { return read(kHead + lines); }
  std::vector<std::string> said_with(const std::string& lines) { return said_about(kHead + lines); }
};

TEST_F(ShapeCampaign, OverlaysOnASmilesOrAFile) {
  testing::write_file(folder_.path() / "pose.mol2", "");
  const Campaign campaign = read_with("shape_query = [\"CCO\", \"pose.mol2\", \"missing.sdf\"]\n");
  EXPECT_THAT(findings_.all(), IsEmpty());
  const auto& queries = campaign.targets[0].shape_query;
  ASSERT_EQ(queries.size(), 3U);
  EXPECT_FALSE(queries[0].is_file);
  EXPECT_EQ(queries[1].text, (folder_.path() / "pose.mol2").string());
  EXPECT_TRUE(queries[2].is_file) << "so that the message can say that it is missing";
}

TEST_F(ShapeCampaign, MaySayEverything) {
  const Campaign campaign =
      read_with(std::string{"shape_query = \"CCO\"\n"} + kStage + "conformers = 4\nscore = \"shape\"\nkeep = 0.1\n");
  EXPECT_THAT(findings_.all(), IsEmpty());
  ASSERT_EQ(campaign.stages.size(), 1U);
  EXPECT_EQ(campaign.stages[0].name, "shape");
  EXPECT_EQ(campaign.stages[0].conformers, 4U);
  EXPECT_EQ(campaign.stages[0].shape_score, ShapeScore::kShape);
  EXPECT_EQ(campaign.stages[0].keep.share, 0.1);
}

TEST_F(ShapeCampaign, MakesTenConformersAndCountsShapeAndColourUnlessItSays) {
  const StageSpec stage = read_with(std::string{"shape_query = \"CCO\"\n"} + kStage).stages.at(0);
  EXPECT_EQ(stage.conformers, 10U);
  EXPECT_EQ(stage.shape_score, ShapeScore::kCombo);
}

TEST_F(ShapeCampaign, OverlaysOnTheReferenceOfAReceptorWithoutAQuery) {
  const Campaign campaign = read_with(std::string{"receptor = \"r.pdb\"\nreference = \"SKE\"\n"} + kStage);
  EXPECT_THAT(findings_.all(), IsEmpty());
  EXPECT_TRUE(campaign.stages[0].scores(campaign.targets[0]));
}

TEST_F(ShapeCampaign, StandsBetweenSimilarityAndDockingWhenNoStageIsWritten) {
  const Campaign campaign =
      read_with("actives = \"CCO\"\nshape_query = \"CCO\"\nreceptor = \"r.pdb\"\nreference = \"SKE\"\n");
  std::vector<std::string> names;
  for (const StageSpec& stage : campaign.stages) names.push_back(stage.name);
  EXPECT_THAT(names, ElementsAre("similarity", "shape", "dock"));
  EXPECT_THAT(campaign.deciding_scores(), ElementsAre(Pair(2, 0)));
}

TEST_F(ShapeCampaign, IsToldWhatToOverlayOnWhenNoTargetSays) {
  EXPECT_THAT(
      said_with(std::string{"actives = \"CCO\"\n[[stages]]\nkind = \"similarity\"\n"} + kStage),
      ElementsAre("campaign.toml: no target has what stage 'shape' needs; hint: shape_query = \"ligand.sdf\" in "
                  "[[targets]], or a receptor with its 'reference'"));
}

TEST_F(ShapeCampaign, IsToldOfAReceptorWithoutReference) {
  EXPECT_THAT(
      said_with(std::string{"receptor = \"r.pdb\"\nbox = {center_A = [1, 2, 3], size_A = [9, 9, 9]}\n"
                            "[[stages]]\nkind = \"dock\"\n"} +
                kStage),
      ElementsAre("campaign.toml: no target has what stage 'shape' needs; hint: shape_query = \"ligand.sdf\" in "
                  "[[targets]], or a receptor with its 'reference'"));
}

TEST_F(ShapeCampaign, IsToldOfAQueryThatNoStageUses) {
  EXPECT_THAT(said_with("actives = \"CCO\"\nshape_query = \"CCN\"\n[[stages]]\nkind = \"similarity\"\n"),
              ElementsAre("campaign.toml:8:15: no stage overlays compounds on the 'shape_query' of 'T'; hint: add "
                          "[[stages]] with kind = \"shape\""));
}

TEST_F(ShapeCampaign, IsToldOfATargetThatOnlyShapeCouldScore) {
  EXPECT_THAT(said_with("shape_query = \"CCN\"\n[[targets]]\nname = \"U\"\nactives = \"C\"\n[[stages]]\nkind = "
                        "\"similarity\"\n"),
              ElementsAre("campaign.toml:5:1: no stage scores target 'T'; hint: add [[stages]] with kind = \"shape\""));
}

TEST_F(ShapeCampaign, ComparesPlacesWhenATargetHasNoQuery) {
  EXPECT_THAT(
      said_with("shape_query = \"CCN\"\n[[targets]]\nname = \"U\"\nactives = \"C\"\n"),
      ElementsAre("campaign.toml: consensus 'best' cannot compare overlays of one target with similarities of "
                  "another; hint: consensus = \"best_rank\" in [ranking] compares places, or give every target a "
                  "shape query"));
}

TEST_F(ShapeCampaign, IsToldOfWrongKeysAndValues) {
  EXPECT_THAT(
      said_with(std::string{"shape_query = \"CCN\"\n"} + kStage + "conformers = 0\nscore = \"volume\"\nnearest = 2\n"),
      ElementsAre("campaign.toml:10:14: 'conformers' is 0, expected 1 to 1000",
                  "campaign.toml:11:9: unknown score 'volume'; hint: \"combo\", \"shape\" or \"colour\"",
                  "campaign.toml:12:1: unknown key 'nearest' in [[stages]]; hint: keys are kind, conformers, "
                  "score, keep"));
}

TEST_F(ShapeCampaign, ChangesItsIdentityWithEveryFieldThatChangesResults) {
  const std::string query = "shape_query = \"CCN\"\n";
  std::vector<std::string> identities;
  for (const std::string& lines :
       {query + kStage, std::string{"shape_query = \"CCO\"\n"} + kStage,
        std::string{"receptor = \"r.pdb\"\nreference = \"SKE\"\n"} + kStage, query + kStage + "conformers = 4\n",
        query + kStage + "score = \"shape\"\n", query + kStage + "keep = 0.5\n"})
    identities.push_back(read_with(lines).identity());
  std::sort(identities.begin(), identities.end());
  EXPECT_EQ(std::unique(identities.begin(), identities.end()), identities.end());
}

}  // namespace
}  // namespace digitalis
