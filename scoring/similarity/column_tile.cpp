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

// The value at `at`, which need not be aligned.
template <class Value>
Value value_at(const std::uint8_t* at) {
  Value value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// Of columns of a tile whose header is sound: do they lie in it, and are they what `lanes` of them say?
class ColumnCheck {
 public:
  ColumnCheck(std::span<const std::uint8_t> tile, std::size_t lanes_of_tile, std::size_t first_byte)
      : tile_(tile),
        pages_(divide_up(lanes_of_tile, kPageLanes)),
        blocks_(divide_up(lanes_of_tile, kBlockLanes)),
        first_byte_(first_byte) {}

  [[nodiscard]] bool is_sound(const Column& column) const {
    switch (column.form) {
      case ColumnForm::kEmpty: return column.lanes == 0;
      case ColumnForm::kBitmap: return is_bitmap(column);
      case ColumnForm::kCoded: return is_coded(column);
      case ColumnForm::kPacked: return is_packed(column);
    }
    return false;
  }

 private:
  // The bytes of a column, when it lies within the tile.
  [[nodiscard]] const std::uint8_t* find(const Column& column, std::size_t bytes, std::size_t multiple) const {
    const std::size_t end = tile_.size() - kTailBytes;
    if (column.offset % multiple != 0 || column.offset < first_byte_ || column.offset > end ||
        bytes > end - column.offset)
      return nullptr;
    return tile_.data() + column.offset;
  }

  [[nodiscard]] bool is_bitmap(const Column& column) const {
    const std::size_t bytes = blocks_ * kBlockBytes;
    const std::uint8_t* at = find(column, bytes, 64);
    return at != nullptr && ones({at, bytes}) == column.lanes;
  }

  // As many 1s as lanes, as many 0s as pages, a 0 at the end.
  [[nodiscard]] bool is_coded(const Column& column) const {
    const std::size_t bytes = unary_words(column.lanes, pages_) * 8;
    const std::uint8_t* at = find(column, bytes + column.lanes, 8);
    if (at == nullptr || ones({at, bytes}) != column.lanes) return false;
    for (std::size_t place = column.lanes + pages_ - 1; place < bytes * 8; ++place)
      if ((at[place / 8] >> (place % 8) & 1) != 0) return false;
    return true;
  }

  [[nodiscard]] bool is_packed(const Column& column) const {
    const std::uint8_t* at = find(column, packed_head(blocks_), 8);
    if (at == nullptr) return false;
    std::size_t bytes = 0;
    for (std::size_t block = 0; block < blocks_; ++block) {
      const auto mask = value_at<std::uint64_t>(at + block * sizeof(std::uint64_t));
      const auto first = value_at<std::uint16_t>(at + blocks_ * sizeof mask + block * sizeof(std::uint16_t));
      if (first != (mask == 0 ? 0 : bytes)) return false;
      bytes += static_cast<std::size_t>(std::popcount(mask));
    }
    return find(column, packed_head(blocks_) + bytes, 8) != nullptr &&
           ones({at + packed_head(blocks_), bytes}) == column.lanes;
  }

  static std::size_t ones(std::span<const std::uint8_t> bytes) {
    std::size_t count = 0, at = 0;
    for (; at + 8 <= bytes.size(); at += 8)
      count += static_cast<std::size_t>(std::popcount(value_at<std::uint64_t>(bytes.data() + at)));
    for (; at < bytes.size(); ++at) count += static_cast<std::size_t>(std::popcount(bytes[at]));
    return count;
  }

  std::span<const std::uint8_t> tile_;
  std::size_t pages_, blocks_, first_byte_;
};

}  // namespace

std::string_view tile_defect(std::span<const std::uint8_t> bytes, std::uint32_t bits) {
  if (bytes.size() < sizeof(TileHeader)) return "it is cut short";
  const TileView tile(bytes.data());
  const TileHeader& header = tile.header();
  if (header.bytes % 64 != 0 || header.bytes > bytes.size()) return "its length is wrong";
  if (header.lanes == 0 || header.lanes > kTileLanes || header.bits != bits || header.runs == 0 ||
      header.runs > header.lanes || header.columns != sizeof(TileHeader) + header.runs * sizeof(OnBitsRun))
    return "its head is damaged";
  const std::size_t columns_end = header.columns + std::size_t{bits} * sizeof(Column);
  if (header.bytes < columns_end + kTailBytes) return "its length is wrong";
  const auto runs = tile.runs();
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (runs[i].first_lane >= header.lanes || runs[i].on_bits > bits ||
        (i == 0 ? runs[i].first_lane != 0
                : runs[i].first_lane <= runs[i - 1].first_lane || runs[i].on_bits <= runs[i - 1].on_bits))
      return "its numbers of on-bits are damaged";
  const ColumnCheck check(bytes.first(header.bytes), header.lanes, columns_end);
  for (const Column& column : tile.columns())
    if (!check.is_sound(column)) return "one of its columns is damaged";
  return {};
}

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
