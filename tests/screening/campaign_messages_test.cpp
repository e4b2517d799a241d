#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/screening/campaign_file.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;

// --- what can be wrong with a file
// ------------------------------------------------------------------------------------

TEST_F(CampaignFile, ThatIsMissingIsNamed) { EXPECT_EQ(thrown_by(file_), "campaign.toml: no such campaign file"); }

TEST_F(CampaignFile, ThatIsAFolderIsNamed) {
  std::filesystem::create_directory(file_);
  EXPECT_EQ(thrown_by(file_), "campaign.toml: not a file; hint: name the campaign's TOML file");
}

TEST_F(CampaignFile, WithASyntaxErrorIsNamedWithItsPlace) {
  testing::write_file(file_, "[campaign]\nname = small\n");
  EXPECT_EQ(thrown_by(file_),
            "campaign.toml:2:8: Error while parsing value: could not determine value type; hint: campaign files are "
            "written in TOML (toml.io)");
}

TEST_F(CampaignFile, ThatIsEmptyLacksThreeThings) {
  EXPECT_THAT(
      said_about(""),
      ElementsAre(
          "campaign.toml: no [campaign]; hint: begin with [campaign] and name = \"my-campaign\"",
          "campaign.toml: no [library]; hint: add [library] with files = [\"library.smi.gz\"]",
          "campaign.toml: no target; hint: add [[targets]] with name = \"EGFR\" and actives = [\"known.smi\"]"));
}

// --- what can be wrong with a key
// -------------------------------------------------------------------------------------

TEST_F(CampaignFile, SuggestsTheKeyThatWasMeant) {
  EXPECT_THAT(said_about_smallest_and("wieght = 2.0\n"),
              ElementsAre("campaign.toml:8:1: unknown key 'wieght' in [[targets]]; hint: did you mean 'weight'?"));
}

TEST_F(CampaignFile, ListsTheKeysWhenNoneIsNear) {
  EXPECT_THAT(said_about_smallest_and("[output]\ncolour = 2\n"),
              ElementsAre("campaign.toml:9:1: unknown key 'colour' in [output]; hint: keys are hits, list_queries"));
}

TEST_F(CampaignFile, SuggestsTheTableThatWasMeant) {
  EXPECT_THAT(said_about_smallest_and("[ouput]\nhits = 3\n"),
              ElementsAre("campaign.toml:8:2: unknown key 'ouput' in the campaign; hint: did you mean 'output'?"));
}

TEST_F(CampaignFile, WantsTextInQuotes) {
  EXPECT_THAT(
      said_about_smallest_and("[ranking]\nconsensus = 3\n"),
      ElementsAre(
          "campaign.toml:9:13: 'consensus' is a whole number, expected a string; hint: put it in double quotes"));
}

TEST_F(CampaignFile, WantsWholeNumbersWithoutQuotes) {
  EXPECT_THAT(said_about_smallest_and("[output]\nhits = \"3\"\n"),
              ElementsAre("campaign.toml:9:8: 'hits' is a string, expected a whole number; hint: write it without "
                          "quotes and without a point"));
}

TEST_F(CampaignFile, WantsNumbersWithoutQuotes) {
  EXPECT_THAT(
      said_about_smallest_and("weight = \"2\"\n"),
      ElementsAre("campaign.toml:8:10: 'weight' is a string, expected a number; hint: write it without quotes"));
}

TEST_F(CampaignFile, WantsTrueOrFalse) {
  EXPECT_THAT(said_about_smallest_and("[output]\nlist_queries = 1\n"),
              ElementsAre("campaign.toml:9:16: 'list_queries' is a whole number, expected true or false; hint: write "
                          "it without quotes"));
}

TEST_F(CampaignFile, WantsTargetsInDoubleBrackets) {
  EXPECT_THAT(said_about("[campaign]\nname = \"a\"\n[library]\nfiles = \"lib.smi\"\n[targets]\nname = \"T\"\n"),
              ElementsAre("campaign.toml:5:1: 'targets' is a table, expected a list of tables; hint: write [[targets]] "
                          "in double brackets"));
}

