#include "scheduler/repeats.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace digitalis {

namespace {

/// Finaliser of SplitMix64: G. Steele, D. Lea, C. Flood, OOPSLA 2014, doi:10.1145/2660193.2660195.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ x >> 30U) * 0xBF58476D1CE4E5B9U;
  x = (x ^ x >> 27U) * 0x94D049BB133111EBU;
  return x ^ x >> 31U;
}

constexpr auto kLaterFirst = [](const auto& a, const auto& b) { return a.repeat.position > b.repeat.position; };

}  // namespace

std::vector<Repeat> find_repeats(std::vector<KeyAt> keys) {
  std::sort(keys.begin(), keys.end(), [](const KeyAt& a, const KeyAt& b) {
    return std::tie(a.high, a.low, a.position) < std::tie(b.high, b.low, b.position);
  });
  std::vector<Repeat> repeats;
  const KeyAt* first = nullptr;
  for (const KeyAt& key : keys) {
    if (first != nullptr && first->high == key.high && first->low == key.low)
      repeats.push_back({key.position, first->position});
    else
      first = &key;
  }
  std::sort(repeats.begin(), repeats.end(), [](const Repeat& a, const Repeat& b) { return a.position < b.position; });
  return repeats;
}

std::uint32_t partition_of(std::uint64_t high, std::uint64_t low, std::uint32_t partitions) {
  if (partitions == 0) throw std::invalid_argument("keys cannot be dealt into no partitions");
  return static_cast<std::uint32_t>(mix(mix(high) ^ std::rotl(low, 32)) % partitions);
}

RepeatCursor cursor_over(std::span<const Repeat> repeats) {
  return [repeats]() mutable -> std::optional<Repeat> {
    if (repeats.empty()) return std::nullopt;
    const Repeat repeat = repeats.front();
    repeats = repeats.subspan(1);
    return repeat;
  };
}

RepeatMerge::RepeatMerge(std::vector<RepeatCursor> lists) : lists_(std::move(lists)) {
  for (std::size_t list = 0; list < lists_.size(); ++list) pull(list);
}

void RepeatMerge::pull(std::size_t list) {
  const auto repeat = lists_[list]();
  if (!repeat) return;
  heap_.push_back({*repeat, list});
  std::push_heap(heap_.begin(), heap_.end(), kLaterFirst);
}

std::optional<Repeat> RepeatMerge::next() {
  if (heap_.empty()) return std::nullopt;
  std::pop_heap(heap_.begin(), heap_.end(), kLaterFirst);
  const Head head = heap_.back();
  heap_.pop_back();
  pull(head.list);
  if (!heap_.empty() && heap_.front().repeat.position <= head.repeat.position)
    throw std::logic_error("lists of repeats to be merged must be ascending and must not share positions");
  return head.repeat;
}

}  // namespace digitalis
