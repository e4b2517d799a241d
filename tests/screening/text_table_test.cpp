#include "screening/text_table.hpp"

#include <gtest/gtest.h>

namespace digitalis {
namespace {

TEST(TextTable, AlignsNumbersRightAndTextLeft) {
  EXPECT_EQ(text_table({"id", "score", "note"}, {{"a", "1.5", "x"}, {"long", "10.25", ""}}),
            "id    score  note\n"
            "a       1.5  x\n"
            "long  10.25\n");
}

TEST(TextTable, CutsLongCells) { EXPECT_EQ(text_table({"id"}, {{"abcdefghij"}}, 8), "id\nabcde...\n"); }

TEST(TextTable, CountsCharactersNotBytes) {
  EXPECT_EQ(text_table({"n", "x"}, {{"\xce\xb1\xce\xb2", "y"}, {"abc", "z"}}),
            "n    x\n\xce\xb1\xce\xb2   y\nabc  z\n");
}

TEST(TextTable, CutsBetweenCharactersAndNoEarlierThanItMust) {
  EXPECT_EQ(text_table({"n"}, {{"\xce\xb1\xce\xb2\xce\xb3\xce\xb4\xce\xb5\xce\xb6"}}, 5), "n\n\xce\xb1\xce\xb2...\n");
}

TEST(TextTable, OfNoRowsIsItsHeader) { EXPECT_EQ(text_table({"a", "b"}, {}), "a  b\n"); }

TEST(Grouped, SetsACommaEveryThreeDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(123456), "123,456");
  EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

}  // namespace
}  // namespace digitalis
