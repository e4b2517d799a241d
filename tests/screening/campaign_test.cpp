#include "screening/campaign.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/screening/campaign_file.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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
  const std::vector<TargetSpec::Molecules>& actives = campaign.targets[0].actives;
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
