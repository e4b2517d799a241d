#include "screening/repeated_compounds.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <unordered_map>

#include "chem/bytes.hpp"
#include "screening/prepared_batch.hpp"

namespace digitalis {
namespace {

// A partition's frame: the lengths of its two lists, then (position, first position) of structures, then (position,
// occurrence) of IDs, which travels in Repeat::first.
constexpr std::uint64_t kHeadBytes = 2 * sizeof(std::uint64_t);  // lengths of the two lists
constexpr std::uint64_t kBufferEntries = 1024;

}  // namespace

std::uint32_t partitions_for(std::uint64_t compounds) {
  // Small enough that the keys a thread holds (two lists of 24 bytes each, up to twice that while they grow) are little
  // beside what preparation needs; more partitions would read all keys more often.
  constexpr std::uint64_t kKeys = std::uint64_t{1} << 16U;
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
  for (const Repeat& repeat : same_structure) out.put(repeat);
  std::unordered_map<std::uint64_t, std::uint64_t> seen;  // by first position: occurrences so far
  for (const Repeat& repeat : same_id)
    out.put(Repeat{repeat.position, ++seen.try_emplace(repeat.first, 1).first->second});
  return out.take();
}

/// One of the two lists, merged over the partitions; each is read a buffer at a time.
class RepeatedCompounds::Stream {
 public:
  Stream(const Journal& journal, std::uint32_t stage, std::uint32_t partitions, bool second_list)
      : merge_(cursors(journal, stage, partitions, second_list)), head_(merge_.next()) {}

  /// The value at `position`, when the list has one.
  std::optional<std::uint64_t> at(std::uint64_t position) {
    while (head_ && head_->position < position) head_ = merge_.next();
    if (!head_ || head_->position != position) return std::nullopt;
    return head_->first;
  }

 private:
  static std::vector<RepeatCursor> cursors(const Journal& journal, std::uint32_t stage, std::uint32_t partitions,
                                           bool second_list) {
    std::vector<RepeatCursor> all;
    for (std::uint32_t partition = 0; partition < partitions; ++partition) {
      const FrameKey frame{stage, partition};
      const std::string head = journal.read_range(frame, 0, kHeadBytes);
      ByteReader in{head};
      const auto structures = in.get<std::uint64_t>();
      const auto ids = in.get<std::uint64_t>();
      std::uint64_t at = kHeadBytes + (second_list ? structures * sizeof(Repeat) : 0);
      std::uint64_t left = second_list ? ids : structures;
      all.emplace_back([&journal, frame, at, left, buffer = std::vector<Repeat>{},
                        next = std::size_t{0}]() mutable -> std::optional<Repeat> {
        if (next == buffer.size()) {
          if (left == 0) return std::nullopt;
          buffer.resize(std::min(left, kBufferEntries));
          const std::string bytes = journal.read_range(frame, at, buffer.size() * sizeof(Repeat));
          if (bytes.size() != buffer.size() * sizeof(Repeat)) throw std::runtime_error("a list of repeats ends early");
          std::memcpy(buffer.data(), bytes.data(), bytes.size());
          at += bytes.size();
          left -= buffer.size();
          next = 0;
        }
        return buffer[next++];
      });
    }
    return all;
  }

  RepeatMerge merge_;
  std::optional<Repeat> head_;
};

RepeatedCompounds::RepeatedCompounds(const Journal& journal, std::uint32_t repeats_stage, std::uint32_t partitions)
    : structures_(std::make_unique<Stream>(journal, repeats_stage, partitions, false)),
      ids_(std::make_unique<Stream>(journal, repeats_stage, partitions, true)) {}
RepeatedCompounds::~RepeatedCompounds() = default;

std::optional<std::uint64_t> RepeatedCompounds::first_with_structure(std::uint64_t position) {
  return structures_->at(position);
}
std::uint64_t RepeatedCompounds::id_occurrence(std::uint64_t position) { return ids_->at(position).value_or(1); }

}  // namespace digitalis
