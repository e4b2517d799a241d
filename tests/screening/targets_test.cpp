#include "screening/targets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "chem/parse_record.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Targets : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_rdkit(); }

  /// One target; actives that end in ".smi" are files of the scratch folder.
  Target target_of(const std::vector<std::string>& actives, double hold_back = 0.0, std::uint64_t seed = 0) {
    Campaign campaign;
    campaign.seed = seed;
    TargetSpec spec;
    spec.name = "T";
    spec.place = "campaign.toml:5:1";
    spec.hold_back = hold_back;
    for (std::size_t i = 0; i < actives.size(); ++i) {
      const bool is_file = actives[i].ends_with(".smi");
      spec.actives.push_back({is_file, is_file ? (folder_.path() / actives[i]).string() : actives[i],
                              "campaign.toml:6:" + std::to_string(i + 1)});
    }
    campaign.targets.push_back(spec);
    findings_ = {};
    return prepare_targets(campaign, {}, findings_).at(0);
  }
  static std::vector<std::string> ids(const std::vector<Compound>& compounds) {
    std::vector<std::string> ids;
    for (const Compound& compound : compounds) ids.push_back(compound.id);
    return ids;
  }
  static std::vector<std::string> chains(std::size_t count) {
    std::vector<std::string> smiles;
    for (std::size_t length = 1; length <= count; ++length) smiles.push_back(std::string(length, 'C') + "O");
    return smiles;
  }
  std::vector<std::string> said() const {
    std::vector<std::string> messages;
    for (const Finding& finding : findings_.all()) {
      std::string text = finding.message;
      if (const auto at = text.find(folder_.path().string() + "/"); at != std::string::npos)
        text.erase(at, folder_.path().string().size() + 1);
      messages.push_back((finding.kind == Finding::Kind::kError ? "error: " : "warning: ") + text);
    }
    return messages;
  }

  testing::ScratchFolder folder_;
  Findings findings_;
};

TEST_F(Targets, HoldNothingBackUnlessAsked) {
  const Target target = target_of({"CCO", "c1ccccc1"});
  EXPECT_EQ(target.queries.size(), 2U);
  EXPECT_THAT(target.held_back, IsEmpty());
  EXPECT_THAT(findings_.all(), IsEmpty());
}

TEST_F(Targets, TakeEqualActivesOnce) {
  testing::write_file(folder_.path() / "known.smi", "OCC ethanol\nC(O)C again\nCCN amine\n");
  EXPECT_EQ(target_of({"CCO", "known.smi"}).queries.size(), 2U);
}

TEST_F(Targets, NameActivesWithoutAnIdByTheirPlace) {
  testing::write_file(folder_.path() / "known.smi", "CCN\n");
  const auto names = ids(target_of({"CCO", "known.smi"}).queries);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), (std::set<std::string>{"T_active_1", "known.smi:1"}));
}

TEST_F(Targets, HoldBackTheShareThatIsAsked) {
  const Target target = target_of(chains(20), 0.3);
  EXPECT_EQ(target.held_back.size(), 6U);
  EXPECT_EQ(target.queries.size(), 14U);
  std::set<std::string> all;
  for (const auto* part : {&target.queries, &target.held_back})
    for (const Compound& compound : *part) all.insert(compound.smiles);
  EXPECT_EQ(all.size(), 20U) << "a query is not held back too";
}

TEST_F(Targets, KeepAtLeastOneQuery) {
  EXPECT_EQ(target_of({"CCO"}, 0.95).queries.size(), 1U);
  const Target target = target_of({"CCO", "CCN"}, 0.95);
  EXPECT_EQ(target.queries.size(), 1U);
  EXPECT_EQ(target.held_back.size(), 1U);
}

TEST_F(Targets, AreSplitTheSameWayEveryTime) {
  const Target once = target_of(chains(20), 0.5, 3);
  const Target again = target_of(chains(20), 0.5, 3);
  EXPECT_EQ(ids(once.queries), ids(again.queries));
  EXPECT_EQ(ids(once.held_back), ids(again.held_back));
}

TEST_F(Targets, AreSplitTheSameWayWhateverTheOrderOfTheActives) {
  std::vector<std::string> reversed = chains(20);
  std::reverse(reversed.begin(), reversed.end());
  const auto smiles = [](const Target& target) {
    std::vector<std::string> all;
    for (const Compound& compound : target.held_back) all.push_back(compound.smiles);
    return all;
  };
  EXPECT_EQ(smiles(target_of(chains(20), 0.5)), smiles(target_of(reversed, 0.5)));
}

TEST_F(Targets, AreSplitAnotherWayByAnotherSeed) {
  EXPECT_NE(ids(target_of(chains(20), 0.5, 1).held_back), ids(target_of(chains(20), 0.5, 2).held_back));
}

TEST_F(Targets, WarnOfEveryActiveThatCannotBeRead) {
  testing::write_file(folder_.path() / "known.smi", "CCN amine\nC1CC broken\n");
  EXPECT_EQ(target_of({"CCO", "C(C", "known.smi"}).queries.size(), 2U);
  EXPECT_THAT(
      said(),
      ElementsAre("warning: campaign.toml:6:2: not a SMILES: a branch is not closed (a known active of T)",
                  "warning: known.smi:2: column 1 is not a SMILES: a ring bond is not closed (a known active of T)"));
}

TEST_F(Targets, AreAnErrorWhenNoActiveCanBeRead) {
  (void)target_of({"C(C"});
  EXPECT_THAT(said(),
              ElementsAre("warning: campaign.toml:6:1: not a SMILES: a branch is not closed (a known active of T)",
                          "error: campaign.toml:5:1: none of the known actives of 'T' could be read; hint: 'actives' "
                          "takes SMILES, or files of molecules"));
}

TEST_F(Targets, NameAFileOfActivesThatIsMissing) {
  (void)target_of({"CCO", "missing.smi"});
  EXPECT_THAT(said(), ElementsAre("error: campaign.toml:6:2: missing.smi: no such file; hint: check the path"));
}

}  // namespace
}  // namespace digitalis
