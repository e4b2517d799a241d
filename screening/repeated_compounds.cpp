#include "screening/repeated_compounds.hpp"

#include <algorithm>
#include <memory>
#include <queue>
#include <unordered_map>

#include "chem/bytes.hpp"
#include "screening/prepared_batch.hpp"

namespace digitalis {
namespace {

// Both lists of a partition's frame hold pairs of 64-bit numbers: (position, first position) and (position, occurrence).
struct Entry {
  std::uint64_t position, value;
};
constexpr std::uint64_t kHeadBytes = 2 * sizeof(std::uint64_t);  // lengths of the two lists
constexpr std::uint64_t kBufferEntries = 1024;

}  // namespace

std::uint32_t partitions_for(std::uint64_t compounds) {
  constexpr std::uint64_t kKeys = std::uint64_t{1} << 18U;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>((compounds + kKeys - 1) / kKeys, 1, 64));
}

std::string repeats_in_partition(const Journal& prepared, std::uint32_t prepare_stage, std::uint32_t partition,
                                 std::uint32_t partitions) {
  std::vector<KeyAt> structures, ids;
  for (const std::uint64_t chunk : prepared.chunks(prepare_stage)) {
    const FrameKey frame{prepare_stage, chunk};
    const std::uint64_t count = PreparedBatch::count_in(prepared.read_range(frame, 0, sizeof(std::uint64_t)));
    const auto keys = PreparedBatch::keys_in(prepared.read_range(frame, 0, PreparedBatch::keys_bytes(count)));
    for (std::uint64_t i = 0; i < keys.size(); ++i) {
      const CompoundKeys& key = keys[i];
      if (partition_of(key.structure_high, key.structure_low, partitions) == partition)
        structures.push_back({key.structure_high, key.structure_low, position_of(chunk, i)});
      if (partition_of(key.id_high, key.id_low, partitions) == partition)
        ids.push_back({key.id_high, key.id_low, position_of(chunk, i)});
    }
  }
  const std::vector<Repeat> same_structure = find_repeats(std::move(structures));
  const std::vector<Repeat> same_id = find_repeats(std::move(ids));
  ByteWriter out;
  out.put(static_cast<std::uint64_t>(same_structure.size()));
  out.put(static_cast<std::uint64_t>(same_id.size()));
  for (const Repeat& repeat : same_structure) out.put(Entry{repeat.position, repeat.first});
  std::unordered_map<std::uint64_t, std::uint64_t> seen;  // by first position: occurrences so far
  for (const Repeat& repeat : same_id) out.put(Entry{repeat.position, ++seen.try_emplace(repeat.first, 1).first->second});
  return out.take();
}

/// One of the two lists, merged over the partitions.
class RepeatedCompounds::Stream {
 public:
  Stream(const Journal& journal, std::uint32_t stage, std::uint32_t partitions, bool second_list) : journal_(journal) {
    for (std::uint32_t partition = 0; partition < partitions; ++partition) {
      const std::string head = journal.read_range({stage, partition}, 0, kHeadBytes);
      ByteReader in{head};
      const auto structures = in.get<std::uint64_t>();
      const auto ids = in.get<std::uint64_t>();
      Cursor cursor{.frame = {stage, partition}, .at = kHeadBytes, .left = structures, .buffer = {}, .next = 0};
      if (second_list) {
        cursor.at += structures * sizeof(Entry);
        cursor.left = ids;
      }
      cursors_.push_back(std::move(cursor));
      push(cursors_.size() - 1);
    }
  }

  /// The value at `position`, when the list has one.
  std::optional<std::uint64_t> at(std::uint64_t position) {
    while (!heads_.empty() && heads_.top().position < position) pop();
    if (heads_.empty() || heads_.top().position != position) return std::nullopt;
    const std::uint64_t value = heads_.top().value;
    pop();
    return value;
  }

 private:
  struct Cursor {
    FrameKey frame;
    std::uint64_t at, left;
    std::vector<Entry> buffer;
    std::size_t next;
  };
  struct Head {
    std::uint64_t position, value;
    std::size_t cursor;
    bool operator>(const Head& other) const { return position > other.position; }
  };

  void push(std::size_t number) {
    Cursor& cursor = cursors_[number];
    if (cursor.next == cursor.buffer.size()) {
      const std::uint64_t count = std::min(cursor.left, kBufferEntries);
      if (count == 0) return;
      const std::string bytes = journal_.read_range(cursor.frame, cursor.at, count * sizeof(Entry));
      cursor.buffer.resize(count);
      std::memcpy(cursor.buffer.data(), bytes.data(), bytes.size());
      cursor.at += bytes.size();
      cursor.left -= count;
      cursor.next = 0;
    }
    const Entry& entry = cursor.buffer[cursor.next++];
    heads_.push({entry.position, entry.value, number});
  }
  void pop() {
    const std::size_t cursor = heads_.top().cursor;
    heads_.pop();
    push(cursor);
  }

  const Journal& journal_;
  std::vector<Cursor> cursors_;
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads_;
};

RepeatedCompounds::RepeatedCompounds(const Journal& journal, std::uint32_t repeats_stage, std::uint32_t partitions)
    : structures_(std::make_unique<Stream>(journal, repeats_stage, partitions, false)),
      ids_(std::make_unique<Stream>(journal, repeats_stage, partitions, true)) {}
RepeatedCompounds::~RepeatedCompounds() = default;

std::optional<std::uint64_t> RepeatedCompounds::first_with_structure(std::uint64_t position) { return structures_->at(position); }
std::uint64_t RepeatedCompounds::id_occurrence(std::uint64_t position) { return ids_->at(position).value_or(1); }

}  // namespace digitalis
