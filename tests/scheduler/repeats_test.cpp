#include "scheduler/repeats.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

namespace digitalis {

void PrintTo(const Repeat& repeat, std::ostream* out) { *out << repeat.position << " repeats " << repeat.first; }

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// 20,000 keys of which many repeat, in the order of a library.
std::vector<KeyAt> many_keys() {
  std::minstd_rand random(1);
  std::vector<KeyAt> keys;
  for (std::uint64_t position = 0; position < 20'000; ++position)
    keys.push_back({random() % 100, random() % 100, position});
  return keys;
}

std::vector<Repeat> reference(const std::vector<KeyAt>& keys) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> first;
  std::vector<Repeat> repeats;
  for (const KeyAt& key : keys)
    if (const auto [at, is_new] = first.try_emplace({key.high, key.low}, key.position); !is_new)
      repeats.push_back({key.position, at->second});
  return repeats;
}

TEST(FindRepeats, PointsAtTheFirstPositionOfAKey) {
  EXPECT_THAT(find_repeats({{1, 1, 0}, {2, 1, 1}, {1, 1, 2}, {1, 2, 3}, {1, 1, 4}, {2, 1, 5}}),
              ElementsAre(Repeat{2, 0}, Repeat{4, 0}, Repeat{5, 1}));
}

TEST(FindRepeats, DoesNotDependOnTheOrderOfTheKeys) {
  EXPECT_THAT(find_repeats({{1, 1, 9}, {1, 1, 3}, {1, 1, 6}}), ElementsAre(Repeat{6, 3}, Repeat{9, 3}));
}

TEST(FindRepeats, FindsNoneAmongDifferentKeysAndNone) {
  EXPECT_THAT(find_repeats({}), IsEmpty());
  EXPECT_THAT(find_repeats({{0, 0, 0}, {0, 1, 1}, {1, 0, 2}}), IsEmpty());
}

TEST(FindRepeats, AgreesWithAMap) { EXPECT_EQ(find_repeats(many_keys()), reference(many_keys())); }

TEST(RepeatMerge, OfAllPartitionsGivesWhatOnePassGives) {
  for (const std::uint32_t partitions : {1U, 2U, 7U, 64U}) {
    std::vector<std::vector<KeyAt>> parts(partitions);
    for (const KeyAt& key : many_keys()) parts[partition_of(key.high, key.low, partitions)].push_back(key);
    std::vector<std::vector<Repeat>> lists;
    for (auto& part : parts) lists.push_back(find_repeats(std::move(part)));
    std::vector<RepeatCursor> cursors;
    for (const auto& list : lists) cursors.push_back(cursor_over(list));
    RepeatMerge merge(std::move(cursors));
    std::vector<Repeat> merged;
    while (const auto repeat = merge.next()) merged.push_back(*repeat);
    EXPECT_EQ(merged, reference(many_keys())) << partitions << " partitions";
  }
}

TEST(RepeatMerge, OfNothingIsEmpty) {
  EXPECT_FALSE(RepeatMerge({}).next());
  EXPECT_FALSE(RepeatMerge({cursor_over({}), cursor_over({})}).next());
}

TEST(RepeatMerge, RefusesAListThatIsNotSorted) {
  const std::vector<Repeat> unsorted{{5, 0}, {3, 0}};
  RepeatMerge merge({cursor_over(unsorted)});
  EXPECT_THROW((void)merge.next(), std::logic_error);
}

TEST(PartitionOf, DealsEvenlyEvenKeysThatAreSmallNumbers) {
  std::vector<int> sizes(10);
  for (std::uint64_t key = 0; key < 10'000; ++key) ++sizes[partition_of(0, key, 10)];
  EXPECT_GT(*std::min_element(sizes.begin(), sizes.end()), 850);
  EXPECT_LT(*std::max_element(sizes.begin(), sizes.end()), 1150);
}

TEST(PartitionOf, RefusesNoPartitions) { EXPECT_THROW((void)partition_of(1, 2, 0), std::invalid_argument); }

}  // namespace
}  // namespace digitalis
