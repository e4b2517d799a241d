#include "screening/results_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "chem/file_io.hpp"
#include "screening/rejects_csv.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;

HitTable sample() {
  HitTable hits;
  hits.table.header = {"place",
                       "compound_id",
                       "smiles",
                       "score",
                       "similarity_A",
                       "affinity_kcal_mol_B",
                       "ligand_efficiency_kcal_mol_B",
                       "strongest_residues_kcal_mol_B",
                       "interactions_B",
                       "pose_flags_B",
                       "receptor_B",
                       "mw_g_mol",
                       "heavy_atoms",
                       "pains",
                       "nih",
                       "best_target",
                       "nearest_active",
                       "known_active_of",
                       "source",
                       "line"};
  hits.table.rows = {{"1",
                      "007",
                      "C",
                      "0.5000",
                      "0.5000",
                      "-6.2000",
                      "-3.1000",
                      "A:LYS162 -1.32; A:ALA213 -0.90",
                      "salt_bridge A:LYS:162 3.5",
                      "",
                      "open.pdb",
                      "16.04",
                      "2",
                      "quinone_A(370); azo_A(324)",
                      "",
                      "B",
                      "1e5",
                      "",
                      "lib.smi",
                      "3"},
                     {"2",
                      "x'; DROP TABLE hits; --",
                      "CC",
                      "0.2500",
                      "",
                      "-6.0000",
                      "-2.0000",
                      "",
                      "",
                      "bond_angle; protein_clash",
                      "closed.pdb",
                      "",
                      "3",
                      "",
                      "quinone_A(370)",
                      "A",
                      "1e5",
                      "A query",
                      "lib.smi",
                      "1"}};
  hits.score_columns = 7;
  hits.origins["similarity_A"] = {"similarity", "A"};
  for (const char* column : {"affinity_kcal_mol_B", "ligand_efficiency_kcal_mol_B", "strongest_residues_kcal_mol_B",
                             "interactions_B", "pose_flags_B", "receptor_B"})
    hits.origins[column] = {"dock", "B"};
  HitPose pose{.target = "B",
               .stage = "dock",
               .receptor = "open.pdb",
               .heavy_atoms_A = {{11.234, 20, -31.5}, {10, 20.006, 30}},
               .terms_kcal_mol = {-7.0, 0.25},
               .strongest_residues = {{"A:LYS162", -132}, {"A:ALA213", -90}}};
  Interaction contact;
  contact.kind = InteractionKind::kSaltBridge;
  contact.residue = "A:LYS:162";
  contact.receptor_atom = "NZ";
  contact.ligand_atoms = {0, 1};
  contact.distance_A = 3.456;
  pose.judgement.interactions = {contact};
  HitPose other = pose;
  other.receptor = "closed.pdb";
  other.strongest_residues.clear();
  other.judgement = {{}, {PoseFlag::kBondAngle, PoseFlag::kProteinClash}};
  hits.poses = {{pose}, {other}};
  return hits;
}

StoredRun run_of_sample() {
  return {.facts = {{"campaign", "demo"}, {"seed", "7"}},
          .stages = {{"prepare", "prepare", 12, 10, {{"duplicate", 2}}},
                     {"similarity",
                      "similarity",
                      10,
                      2,
                      {{"below the cut (keep)", 8}},
                      StageStandings{.scored = 10, .cut_score = 0.25, .of_hits = {{0.5, 1}, {0.25004, 2}}}},
                     {"dock", "dock", 2, 2, {}, StageStandings{.scored = 2, .of_hits = {{6.2, 1}, {6.0, 2}}}}},
          .targets = {{"A", 1.0, {}}, {"B", 0.5, {10, 20, 30}}}};
}

constexpr const char* kRejectRows[] = {"lib.smi,4,b,prepare,duplicate,same compound as a (lib.smi:1),\n",
                                       "lib.smi,12,,filter,filter,\"two\nlines, \"\"quoted\"\"\",x\n"};

class ResultsStore : public ::testing::Test {
 protected:
  ResultsStore() {
    testing::write_file(rejects_, std::string{kRejectsHeader} + kRejectRows[0] + kRejectRows[1]);
    write_results_store(file_, sample(), rejects_, run_of_sample());
    sqlite3_open_v2(file_.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr);
  }
  ~ResultsStore() override { sqlite3_close(database_); }

