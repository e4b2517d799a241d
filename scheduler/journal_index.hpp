#pragma once
// Where the frames of a journal stand. A run of 10^9 compounds has four million chunks a stage, and every rank holds
// the index of all of them: 16 bytes a frame, in pages that are dense in the chunk's number.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace digitalis {

/// Where a frame's header stands.
struct FramePlace {
  std::uint64_t offset = 0;        ///< in its file; 0: there is no such frame, a file begins with its head
  std::uint32_t payload_bytes = 0; ///< kLong: that or more, its header says how many
  std::uint32_t file = 0;
  static constexpr std::uint32_t kLong = 0xFFFFFFFF;
  [[nodiscard]] bool is_there() const { return offset != 0; }
};
static_assert(sizeof(FramePlace) == 16 && std::is_trivially_copyable_v<FramePlace>);

/// The frames of one stage by chunk. Reading is safe to call concurrently.
class StageIndex {
 public:
  /// Keeps the first of two. O(log(chunks)).
  void add(std::uint64_t chunk, const FramePlace& place);
  /// Null when the stage has no such chunk. O(log(chunks)).
  [[nodiscard]] const FramePlace* find(std::uint64_t chunk) const;
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Ascending.
  [[nodiscard]] std::vector<std::uint64_t> chunks() const;
  /// What the pages take.
  [[nodiscard]] std::uint64_t memory_bytes() const;

  /// As it lies in memory: sending it costs a copy.
  void append_to(std::string& bytes) const;
  /// Takes from the front of `bytes`. Throws std::runtime_error when they are cut short or no index.
  [[nodiscard]] static StageIndex taken_from(std::string_view& bytes);

 private:
  static constexpr std::uint64_t kPageChunks = 1024;
  using Page = std::vector<FramePlace>;  // as long as its last chunk needs: small runs have small pages
  std::map<std::uint64_t, Page> pages_;
  std::uint64_t size_ = 0;
};

namespace journal_index {

template <class T>
void put(std::string& bytes, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Copies `size` bytes from the front of `bytes` to `to`. Throws std::runtime_error when there are fewer.
void take_bytes(std::string_view& bytes, void* to, std::uint64_t size);

template <class T>
T take(std::string_view& bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  T value;
  take_bytes(bytes, &value, sizeof value);
  return value;
}

}  // namespace journal_index
}  // namespace digitalis
