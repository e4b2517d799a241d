#pragma once
// Finds equal keys in a library too large to hold: the keys (128-bit digests) are dealt into ranges, each
// range is taken in a pass of its own, and the passes' answers are merged. Equal keys meet in one partition, so the
// answer does not depend on how many there are.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace digitalis {

/// A key and where it stands: positions count the compounds of the library and are unique.
struct KeyAt {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::uint64_t position = 0;
};

/// The key at `position` stood before, for the first time at `first`.
struct Repeat {
  std::uint64_t position = 0;
  std::uint64_t first = 0;
  bool operator==(const Repeat&) const = default;
};

/// Calls visit for every group of equal keys, ascending by key, each ascending by position.
/// O(n log n), in place. Safe to call concurrently.
void visit_equal_keys(std::vector<KeyAt> keys, const std::function<void(std::span<const KeyAt>)>& visit);

/// The partition of a key, 0 to partitions-1, by its high word: even for digests, and ascending with the key, so that
/// the sorted keys of all partitions, one after the other, are the sorted keys of the library.
/// @throws std::invalid_argument  when partitions is 0
[[nodiscard]] std::uint32_t partition_of(std::uint64_t high, std::uint32_t partitions);

/// The next repeat of one sorted list, nothing at its end.
using RepeatCursor = std::function<std::optional<Repeat>()>;

/// A cursor over a list that outlives it.
[[nodiscard]] RepeatCursor cursor_over(std::span<const Repeat> repeats);

/// Merges sorted lists of distinct positions into one, holding one repeat of each. Not for concurrent use.
class RepeatMerge {
 public:
  explicit RepeatMerge(std::vector<RepeatCursor> lists);
  /// The repeat with the next greater position; nothing at the end. O(log lists).
  /// @throws std::logic_error  when a list is not sorted
  [[nodiscard]] std::optional<Repeat> next();

 private:
  struct Head {
    Repeat repeat;
    std::size_t list = 0;
  };
  void pull(std::size_t list);
  std::vector<RepeatCursor> lists_;
  std::vector<Head> heap_;
};

}  // namespace digitalis
