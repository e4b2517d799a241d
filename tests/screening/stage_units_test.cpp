#include "screening/stage_units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

namespace digitalis {
namespace {

using testing::ElementsAre;

/// A folder for one test's journal.
class StageUnitsJournal : public testing::Test {
 protected:
  StageUnitsJournal()
      : folder_(std::filesystem::path{testing::TempDir()} /
                (std::string{"stage_units_"} + testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~StageUnitsJournal() override { std::filesystem::remove_all(folder_); }

  void write(std::uint64_t unit, const std::vector<StageFrame>& frames) {
    JournalWriter{folder_, 0, ++attempt_}.append({1, unit}, StageUnits::to_bytes(frames));
  }
  [[nodiscard]] Journal journal() const { return Journal::scan(folder_); }

 private:
  std::filesystem::path folder_;
  int attempt_ = 0;
};

StageFrame passing(std::vector<std::uint32_t> which) {
  StageFrame frame;
  for (const std::uint32_t index : which) {
    frame.scores.push_back(0.5 * index);
    frame.nearest.push_back(index);
  }
  frame.passed = std::move(which);
  return frame;
}

TEST(StageUnits, CutsAChunkWhereACompoundTakesLong) {
  const StageUnits units{10, 2560, 16};
  EXPECT_EQ(units.count(), 160U);
  const auto range = units.range(17);
  EXPECT_EQ(range.first_chunk, 1U);
  EXPECT_EQ(range.end_chunk, 2U);
  EXPECT_EQ(range.part, 1U);
  EXPECT_EQ(range.parts, 16U);
}

TEST(StageUnits, JoinsChunksInWhichFewAreLeft) {
  const StageUnits units{1000, 1600, 16};  // 1.6 in a chunk
  EXPECT_EQ(units.count(), 125U);
  EXPECT_EQ(units.range(124).first_chunk, 992U);
  EXPECT_EQ(units.range(124).end_chunk, 1000U);
}

TEST(StageUnits, EndsWithTheLastChunk) {
  const StageUnits units{9, 16, 16};  // one unit would do; spans are powers of two
  EXPECT_EQ(units.count(), 2U);
  EXPECT_EQ(units.range(1).end_chunk, 9U);
}

TEST(StageUnits, AreChunksWhereAChunkIsWhatIsWanted) { EXPECT_EQ((StageUnits{7, 7 * 256, 256}.count()), 7U); }

TEST(StageUnits, CoverAChunkWhenNothingIsLeftInIt) { EXPECT_EQ((StageUnits{3, 0, 16}.count()), 2U); }

TEST(StageUnits, AreSmallerTowardsTheEnd) {
  const StageUnits units{20, 20 * 256, 256, 16};
  EXPECT_EQ(units.count(), 12U + 6 * 4 + 2 * 16);
  EXPECT_EQ(units.range(11).parts, 1U);
  EXPECT_EQ(units.range(12).first_chunk, 12U);
  EXPECT_EQ(units.range(12).parts, 4U);
  EXPECT_EQ(units.range(36).first_chunk, 18U);
  EXPECT_EQ(units.range(67).part, 15U);
  EXPECT_EQ(units.range(67).parts, 16U);
}

TEST(StageUnits, GiveEveryThreadWorkWhereFewSideBySideAreDocked) {
  const StageUnits units = StageUnits::of_stage(true, 26, 100);
  std::vector<std::uint32_t> last_chunk(32);  // a third of the compounds stand in one chunk
  std::size_t most = 0;
  for (std::uint64_t unit = 0; unit < units.count(); ++unit)
    most = std::max(most, StageUnits::share(std::span<const std::uint32_t>{last_chunk}, units.range(unit)).size());
  EXPECT_EQ(most, 1U);
  EXPECT_LE(units.count(), 1024U);
}

TEST(StageUnits, CoverEveryPartOfEveryChunkOnceHoweverTheyAreCut) {
  for (const std::uint64_t chunks : {1U, 3U, 7U, 25U, 1000U}) {
    for (const std::uint64_t compounds : {std::uint64_t{1}, chunks, 40 * chunks, 256 * chunks}) {
      const StageUnits units{chunks, compounds, 256, 16};
      std::uint64_t chunk = 0;
      std::uint32_t part = 0;
      for (std::uint64_t unit = 0; unit < units.count(); ++unit) {
        const auto range = units.range(unit);
        ASSERT_EQ(range.first_chunk, chunk);
        ASSERT_EQ(range.part, part);
        part = (part + 1) % range.parts;
        if (part == 0) chunk = range.end_chunk;
      }
      EXPECT_EQ(chunk, chunks);
    }
  }
}

TEST_F(StageUnitsJournal, FindsFramesInEverySection) {
  const StageUnits units{10, 40, 16, 4};  // 0 to 3, 4 to 5 together; then chunk by chunk
  ASSERT_EQ(units.count(), 6U);
  write(0, {passing({1}), passing({2}), passing({3}), passing({4})});
  write(1, {passing({5}), passing({6})});
  for (std::uint32_t chunk = 6; chunk < 10; ++chunk) write(chunk - 4, {passing({chunk + 1})});
  for (std::uint32_t chunk = 0; chunk < 10; ++chunk)
    EXPECT_THAT(units.frame(journal(), 1, chunk).passed, ElementsAre(chunk + 1));
}

TEST(StageUnits, SharesCoverEverySurvivorOnce) {
  const std::vector<std::uint32_t> all{1, 4, 5, 9, 11};
  std::vector<std::uint32_t> seen;
  for (std::uint32_t part = 0; part < 3; ++part)
    for (const std::uint32_t one : StageUnits::share(std::span{all}, {0, 1, part, 3})) seen.push_back(one);
  EXPECT_EQ(seen, all);
}

TEST_F(StageUnitsJournal, PutsTheFramesOfPartsTogether) {
  const StageUnits units{1, 64, 16};
  StageFrame first = passing({0, 2}), third = passing({7});
  third.dropped = {{6, "too_large: it is"}};
  write(0, {first});
  write(1, {passing({})});
  write(2, {third});
  write(3, {passing({9})});
  const StageFrame whole = units.frame(journal(), 1, 0);
  EXPECT_THAT(whole.passed, ElementsAre(0, 2, 7, 9));
  EXPECT_THAT(whole.scores, ElementsAre(0.0, 1.0, 3.5, 4.5));
  EXPECT_EQ(whole.dropped, third.dropped);
}

TEST_F(StageUnitsJournal, FindsAChunksFrameAmongThoseOfItsUnit) {
  const StageUnits units{4, 16, 8};
  ASSERT_EQ(units.count(), 2U);
  write(0, {passing({1}), passing({2, 3})});
  write(1, {passing({}), passing({5})});
  EXPECT_THAT(units.frame(journal(), 1, 1).passed, ElementsAre(2, 3));
  EXPECT_THAT(units.frame(journal(), 1, 2).passed, ElementsAre());
  EXPECT_THAT(units.frame(journal(), 1, 3).passed, ElementsAre(5));
}

TEST_F(StageUnitsJournal, RefusesAUnitOfFewerChunksThanItShouldHave) {
  const StageUnits units{4, 16, 8};
  write(0, {passing({1})});
  EXPECT_THROW((void)units.frame(journal(), 1, 1), std::runtime_error);
}

TEST_F(StageUnitsJournal, SaysThatAnotherVersionWroteAFrame) {
  const StageUnits units{1, 256, 256};
  write(0, {passing({1})});
  JournalWriter{std::filesystem::path{testing::TempDir()} / "stage_units_SaysThatAnotherVersionWroteAFrame", 0, 9}
      .append({2, 0}, passing({1}).to_bytes());
  EXPECT_THROW((void)units.frame(journal(), 2, 0), std::runtime_error);
}

}  // namespace
}  // namespace digitalis
