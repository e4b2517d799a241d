// Version 2, little-endian, as it is mapped:
//   Head | TileEntry[tiles] | std::uint32_t rows[rows], zeros | tiles (column_tile.hpp), each at a multiple of 64
// Checksums are XXH3-64: the head's is of the head, where it counts as 0, and the entries; each tile's rows and bytes
// have their own, so that who searches a part reads no more than that. They find accidents. Nothing rests on them for
// safety: every length, offset and column is checked against the bytes that there are before anything uses it.

#include "scoring/similarity/index_file.hpp"

#include <xxhash.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <stdexcept>

#include "chem/file_io.hpp"
#include "chem/mapped_file.hpp"
#include "scoring/similarity/column_tile.hpp"

namespace digitalis {
namespace {

static_assert(std::endian::native == std::endian::little, "index files are read as they lie");

struct Head {
  char magic[8];
  std::uint32_t version, bits;
  std::uint64_t rows, tiles;
  std::uint64_t tables_end;  // where the first tile begins
  std::uint64_t checksum;
  char label[FingerprintIndex::kLabelBytes];
  std::uint64_t reserved[2];
};
static_assert(sizeof(Head) == 128);

struct TileEntry {
  std::uint64_t offset, checksum, rows_checksum;
};

constexpr std::string_view kMagic = "DGLINDEX";
constexpr std::uint32_t kVersion = 2;

std::uint64_t round_up_64(std::uint64_t value) { return (value + 63) / 64 * 64; }
std::uint64_t tiles_for(std::uint64_t rows) { return (rows + kTileLanes - 1) / kTileLanes; }

// Of the head, and the entries behind it.
std::uint64_t checksum_of(Head head, std::span<const TileEntry> entries) {
  head.checksum = XXH3_64bits(entries.data(), entries.size_bytes());
  return XXH3_64bits(&head, sizeof head);
}

template <class Value>
std::string_view bytes_of(std::span<const Value> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

void write_index_file(const std::filesystem::path& file, const IndexFile& content, std::string_view label) {
  if (label.size() > FingerprintIndex::kLabelBytes) throw std::invalid_argument("the label of an index is too long");
  Head head{};
  std::ranges::copy(kMagic, head.magic);
  std::ranges::copy(label, head.label);
  head.version = kVersion;
  head.bits = content.bits;
  head.rows = content.rows;
  head.tiles = content.tiles.size();
  const std::uint64_t rows_end = sizeof head + head.tiles * sizeof(TileEntry) + head.rows * sizeof(std::uint32_t);
  head.tables_end = round_up_64(rows_end);
  std::vector<TileEntry> entries;
  std::uint64_t at = head.tables_end;
  for (const auto& [tile, rows] : content.tiles) {
    const std::uint32_t bytes = TileView(tile).header().bytes;
    entries.push_back({at, XXH3_64bits(tile, bytes), XXH3_64bits(rows.data(), rows.size_bytes())});
    at += bytes;
  }
  head.checksum = checksum_of(head, entries);

  AtomicFile out(file);
  out.write({reinterpret_cast<const char*>(&head), sizeof head});
  out.write(bytes_of(std::span<const TileEntry>(entries)));
  for (const IndexTile& tile : content.tiles) out.write(bytes_of(tile.rows));
  out.write(std::string(head.tables_end - rows_end, '\0'));
  for (const IndexTile& tile : content.tiles)
    out.write({reinterpret_cast<const char*>(tile.bytes), TileView(tile.bytes).header().bytes});
  out.commit();
}

std::optional<IndexFile> read_index_file(const std::filesystem::path& file, std::string_view label,
                                         const FingerprintIndex::Part& part,
                                         const FingerprintIndex::Parallel& parallel) {
  std::size_t size = 0;
  const std::shared_ptr<const void> memory = map_file(file, size);
  if (!memory || size < sizeof(Head)) return std::nullopt;
  const auto* const bytes = static_cast<const std::uint8_t*>(memory.get());
  Head head;
  std::memcpy(&head, bytes, sizeof head);
  Head wanted{};
  std::ranges::copy(label.substr(0, sizeof wanted.label), wanted.label);
  if (!std::ranges::equal(head.magic, kMagic) || head.version != kVersion ||
      !std::ranges::equal(head.label, wanted.label))
    return std::nullopt;

  // Nothing below overflows: both counts are bounded by the file's size first.
  if (head.bits == 0 || head.bits > 65'536 || head.rows > size / sizeof(std::uint32_t) ||
      head.tiles != tiles_for(head.rows) || head.tiles > size / sizeof(TileEntry))
    return std::nullopt;
  const std::uint64_t rows_at = sizeof head + head.tiles * sizeof(TileEntry);
  if (head.tables_end != round_up_64(rows_at + head.rows * sizeof(std::uint32_t)) || head.tables_end > size)
    return std::nullopt;
  const std::span entries{reinterpret_cast<const TileEntry*>(bytes + sizeof head), head.tiles};
  if (checksum_of(head, entries) != head.checksum) return std::nullopt;
  const std::span all_rows{reinterpret_cast<const std::uint32_t*>(bytes + rows_at), head.rows};
  const std::span padding{bytes + rows_at + all_rows.size_bytes(), bytes + head.tables_end};
  if (std::ranges::any_of(padding, [](std::uint8_t byte) { return byte != 0; })) return std::nullopt;

  const auto end_of = [&](std::size_t i) { return i + 1 < entries.size() ? entries[i + 1].offset : size; };
  if (entries.empty() && size != head.tables_end) return std::nullopt;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (entries[i].offset % 64 != 0 || end_of(i) > size || entries[i].offset > end_of(i) ||
        end_of(i) - entries[i].offset < sizeof(TileHeader) || (i == 0 && entries[i].offset != head.tables_end))
      return std::nullopt;
  IndexFile content{head.bits, head.rows, {}, memory};
  for (std::size_t i = part.number; i < entries.size(); i += part.of)
    content.tiles.push_back(
        {bytes + entries[i].offset,
         all_rows.subspan(i * kTileLanes, std::min<std::size_t>(kTileLanes, all_rows.size() - i * kTileLanes))});
  std::atomic<bool> is_sound = true;
  const std::function<void(std::size_t)> check = [&](std::size_t n) {
    const std::size_t i = part.number + n * part.of;
    const auto& [at, rows] = content.tiles[n];
    const std::span tile{at, end_of(i) - entries[i].offset};
    if (XXH3_64bits(tile.data(), tile.size()) != entries[i].checksum || !tile_defect(tile, head.bits).empty() ||
        TileView(at).header().bytes != tile.size() || TileView(at).header().lanes != rows.size() ||
        XXH3_64bits(rows.data(), rows.size_bytes()) != entries[i].rows_checksum ||
        std::ranges::any_of(rows, [&](std::uint32_t row) { return row >= head.rows; }))
      is_sound = false;
  };
  if (parallel)
    parallel(content.tiles.size(), check);
  else
    for (std::size_t n = 0; n < content.tiles.size(); ++n) check(n);
  if (!is_sound) return std::nullopt;
  return content;
}

}  // namespace digitalis
