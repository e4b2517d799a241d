#include "scheduler/progress.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>

namespace digitalis {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Progress::Clock::time_point kStart{seconds(1000)};

/// What a log shows of one update after `elapsed`.
std::string line_after(seconds elapsed, const Progress::Numbers& numbers) {
  std::ostringstream out;
  Progress progress(out, false);
  progress.begin("prepare", "compounds", kStart);
  progress.update(numbers, kStart + elapsed);
  return out.str();
}

TEST(Progress, ShowsDoneRateRejectsAndTimeLeft) {
  EXPECT_EQ(line_after(seconds(10), {12'340, 0, 12, 0.2}),
            "prepare: 12,340 of about 61,700 compounds (20 %), 1,234/s, 12 rejects, 0:40 left\n");
}

TEST(Progress, SaysWhenTheTimeLeftIsNotKnown) {
  EXPECT_EQ(line_after(seconds(100), {1'234'567, 0, 1, -1.0}),
            "prepare: 1,234,567 compounds, 12,346/s, 1 reject, time left not known\n");
}

TEST(Progress, CountsEarlierAttemptsAsDoneButNotInTheRate) {
  EXPECT_EQ(line_after(seconds(10), {1'000, 4'000, 0, 0.5}),
            "prepare: 5,000 of about 10,000 compounds (50 %), 100/s, 0 rejects, 0:50 left\n");
}

TEST(Progress, ShowsLongTimesInHoursAndSlowRatesWithADecimal) {
  EXPECT_EQ(line_after(seconds(100), {50, 0, 0, 0.01}),
            "prepare: 50 of about 5,000 compounds (1 %), 0.5/s, 0 rejects, 2:45:00 left\n");
}

TEST(Progress, SurvivesNumbersWithoutProgress) {
  EXPECT_EQ(line_after(seconds(10), {0, 0, 0, 0.0}), "prepare: 0 compounds, 0.0/s, 0 rejects, time left not known\n");
  EXPECT_EQ(line_after(seconds(10), {0, 500, 0, 0.5}),
            "prepare: 500 of about 1,000 compounds (50 %), 0.0/s, 0 rejects, time left not known\n");
}

TEST(Progress, WritesToALogEveryTenSeconds) {
  std::ostringstream out;
  Progress progress(out, false);
  progress.begin("prepare", "compounds", kStart);
  for (int s = 1; s <= 25; ++s) progress.update({100, 0, 0, -1.0}, kStart + seconds(s));
  EXPECT_EQ(out.str(),
            "prepare: 100 compounds, 10/s, 0 rejects, time left not known\n"
            "prepare: 100 compounds, 5.0/s, 0 rejects, time left not known\n");
}

TEST(Progress, RewritesItsLineOnATerminal) {
  std::ostringstream out;
  Progress progress(out, true);
  progress.begin("prepare", "compounds", kStart);
  progress.update({100, 0, 0, -1.0}, kStart + milliseconds(100));
  progress.update({100, 0, 0, -1.0}, kStart + milliseconds(1000));
  progress.end({200, 0, 0, 1.0}, kStart + milliseconds(2000));
  EXPECT_EQ(out.str(),
            "\rprepare: 100 compounds, 100/s, 0 rejects, time left not known\x1b[K"
            "\rprepare: 200 compounds in 0:02, 100/s, 0 rejects\x1b[K\n");
}

TEST(Progress, EndsAStageWithItsTotal) {
  std::ostringstream out;
  Progress progress(out, false);
  progress.begin("filter", "compounds", kStart);
  progress.end({60'000, 0, 12, 1.0}, kStart + seconds(3661));
  EXPECT_EQ(out.str(), "filter: 60,000 compounds in 1:01:01, 16/s, 12 rejects\n");
}

TEST(Progress, IsSilentWhenAsked) {
  Progress progress = Progress::silent();
  progress.begin("prepare", "compounds", kStart);
  progress.update({1, 0, 0, 0.5}, kStart + seconds(60));
  progress.end({1, 0, 0, 1.0}, kStart + seconds(60));
}

TEST(Progress, TellsAnObserverAtTheBeginningEveryTwoSecondsAndAtTheEnd) {
  Progress progress = Progress::silent();
  std::vector<std::string> heard;
  progress.observe([&](const Progress::Event& event) {
    heard.push_back(event.stage + " " + std::to_string(event.numbers.items) + " after " +
                    std::to_string(static_cast<int>(event.elapsed_s)));
  });
  const Progress::Clock::time_point start{};
  progress.begin("dock", "compounds", start);
  progress.update({1}, start + seconds{1});
  progress.update({3}, start + seconds{3});
  progress.end({4}, start + seconds{4});
  EXPECT_EQ(heard, (std::vector<std::string>{"dock 0 after 0", "dock 3 after 3", "dock 4 after 4"}));
}

}  // namespace
}  // namespace digitalis
