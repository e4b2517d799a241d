#include "screening/stage_frame.hpp"

#include <gmock/gmock.h>
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

/// Two compounds of one and two heavy atoms, docked into two targets.
StageFrame docked_sample() {
  StageFrame frame{.dropped = {}, .passed = {3, 5}, .scores = {9.5, 8, 7, 6}, .nearest = {0, 1, 0, 0}};
  frame.poses.resize(4);
  frame.poses[1].receptor = 1;
  frame.poses[1].residue = {7, 8, 9};
  frame.pose_ends = {1, 3};
  for (int i = 0; i < 18; ++i) frame.places_A.push_back(0.5F * static_cast<float>(i));
  return frame;
}

TEST(StageFrame, GivesEachPoseItsPlaces) {
  const StageFrame back = StageFrame::from_bytes(docked_sample().to_bytes());
  EXPECT_THAT(back.places(0, 1), ::testing::ElementsAre(1.5F, 2.0F, 2.5F));
  EXPECT_THAT(back.places(1, 0), ::testing::ElementsAre(3.0F, 3.5F, 4.0F, 4.5F, 5.0F, 5.5F));
  EXPECT_THAT(back.places(1, 1), ::testing::ElementsAre(6.0F, 6.5F, 7.0F, 7.5F, 8.0F, 8.5F));
  EXPECT_THAT(back.poses[1].residue, ::testing::ElementsAre(7, 8, 9));
}

TEST(StageFrame, KeepsTheFormOfEachPose) {
  StageFrame frame = docked_sample();
  frame.forms = {{"a 1 +1", "C"}, {"b", "N"}, {"c", "CN"}, {"d", "CO"}};
  EXPECT_EQ(StageFrame::from_bytes(frame.to_bytes()).forms, frame.forms);
  StageFrame longer = frame;
  longer.append(frame);
  EXPECT_EQ(longer.forms.size(), 8U);
}

TEST(StageFrame, IsRefusedWhenAPoseLacksItsForm) {
  StageFrame frame = docked_sample();
  frame.forms.resize(3);
  EXPECT_THROW((void)StageFrame::from_bytes(frame.to_bytes()), std::runtime_error);
}

TEST(StageFrame, IsRefusedWhenAPoseLacksPlaces) {
  StageFrame frame = docked_sample();
  frame.places_A.pop_back();
  EXPECT_THROW((void)StageFrame::from_bytes(frame.to_bytes()), std::runtime_error);
}

TEST(StageFrame, OfAnotherVersionIsRefused) {
  std::string bytes = sample().to_bytes();
  bytes[0] = 1;
  EXPECT_THROW((void)StageFrame::from_bytes(bytes), std::runtime_error);
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