  /// Every cell of the answer, row by row.
  std::vector<std::string> ask(const std::string& sql) {
    std::vector<std::string> cells;
    const auto take = [](void* to, int count, char** values, char**) {
      for (int i = 0; i < count; ++i)
        static_cast<std::vector<std::string>*>(to)->emplace_back(values[i] == nullptr ? "NULL" : values[i]);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database_, sql.c_str(), take, &cells, nullptr), SQLITE_OK) << sqlite3_errmsg(database_);
    return cells;
  }

  testing::ScratchFolder folder_;
  std::filesystem::path file_ = folder_.path() / "results.sqlite";
  std::filesystem::path rejects_ = folder_.path() / "rejects.csv";
  sqlite3* database_ = nullptr;
};

TEST_F(ResultsStore, SaysItsSchemasVersion) { EXPECT_THAT(ask("PRAGMA user_version"), ElementsAre("4")); }

TEST_F(ResultsStore, HoldsFactsAboutTheRun) {
  EXPECT_THAT(ask("SELECT key, value FROM run ORDER BY key"), ElementsAre("campaign", "demo", "seed", "7"));
}

TEST_F(ResultsStore, ShowsHitsAsTheirTableHasThem) {
  EXPECT_THAT(ask("SELECT * FROM hits ORDER BY place"),
              ElementsAre("1", "007", "C", "0.5", "0.5", "-6.2", "-3.1", "A:LYS162 -1.32; A:ALA213 -0.90",
                          "salt_bridge A:LYS:162 3.5", "NULL", "open.pdb", "16.04", "2", "quinone_A(370); azo_A(324)",
                          "NULL", "B", "1e5", "NULL", "lib.smi", "3",  //
                          "2", "x'; DROP TABLE hits; --", "CC", "0.25", "NULL", "-6.0", "-2.0", "NULL", "NULL",
                          "bond_angle; protein_clash", "closed.pdb", "NULL", "3", "NULL", "quinone_A(370)", "A", "1e5",
                          "A query", "lib.smi", "1"));
}

TEST_F(ResultsStore, NamesTheColumnsOfHitsWithTypeAndDecimals) {
  EXPECT_THAT(ask("SELECT name, type, decimals FROM hit_columns WHERE number IN (1, 2, 5, 8, 13)"),
              ElementsAre("place", "INTEGER", "NULL", "compound_id", "TEXT", "NULL", "similarity_A", "REAL", "4",
                          "strongest_residues_kcal_mol_B", "TEXT", "NULL", "heavy_atoms", "INTEGER", "NULL"));
}

TEST_F(ResultsStore, HoldsNumbersAsNumbers) {
  EXPECT_THAT(ask("SELECT typeof(place), typeof(score), typeof(mw_g_mol), typeof(line) FROM hits WHERE place = 1"),
              ElementsAre("integer", "real", "real", "integer"));
}

TEST_F(ResultsStore, KeepsRealsOfCompoundsAsWholeNumbers) {
  EXPECT_THAT(ask("SELECT score_x10000, mw_g_mol_x100, typeof(mw_g_mol_x100) FROM compounds"),
              ElementsAre("5000", "1604", "integer", "2500", "NULL", "null"));
}

TEST_F(ResultsStore, KeepsRealsThatAreNoWholeNumbersInAnyUnit) {
  HitTable hits;
  hits.table.header = {"place", "compound_id", "large", "long"};
  hits.table.rows = {{"1", "a", "12345678901234.5", "0.12345678"}};
  write_results_store(file_, hits, rejects_, {});
  sqlite3_close(database_);
  sqlite3_open_v2(file_.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr);
  EXPECT_THAT(ask("SELECT c.large, c.long, h.large, h.long FROM compounds AS c JOIN hits AS h ON h.place = c.compound"),
              ElementsAre("12345678901234.5", "0.12345678", "12345678901234.5", "0.12345678"));
}

TEST_F(ResultsStore, KeepsATextThatManyRowsShareOnce) {
  EXPECT_THAT(ask("SELECT name FROM actives"), ElementsAre("1e5"));
  EXPECT_THAT(ask("SELECT name FROM sources"), ElementsAre("lib.smi"));
}

TEST_F(ResultsStore, CountsAlertsBesideTheirNames) {
  EXPECT_THAT(ask("SELECT pains, nih FROM compounds ORDER BY compound"), ElementsAre("2", "0", "0", "1"));
}

TEST_F(ResultsStore, KeepsAScorePerStageAndTarget) {
  EXPECT_THAT(ask("SELECT c.compound_id, g.name, t.name, s.value FROM scores AS s JOIN compounds AS c USING (compound) "
                  "JOIN stages AS g USING (stage) JOIN targets AS t USING (target) WHERE compound = 1"),
              ElementsAre("007", "similarity", "A", "0.5", "007", "dock", "B", "-6.2"));
}

