#include "scoring/outcomes/kept_counts.hpp"

#include <gtest/gtest.h>

#include "sample_tables.hpp"

namespace digitalis {
namespace {

using namespace testing_outcomes;

OutcomeTable accepted(const TableSource& table) { return check({table}).tables.at(0); }
OutcomeTable kept(const OutcomeTable& table) {
  return table_of_kept_counts("kept.json", table.sha256, counts_to_keep(table));
}
/// What is found in `now` at a site that keeps the counts of `before`.
std::string codes_after(const TableSource& before, const TableSource& now) {
  const std::vector<OutcomeTable> earlier{kept(accepted(before))};
  return codes(check_tables(std::span{&now, 1}, policy(), earlier));
}

TEST(KeptCounts, HoldCountsAndWhomTheyCountAndNothingElse) {
  const OutcomeTable table = accepted(source(row("a", "1000,50000,1000,20,19,21,persons,a note", "deaths", "rate")));
  EXPECT_EQ(
      counts_to_keep(table),
      R"({"counts":[["a","deaths",false,"national","E92000001","2019-01-01","2019-12-31","persons",0,999,1000.0]],)"
      R"("min_count":8,"national_exempt":false,"table_id":"sample"})"
      "\n");
}

TEST(KeptCounts, AreNoneOfARoundedTable) {
  EXPECT_EQ(counts_to_keep(accepted(source(count_row("a", "1000"), kRounded))), "");
}

TEST(KeptCounts, RefuseATableThatGivesASmallGroupAway) {
  const TableSource first = source(count_row("a", "1000"), kUnrounded, "first");
  EXPECT_EQ(codes_after(first, source(count_row("a", "1004"), kUnrounded, "second")), "E-DIFF");
  EXPECT_EQ(codes_after(first, source(count_row("a", "1004", "male"), kUnrounded, "second")), "E-DIFF");
  EXPECT_EQ(codes_after(first, source(count_row("a", "1008"), kUnrounded, "second")), "");
  EXPECT_EQ(codes_after(first, source(count_row("b", "1004"), kUnrounded, "second")), "");
}

TEST(KeptCounts, DoNotRefuseTheTableThatTheyAreOf) {
  // The larger count is that of the smaller group: no difference within one table, but one between two.
  const TableSource table = source(count_row("a", "1000") + count_row("a", "1003", "male"));
  EXPECT_EQ(codes_after(table, table), "");
}

TEST(KeptCounts, AreNamedWhenTheyCannotBeRead) {
  try {
    (void)table_of_kept_counts("accepted/abc.json", "abc", R"({"counts":[["a","deaths",4711]]})");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(),
                 "accepted/abc.json: not counts that were kept of an outcome table; hint: restore it from a backup");
  }
}

}  // namespace
}  // namespace digitalis