TEST_F(CampaignFile, WantsTheLibraryAsATable) {
  EXPECT_THAT(
      said_about("library = \"lib.smi\"\n[campaign]\nname = \"a\"\n[[targets]]\nname = \"T\"\nactives = \"CCO\"\n"),
      ElementsAre(
          "campaign.toml:1:11: 'library' is a string, expected a table; hint: write [library] on a line of its own"));
}

TEST_F(CampaignFile, NamesTheRangeOfANumber) {
  EXPECT_THAT(said_about_smallest_and("hold_back = 1.5\n[output]\nhits = 0\n"),
              ElementsAre("campaign.toml:8:13: 'hold_back' is 1.5, expected 0 to 0.95",
                          "campaign.toml:10:8: 'hits' is 0, expected 1 to 100000000"));
}

// --- what can be wrong with a table
// -----------------------------------------------------------------------------------

TEST_F(CampaignFile, NeedsAName) {
  EXPECT_THAT(
      said_about("[campaign]\n[library]\nfiles = [\"lib.smi\"]\n[[targets]]\nname = \"T\"\nactives = [\"CCO\"]\n"),
      ElementsAre("campaign.toml:1:1: [campaign] has no 'name'; hint: name = \"my-campaign\""));
}

TEST_F(CampaignFile, NeedsALibrary) {
  EXPECT_THAT(said_about("[campaign]\nname = \"a\"\n[[targets]]\nname = \"T\"\nactives = [\"CCO\"]\n"),
              ElementsAre("campaign.toml: no [library]; hint: add [library] with files = [\"library.smi.gz\"]"));
}

TEST_F(CampaignFile, NeedsCompoundsInItsLibrary) {
  for (const char* library : {"[library]\n", "[library]\nfiles = []\n"})
    EXPECT_THAT(said_about(std::string{"[campaign]\nname = \"a\"\n"} + library +
                           "[[targets]]\nname = \"T\"\nactives = [\"CCO\"]\n"),
                ElementsAre("campaign.toml:3:1: [library] names no compounds; hint: files = [\"library.smi.gz\"], or "
                            "store = \"folder made by digitalis prepare\""));
}

TEST_F(CampaignFile, TakesEitherFilesOrAStore) {
  EXPECT_THAT(said_about("[campaign]\nname = \"a\"\n[library]\nfiles = [\"lib.smi\"]\nstore = \"s\"\n[[targets]]\nname "
                         "= \"T\"\nactives = [\"CCO\"]\n"),
              ElementsAre("campaign.toml:3:1: [library] has both 'files' and 'store'; hint: files = "
                          "[\"library.smi.gz\"], or store = \"folder made by digitalis prepare\""));
}

TEST_F(CampaignFile, PreparesNoPreparedStore) {
  EXPECT_THAT(said_about("[campaign]\nname = \"a\"\n[library]\nstore = \"s\"\nstandardise = false\n[[targets]]\nname = "
                         "\"T\"\nactives = [\"CCO\"]\n"),
              ElementsAre("campaign.toml:5:15: 'standardise' has no effect on a prepared store; hint: give it to "
                          "'digitalis prepare', or name 'files'"));
}

TEST_F(CampaignFile, NeedsATarget) {
  const std::string head = "[campaign]\nname = \"a\"\n";
  for (const char* library : {"[library]\nfiles = [\"lib.smi\"]\n", "targets = []\n[library]\nfiles = [\"lib.smi\"]\n"})
    EXPECT_THAT(
        said_about((library[0] == 't' ? "targets = []\n" + head : head) + "[library]\nfiles = [\"lib.smi\"]\n"),
        ElementsAre(
            "campaign.toml: no target; hint: add [[targets]] with name = \"EGFR\" and actives = [\"known.smi\"]"));
}

