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

/// A digest of its own for every number.
std::uint64_t digest_of(std::uint64_t number) { return (number + 1) * 0x9E3779B97F4A7C15U; }

/// Every position whose key stands at a smaller position too.
std::vector<Repeat> find_repeats(std::vector<KeyAt> keys) {
  std::vector<Repeat> repeats;
  visit_equal_keys(std::move(keys), [&](std::span<const KeyAt> group) {
    for (const KeyAt& key : group.subspan(1)) repeats.push_back({key.position, group.front().position});
  });
  std::sort(repeats.begin(), repeats.end(), [](const Repeat& a, const Repeat& b) { return a.position < b.position; });
  return repeats;
}

/// 20,000 keys of which many repeat, in the order of a library.
std::vector<KeyAt> many_keys() {
  std::minstd_rand random(1);
  std::vector<KeyAt> keys;
  for (std::uint64_t position = 0; position < 20'000; ++position)
    keys.push_back({digest_of(random() % 100), random() % 100, position});
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

TEST(EqualKeys, BeginWithTheFirstPositionOfTheKey) {
  EXPECT_THAT(find_repeats({{1, 1, 0}, {2, 1, 1}, {1, 1, 2}, {1, 2, 3}, {1, 1, 4}, {2, 1, 5}}),
              ElementsAre(Repeat{2, 0}, Repeat{4, 0}, Repeat{5, 1}));
}

TEST(EqualKeys, DoNotDependOnTheOrderOfTheKeys) {
  EXPECT_THAT(find_repeats({{1, 1, 9}, {1, 1, 3}, {1, 1, 6}}), ElementsAre(Repeat{6, 3}, Repeat{9, 3}));
}

TEST(EqualKeys, AreNoneAmongDifferentKeysAndNone) {
  EXPECT_THAT(find_repeats({}), IsEmpty());
  EXPECT_THAT(find_repeats({{0, 0, 0}, {0, 1, 1}, {1, 0, 2}}), IsEmpty());
}

TEST(EqualKeys, AreThoseThatAMapFinds) { EXPECT_EQ(find_repeats(many_keys()), reference(many_keys())); }

TEST(RepeatMerge, OfAllPartitionsGivesWhatOnePassGives) {
  for (const std::uint32_t partitions : {1U, 2U, 7U, 64U}) {
    std::vector<std::vector<KeyAt>> parts(partitions);
    for (const KeyAt& key : many_keys()) parts[partition_of(key.high, partitions)].push_back(key);
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

TEST(EqualKeys, ComeInAscendingOrderOfTheKey) {
  std::vector<std::uint64_t> highs;
  visit_equal_keys(many_keys(), [&](std::span<const KeyAt> group) { highs.push_back(group.front().high); });
  EXPECT_TRUE(std::is_sorted(highs.begin(), highs.end()));
}

TEST(PartitionOf, DealsDigestsEvenly) {
  std::vector<int> sizes(10);
  for (std::uint64_t number = 0; number < 10'000; ++number) ++sizes[partition_of(digest_of(number), 10)];
  EXPECT_GT(*std::min_element(sizes.begin(), sizes.end()), 850);
  EXPECT_LT(*std::max_element(sizes.begin(), sizes.end()), 1150);
}

TEST(PartitionOf, AscendsWithTheKey) {
  EXPECT_EQ(partition_of(0, 64), 0U);
  EXPECT_EQ(partition_of(UINT64_MAX / 64, 64), 0U);
  EXPECT_EQ(partition_of(UINT64_MAX / 64 + 1, 64), 1U);
  EXPECT_EQ(partition_of(UINT64_MAX, 64), 63U);
}

TEST(PartitionOf, RefusesNoPartitions) { EXPECT_THROW((void)partition_of(1, 0), std::invalid_argument); }

}  // namespace
}  // namespace digitalis
