#include "scoring/outcomes/disclosure.hpp"

#include <gtest/gtest.h>

#include "sample_tables.hpp"

namespace digitalis {
namespace {

using namespace testing_outcomes;  // NOLINT: a test's own helpers

std::string codes_of(const std::string& rows, const std::string& sdc = kUnrounded) {
  return codes(check({source(rows, sdc)}));
}
std::string said_of(const std::string& rows, const std::string& sdc = kUnrounded) {
  return messages(check({source(rows, sdc)}));
}

TEST(CheckTables, AcceptsWhatIsInOrder) {
  const CheckedTables checked = check({source(count_row("dementia", "61303") + count_row("stroke", "26996"))});
  EXPECT_EQ(messages(checked), "");
  ASSERT_EQ(checked.tables.size(), 1U);
  EXPECT_EQ(checked.tables[0].cells.size(), 2U);
  EXPECT_EQ(checked.tables[0].cells[0].numerator.number, 61303.0);
  EXPECT_EQ(name_of(checked.identities[0].verdict), "pass");
}

TEST(CheckTables, TakesAByteOrderMarkAndLineEndsOfWindows) {
  std::string csv = "\xEF\xBB\xBF" + kHeader + count_row("dementia", "61303");
  for (std::size_t at = 0; (at = csv.find('\n', at)) != std::string::npos; at += 2) csv.insert(at, "\r");
  EXPECT_EQ(messages(check({{"t.csv", csv, meta_of(csv, kUnrounded)}})), "");
}

TEST(CheckTables, TellsSuppressedMissingAndZeroApart) {
  std::string rows, states;
  int age = 0;
  for (const char* count : {"*", "[c]", "[REDACTED]", "[x]", "[z]", "[u]", "", "NA", ":", "0", "12 [p][r]", "900"}) {
    rows += count_row("a", count, "persons", std::to_string(age) + '-' + std::to_string(age + 4));
    age += 5;
  }
  const CheckedTables checked = check({source(rows)});
  ASSERT_EQ(messages(checked), "");
  for (const OutcomeCell& cell : checked.tables[0].cells)
    states += cell.numerator.suppressed()    ? 's'
              : !cell.numerator.known()      ? 'm'
              : cell.numerator.number == 0.0 ? '0'
                                             : 'n';
  EXPECT_EQ(states, "sssmmmmmm0nn");
}

TEST(CheckTables, RefusesARateThatGivesASuppressedCountAway) {
  EXPECT_EQ(said_of(row("a", "[c],1000,100,0.4,,,persons,", "prevalence", "proportion") +
                    row("a", "500,1000,100,50.0,,,persons,", "prevalence", "proportion", "male")),
            "E-RATE sample.csv:2: a rate or limit whose count is suppressed gives it away; hint: suppress it too\n");
}

TEST(CheckTables, RefusesAnUnknownColumnWithoutShowingItsName) {
  std::string header = kHeader;
  header.replace(header.find("note"), 4, "Smith");
  EXPECT_EQ(
      messages(check({source(count_row("dementia", "61303"), kUnrounded, "t", "", header)})),
      "E-SCHEMA t.csv:1: column 17 is none that we know; hint: columns are disease_id, indicator, measure_type, "
      "area_level, area_code, period_start, period_end, sex, age_band, numerator, denominator, per, value, lcl95, "
      "ucl95, unit, note\n");
}

TEST(CheckTables, RefusesForbiddenColumnsByWhatTheyAre) {
  std::string header = kHeader;
  header.replace(header.find("note"), 4, "NHS_Number");
  EXPECT_EQ(messages(check({source(count_row("dementia", "61303"), kUnrounded, "t", "", header)}), "E-ROWLEVEL"),
            "E-ROWLEVEL t.csv:1: column 17 is called like one of a NHS number; hint: give aggregate tables only\n");
}

TEST(CheckTables, FindsIdentifiersInNotes) {
  EXPECT_EQ(said_of(row("dementia", "61303,,,,,,,seen 842-914-1456")),
            "E-ROWLEVEL sample.csv:2: column 'note' holds what looks like a 10-digit number with an NHS check digit; "
            "hint: give aggregate tables only\n");
  EXPECT_EQ(codes_of(row("dementia", "61303,,,,,,,lives in SW1A 1AA")), "E-ROWLEVEL");
  EXPECT_EQ(codes_of(row("dementia", "61303,,,,,,,born 12 March 1947")), "E-ROWLEVEL");
}

TEST(CheckTables, FindsAnNhsNumberThatPosesAsACount) {
  EXPECT_EQ(codes_of(count_row("dementia", "8429141456")), "E-ROWLEVEL");
}

TEST(CheckTables, RefusesRowsThatMayBePeople) {
  EXPECT_EQ(codes_of(count_row("a", "1") + count_row("b", "1")), "E-ROWLEVEL E-SMALL");
  EXPECT_EQ(
      said_of(count_row("a", "100") + count_row("a", "100")),
      "E-ROWLEVEL sample.csv:3: a second row for what another counts already: rows may be people; hint: one row per "
      "disease, indicator, area, period, sex and age band\n");
}

TEST(CheckTables, RefusesAPeriodThatDatesAnEvent) {
  std::string rows = count_row("a", "100");
  rows.replace(rows.find("2019-12-31"), 10, "2019-01-02");
  EXPECT_EQ(said_of(rows),
            "E-ROWLEVEL sample.csv:2: a period of less than a week dates events of single people; hint: give longer "
            "periods\n");
}

TEST(CheckTables, RefusesAreasFinerThanRegions) {
  std::string level = count_row("a", "100"), code = level;
  level.replace(level.find("national"), 8, "provider");
  code.replace(code.find("E92000001"), 9, "E06000001");
  EXPECT_EQ(said_of(level),
            "E-AREA sample.csv:2: an area level other than the allowed ones; hint: levels are national and region\n");
  EXPECT_EQ(said_of(code),
            "E-AREA sample.csv:2: the area code is not of the level 'national'; hint: finer areas than regions are not "
            "taken\n");
}

TEST(CheckTables, RefusesATableThatIsNotTheOneThatWasChecked) {
  TableSource table = source(count_row("a", "100"));
  table.csv.back() = ' ';
  EXPECT_EQ(codes(check({table})), "E-DIGEST");
}

TEST(CheckTables, RefusesATableThatIsNotTheOneAgreedOn) {
  DisclosurePolicy agreed = policy();
  agreed.sha256_of_table["sample"] = std::string(64, 'a');
  EXPECT_EQ(codes(check({source(count_row("a", "100"))}, agreed)), "E-DIGEST");
}

TEST(CheckTables, WantsAStatement) {
  TableSource table = source(count_row("a", "100"));
  table.meta_json.clear();
  EXPECT_EQ(
      messages(check({table})),
      "E-META sample.csv: there is no statement 'sample.meta.json' beside it; hint: see scoring/outcomes/README.md\n");
}

TEST(CheckTables, RefusesAStatementThatIsTooLax) {
  EXPECT_EQ(said_of(count_row("a", "100"), R"("profile":"custom","min_count":3,"round_base":1)"),
            "E-META sample.csv: the statement beside it: 'sdc.min_count' is below 8\n");
}

TEST(CheckTables, RefusesAReleaseInTheFuture) {
  DisclosurePolicy early = policy();
  early.today = *parse_day("2020-06-30");
  EXPECT_EQ(messages(check({source(count_row("a", "100"))}, early)),
            "E-META sample.csv: the statement beside it: 'released_on': in the future\n");
}

TEST(CheckTables, RefusesSmallCountsWithoutShowingThem) {
  EXPECT_EQ(said_of(count_row("a", "7") + count_row("b", "100") + count_row("c", "1")),
            "E-SMALL sample.csv:2: a count under 8 (2 times: also line 4); hint: suppress it with [c], or give coarser "
            "groups\n");
}

TEST(CheckTables, LetsZeroAndEightPass) { EXPECT_EQ(codes_of(count_row("a", "8") + count_row("b", "0")), ""); }

TEST(CheckTables, RefusesAllButAFew) {
  EXPECT_EQ(codes_of(row("a", "96,100,,,,,persons,", "prevalence", "proportion")), "E-SMALL");
}

TEST(CheckTables, ExemptsNationalFiguresOnlyWhenTableAndPolicySaySo) {
  const std::string exempt = kUnrounded + R"(,"national_exempt":true)";
  DisclosurePolicy allowing = policy();
  allowing.national_exempt = true;
  EXPECT_EQ(codes(check({source(count_row("a", "3"), exempt)})), "E-SMALL");
  EXPECT_EQ(codes(check({source(count_row("a", "3"), kUnrounded)}, allowing)), "E-SMALL");
  EXPECT_EQ(codes(check({source(count_row("a", "3"), exempt)}, allowing)), "");
}

TEST(CheckTables, RefusesCountsThatAreNotRoundedAsStated) {
  EXPECT_EQ(codes_of(count_row("a", "100"), kRounded), "");
  EXPECT_EQ(said_of(count_row("a", "101"), kRounded),
            "E-ROUND sample.csv:2: a count that is not a multiple of 5, as the table states it to be; hint: round all "
            "counts after suppressing, and compute rates from them\n");
  EXPECT_EQ(codes_of(count_row("a", "9") + count_row("b", "0") + count_row("c", "15"), kMidpoint6), "");
  EXPECT_EQ(codes_of(count_row("a", "12"), kMidpoint6), "E-ROUND");
}

TEST(CheckTables, WarnsOfNoneOrAllOfAGroup) {
  const std::string none = row("a", "0,60,,,,,persons,", "prevalence", "proportion");
  EXPECT_EQ(codes_of(none), "W-CLASS");
  EXPECT_EQ(name_of(check({source(none)}).findings.verdict()), "review");
  DisclosurePolicy strict = policy();
  strict.zeros_disclosive = true;
  EXPECT_EQ(codes(check({source(none)}, strict)), "E-CLASS");
}

TEST(CheckTables, RefusesRatesThatDisagreeWithTheirCounts) {
  EXPECT_EQ(codes_of(row("a", "250,1000,100,25.0,,,persons,", "prevalence", "proportion")), "");
  EXPECT_EQ(codes_of(row("a", "253,1000,100,25,,,persons,", "prevalence", "proportion")), "");
  EXPECT_EQ(codes_of(row("a", "253,1000,100,25.0,,,persons,", "prevalence", "proportion")), "E-RATE");
}

/// OpenSAFELY's own example: 10, 15, 25 and one redacted count, with the total.
std::string redacted_example(const std::string& total) {
  return count_row("a", "10", "persons", "0-19") + count_row("a", "15", "persons", "20-39") +
         count_row("a", "[REDACTED]", "persons", "40-59") + count_row("a", "25", "persons", "60+") +
         count_row("a", total);
}

TEST(CheckTables, RefusesASuppressedCountThatFollowsFromATotal) {
  EXPECT_EQ(
      messages(check({source(redacted_example("51"))})),
      "E-RECOVER sample.csv:4: a suppressed count follows from a total and its other parts; hint: suppress a second "
      "count of its group, or round all counts\n");
}

TEST(CheckTables, AcceptsTheSameCountsRounded) { EXPECT_EQ(codes_of(redacted_example("50"), kRounded), ""); }

TEST(CheckTables, SeesThroughTotalsThatOnlyTheStatementNames) {
  const std::string rows = count_row("a", "20") + count_row("b", "[c]") + count_row("c", "23");
  const auto key = [](const std::string& disease) {
    return '"' + disease + R"(|deaths|E92000001|2019-01-01|2019-12-31|persons|all")";
  };
  const std::string totals = R"(,"totals":[[)" + key("c") + ",[" + key("a") + "," + key("b") + "]]]";
  EXPECT_EQ(codes(check({source(rows, kUnrounded)})), "E-SUPP");
  EXPECT_EQ(codes(check({source(rows, kUnrounded, "sample", totals)})), "E-RECOVER E-SUPP");
}

TEST(CheckTables, SeesThroughTwoSuppressedCountsOfOneTotal) {
  // 1 + 1 is the only way to make 2; two in 14 leave seven ways each.
  const auto table = [](const std::string& total) {
    return count_row("a", total) + count_row("a", "*", "male") + count_row("a", "*", "female");
  };
  EXPECT_EQ(codes(check({source(table("9"))})).find("E-RECOVER"), std::string::npos);
  EXPECT_EQ(codes(check({source(table("14"))})), "E-RECOVER E-SUPP");  // 7 + 7
}

TEST(CheckTables, RefusesTwoTablesThatDifferByASmallGroup) {
  const TableSource first = source(count_row("a", "1000"), kUnrounded, "first");
  const TableSource second = source(count_row("a", "1004"), kUnrounded, "second");
  const TableSource rounded = source(count_row("a", "1005"), kRounded, "second");
  EXPECT_EQ(
      messages(check({first, second})),
      "E-DIFF second.csv:2: a count that differs from a count of table 'first' by a group under 8; hint: round both "
      "tables to one base\n");
  EXPECT_EQ(codes(check({first, rounded})), "");
}

TEST(CheckTables, RefusesATableThatDiffersFromAnEarlierOne) {
  const auto earlier = check({source(count_row("a", "1000"), kUnrounded, "first")}).tables;
  const TableSource now = source(count_row("a", "1004"), kUnrounded, "second");
  EXPECT_EQ(codes(check_tables(std::span{&now, 1}, policy(), earlier)), "E-DIFF");
}

TEST(CheckTables, DoesNotCompareGroupsThatDoNotHoldEachOther) {
  EXPECT_EQ(codes_of(count_row("a", "1000", "male") + count_row("a", "1003", "female")), "");
  EXPECT_EQ(codes_of(count_row("a", "1000", "male") + count_row("a", "1003")), "E-DIFF");
}

TEST(CheckTables, JudgesHowMuchIsSuppressed) {
  const std::string some = count_row("a", "*", "male", "0-9") + count_row("a", "*", "male", "10-19");
  EXPECT_EQ(codes_of(some + count_row("a", "1000", "male", "20+")), "");
  EXPECT_EQ(codes_of(some + count_row("a", "40", "male", "20+")), "W-SUPP");
  EXPECT_EQ(codes_of(some + count_row("a", "10", "male", "20+")), "E-SUPP");
}

TEST(CheckTables, SaysEverythingInOnePass) {
  std::string rows = count_row("a", "3") + row("b", "100,,,,,,,M1 1AE") + count_row("c", "12", "unknown");
  EXPECT_EQ(codes(check({{"t.csv", kHeader + rows, ""}})), "E-SCHEMA E-ROWLEVEL E-META E-SMALL");
}

TEST(CheckTables, RefusesHugeRowsTablesAndFiles) {
  EXPECT_EQ(said_of(row("a", "100,,,,,,," + std::string(70000, 'x'))),
            "E-SCHEMA sample.csv:2: a row of more than 64 kB\n");
  std::string many;
  for (int i = 0; i < 5001; ++i) many += count_row("d" + std::to_string(i), "1000");
  EXPECT_EQ(said_of(many), "E-SCHEMA sample.csv: more than 5000 rows; hint: give several tables, or coarser ones\n");
  EXPECT_EQ(said_of(std::string(17U << 20U, 'x')), "E-SCHEMA sample.csv: more than 16 MB\n");
}

TEST(CheckTables, RefusesWhatIsNotUtf8) {
  EXPECT_EQ(said_of(row("a", "100,,,,,,,caf\xE9")),
            "E-SCHEMA sample.csv:2: a byte that is not UTF-8; hint: save the table as \"CSV UTF-8\"\n");
  EXPECT_EQ(said_of(row("a", std::string{"100,,,,,,,\0", 11})),
            "E-SCHEMA sample.csv:2: a NUL byte: this is no text; hint: save the table as \"CSV UTF-8\"\n");
}

TEST(CheckTables, RefusesFormulas) {
  EXPECT_EQ(said_of(row("a", "100,,,,,,,\"=HYPERLINK(\"\"x\"\")\"")),
            "E-SCHEMA sample.csv:2: column 'note' begins like a formula of a spreadsheet\n");
}

TEST(CheckTables, IsNotHeldUpByWhatIsMadeToHoldItUp) {
  for (const char* piece : {"\r", "\"", ",", "\r\r\"a", "1 "}) {
    std::string text = kHeader;
    while (text.size() < 2'000'000) text += piece;
    EXPECT_TRUE(check({{"t.csv", text, ""}}).findings.refused());
  }
  std::string nested;  // every group holds all the ones before, and differs by a few
  for (int i = 0; i < 1000; ++i)
    nested += count_row("a", std::to_string(1000 + i % 7), "persons", "0-" + std::to_string(i % 130));
  EXPECT_LT(check({source(nested)}).findings.all().size(), 10U);
}

TEST(CheckTables, ReadsAStatementOfAnyDepthWithoutFalling) {
  TableSource table = source(count_row("a", "100"));
  table.meta_json = std::string(1'000'000, '[');
  EXPECT_EQ(codes(check({table})), "E-META");
  table.meta_json = R"({"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_EQ(codes(check({table})), "E-META");
}

}  // namespace
}  // namespace digitalis