TEST_F(CampaignFile, NeedsANameForEveryTarget) {
  EXPECT_THAT(said_about_smallest_and("[[targets]]\nactives = \"C\"\n"),
              ElementsAre("campaign.toml:8:1: [[targets]] has no 'name'; hint: name = \"EGFR\""));
}

TEST_F(CampaignFile, RefusesTargetNamesThatCannotHeadAColumn) {
  EXPECT_THAT(
      said_about_smallest_and("[[targets]]\nname = \"a,b\"\nactives = \"C\"\n"),
      ElementsAre(
          "campaign.toml:9:8: a target's name heads columns and must be 1 to 64 letters, digits, '_', '-' or '.'"));
}

TEST_F(CampaignFile, SaysOneThingAboutATargetNameThatIsANumber) {
  EXPECT_THAT(
      said_about_smallest_and("[[targets]]\nname = 5\nactives = \"C\"\n"),
      ElementsAre("campaign.toml:9:8: 'name' is a whole number, expected a string; hint: put it in double quotes"));
}

TEST_F(CampaignFile, NamesTheSecondTargetOfOneName) {
  EXPECT_THAT(said_about_smallest_and("[[targets]]\nname = \"EGFR\"\nactives = \"C\"\n"),
              ElementsAre("campaign.toml:8:1: a second target is named 'EGFR'"));
}

TEST_F(CampaignFile, NeedsKnownActivesOrAReceptor) {
  EXPECT_THAT(
      said_about_smallest_and("[[targets]]\nname = \"T\"\n"),
      ElementsAre("campaign.toml:8:1: target 'T' has no known actives, no receptor and no shape query; hint: actives = "
                  "[\"known.smi\"], or receptor = \"protein.pdb\""));
}

TEST_F(CampaignFile, SaysOneThingAboutActivesOfAWrongType) {
  EXPECT_THAT(
      said_about_smallest_and("[[targets]]\nname = \"T\"\nactives = 5\n"),
      ElementsAre(
          "campaign.toml:10:11: 'actives' is a whole number, expected a string; hint: put it in double quotes"));
}

TEST_F(CampaignFile, NeedsATargetThatWeighsSomething) {
  EXPECT_THAT(said_about_smallest_and("weight = 0\n"),
              ElementsAre("campaign.toml:5:1: all target weights are zero; hint: weight = 1.0"));
}

TEST_F(CampaignFile, SuggestsTheFilterPresetThatWasMeant) {
  EXPECT_THAT(said_about_smallest_and("[filters]\npreset = \"lipinsky\"\n"),
              ElementsAre("campaign.toml:9:10: unknown filter preset 'lipinsky'; hint: did you mean 'lipinski'?"));
}

TEST_F(CampaignFile, ListsTheAlertSets) {
  EXPECT_THAT(said_about_smallest_and("[filters]\nalerts = [\"PAINS\", \"TOXIC\"]\n"),
              ElementsAre("campaign.toml:9:20: unknown alert set 'TOXIC'; hint: sets are PAINS, BRENK, NIH"));
}

TEST_F(CampaignFile, RefusesAReversedRange) {
  EXPECT_THAT(said_about_smallest_and("[filters]\nmw = [500, 150]\n"),
              ElementsAre("campaign.toml:9:6: 'mw' runs from 500 down to 150; hint: write the lower end first"));
}

TEST_F(CampaignFile, RefusesARangeOfOneNumber) {
  EXPECT_THAT(said_about_smallest_and("[filters]\nmw = 500\n"),
              ElementsAre("campaign.toml:9:6: 'mw' is a whole number, expected two numbers; hint: mw = [low, high], "
                          "where -inf and inf mean no limit"));
}

TEST_F(CampaignFile, SaysWhichStagesArePlanned) {
  EXPECT_THAT(said_about_smallest_and("[[stages]]\nkind = \"learned\"\nkeep = 0.1\n"),
              ElementsAre("campaign.toml:9:8: stage 'learned' is not part of this version; hint: stages are filter, "
                          "similarity, shape, dock"));
}

