#include "scheduler/hand_out.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scheduler/grant_policy.hpp"

namespace digitalis {

inline void PrintTo(const ChunkRun& run, std::ostream* out) { *out << run.first << "+" << run.count; }

namespace {

using ::testing::ElementsAre;

TEST(GrantPolicy, GivesAChunkPerIdleThreadWhileNothingIsKnown) {
  EXPECT_EQ(chunks_to_grant({.left = 1000, .threads = 8, .all_threads = 16, .idle = 8}), 8U);
}

TEST(GrantPolicy, GivesAtMostAMinuteOfWork) {
  const GrantState much{
      .left = 100'000'000, .threads = 64, .all_threads = 640, .idle = 0, .done = 1'000'000, .chunk_s = 0.5};
  EXPECT_EQ(chunks_to_grant(much), 64U * 120U);
}

TEST(GrantPolicy, GivesHalfOfARanksShareOfWhatIsLeft) {
  const GrantState some{.left = 1000, .threads = 4, .all_threads = 40, .idle = 0, .done = 1'000, .chunk_s = 0.5};
  EXPECT_EQ(chunks_to_grant(some), 50U);
}

TEST(GrantPolicy, GivesAtTheEndOnlyToThreadsThatIdle) {
  GrantState end{.left = 9, .threads = 4, .all_threads = 40, .idle = 0, .done = 1'000, .chunk_s = 5};
  EXPECT_EQ(chunks_to_grant(end), 0U);
  end.idle = 3;
  EXPECT_EQ(chunks_to_grant(end), 1U) << "the other ranks have idle threads too";
}

TEST(GrantPolicy, GivesShortChunksByTheBunchToTheEnd) {
  const GrantState end{.left = 900, .threads = 1, .all_threads = 400, .idle = 0, .done = 1'000, .chunk_s = 1e-4};
  EXPECT_EQ(chunks_to_grant(end), 200U);
}

TEST(GrantPolicy, DoesNotTrustAFewShortChunks) {
  const GrantState start{.left = 1'000'000, .threads = 8, .all_threads = 8, .idle = 8, .done = 10, .chunk_s = 1e-6};
  EXPECT_EQ(chunks_to_grant(start), 20U);
}

TEST(GrantPolicy, NeverGivesMoreThanIsLeft) {
  EXPECT_EQ(chunks_to_grant({.left = 3, .threads = 8, .all_threads = 8, .idle = 8}), 3U);
  EXPECT_EQ(chunks_to_grant({.left = 0, .threads = 8, .all_threads = 8, .idle = 8}), 0U);
}

/// A rank with one thread that has nothing.
RankState idle(std::uint64_t received = 0) { return {.received = received, .idle = 1, .room = 1}; }

TEST(HandOut, ServesWhoAskedFirst) {
  HandOut hand_out(3);
  hand_out.add({0, 10});
  hand_out.tell(2, idle());
  hand_out.tell(1, idle());
  EXPECT_EQ(hand_out.next()->rank, 2);
  EXPECT_EQ(hand_out.next()->rank, 1);
  EXPECT_FALSE(hand_out.next());
}

TEST(HandOut, CountsWhatIsOnItsWay) {
  HandOut hand_out(2);
  hand_out.add({0, 10});
  hand_out.tell(1, idle(0));
  EXPECT_TRUE(hand_out.next());
  hand_out.tell(1, idle(0));  // said before the chunk arrived
  EXPECT_FALSE(hand_out.next());
  hand_out.tell(1, idle(1));
  EXPECT_TRUE(hand_out.next());
}

TEST(HandOut, IsSettledWhenEveryLeaseHasEnded) {
  HandOut hand_out(2);
  hand_out.add({0, 3});
  hand_out.drop({1, 1});
  hand_out.tell(1, {.idle = 2, .room = 2, .threads = 2});
  EXPECT_THAT(hand_out.next()->runs, ElementsAre(ChunkRun{0, 1}, ChunkRun{2, 1}));
  EXPECT_TRUE(hand_out.is_empty());
  EXPECT_EQ(hand_out.finished(1, {0, 1}), 1U);
  EXPECT_FALSE(hand_out.is_settled());
  EXPECT_EQ(hand_out.finished(1, {0, 3}), 1U);
  EXPECT_TRUE(hand_out.is_settled());
}

TEST(HandOut, GivesALostRanksChunksToOthersAsSuspectsOneByOne) {
  HandOut hand_out(3);
  hand_out.add({0, 3});
  hand_out.tell(1, {.idle = 3, .room = 3, .threads = 3});
  EXPECT_THAT(hand_out.next()->runs, ElementsAre(ChunkRun{0, 3}));
  hand_out.finished(1, {1, 1});
  hand_out.lose(1);
  EXPECT_FALSE(hand_out.is_empty());
  hand_out.tell(2, {.idle = 3, .room = 3, .threads = 3});
  for (const std::uint64_t chunk : {0, 2}) {
    const auto grant = hand_out.next();
    EXPECT_EQ(grant->rank, 2);
    EXPECT_TRUE(grant->suspect);
    EXPECT_THAT(grant->runs, ElementsAre(ChunkRun{chunk, 1}));
    hand_out.finished(2, grant->runs.front());
  }
  EXPECT_TRUE(hand_out.is_settled());
  EXPECT_EQ(hand_out.lost_ranks(), 1);
}

TEST(HandOut, DoesNotHearTheLost) {
  HandOut hand_out(2);
  hand_out.add({0, 3});
  hand_out.tell(1, idle());
  hand_out.lose(1);
  EXPECT_FALSE(hand_out.next());
  hand_out.tell(1, idle(1));
  EXPECT_FALSE(hand_out.next());
  EXPECT_EQ(hand_out.threads(), 0);
}

}  // namespace
}  // namespace digitalis
