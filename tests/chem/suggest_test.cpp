#include "chem/suggest.hpp"

#include <gtest/gtest.h>

namespace digitalis {
namespace {

TEST(NearestName, ForgivesOneSlip) {
  EXPECT_EQ(nearest_name("wieght", {"name", "weight", "actives"}), "weight");
  EXPECT_EQ(nearest_name("scren", {"check", "screen"}), "screen");
}

TEST(NearestName, IgnoresCase) { EXPECT_EQ(nearest_name("HITS", {"hits"}), "hits"); }

TEST(NearestName, TakesTheNearest) { EXPECT_EQ(nearest_name("stages", {"stage", "stages", "states"}), "stages"); }

TEST(NearestName, TakesTheFirstOfEquallyNearOnes) { EXPECT_EQ(nearest_name("abx", {"aby", "abz"}), "aby"); }

TEST(NearestName, IsEmptyWhenNothingIsNear) {
  EXPECT_EQ(nearest_name("colour", {"hits", "list_queries"}), "");
  EXPECT_EQ(nearest_name("x", {}), "");
}

TEST(NearestName, DoesNotTakeAWordOfWhichNothingWouldBeLeft) { EXPECT_EQ(nearest_name("", {"ab"}), ""); }

TEST(Join, SetsTheSeparatorBetweenWords) {
  EXPECT_EQ(join({"a", "b", "c"}), "a, b, c");
  EXPECT_EQ(join({"a", "b"}, "\t"), "a\tb");
  EXPECT_EQ(join({}), "");
}

TEST(Join, KeepsEmptyWords) { EXPECT_EQ(join({"", "a", "", "b"}, "\t"), "\ta\t\tb"); }

}  // namespace
}  // namespace digitalis
