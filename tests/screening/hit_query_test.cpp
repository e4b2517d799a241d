#include "screening/hit_query/hit_query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chem/usage_error.hpp"
#include "screening/database.hpp"
#include "screening/rejects_csv.hpp"
#include "screening/results_store.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

HitTable sample() {
  HitTable hits;
  hits.table.header = {"place",          "compound_id",     "smiles", "score", "similarity_A", "affinity_kcal_mol_B",
                       "mw_g_mol",       "heavy_atoms",     "pains",  "brenk", "nih",          "best_target",
                       "nearest_active", "known_active_of", "source", "line"};
  hits.table.rows = {
      {"1", "phenol", "Oc1ccccc1", "0.9", "0.8000", "-9.5000", "94.11", "7", "", "", "", "A", "q", "", "l.smi", "1"},
      {"2", "acid", "CC(=O)O", "0.8", "0.3000", "-6.0000", "60.05", "4", "x_A(1); y_B(2)", "", "", "B", "q", "A query",
       "l.smi", "2"},
      {"3", "O'Hara", "CCO", "0.7", "", "-9.1000", "46.07", "3", "", "", "z", "B", "", "", "l.smi", "3"},
      {"4", "heavy", "CCCCCCCCCC", "0.6", "0.5000", "", "142.28", "10", "", "", "", "A", "q", "", "l.smi", "4"}};
  hits.score_columns = 2;
  hits.poses.resize(4);
  hits.poses[0] = {HitPose{
      .target = "B", .stage = "dock", .receptor = "b.pdb", .heavy_atoms_A = {{1, 2, 3}}, .terms_kcal_mol = {-9.9}}};
  hits.poses[2] = {hits.poses[0][0], hits.poses[0][0]};
  hits.poses[2][1].target = "A";
  hits.poses[2][1].smiles = "CC[O-]";
  Interaction contact;
  contact.residue = "A:LEU:83";
  hits.poses[0][0].judgement.interactions = {contact};
  contact.kind = InteractionKind::kPiStackingT;
  contact.residue = "B:TYR:7A";
  hits.poses[2][1].judgement.interactions = {contact};
  hits.origins = {{"similarity_A", {"similarity", "A"}}, {"affinity_kcal_mol_B", {"dock", "B"}}};
  return hits;
}

class HitQueryTest : public ::testing::Test {
 protected:
  HitQueryTest() {
    testing::write_file(folder_.path() / "rejects.csv", kRejectsHeader);
    write_results_store(file_, sample(), folder_.path() / "rejects.csv",
                        {.facts = {},
                         .stages = {{"prepare", "prepare", 4, 4, {}},
                                    {"similarity", "similarity", 4, 4, {}},
                                    {"dock", "dock", 4, 4, {}}},
                         .targets = {{"A", 1.0, {}}, {"B", 1.0, {}}}});
  }

