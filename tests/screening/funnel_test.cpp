#include "screening/funnel.hpp"

#include <gtest/gtest.h>

namespace digitalis {
namespace {

TEST(ReasonCategory, LeavesOutTheValue) {
  EXPECT_EQ(reason_category("mw_g_mol 612.31 above 500"), "mw_g_mol above 500");
}

TEST(ReasonCategory, LeavesOutEveryValueOfSeveralRanges) {
  EXPECT_EQ(reason_category("mw_g_mol 612.31 above 500, clogp -6.10 below -5"), "mw_g_mol above 500, clogp below -5");
}

TEST(ReasonCategory, LeavesOutANegativeValue) { EXPECT_EQ(reason_category("clogp -3.10 below -2"), "clogp below -2"); }

TEST(ReasonCategory, NamesTheSetOfAnAlertNotTheAlert) {
  EXPECT_EQ(reason_category("alert PAINS quinone_A(370)"), "alert PAINS");
}

TEST(ReasonCategory, KeepsOtherReasonsWhole) {
  EXPECT_EQ(reason_category("matches exclude_smarts 2"), "matches exclude_smarts 2");
  EXPECT_EQ(reason_category("unreadable"), "unreadable");
}

}  // namespace
}  // namespace digitalis
