#include "screening/campaign.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chem/usage_error.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kSmallest =
    "[campaign]\n"
    "name = \"small\"\n"
    "[library]\n"
    "files = [\"lib.smi\"]\n"
    "[[targets]]\n"
    "name = \"EGFR\"\n"
    "actives = [\"CCO\"]\n";

class CampaignFile : public ::testing::Test {
 protected:
  Campaign read(const std::string& text) {
    findings_ = {};
    testing::write_file(file_, text);
    return read_campaign(file_, findings_);
  }
  /// What is said about a campaign, with the folder cut off: "campaign.toml:2:8: ...".
  std::vector<std::string> said_about(const std::string& text) {
    (void)read(text);
    std::vector<std::string> messages;
    for (const Finding& finding : findings_.all()) messages.push_back(without_folder(finding.message));
    return messages;
  }
  /// The smallest campaign with lines added; the first of them is line 8.
  std::vector<std::string> said_about_smallest_and(const std::string& lines) { return said_about(kSmallest + lines); }
  /// The message that read_campaign() throws.
  std::string thrown_by(const std::filesystem::path& file) {
    Findings findings;
    try {
      (void)read_campaign(file, findings);
    } catch (const UsageError& error) {
      return without_folder(error.what());
    }
    return "nothing was thrown";
  }
  std::string without_folder(std::string text) const {
    const std::string prefix = folder_.path().string() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) text.erase(at, prefix.size());
    return text;
  }
  std::string identity_of(const std::string& text) { return read(text).identity(); }

  testing::ScratchFolder folder_;
  std::filesystem::path file_ = folder_.path() / "campaign.toml";
  Findings findings_;
};