  std::vector<std::string> ids(HitQuery& query) {
    std::vector<std::string> found;
    query.each({*query.columns().find("id")}, [&](const auto& cells) { found.push_back(cells[0]); });
    return found;
  }
  std::vector<std::string> hits(const std::string& expression) {
    HitQuery query{file_, {}};
    query.keep(expression);
    return ids(query);
  }
  std::vector<std::string> sorted(const std::string& column, bool ascending = false) {
    HitQuery query{file_, {}};
    query.sort_by(column, ascending);
    return ids(query);
  }
  std::string refusal(const std::string& expression) {
    try {
      (void)hits(expression);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "nothing was thrown";
  }

  testing::ScratchFolder folder_;
  std::filesystem::path file_ = folder_.path() / "results.sqlite";
};

TEST_F(HitQueryTest, FindsByNumbersTextsAndAlerts) {
  EXPECT_THAT(hits("mw < 100 and not pains"), ElementsAre("phenol", "O'Hara"));
  EXPECT_THAT(hits("best_target = 'B'"), ElementsAre("acid", "O'Hara"));
  EXPECT_THAT(hits("id like 'O%' or pains like '%y_B%'"), ElementsAre("acid", "O'Hara"));
  EXPECT_THAT(hits("alerts"), ElementsAre("acid", "O'Hara"));
  EXPECT_THAT(hits("not alerts"), ElementsAre("phenol", "heavy"));
  EXPECT_THAT(hits("known_active_of"), ElementsAre("acid"));
}
TEST_F(HitQueryTest, FindsByListsRangesAndArithmetic) {
  EXPECT_THAT(hits("target in ('A', 'C') and place not between 2 and 3"), ElementsAre("phenol", "heavy"));
  EXPECT_THAT(hits("mw / heavy_atoms > 15"), ElementsAre("acid", "O'Hara"));
  EXPECT_THAT(hits("place / line * 2 = 2 and heavy_atoms / 2 = 3.5"), ElementsAre("phenol"));
  EXPECT_THAT(hits("-affinity_B - 1 >= 8.1"), ElementsAre("phenol", "O'Hara"));
}
TEST_F(HitQueryTest, TakesTheBestOverTargetsByOneName) {
  EXPECT_THAT(hits("score_kcal_mol < -9"), ElementsAre("phenol", "O'Hara"));
  EXPECT_THAT(hits("similarity > 0.4"), ElementsAre("phenol", "heavy"));
  EXPECT_THAT(hits("ligand_efficiency < -3"), ElementsAre("O'Hara"));
}
TEST_F(HitQueryTest, LeavesOutWhatIsMissingWhateverIsAsked) {
  EXPECT_THAT(hits("similarity_A < 0.6"), ElementsAre("acid", "heavy"));
  EXPECT_THAT(hits("not similarity_A < 0.6"), ElementsAre("phenol"));
  EXPECT_THAT(hits("similarity_A is missing"), ElementsAre("O'Hara"));
  EXPECT_THAT(hits("affinity is not missing and nearest_active is null"), ElementsAre("O'Hara"));
}
TEST_F(HitQueryTest, TakesTextsOfAnyKindAsTexts) {
  EXPECT_THAT(hits("id = 'O''Hara'"), ElementsAre("O'Hara"));
  EXPECT_THAT(hits("id = \"x'; DROP TABLE hits; --\" or id = '?1'"), IsEmpty());
  EXPECT_THAT(hits(std::string{"id = 'a\0b'", 10}), IsEmpty());
}
TEST_F(HitQueryTest, FindsByStructure) {
  EXPECT_THAT(hits("smarts('c1ccccc1')"), ElementsAre("phenol"));
  EXPECT_THAT(hits("not smarts('[OX2H]') and mw < 100 or smarts('CCCCC')"), ElementsAre("heavy"));
  EXPECT_THAT(hits("similar('[O-]c1ccccc1.[Na+]') = 1"), ElementsAre("phenol"));
  EXPECT_THAT(hits("smarts('[OX2H]') and mw < 90 and similar('CCO') > 0.9"), ElementsAre("O'Hara"));
}
TEST_F(HitQueryTest, FindsByWhatHoldsThePose) {
  EXPECT_THAT(hits("contact('A:LEU:83')"), ElementsAre("phenol"));
  EXPECT_THAT(hits("contact('leu83', 'hbond')"), ElementsAre("phenol"));
  EXPECT_THAT(hits("contact('A:LEU83', 'metal')"), IsEmpty());
  EXPECT_THAT(hits("contact('B:TYR:7A', 'pi_stacking') or id = 'acid'"), ElementsAre("acid", "O'Hara"));
  EXPECT_THAT(hits("not contact('TYR7A')"), ElementsAre("phenol", "acid", "heavy"));
}
TEST_F(HitQueryTest, FindsByWhatHoldsThePoseInATarget) {
  EXPECT_THAT(hits("contact('TYR7A', 'any', 'A')"), ElementsAre("O'Hara"));
  EXPECT_THAT(hits("contact('TYR7A', 'pi_stacking_t', 'B')"), IsEmpty());
  EXPECT_EQ(refusal("contact('TYR7A', 'any', 'C')"),
            "nothing was docked into a target of this name\n  contact('TYR7A', 'any', 'C')\n                          "
            "^~~\nhint: targets are A, B");
}
TEST_F(HitQueryTest, PointsAtContactsThatNobodyHas) {
  EXPECT_EQ(refusal("contact('A:LEU:38')"),
            "no hit has a contact with such a residue\n  contact('A:LEU:38')\n          ^~~~~~~~~~\nhint: did you mean "
            "'A:LEU:83'?");
  EXPECT_EQ(
      refusal("contact('A:LEU:83', 'h-bond')"),
      "no such kind of contact\n  contact('A:LEU:83', 'h-bond')\n                      ^~~~~~~~\nhint: kinds are "
      "any, hbond, "
      "salt_bridge, hydrophobic, pi_stacking_parallel, pi_stacking_t, cation_pi, halogen_bond, metal, water_bridge");
}
TEST_F(HitQueryTest, GivesBackPoses) {
  HitQuery query{file_, {}};
  const HitTable table = query.table();
  EXPECT_EQ(table.poses[0].size(), 1U);
  EXPECT_TRUE(table.poses[1].empty());
  ASSERT_EQ(table.poses[2].size(), 2U);
  EXPECT_EQ(table.poses[2][1].target, "A");
  EXPECT_EQ(table.poses[2][0].smiles, "") << "docked as it is";
  EXPECT_EQ(table.poses[2][1].smiles, "CC[O-]");
  EXPECT_EQ(table.poses[0][0].stage, "dock");
  EXPECT_EQ(table.poses[0][0].heavy_atoms_A, (std::vector<Position>{{1, 2, 3}}));
  EXPECT_EQ(table.poses[0][0].fields(), sample().poses[0][0].fields());
}
TEST_F(HitQueryTest, KeepsAndNotesByPlace) {
  HitQuery query{file_, {}};
  query.keep("mw > 50");
  query.add_column("cluster", {{1, 7}, {4, 8}});
  query.keep_only({4, 1, 3});
  query.sort_by("cluster", false);
  EXPECT_THAT(ids(query), ElementsAre("heavy", "phenol", "O'Hara"));
  EXPECT_EQ(query.table().table.header.back(), "cluster");
}
TEST_F(HitQueryTest, HoldsAllThatIsAskedTogether) {
  HitQuery query{file_, {}};
  query.keep("mw < 100 or place = 4");
  query.keep_at_least("mw=60", "--min");
  query.keep_at_most("mw=100", "--max");
  query.keep_equal("best_target", "A");
  EXPECT_THAT(ids(query), ElementsAre("phenol"));
}
TEST_F(HitQueryTest, SortsWithWhatIsMissingLast) {
  EXPECT_THAT(sorted("mw"), ElementsAre("heavy", "phenol", "acid", "O'Hara"));
  EXPECT_THAT(sorted("similarity_A"), ElementsAre("phenol", "heavy", "acid", "O'Hara"));
  EXPECT_THAT(sorted("similarity_A:asc"), ElementsAre("acid", "heavy", "phenol", "O'Hara"));
  EXPECT_THAT(sorted("score_kcal_mol", true), ElementsAre("phenol", "O'Hara", "acid", "heavy"));
  EXPECT_THAT(sorted("target:desc", true), ElementsAre("acid", "O'Hara", "phenol", "heavy"));
}
TEST_F(HitQueryTest, StopsAfterAsManyAsWanted) {
  HitQuery query{file_, {}};
  query.stop_after(2);
  EXPECT_THAT(ids(query), ElementsAre("phenol", "acid"));
}
TEST_F(HitQueryTest, GivesBackTheTableAsItWas) {
  const HitTable expected = sample();
  HitQuery query{file_, {}};
  const HitTable table = query.table();
  EXPECT_EQ(table.table.header, expected.table.header);
  EXPECT_EQ(table.table.rows, expected.table.rows);
}
TEST_F(HitQueryTest, TakesThousandsOfConditions) {
  std::string text = "id = 'none'";
  for (int i = 0; i < 5'000; ++i) text += " or mw = " + std::to_string(i);
  EXPECT_THAT(hits(text + " or id = 'acid'"), ElementsAre("acid"));
}

TEST_F(HitQueryTest, PointsAtAColumnThatIsNotThere) {
  EXPECT_EQ(
      refusal("mw < 100 and similarty_A > 0.5"),
      "no column named 'similarty_A'\n  mw < 100 and similarty_A > 0.5\n               ^~~~~~~~~~~\nhint: did you "
      "mean 'similarity_A'? columns are place, compound_id, smiles, score, similarity_A, affinity_kcal_mol_B, "
      "mw_g_mol, heavy_atoms, pains, brenk, nih, best_target, nearest_active, known_active_of, source, line");
  EXPECT_EQ(refusal("target = EGFR"),
            "no column named 'EGFR'\n  target = EGFR\n           ^~~~\nhint: a text stands in quotes: 'EGFR'");
}
TEST_F(HitQueryTest, PointsAtWhatIsOfTheWrongKind) {
  EXPECT_EQ(refusal("mw = '100'"),
            "a text is compared with a number\n  mw = '100'\n       ^~~~~\nhint: numbers stand without quotes");
  EXPECT_EQ(refusal("id < 3"), "a number is compared with a text\n  id < 3\n       ^\nhint: texts stand in quotes");
  EXPECT_EQ(refusal("mw and pains"),
            "'mw' is a number, and stands where a condition must\n  mw and pains\n  ^~\nhint: mw > 0");
  EXPECT_EQ(
      refusal("(mw < 3) + 1 = 2"),
      "a condition stands where a number or a text must\n  (mw < 3) + 1 = 2\n   ^~~~~~\nhint: join conditions with "
      "'and' or 'or'");
  EXPECT_EQ(refusal("id * 2 = 4"), "a text stands where a number must\n  id * 2 = 4\n  ^~");
  EXPECT_EQ(refusal("mw like '1%'"),
            "'like' is for texts\n  mw like '1%'\n  ^~\nhint: compare numbers with < = >, or between");
  EXPECT_EQ(refusal("3"), "a number stands where a condition must\n  3\n  ^\nhint: compare it: mw < 450");
}
TEST_F(HitQueryTest, PointsAtAFunctionItDoesNotKnowOrCannotAsk) {
  EXPECT_EQ(refusal("smart('C')"),
            "no function named 'smart'\n  smart('C')\n  ^~~~~~~~~~\nhint: did you mean 'smarts'? functions are "
            "smarts('SMARTS'), similar('SMILES'), contact('A:LEU:83', 'hbond', 'TARGET')");
  EXPECT_EQ(refusal("smarts('c1cc')"),
            "this is not a SMARTS\n  smarts('....')\n         ^~~~~~\nhint: try it in a structure editor first");
  EXPECT_EQ(refusal("similar('c1cc') > 1"),
            "this is not a SMILES\n  similar('....') > 1\n          ^~~~~~\nhint: try it in a structure editor first");
  EXPECT_EQ(refusal("smarts(smiles)"),
            "smarts() takes a text here\n  smarts(smiles)\n         ^~~~~~\nhint: write it in quotes");
  EXPECT_EQ(refusal("smarts()"),
            "smarts() cannot have 0 arguments\n  smarts()\n  ^~~~~~~~\nhint: smarts('[CX3](=O)[OX2H1]')");
}
TEST_F(HitQueryTest, RefusesBoundsThatAreNone) {
  HitQuery query{file_, {}};
  for (const auto& [bound, message] : {std::pair{"mw", "--min mw: expected COLUMN=NUMBER; hint: --min mw=450"},
                                       std::pair{"mw=", "--min mw=: expected COLUMN=NUMBER; hint: --min mw=450"},
                                       std::pair{"mw=4x", "--min mw=4x: expected COLUMN=NUMBER; hint: --min mw=450"},
                                       std::pair{"id=4", "--min id=4: 'id' is a text"}}) {
    try {
      query.keep_at_least(bound, "--min");
      ADD_FAILURE() << bound;
    } catch (const UsageError& error) {
      EXPECT_STREQ(error.what(), message);
    }
  }
}
TEST_F(HitQueryTest, RefusesResultsOfAnotherVersion) {
  const auto other = folder_.path() / "other.sqlite";
  Database made = Database::create(other);
  made.run("PRAGMA user_version = 1");
  made.finish();
  try {
    HitQuery query{other, {}};
    ADD_FAILURE();
  } catch (const UsageError& error) {
    EXPECT_EQ(error.what(), other.string() +
                                ": of version 1, this program reads 4; hint: use the version of the program "
                                "that made the run");
  }
  EXPECT_THROW(HitQuery(folder_.path() / "none.sqlite", {}), UsageError);
}
TEST_F(HitQueryTest, WritesNothingBesideTheResults) {
  (void)hits("mw > 1");
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_.path())) ++files;
  EXPECT_EQ(files, 2U);
}

}  // namespace
}  // namespace digitalis
