#include "screening/hit_query/expression.hpp"

#include <gtest/gtest.h>

#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

using Kind = Expression::Kind;

/// The tree in prefix form: "(and (< mw 450) pains)".
std::string shape(const Expression& at) {
  std::string parts;
  for (const Expression& part : at.parts) parts += " " + shape(part);
  const std::string no = at.negated ? "not-" : "";
  switch (at.kind) {
    case Kind::kNumber: return std::to_string(at.number).substr(0, 4);
    case Kind::kText: return "'" + at.word + "'";
    case Kind::kColumn: return at.word;
    case Kind::kCall: return "(" + at.word + "()" + parts + ")";
    case Kind::kNot: return "(not" + parts + ")";
    case Kind::kAnd: return "(and" + parts + ")";
    case Kind::kOr: return "(or" + parts + ")";
    case Kind::kCompare:
    case Kind::kArithmetic: return "(" + at.word + parts + ")";
    case Kind::kLike: return "(" + no + "like" + parts + ")";
    case Kind::kIn: return "(" + no + "in" + parts + ")";
    case Kind::kBetween: return "(" + no + "between" + parts + ")";
    case Kind::kMissing: return "(" + no + "missing" + parts + ")";
    case Kind::kMinus: return "(minus" + parts + ")";
  }
  return "?";
}
std::string shape_of(std::string_view text) { return shape(parse_expression(text)); }

std::string refusal(std::string_view text) {
  try {
    return "read as " + shape_of(text);
  } catch (const UsageError& error) {
    return error.what();
  }
}

TEST(ParseExpression, BindsNotBeforeAndBeforeOr) {
  EXPECT_EQ(shape_of("a = 1 or not b and c > 2"), "(or (= a 1.00) (and (not b) (> c 2.00)))");
}
TEST(ParseExpression, BindsArithmeticAsUsual) {
  EXPECT_EQ(shape_of("a - 2 * -b / c < (a + b) * 3"), "(< (- a (/ (* 2.00 (minus b)) c)) (* (+ a b) 3.00))");
}
TEST(ParseExpression, KeepsTheAndOfBetweenToItself) {
  EXPECT_EQ(shape_of("mw between 200 and 500 and pains"), "(and (between mw 200. 500.) pains)");
}
TEST(ParseExpression, ReadsEveryComparison) {
  EXPECT_EQ(shape_of("a not in ('x', 2) and b not like 'y%' and c is not missing and d IS NULL and e <> 1 and f == 2"),
            "(and (not-in a 'x' 2.00) (not-like b 'y%') (not-missing c) (missing d) (<> e 1.00) (= f 2.00))");
}
TEST(ParseExpression, ReadsFunctionsAndGroups) {
  EXPECT_EQ(shape_of("SMARTS('c1ccccc1') and (similar(\"CC\") > 0.6 or contact('A:LEU:83', 'hbond'))"),
            "(and (smarts() 'c1ccccc1') (or (> (similar() 'CC') 0.60) (contact() 'A:LEU:83' 'hbond')))");
}
TEST(ParseExpression, TakesTextsAsTheyAreButForDoubledQuotes) {
  EXPECT_EQ(shape_of(R"(a = 'F/C=C\F')"), R"((= a 'F/C=C\F'))");
  EXPECT_EQ(shape_of("a = 'it''s' or b = \"say \"\"x\"\"\""), "(or (= a 'it's') (= b 'say \"x\"'))");
}
TEST(ParseExpression, ReadsColumnsOfAnyNameInBrackets) {
  EXPECT_EQ(shape_of("[similarity_5-HT2A] > .5 and [a]]b]"), "(and (> similarity_5-HT2A 0.50) a]b)");
}
TEST(ParseExpression, ReadsLettersOfOtherAlphabets) {
  EXPECT_EQ(shape_of("similarity_β2 > 1"), "(> similarity_β2 1.00)");
}

TEST(ParseExpression, PointsAtWhatItCannotRead) {
  EXPECT_EQ(refusal("mw <"),
            "the expression ends too early\n  mw <\n      ^\n"
            "hint: expected a column, a number, a text in quotes or a function");
  EXPECT_EQ(refusal("mw < 450 450"),
            "cannot go on here\n  mw < 450 450\n           ^~~\nhint: expected 'and', 'or' or the end");
  EXPECT_EQ(refusal("1 < mw < 2"),
            "cannot go on here\n  1 < mw < 2\n         ^\nhint: expected 'and', 'or' or the end");
  EXPECT_EQ(
      refusal("mw < 450 & qed"),
      "this sign has no meaning here\n  mw < 450 & qed\n           ^\nhint: texts stand in quotes, columns of other "
      "names in [ ]");
  EXPECT_EQ(refusal("a = 'b"), "a text that is not closed\n  a = 'b\n      ^~\nhint: write a ' after it");
  EXPECT_EQ(refusal("mw < 450g"),
            "a number runs into a name\n  mw < 450g\n       ^~~~\nhint: units are those of the column");
  EXPECT_EQ(refusal("mw not 4"),
            "cannot go on here\n  mw not 4\n         ^\nhint: expected 'like', 'in' or 'between' after 'not'");
  EXPECT_EQ(refusal("a in 3"),
            "cannot go on here\n  a in 3\n       ^\nhint: expected a list in parentheses: ('A', 'B')");
  EXPECT_EQ(refusal(""), "the expression is empty\n  \n  ^\nhint: mw < 450 and not pains");
  EXPECT_EQ(refusal("mw < 1e999"), "this number is too large or too small\n  mw < 1e999\n       ^~~~~");
}
TEST(ParseExpression, CountsCharactersNotBytesUnderTheCaret) {
  EXPECT_EQ(refusal("β = 'γ' ;"),
            "this sign has no meaning here\n  β = 'γ' ;\n          ^\nhint: texts stand in quotes, columns of other "
            "names in [ ]");
}
TEST(ParseExpression, NeverShowsAStructure) {
  EXPECT_EQ(
      refusal("smarts('C1CC1') & similar( \"CCO\" )"),
      "this sign has no meaning here\n  smarts('.....') & similar( \"...\" )\n                  ^\nhint: texts stand "
      "in quotes, columns of other names in [ ]");
}
TEST(ParseExpression, RefusesWhatIsNestedTooDeeply) {
  for (const char* part : {"(", "not ", "- ", "smarts("}) {
    std::string text;
    for (int i = 0; i < 10'000; ++i) text += part;
    EXPECT_EQ(refusal(text).substr(0, 37), "the expression is nested too deeply\n ") << part;
  }
  std::string sum = "1";
  for (int i = 0; i < 10'000; ++i) sum += "+1";
  EXPECT_EQ(refusal(sum).substr(0, 37), "the expression is too long here\n  1+1");
}
TEST(ParseExpression, TakesManyConditionsInARow) {
  std::string text = "a = 1";
  for (int i = 0; i < 10'000; ++i) text += " or a = 1";
  EXPECT_EQ(parse_expression(text).parts.size(), 10'001U);
}
TEST(ParseExpression, EndsOnAnyBytes) {
  // Every short text over signs, words and bytes that mean something: an answer or a UsageError, nothing else.
  const std::vector<std::string> pieces{"a",  "1",      "'",     "\"", "[",    "]", "(", ")", ",",
                                        "<",  "not",    " and ", "in", "\xff", "-", ".", "e", std::string(1, '\0'),
                                        "is", "between"};
  for (const std::string& a : pieces)
    for (const std::string& b : pieces)
      for (const std::string& c : pieces) EXPECT_FALSE(refusal(a + b + c).empty());
}

}  // namespace
}  // namespace digitalis
