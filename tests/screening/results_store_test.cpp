#include "screening/results_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "screening/rejects_csv.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;

class ResultsStore : public ::testing::Test {
 protected:
  ResultsStore() {
    testing::write_file(rejects_, std::string{kRejectsHeader} +
                                      "lib.smi,4,b,prepare,duplicate,same compound as a (lib.smi:1),\n"
                                      "lib.smi,12,,filter,filter,\"two\nlines, \"\"quoted\"\"\",x\n");
    HitTable hits;
    hits.table.header = {"place", "compound_id", "smiles", "score", "mw_g_mol", "nearest_active", "source", "line"};
    hits.table.rows = {{"1", "007", "C", "0.5000", "16.04", "1e5", "lib.smi", "3"},
                       {"2", "x'; DROP TABLE hits; --", "CC", "0.2500", "", "", "lib.smi", "1"}};
    write_results_store(file_, hits, rejects_, {{"campaign", "demo"}, {"seed", "7"}});
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

TEST_F(ResultsStore, HoldsEveryHitAndReject) {
  EXPECT_THAT(ask("SELECT count(*) FROM hits"), ElementsAre("2"));
  EXPECT_THAT(ask("SELECT count(*) FROM rejects"), ElementsAre("2"));
}

TEST_F(ResultsStore, SaysItsSchemasVersion) { EXPECT_THAT(ask("PRAGMA user_version"), ElementsAre("1")); }

TEST_F(ResultsStore, HoldsFactsAboutTheRun) {
  EXPECT_THAT(ask("SELECT key, value FROM run ORDER BY key"), ElementsAre("campaign", "demo", "seed", "7"));
}

TEST_F(ResultsStore, HoldsNumbersAsNumbers) {
  EXPECT_THAT(ask("SELECT typeof(place), typeof(score), typeof(mw_g_mol), typeof(line) FROM hits WHERE place = 1"),
              ElementsAre("integer", "real", "real", "integer"));
}

TEST_F(ResultsStore, HoldsIdsAsTextEvenWhenTheyLookLikeNumbers) {
  EXPECT_THAT(ask("SELECT compound_id, nearest_active FROM hits WHERE place = 1"), ElementsAre("007", "1e5"));
}

TEST_F(ResultsStore, HoldsEmptyCellsAsNull) {
  EXPECT_THAT(ask("SELECT mw_g_mol, nearest_active FROM hits WHERE place = 2"), ElementsAre("NULL", "NULL"));
}

TEST_F(ResultsStore, TakesAnyId) {
  EXPECT_THAT(ask("SELECT compound_id FROM hits WHERE place = 2"), ElementsAre("x'; DROP TABLE hits; --"));
}

TEST_F(ResultsStore, HoldsRejectsAsTheyStandInTheirTable) {
  EXPECT_THAT(ask("SELECT source, line, compound_id, stage, reason, detail, remedy FROM rejects WHERE line > 4"),
              ElementsAre("lib.smi", "12", "NULL", "filter", "filter", "two\nlines, \"quoted\"", "x"));
}

TEST_F(ResultsStore, FindsCompoundsByAnIndex) {
  EXPECT_THAT(ask("SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'hits%'"),
              ElementsAre("hits_by_compound"));
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
