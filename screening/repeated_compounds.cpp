#include "screening/repeated_compounds.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "chem/bytes.hpp"
#include "chem/store_keys.hpp"
#include "screening/prepared_batch.hpp"

namespace digitalis {
namespace {

// A partition's frame: how many entries its columns have, then the columns.
enum Column : std::size_t {
  kSameStructure,  // Repeat: position and first position, or kStored and the number of a compound of the store
  kSameId,         // Repeat: position and, in `first`, how often the ID occurred up to there
  kStructures,     // KeyAt of each structure that is new, ascending by key
  kIds,            // high words of all IDs' digests, ascending, each once
  kIdCounts,       // IdCount of those that occurred more than once
  kColumns
};
constexpr std::array<std::uint64_t, kColumns> kEntryBytes{sizeof(Repeat), sizeof(Repeat), sizeof(KeyAt),
                                                          sizeof(std::uint64_t), sizeof(IdCount)};
constexpr std::uint64_t kHeadBytes = kColumns * sizeof(std::uint64_t);
constexpr std::uint64_t kBufferEntries = 1024;
constexpr std::uint64_t kStored = std::uint64_t{1} << 63U;

/// Reads one column of a partition's frame, a buffer at a time.
template <class Entry>
class ColumnReader {
 public:
  ColumnReader(const Journal& journal, FrameKey frame, Column column) : journal_(&journal), frame_(frame) {
    const std::string head = journal.read_range(frame, 0, kHeadBytes);
    ByteReader in{head};
    at_ = kHeadBytes;
    for (std::size_t before = 0; before < column; ++before) at_ += in.get<std::uint64_t>() * kEntryBytes[before];
    left_ = in.get<std::uint64_t>();
  }
  std::optional<Entry> next() {
    if (next_ == buffer_.size()) {
      if (left_ == 0) return std::nullopt;
      buffer_.resize(std::min(left_, kBufferEntries));
      const std::string bytes = journal_->read_range(frame_, at_, buffer_.size() * sizeof(Entry));
      if (bytes.size() != buffer_.size() * sizeof(Entry)) throw std::runtime_error("a list of repeats ends early");
      std::memcpy(buffer_.data(), bytes.data(), bytes.size());
      at_ += bytes.size();
      left_ -= buffer_.size();
      next_ = 0;
    }
    return buffer_[next_++];
  }

 private:
  const Journal* journal_;
  FrameKey frame_;
  std::uint64_t at_ = 0, left_ = 0;
  std::vector<Entry> buffer_;
  std::size_t next_ = 0;
};

void sort_by_position(std::vector<Repeat>& repeats) {
  std::sort(repeats.begin(), repeats.end(), [](const Repeat& a, const Repeat& b) { return a.position < b.position; });
}

template <class Entry>
void put_column(ByteWriter& out, const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) out.put(entry);
}

}  // namespace

std::uint32_t partitions_for(std::uint64_t compounds) {
  // Small enough that the keys a thread holds (two lists of 24 bytes each, up to twice that while they grow) are little
  // beside what preparation needs; more partitions would read all keys more often.
  constexpr std::uint64_t kKeys = std::uint64_t{1} << 16U;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>((compounds + kKeys - 1) / kKeys, 1, 64));
}