TEST_F(CampaignFile, NeedsNoMoreThanANameALibraryAndATarget) {
  const Campaign campaign = read(kSmallest);
  EXPECT_THAT(findings_.all(), IsEmpty());
  EXPECT_EQ(campaign.name, "small");
  ASSERT_EQ(campaign.targets.size(), 1U);
  EXPECT_EQ(campaign.targets[0].weight, 1.0);
  EXPECT_FALSE(campaign.targets[0].actives.at(0).is_file);
  ASSERT_EQ(campaign.stages.size(), 1U);
  EXPECT_EQ(campaign.stages[0].name, "similarity");
  EXPECT_TRUE(campaign.stages[0].keep.all());
  EXPECT_EQ(campaign.max_hits, 10'000U);
  EXPECT_EQ(campaign.consensus, Consensus::kBest);
}

TEST_F(CampaignFile, MaySayEverything) {
  testing::write_file(folder_.path() / "known", "CCO a\n");
  const Campaign campaign = read(R"([campaign]
name = "full"
partner = "A"
project = "B"
seed = 7
[library]
files = ["lib/*.smi.gz", "/absolute.sdf"]
smiles_column = "structure"
id_column = "2"
standardise = false
max_heavy_atoms = 60
fingerprint_radius = 3
fingerprint_bits = 1024
[filters]
preset = "lipinski"
mw = [150, 650]
qed = [0.25, inf]
alerts = ["PAINS", "NIH"]
include_smarts = ["[OH]"]
exclude_smarts = "[#50]"
[[targets]]
name = "EGFR"
weight = 2
actives = ["known", "missing.smi", "CC/C=C/C"]
hold_back = 0.5
[[targets]]
name = "AURKA-2.b_1"
actives = "CCO"
[[stages]]
kind = "filter"
[[stages]]
kind = "similarity"
keep = 0.2
[[stages]]
kind = "similarity"
nearest = 3
keep = 100
[ranking]
consensus = "zscore"
stages = "all"
[output]
hits = 12
list_queries = true
)");
  EXPECT_THAT(findings_.all(), IsEmpty());
  EXPECT_EQ(campaign.partner + campaign.project, "AB");
  EXPECT_EQ(campaign.seed, 7U);
  EXPECT_THAT(campaign.library_files, ElementsAre((folder_.path() / "lib/*.smi.gz").string(), "/absolute.sdf"));
  EXPECT_EQ(campaign.smiles_column + campaign.id_column, "structure2");
  EXPECT_FALSE(campaign.preparation.standardise);
  EXPECT_EQ(campaign.preparation.max_heavy_atoms, 60U);
  EXPECT_EQ(campaign.preparation.fingerprint.radius, 3U);
  EXPECT_EQ(campaign.preparation.fingerprint.bits, 1024U);
  ASSERT_EQ(campaign.filters.size(), 2U);
  const FilterRules& rules = campaign.filters[1];
  ASSERT_EQ(rules.ranges.size(), 2U);
  EXPECT_EQ(rules.ranges[0].low, 150.0);
  EXPECT_EQ(rules.ranges[0].high, 650.0);
  EXPECT_THAT(rules.alert_sets, ElementsAre("PAINS", "NIH"));
  EXPECT_THAT(rules.include_smarts, ElementsAre("[OH]"));
  EXPECT_THAT(rules.exclude_smarts, ElementsAre("[#50]"));
  ASSERT_EQ(campaign.targets.size(), 2U);
  const std::vector<TargetSpec::Active>& actives = campaign.targets[0].actives;
  ASSERT_EQ(actives.size(), 3U);
  EXPECT_TRUE(actives[0].is_file) << "it is there";
  EXPECT_TRUE(actives[1].is_file) << "its ending says so";
  EXPECT_FALSE(actives[2].is_file);
  EXPECT_EQ(actives[2].text, "CC/C=C/C");
  EXPECT_EQ(without_folder(actives[2].place), "campaign.toml:24:36");
  EXPECT_EQ(campaign.targets[0].hold_back, 0.5);
  EXPECT_EQ(campaign.targets[0].weight, 2.0);
  ASSERT_EQ(campaign.stages.size(), 3U);
  EXPECT_EQ(campaign.stages[1].keep.share, 0.2);
  EXPECT_EQ(campaign.stages[2].name, "similarity_2");
  EXPECT_EQ(campaign.stages[2].keep.count, 100U);
  EXPECT_EQ(campaign.stages[2].nearest, 3U);
  EXPECT_EQ(campaign.consensus, Consensus::kZScore);
  EXPECT_TRUE(campaign.score_all_stages);
  EXPECT_EQ(campaign.max_hits, 12U);
  EXPECT_TRUE(campaign.list_queries);
}

TEST_F(CampaignFile, ResolvesPathsAgainstItsOwnFolder) {
  const Campaign campaign = read(R"([campaign]
name = "paths"
[library]
store = "../stores/x"
[[targets]]
name = "T"
actives = ["sub/known.smi"]
)");
  EXPECT_EQ(campaign.store, (folder_.path().parent_path() / "stores/x"));
  EXPECT_EQ(campaign.targets.at(0).actives.at(0).text, (folder_.path() / "sub/known.smi").string());
}

TEST_F(CampaignFile, FiltersFirstWhenNoStagesAreWritten) {
  const Campaign campaign = read(std::string{kSmallest} + "[filters]\nmw = [1, 2]\n");
  ASSERT_EQ(campaign.stages.size(), 2U);
  EXPECT_EQ(campaign.stages[0].kind, StageSpec::Kind::kFilter);
  EXPECT_EQ(campaign.stages[1].kind, StageSpec::Kind::kSimilarity);
}

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
  EXPECT_THAT(said_about_smallest_and("[[targets]]\nname = \"T\"\n"),
              ElementsAre("campaign.toml:8:1: target 'T' has neither known actives nor a receptor; hint: actives = "
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
  EXPECT_THAT(said_about_smallest_and("[[stages]]\nkind = \"shape\"\nkeep = 0.1\n"),
              ElementsAre("campaign.toml:9:8: stage 'shape' is not part of this version; hint: stages are filter, "
                          "similarity, dock"));
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
      ElementsAre(
          "campaign.toml:1:1: [campaign] has no 'name'; hint: name = \"my-campaign\"",
          "campaign.toml:2:1: unknown key 'nam' in [campaign]; hint: did you mean 'name'?",
          "campaign.toml:4:9: 'files' is a whole number, expected a string; hint: put it in double quotes",
          "campaign.toml:7:10: 'weight' is -1, expected 0 to 1e+09",
          "campaign.toml:5:1: target 'T' has neither known actives nor a receptor; hint: actives = [\"known.smi\"], or "
          "receptor = \"protein.pdb\"",
          "campaign.toml:9:8: 'hits' is 0, expected 1 to 100000000"));
  EXPECT_EQ(findings_.errors(), 6U);
}

// --- identity
// ---------------------------------------------------------------------------------------------------------

TEST_F(CampaignFile, KeepsItsIdentityWhenOnlyTheOrderOfItsTablesAndKeysChanges) {
  EXPECT_EQ(identity_of("[campaign]\nname = \"a\"\nseed = 1\n[library]\nfiles = \"l.smi\"\n[[targets]]\nname = "
                        "\"T\"\nactives = \"C\"\n[output]\nhits = 2\n"),
            identity_of("# a comment\n[output]\nhits = 2\n[[targets]]\nactives = [\"C\"]\nname = "
                        "\"T\"\n[library]\nfiles = [\"l.smi\"]\n[campaign]\nseed = 1\nname = \"a\"\n"));
}

TEST_F(CampaignFile, ChangesItsIdentityWithEveryFieldThatChangesResults) {
  std::vector<std::string> identities{identity_of(kSmallest)};
  for (const char* lines :
       {"weight = 2\n", "hold_back = 0.5\n", "[[targets]]\nname = \"B\"\nactives = \"C\"\n", "[filters]\nmw = [1, 2]\n",
        "[filters]\nmw = [1, 3]\n", "[filters]\nmw = [1, inf]\n", "[filters]\nqed = [0.12345678, 1]\n",
        "[filters]\nqed = [0.12345679, 1]\n", "[filters]\nalerts = \"NIH\"\n", "[filters]\npreset = \"lipinski\"\n",
        "[filters]\ninclude_smarts = \"[O]\"\n", "[filters]\nexclude_smarts = \"[O]\"\n",
        "[[stages]]\nkind = \"similarity\"\nnearest = 2\n", "[[stages]]\nkind = \"similarity\"\nkeep = 2\n",
        "[[stages]]\nkind = \"similarity\"\nkeep = 0.5\n", "[ranking]\nconsensus = \"rank\"\n",
        "[ranking]\nstages = \"all\"\n", "[output]\nhits = 2\n", "[output]\nlist_queries = true\n"})
    identities.push_back(identity_of(std::string{kSmallest} + lines));
  for (const char* library : {"files = \"other.smi\"", "store = \"s\"", "files = \"lib.smi\"\nsmiles_column = \"2\"",
                              "files = \"lib.smi\"\nid_column = \"2\"", "files = \"lib.smi\"\nstandardise = false",
                              "files = \"lib.smi\"\nmax_heavy_atoms = 9", "files = \"lib.smi\"\nfingerprint_radius = 3",
                              "files = \"lib.smi\"\nfingerprint_bits = 64"})
    identities.push_back(identity_of(std::string{"[campaign]\nname = \"small\"\n[library]\n"} + library +
                                     "\n[[targets]]\nname = \"EGFR\"\nactives = \"CCO\"\n"));
  identities.push_back(identity_of(std::string{"[campaign]\nseed = 3\n"} + (kSmallest + 11)));
  identities.push_back(identity_of(std::string{"[campaign]\npartner = \"p\"\n"} + (kSmallest + 11)));
  for (std::size_t i = 0; i < identities.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(identities[i], identities[j]) << i << " and " << j;
}

}  // namespace
}  // namespace digitalis
