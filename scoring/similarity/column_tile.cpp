#include "scoring/similarity/column_tile.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>
#include <vector>

namespace digitalis {
namespace {

static_assert(std::endian::native == std::endian::little, "tiles are read as they lie");

// Vectors read whole: what lies behind the last column is read and not used.
constexpr std::size_t kTailBytes = 64;

constexpr std::size_t round_up(std::size_t value, std::size_t to) { return (value + to - 1) / to * to; }

constexpr std::size_t divide_up(std::size_t value, std::size_t by) { return (value + by - 1) / by; }

std::size_t unary_words(std::size_t lanes, std::size_t pages) { return divide_up(lanes + pages, 64); }

// Where the bytes of a packed column begin.
std::size_t packed_head(std::size_t blocks) { return blocks * (sizeof(std::uint64_t) + sizeof(std::uint16_t)); }

// A column while its form is not known.
struct Sizes {
  std::uint32_t lanes = 0;
  std::uint32_t bytes = 0;      // of the bitmap that are not 0
  std::uint32_t last_byte = 0;  // the last of them, from 1
};

struct Shape {
  ColumnForm form;
  std::size_t bytes;
};

// The form that takes least; packed ones decode so much faster than coded ones that they may take a little more.
Shape shape_of(const Sizes& sizes, std::size_t lanes_of_tile) {
  if (sizes.lanes == 0) return {ColumnForm::kEmpty, 0};
  const std::size_t blocks = divide_up(lanes_of_tile, kBlockLanes), bitmap = blocks * kBlockBytes;
  const std::size_t packed = round_up(packed_head(blocks) + sizes.bytes, 8);
  const std::size_t coded =
      unary_words(sizes.lanes, divide_up(lanes_of_tile, kPageLanes)) * 8 + round_up(sizes.lanes, 8);
  if (bitmap <= std::min(packed, coded)) return {ColumnForm::kBitmap, bitmap};
  if (packed <= coded + coded / 4) return {ColumnForm::kPacked, packed};
  return {ColumnForm::kCoded, coded};
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
  const std::size_t pages = divide_up(rows.size(), kPageLanes), blocks = divide_up(rows.size(), kBlockLanes);
  const std::vector<OnBitsRun> runs = runs_of(fingerprints, rows);

  std::vector<Sizes> sizes(fingerprints.bits());
  for (std::uint32_t lane = 0; lane < rows.size(); ++lane)
    for (const std::uint16_t bit : fingerprints[rows[lane]]) {
      Sizes& column = sizes[bit];
      ++column.lanes;
      if (column.last_byte != lane / 8 + 1) ++column.bytes;
      column.last_byte = lane / 8 + 1;
    }

  const std::size_t columns_at = sizeof(TileHeader) + runs.size() * sizeof(OnBitsRun);
  std::size_t end = round_up(columns_at + sizes.size() * sizeof(Column), 64);
  std::vector<Column> columns(sizes.size());
  for (const bool bitmaps : {true, false})
    for (std::size_t bit = 0; bit < columns.size(); ++bit) {
      const Shape shape = shape_of(sizes[bit], rows.size());
      if ((shape.form == ColumnForm::kBitmap) != bitmaps) continue;
      if (end > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("a tile of more than 4 GiB");
      columns[bit] = {static_cast<std::uint32_t>(end), static_cast<std::uint16_t>(sizes[bit].lanes), shape.form};
      end += shape.bytes;
    }
  end = round_up(end + kTailBytes, 64);
  if (end > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("a tile of more than 4 GiB");

  TileBytes tile = hwy::AllocateAligned<std::uint8_t>(end);
  if (!tile) throw std::bad_alloc();
  std::fill_n(tile.get(), end, std::uint8_t{0});
  const TileHeader header{
      static_cast<std::uint32_t>(end),         static_cast<std::uint32_t>(rows.size()), fingerprints.bits(),
      static_cast<std::uint32_t>(runs.size()), static_cast<std::uint32_t>(columns_at),  {}};
  std::memcpy(tile.get(), &header, sizeof header);
  std::memcpy(tile.get() + sizeof header, runs.data(), runs.size() * sizeof(OnBitsRun));
  std::memcpy(tile.get() + columns_at, columns.data(), columns.size() * sizeof(Column));

  for (Sizes& column : sizes) column = {};  // now: what has been written
  for (std::uint32_t lane = 0; lane < rows.size(); ++lane)
    for (const std::uint16_t bit : fingerprints[rows[lane]]) {
      Sizes& written = sizes[bit];
      const Column& column = columns[bit];
      std::uint8_t* at = tile.get() + column.offset;
      const auto set = [](std::uint8_t* bytes, std::size_t place) {
        bytes[place / 8] = static_cast<std::uint8_t>(bytes[place / 8] | 1u << (place % 8));
      };
      if (column.form == ColumnForm::kBitmap) {
        set(at, lane);
      } else if (column.form == ColumnForm::kCoded) {
        set(at, written.lanes + lane / kPageLanes);
        at[unary_words(column.lanes, pages) * 8 + written.lanes++] = static_cast<std::uint8_t>(lane % kPageLanes);
      } else {
        if (written.last_byte != lane / 8 + 1) {
          written.last_byte = lane / 8 + 1;
          set(at, lane / 8);
          const auto first = static_cast<std::uint16_t>(written.bytes++);
          const std::size_t block = lane / kBlockLanes;
          std::uint64_t mask = 0;
          std::memcpy(&mask, at + block * sizeof mask, sizeof mask);
          if (std::popcount(mask) == 1)
            std::memcpy(at + blocks * sizeof mask + block * sizeof first, &first, sizeof first);
        }
        set(at + packed_head(blocks) + written.bytes - 1, lane % 8);
      }
    }
  return tile;
}

}  // namespace digitalis