std::string repeats_in_partition(const Journal& prepared, std::uint32_t prepare_stage, std::uint32_t partition,
                                 std::uint32_t partitions, const EarlierGenerations& earlier) {
  std::vector<KeyAt> structures, ids;
  for (const std::uint64_t chunk : prepared.chunks(prepare_stage)) {
    const FrameKey frame{prepare_stage, chunk};
    const std::uint64_t count = PreparedBatch::count_in(prepared.read_range(frame, 0, sizeof(std::uint64_t)));
    const auto keys = PreparedBatch::keys_in(prepared.read_range(frame, 0, PreparedBatch::keys_bytes(count)));
    for (std::uint64_t i = 0; i < keys.size(); ++i) {
      const CompoundKeys& key = keys[i];
      if (partition_of(key.structure_high, partitions) == partition)
        structures.push_back({key.structure_high, key.structure_low, position_of(chunk, i)});
      if (partition_of(key.id_high, partitions) == partition)
        ids.push_back({key.id_high, key.id_low, position_of(chunk, i)});
    }
  }

  std::vector<Repeat> same_structure, same_id;
  std::vector<KeyAt> new_structures;
  visit_equal_keys(std::move(structures), [&](std::span<const KeyAt> group) {
    const KeyAt& first = group.front();
    const auto stored = earlier.compound_with(first.high, first.low);
    if (!stored) new_structures.push_back(first);
    for (const KeyAt& key : group.subspan(stored ? 0 : 1))
      same_structure.push_back({key.position, stored ? kStored | *stored : first.position});
  });
  sort_by_position(same_structure);

  std::vector<std::uint64_t> all_ids;
  std::vector<IdCount> counts;
  visit_equal_keys(std::move(ids), [&](std::span<const KeyAt> group) {
    const std::uint64_t id = group.front().high;
    std::uint64_t occurrences = earlier.occurrences_of(id);
    for (const KeyAt& key : group)
      if (++occurrences > 1) same_id.push_back({key.position, occurrences});
    if (all_ids.empty() || all_ids.back() != id) all_ids.push_back(id);
    if (occurrences == 1) return;
    // Two IDs whose digests begin with the same word count as one that occurred as often as the more frequent.
    if (counts.empty() || counts.back().id != id) counts.push_back({id, 0});
    counts.back().occurrences = std::max(counts.back().occurrences, occurrences);
  });
  sort_by_position(same_id);

  ByteWriter out;
  for (const std::size_t size :
       {same_structure.size(), same_id.size(), new_structures.size(), all_ids.size(), counts.size()})
    out.put(static_cast<std::uint64_t>(size));
  put_column(out, same_structure);
  put_column(out, same_id);
  put_column(out, new_structures);
  put_column(out, all_ids);
  put_column(out, counts);
  return out.take();
}

/// Repeats of structures or of IDs, merged over the partitions.
class RepeatedCompounds::Stream {
 public:
  Stream(const Journal& journal, std::uint32_t stage, std::uint32_t partitions, Column column)
      : merge_(cursors(journal, stage, partitions, column)), head_(merge_.next()) {}

  /// The value at `position`, when the list has one.
  std::optional<std::uint64_t> at(std::uint64_t position) {
    while (head_ && head_->position < position) head_ = merge_.next();
    if (!head_ || head_->position != position) return std::nullopt;
    return head_->first;
  }

 private:
  static std::vector<RepeatCursor> cursors(const Journal& journal, std::uint32_t stage, std::uint32_t partitions,
                                           Column column) {
    std::vector<RepeatCursor> all;
    for (std::uint32_t partition = 0; partition < partitions; ++partition)
      all.emplace_back(
          [reader = ColumnReader<Repeat>{journal, {stage, partition}, column}]() mutable { return reader.next(); });
    return all;
  }

  RepeatMerge merge_;
  std::optional<Repeat> head_;
};

RepeatedCompounds::RepeatedCompounds(const Journal& journal, std::uint32_t repeats_stage, std::uint32_t partitions)
    : structures_(std::make_unique<Stream>(journal, repeats_stage, partitions, kSameStructure)),
      ids_(std::make_unique<Stream>(journal, repeats_stage, partitions, kSameId)) {}
RepeatedCompounds::~RepeatedCompounds() = default;

std::optional<RepeatedCompounds::First> RepeatedCompounds::first_with_structure(std::uint64_t position) {
  const auto first = structures_->at(position);
  if (!first) return std::nullopt;
  return First{(*first & kStored) != 0, *first & ~kStored};
}
std::uint64_t RepeatedCompounds::id_occurrence(std::uint64_t position) { return ids_->at(position).value_or(1); }

std::string write_keys(const std::filesystem::path& folder, const Journal& journal, std::uint32_t repeats_stage,
                       std::uint32_t partitions, const std::function<std::uint64_t(std::uint64_t)>& compound_at) {
  StoreKeysWriter keys{folder};
  const auto each = [&]<class Entry>(Column column, const std::function<void(const Entry&)>& write) {
    for (std::uint32_t partition = 0; partition < partitions; ++partition) {
      ColumnReader<Entry> reader{journal, {repeats_stage, partition}, column};
      while (const auto entry = reader.next()) write(*entry);
    }
  };
  each.operator()<KeyAt>(kStructures, [&](const KeyAt& key) {
    keys.add_structure({key.high, key.low, compound_at(key.position)});
  });
  each.operator()<std::uint64_t>(kIds, [&](std::uint64_t id) { keys.add_id(id); });
  each.operator()<IdCount>(kIdCounts, [&](const IdCount& count) { keys.add_count(count); });
  return keys.finish();
}

}  // namespace digitalis
