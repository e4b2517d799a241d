#include "screening/stage_frame.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace digitalis {
namespace {

StageFrame sample() {
  return {.dropped = {{0, "mw_g_mol 612.3 above 500"}, {3, "alert PAINS: quinone_A(370)"}},
          .passed = {1, 2, 4},
          .scores = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6},
          .nearest = {1, 2, 3, 4, 5, 6}};
}

TEST(StageFrame, ComesBackFromItsBytes) {
  const StageFrame back = StageFrame::from_bytes(sample().to_bytes());
  EXPECT_EQ(back.dropped, sample().dropped);
  EXPECT_EQ(back.passed, sample().passed);
  EXPECT_EQ(back.scores, sample().scores);
  EXPECT_EQ(back.nearest, sample().nearest);
}

TEST(StageFrame, HasARowOfScoresForEveryCompoundThatPassed) {
  const StageFrame frame = sample();
  EXPECT_EQ(frame.columns(), 2U);
  EXPECT_EQ(frame.row(2)[1], 0.6);
  EXPECT_EQ(frame.nearest_row(1)[0], 3U);
}

TEST(StageFrame, OfAFilterHasNoColumns) {
  const StageFrame frame{.dropped = {}, .passed = {0, 1}, .scores = {}, .nearest = {}};
  EXPECT_EQ(StageFrame::from_bytes(frame.to_bytes()).columns(), 0U);
}

TEST(StageFrame, OfAChunkThatPassedNothingHasNoColumns) {
  EXPECT_EQ(StageFrame::from_bytes(StageFrame{}.to_bytes()).columns(), 0U);
}

TEST(StageFrame, IsRefusedAtWhateverByteItIsCutOff) {
  const std::string bytes = sample().to_bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_THROW((void)StageFrame::from_bytes(bytes.substr(0, length)), std::runtime_error) << length << " bytes";
}

TEST(StageFrame, IsRefusedWithOneByteTooMany) {
  EXPECT_THROW((void)StageFrame::from_bytes(sample().to_bytes() + "x"), std::runtime_error);
}

TEST(StageFrame, IsRefusedWhenItsScoresDoNotDivideIntoRows) {
  StageFrame frame = sample();
  frame.scores.pop_back();
  frame.nearest.pop_back();
  EXPECT_THROW((void)StageFrame::from_bytes(frame.to_bytes()), std::runtime_error);
}

}  // namespace
}  // namespace digitalis
