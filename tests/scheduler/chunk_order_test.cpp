#include "scheduler/chunk_order.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace digitalis {
namespace {

std::vector<std::uint64_t> chunks_of(const ChunkOrder& order, std::uint64_t count) {
  std::vector<std::uint64_t> chunks;
  for (std::uint64_t place = 0; place < count; ++place) chunks.push_back(order.chunk_at(place));
  return chunks;
}

TEST(ChunkOrder, BeginsWithTheDearest) {
  EXPECT_EQ(chunks_of(ChunkOrder(std::vector{1.0F, 5.0F, 2.0F}), 3), (std::vector<std::uint64_t>{1, 2, 0}));
}

TEST(ChunkOrder, LeavesEqualOnesAsTheyAreNumbered) {
  EXPECT_EQ(chunks_of(ChunkOrder(std::vector{1.0F, 2.0F, 1.0F, 2.0F}), 4), (std::vector<std::uint64_t>{1, 3, 0, 2}));
}

TEST(ChunkOrder, KnowsThePlaceOfEveryChunk) {
  const ChunkOrder order(std::vector{3.0F, 1.0F, 4.0F, 1.0F, 5.0F});
  for (std::uint64_t place = 0; place < 5; ++place) EXPECT_EQ(order.place_of(order.chunk_at(place)), place);
}

TEST(ChunkOrder, IsAsNumberedWithoutCosts) {
  EXPECT_TRUE(ChunkOrder().is_as_numbered());
  EXPECT_EQ(chunks_of(ChunkOrder(), 3), (std::vector<std::uint64_t>{0, 1, 2}));
}

}  // namespace
}  // namespace digitalis
