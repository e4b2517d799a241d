#include "scheduler/repeats.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace digitalis {

namespace {

constexpr auto kLaterFirst = [](const auto& a, const auto& b) { return a.repeat.position > b.repeat.position; };

}  // namespace

void visit_equal_keys(std::vector<KeyAt> keys, const std::function<void(std::span<const KeyAt>)>& visit) {
  std::sort(keys.begin(), keys.end(), [](const KeyAt& a, const KeyAt& b) {
    return std::tie(a.high, a.low, a.position) < std::tie(b.high, b.low, b.position);
  });
  for (auto first = keys.begin(); first != keys.end();) {
    const auto end = std::find_if(first, keys.end(),
                                  [&](const KeyAt& key) { return key.high != first->high || key.low != first->low; });
    visit(std::span{first, end});
    first = end;
  }
}

std::uint32_t partition_of(std::uint64_t high, std::uint32_t partitions) {
  if (partitions == 0) throw std::invalid_argument("keys cannot be dealt into no partitions");
  return static_cast<std::uint32_t>((high >> 32U) * partitions >> 32U);
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
