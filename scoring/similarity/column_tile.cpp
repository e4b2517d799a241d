#include "scoring/similarity/column_tile.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>
#include <new>
#include <stdexcept>
#include <vector>

namespace digitalis {
namespace {

static_assert(std::endian::native == std::endian::little, "tiles are read as they lie");

constexpr std::size_t round_up(std::size_t value, std::size_t to) { return (value + to - 1) / to * to; }

std::size_t unary_words(std::size_t lanes, std::size_t pages) { return (lanes + pages + 63) / 64; }

std::size_t coded_bytes(std::size_t lanes, std::size_t pages) {
  return lanes == 0 ? 0 : unary_words(lanes, pages) * 8 + round_up(lanes, 8);
}

std::vector<OnBitsRun> runs_of(const FingerprintSet& fingerprints, std::span<const std::uint32_t> rows) {
  std::vector<OnBitsRun> runs;
  for (std::uint32_t lane = 0; lane < rows.size(); ++lane) {
    const auto on_bits = static_cast<std::uint32_t>(fingerprints[rows[lane]].size());
    assert(runs.empty() || runs.back().on_bits <= on_bits);
    if (runs.empty() || runs.back().on_bits != on_bits) runs.push_back({lane, on_bits});
  }
  return runs;
}

}  // namespace

TileBytes encode_tile(const FingerprintSet& fingerprints, std::span<const std::uint32_t> rows) {
  if (rows.empty() || rows.size() > kTileLanes) throw std::invalid_argument("a tile holds 1 to 32768 compounds");
  const std::size_t pages = (rows.size() + kPageLanes - 1) / kPageLanes, bitmap_bytes = round_up(pages * 32, 64);
  const std::vector<OnBitsRun> runs = runs_of(fingerprints, rows);

  std::vector<Column> columns(fingerprints.bits());
  for (const std::uint32_t row : rows)
    for (const std::uint16_t bit : fingerprints[row]) ++columns[bit].lanes;

  const std::size_t columns_at = sizeof(TileHeader) + runs.size() * sizeof(OnBitsRun);
  std::size_t end = round_up(columns_at + columns.size() * sizeof(Column), 64);
  for (const bool bitmaps : {true, false})
    for (Column& column : columns) {
      const std::size_t coded = coded_bytes(column.lanes & ~kBitmap, pages);
      if ((coded > bitmap_bytes) != bitmaps) continue;
      column.offset = static_cast<std::uint32_t>(end);
      end += bitmaps ? bitmap_bytes : coded;
      if (bitmaps) column.lanes |= kBitmap;
    }
  end = round_up(end, 64);
  if (end > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("a tile of more than 4 GiB");

  TileBytes tile = hwy::AllocateAligned<std::uint8_t>(end);
  if (!tile) throw std::bad_alloc();
  std::fill_n(tile.get(), end, std::uint8_t{0});
  auto& header = *reinterpret_cast<TileHeader*>(tile.get());
  header = {static_cast<std::uint32_t>(end),         static_cast<std::uint32_t>(rows.size()), fingerprints.bits(),
            static_cast<std::uint32_t>(runs.size()), static_cast<std::uint32_t>(columns_at),  {}};
  std::ranges::copy(runs, reinterpret_cast<OnBitsRun*>(tile.get() + sizeof(TileHeader)));
  std::ranges::copy(columns, reinterpret_cast<Column*>(tile.get() + columns_at));

  std::vector<std::uint32_t> written(columns.size());
  for (std::uint32_t lane = 0; lane < rows.size(); ++lane)
    for (const std::uint16_t bit : fingerprints[rows[lane]]) {
      const Column& column = columns[bit];
      std::uint8_t* at = tile.get() + column.offset;
      if ((column.lanes & kBitmap) != 0) {
        at[lane / 8] = static_cast<std::uint8_t>(at[lane / 8] | 1u << (lane % 8));
        continue;
      }
      const std::uint32_t number = written[bit]++, one = number + lane / kPageLanes;
      at[one / 8] = static_cast<std::uint8_t>(at[one / 8] | 1u << (one % 8));
      at[unary_words(column.lanes, pages) * 8 + number] = static_cast<std::uint8_t>(lane % kPageLanes);
    }
  return tile;
}

}  // namespace digitalis
