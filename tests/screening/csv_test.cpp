#include "screening/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Fields = std::vector<std::string>;

std::string thrown_by(const std::string& text) {
  try {
    (void)parse_csv(text, "t.csv");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(CsvLine, LeavesPlainFieldsAsTheyAre) { EXPECT_EQ(csv_line({"a", "", "b c", "1.5"}), "a,,b c,1.5\n"); }

TEST(CsvLine, QuotesCommasQuotesAndLineEnds) {
  EXPECT_EQ(csv_line({"a,b", "say \"x\"", "two\nlines", "return\r"}),
            "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\"return\r\"\n");
}

TEST(ParseCsv, ReadsHeaderAndRows) {
  const CsvTable table = parse_csv("a,b\n1,2\n3,\n", "t.csv");
  EXPECT_THAT(table.header, ElementsAre("a", "b"));
  EXPECT_THAT(table.rows, ElementsAre(Fields{"1", "2"}, Fields{"3", ""}));
}

TEST(ParseCsv, TakesLineEndsOfWindowsAndAMissingLastOne) {
  EXPECT_THAT(parse_csv("a,b\r\n1,2\r\n3,4", "t.csv").rows, ElementsAre(Fields{"1", "2"}, Fields{"3", "4"}));
}

TEST(ParseCsv, FindsNothingInNothing) {
  const CsvTable table = parse_csv("", "t.csv");
  EXPECT_THAT(table.header, IsEmpty());
  EXPECT_THAT(table.rows, IsEmpty());
}

TEST(ParseCsv, NamesTheLineOfARowThatIsTooShort) {
  EXPECT_EQ(thrown_by("a,b\n\"x\ny\",2\n3\n"), "t.csv:4: 1 fields, the header has 2");
}

TEST(ParseCsv, RefusesATableThatEndsInsideQuotes) {
  EXPECT_EQ(thrown_by("a,b\n1,\"2\n"), "t.csv:2: the table ends inside quotes");
}

TEST(ParseCsv, ReadsBackWhatCsvLineWrote) {
  std::mt19937 random{7};
  const std::string alphabet = "ab,\"\r\n ;'";
  for (int round = 0; round < 500; ++round) {
    std::vector<Fields> rows(3, Fields(4));
    std::string text;
    for (Fields& row : rows) {
      for (std::string& field : row)
        for (auto length = random() % 6; length > 0; --length) field += alphabet[random() % alphabet.size()];
      text += csv_line(row);
    }
    const CsvTable table = parse_csv(text, "t.csv");
    ASSERT_EQ(table.header, rows[0]) << "round " << round;
    ASSERT_THAT(table.rows, ElementsAre(rows[1], rows[2])) << "round " << round;
  }
}

TEST(CsvTable, NamesAColumnThatIsNotThere) {
  try {
    (void)CsvTable{.header = {"a"}, .rows = {}}.column("b");
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "a table has no column 'b'");
  }
}

TEST(Fixed, WritesSoManyDecimals) {
  EXPECT_EQ(fixed(1.0 / 3.0, 4), "0.3333");
  EXPECT_EQ(fixed(2.0, 0), "2");
  EXPECT_EQ(fixed(-12.345, 1), "-12.3");
}

TEST(Fixed, KnowsNoNegativeZero) {
  EXPECT_EQ(fixed(-0.0, 1), "0.0");
  EXPECT_EQ(fixed(-0.04, 1), "0.0");
}

TEST(Fixed, LeavesNotANumberEmpty) { EXPECT_EQ(fixed(std::nan(""), 2), ""); }

TEST(Fixed, WritesTheLargestNumberWhole) { EXPECT_EQ(fixed(std::numeric_limits<double>::max(), 2).size(), 312U); }

}  // namespace
}  // namespace digitalis