TEST_F(ResultsStore, TellsWhereAHitStoodInEveryStageThatScoredIt) {
  EXPECT_THAT(ask("SELECT compound_id, stage, stage_score, stage_place, scored, kept, cut_score FROM standings_of_hits "
                  "WHERE place = 2"),
              ElementsAre("x'; DROP TABLE hits; --", "similarity", "0.25", "2", "10", "2", "0.25",  //
                          "x'; DROP TABLE hits; --", "dock", "6.0", "2", "2", "2", "NULL"));
}

TEST_F(ResultsStore, KeepsPosesAsStepsOfAPicometreFromAtomToAtom) {
  // 123, 0, -6150 from the origin; then -123, 1, 6150: 2n or -2n - 1, the large ones in three bytes
  EXPECT_THAT(ask("SELECT compound, pose, stage, target, hex(places) FROM poses WHERE compound = 1"),
              ElementsAre("1", "1", "3", "2", "F10600F9271BF10502F9271C"));
}

TEST_F(ResultsStore, TellsWhatDockingSaysOfAPose) {
  EXPECT_THAT(ask("SELECT compound_id, stage, target, receptor, affinity_kcal_mol, inter_kcal_mol, intra_kcal_mol, "
                  "strongest_residues_kcal_mol, flags FROM poses_of_hits"),
              ElementsAre("007", "dock", "B", "open.pdb", "-6.2", "-7.0", "0.25", "A:LYS162 -1.32; A:ALA213 -0.90",
                          "NULL", "x'; DROP TABLE hits; --", "dock", "B", "closed.pdb", "-6.0", "-7.0", "0.25", "NULL",
                          "bond_angle; protein_clash"));
}

TEST_F(ResultsStore, KeepsWhatHoldsAPose) {
  EXPECT_THAT(ask("SELECT * FROM contacts_of_hits"),
              ElementsAre("1", "007", "1", "dock", "B", "salt_bridge", "A:LYS:162", "NZ", "0,1", "0", "3.46", "NULL"));
}

TEST_F(ResultsStore, SaysWhatEachStageDropped) {
  EXPECT_THAT(ask("SELECT stage, entered, passed, reason, dropped FROM funnel"),
              ElementsAre("prepare", "12", "10", "duplicate", "2",  //
                          "similarity", "10", "2", "below the cut (keep)", "8", "dock", "2", "2", "NULL", "NULL"));
}

TEST_F(ResultsStore, ListsTheBestOfEachTarget) {
  EXPECT_THAT(ask("SELECT target, stage, place_for_target, compound_id, value FROM best_per_target"),
              ElementsAre("A", "similarity", "1", "007", "0.5",  //
                          "B", "dock", "1", "007", "-6.2", "B", "dock", "2", "x'; DROP TABLE hits; --", "-6.0"));
}

TEST_F(ResultsStore, ShowsRejectsAsTheirTableHasThem) {
  EXPECT_THAT(ask("SELECT source, line, compound_id, stage, reason, detail, remedy FROM rejects"),
              ElementsAre("lib.smi", "4", "b", "prepare", "duplicate", "same compound as a (lib.smi:1)", "NULL",  //
                          "lib.smi", "12", "NULL", "filter", "filter", "two\nlines, \"quoted\"", "x"));
}

TEST_F(ResultsStore, FindsCompoundsByAnIndex) {
  EXPECT_THAT(ask("EXPLAIN QUERY PLAN SELECT score FROM hits WHERE compound_id = 'x'"),
              ElementsAre(::testing::_, ::testing::_, ::testing::_, ::testing::HasSubstr("compounds_by_id")));
}

TEST_F(ResultsStore, IsTheSameBytesEveryTime) {
  const std::string once = read_file(file_);
  write_results_store(file_, sample(), rejects_, run_of_sample());
  EXPECT_TRUE(read_file(file_) == once);
}

TEST_F(ResultsStore, TakesATableWithColumnsOfAnyName) {
  HitTable hits;
  hits.table.header = {"place", "compound_id", "say \"x\"", "select"};
  hits.table.rows = {{"1", "a", "1.50", "yes"}};
  write_results_store(file_, hits, rejects_, {});
  sqlite3_close(database_);
  sqlite3_open_v2(file_.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr);
  EXPECT_THAT(ask("SELECT \"say \"\"x\"\"\", \"select\" FROM hits"), ElementsAre("1.5", "yes"));
}

TEST_F(ResultsStore, ReplacesAnEarlierOne) {
  HitTable hits;
  hits.table.header = {"place", "compound_id"};
  write_results_store(file_, hits, rejects_, {});
  sqlite3_close(database_);
  sqlite3_open_v2(file_.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr);
  EXPECT_THAT(ask("SELECT count(*) FROM hits"), ElementsAre("0"));
}

}  // namespace
}  // namespace digitalis