TEST_F(CampaignFile, SuggestsTheStageThatWasMeantAndNoMore) {
  EXPECT_THAT(said_about_smallest_and("[[stages]]\nkind = \"similarty\"\nnearest = 2\n"),
              ElementsAre("campaign.toml:9:8: unknown stage 'similarty'; hint: did you mean 'similarity'?"));
}

TEST_F(CampaignFile, NeedsAKindForEveryStage) {
  EXPECT_THAT(said_about_smallest_and("[[stages]]\nkeep = 0.1\n"),
              ElementsAre("campaign.toml:8:1: [[stages]] has no 'kind'; hint: kind = \"similarity\""));
}

TEST_F(CampaignFile, NeedsAStageThatScores) {
  EXPECT_THAT(
      said_about_smallest_and("[[stages]]\nkind = \"filter\"\n"),
      ElementsAre("campaign.toml: no stage scores the compounds; hint: add [[stages]] with kind = \"similarity\""));
}

TEST_F(CampaignFile, AppliesItsFilters) {
  EXPECT_THAT(
      said_about_smallest_and("[filters]\nmw = [1, 2]\n[[stages]]\nkind = \"similarity\"\n"),
      ElementsAre(
          "campaign.toml: [filters] are given but no stage applies them; hint: add [[stages]] with kind = \"filter\""));
}

TEST_F(CampaignFile, RefusesToKeepNothingOrMoreThanAll) {
  for (const char* keep : {"0", "0.0", "-3", "1.5", "nan"})
    EXPECT_THAT(said_about_smallest_and(std::string{"[[stages]]\nkind = \"similarity\"\nkeep = "} + keep + "\n"),
                ElementsAre("campaign.toml:10:8: 'keep' keeps nothing or more than all; hint: a share such as 0.05, or "
                            "a whole number of compounds such as 1000"))
        << keep;
}

TEST_F(CampaignFile, RefusesToKeepWords) {
  EXPECT_THAT(said_about_smallest_and("[[stages]]\nkind = \"similarity\"\nkeep = \"5 %\"\n"),
              ElementsAre("campaign.toml:10:8: 'keep' is a string, expected a share such as 0.05, or a whole number of "
                          "compounds such as 1000"));
}

TEST_F(CampaignFile, ListsTheConsensusWays) {
  EXPECT_THAT(said_about_smallest_and("[ranking]\nconsensus = \"mean\"\n"),
              ElementsAre("campaign.toml:9:13: unknown consensus 'mean'; hint: one of best, weighted, zscore, rank, "
                          "best_rank"));
}

TEST_F(CampaignFile, RanksByTheLastStageOrAll) {
  EXPECT_THAT(said_about_smallest_and("[ranking]\nstages = \"first\"\n"),
              ElementsAre("campaign.toml:9:10: 'stages' is neither \"last\" nor \"all\""));
}

TEST_F(CampaignFile, HasAllThatIsWrongToldInOneGo) {
  EXPECT_THAT(
      said_about("[campaign]\nnam = \"a\"\n[library]\nfiles = 3\n[[targets]]\nname = \"T\"\nweight = "
                 "-1\n[output]\nhits = 0\n"),
      ElementsAre("campaign.toml:1:1: [campaign] has no 'name'; hint: name = \"my-campaign\"",
                  "campaign.toml:2:1: unknown key 'nam' in [campaign]; hint: did you mean 'name'?",
                  "campaign.toml:4:9: 'files' is a whole number, expected a string; hint: put it in double quotes",
                  "campaign.toml:7:10: 'weight' is -1, expected 0 to 1e+09",
                  "campaign.toml:5:1: target 'T' has no known actives, no receptor and no shape query; hint: actives = "
                  "[\"known.smi\"], or "
                  "receptor = \"protein.pdb\"",
                  "campaign.toml:9:8: 'hits' is 0, expected 1 to 100000000"));
  EXPECT_EQ(findings_.errors(), 6U);
}

}  // namespace
}  // namespace digitalis
