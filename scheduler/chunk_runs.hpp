#pragma once
// Sets of chunk numbers, kept as runs of consecutive ones: what is left of a stage, and what a rank was given, are few
// runs however many chunks they hold.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <vector>

namespace digitalis {

/// `count` chunks from `first` on.
struct ChunkRun {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  bool operator==(const ChunkRun&) const = default;
};

/// A set of chunks. Every member costs O(log runs) for each run that it touches. Not for concurrent use.
class ChunkRuns {
 public:
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// Chunks, not runs.
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// Chunks that are there already stay.
  void add(ChunkRun run) {
    if (run.count == 0) return;
    remove(run);
    size_ += run.count;
    const auto after = ends_.upper_bound(run.first);
    std::uint64_t first = run.first, end = run.first + run.count;
    if (after != ends_.begin() && std::prev(after)->second == first) first = std::prev(after)->first;
    if (after != ends_.end() && after->first == end) {
      end = after->second;
      ends_.erase(after);
    }
    ends_[first] = end;
  }

  /// Chunks that are not there are no matter. Returns how many went.
  std::uint64_t remove(ChunkRun run) {
    const std::uint64_t before = size_, end = run.first + run.count;
    auto at = ends_.upper_bound(run.first);
    if (at != ends_.begin()) --at;
    while (at != ends_.end() && at->first < end) {
      const auto [first, stop] = *at;
      if (stop <= run.first) {
        ++at;
        continue;
      }
      at = ends_.erase(at);
      if (first < run.first) ends_[first] = run.first;
      if (stop > end) ends_[end] = stop;
      size_ -= std::min(stop, end) - std::max(first, run.first);
    }
    return before - size_;
  }

  /// Takes the `count` smallest chunks out, fewer where there are fewer.
  std::vector<ChunkRun> take(std::uint64_t count) {
    std::vector<ChunkRun> taken;
    while (count > 0 && !ends_.empty()) {
      const auto [first, end] = *ends_.begin();
      taken.push_back({first, std::min(count, end - first)});
      remove(taken.back());
      count -= taken.back().count;
    }
    return taken;
  }

  /// All of them, ascending.
  [[nodiscard]] std::vector<ChunkRun> runs() const {
    std::vector<ChunkRun> all;
    all.reserve(ends_.size());
    for (const auto& [first, end] : ends_) all.push_back({first, end - first});
    return all;
  }

 private:
  std::map<std::uint64_t, std::uint64_t> ends_;  ///< first chunk of a run -> one behind its last
  std::uint64_t size_ = 0;
};

}  // namespace digitalis
