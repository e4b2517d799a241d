// In a world of one rank; tests/mpi/collectives_check.cpp compares several with sorting.

#include "scheduler/selection.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "tests/scheduler/one_rank_world.hpp"

namespace digitalis {
namespace {

using testing::world;

TEST(SelectSmallest, KeepsTheSmallestKeys) {
  const std::vector<std::string> keys{"d", "a", "c", "b", "e"};
  const auto cut = select_smallest(world(), 3, [&](const auto& visit) {
    for (const auto& key : keys) visit(key);
  });
  std::string kept;
  for (const auto& key : keys)
    if (cut.keeps(key)) kept += key;
  EXPECT_EQ(kept, "acb");
}

TEST(Cut, ComparesAsIfKeysWentOnInZeroBytes) {
  const Cut cut{std::string("a\0", 2), false};
  EXPECT_TRUE(cut.keeps("a"));
  EXPECT_TRUE(cut.keeps(""));
  EXPECT_TRUE(cut.keeps(std::string_view("a\0\xff", 3)));
  EXPECT_FALSE(cut.keeps("a\x01"));
  EXPECT_FALSE(cut.keeps("b"));
}

TEST(Cut, WithoutPrefixKeepsAllOrNone) {
  EXPECT_TRUE(Cut{}.keeps("a"));
  EXPECT_FALSE((Cut{"", false}.keeps("")));
}

std::vector<std::uint64_t> smaller_than(const std::vector<std::string>& wanted, const std::vector<std::string>& keys) {
  return count_smaller(world(), wanted, [&](const auto& visit) {
    for (const auto& key : keys) visit(key);
  });
}

TEST(CountSmaller, AnswersInTheOrderOfItsKeys) {
  EXPECT_EQ(smaller_than({"d", "a", "z"}, {"d", "a", "c", "b", "e"}), (std::vector<std::uint64_t>{3, 0, 5}));
}

TEST(CountSmaller, DoesNotCountEquals) {
  EXPECT_EQ(smaller_than({"b", "b"}, {"b", "a", "b"}), (std::vector<std::uint64_t>{1, 1}));
}

TEST(CountSmaller, TellsKeysApartThatDifferInZeroBytesAtTheirEnd) {
  EXPECT_EQ(smaller_than({std::string("a\0", 2)}, {"a"}), (std::vector<std::uint64_t>{1}));
}

TEST(CountSmaller, OfNothingIsNothing) { EXPECT_TRUE(smaller_than({}, {"a"}).empty()); }

TEST(DescendingKey, SortsBestFirstAndNanLast) {
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<double> best_first{inf, 1e300, 1.5, 1.0, 5e-324, 0.0, -5e-324, -1.0, -1e300, -inf, std::nan("")};
  for (std::size_t i = 1; i < best_first.size(); ++i)
    EXPECT_LT(descending_key(best_first[i - 1]), descending_key(best_first[i])) << best_first[i];
  EXPECT_EQ(descending_key(-0.0), descending_key(0.0));
  EXPECT_EQ(descending_key(std::nan("")), descending_key(-std::nan("")));
}

}  // namespace
}  // namespace digitalis
