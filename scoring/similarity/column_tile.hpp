#pragma once
// Fingerprints of up to 32,768 compounds as columns, searchable as they lie: about 43 bytes for a drug-like compound
// instead of the 256 of a row of 2,048 bits.
//
// A tile holds compounds in ascending order of on-bits; a compound's number in its tile is its lane, 256 lanes are a
// page and 512 a block. Each fingerprint bit is a column, in the form that takes least:
// - a bitmap, a bit per lane, for bits that a sixth of the compounds or more have;
// - packed, down to about one compound in 30: of the bitmap the bytes that are not 0, and for each block 64 bits that
// say
//   which these are, and where they begin. AVX-512 expands a block in one instruction;
// - coded: the ascending lanes in P. Elias' and R. M. Fano's code (Elias, J. ACM 21 (1974) 246-260,
//   doi:10.1145/321812.321820) with the low part cut at a byte: the low 8 bits of every lane, and the pages in unary, a
//   1 for each lane and a 0 at each page's end. 9 bits a lane, and a few instructions; any page is found by counting
//   zeros.
//
// A tile is one run of little-endian bytes with offsets from its beginning and no pointers, so that a memory-mapped
// file can hold it; it begins at a multiple of 64 bytes:
//   TileHeader | OnBitsRun[runs] | Column[bits] | bitmaps, each at a multiple of 64 | the others, each at one of 8 | 64
//   bytes
// A packed column is std::uint64_t[blocks], std::uint16_t[blocks], the bytes; a coded one its unary words, then its low
// bytes. Vectors may read up to 64 bytes beyond a column's end.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <hwy/aligned_allocator.h>

#include "scoring/similarity/fingerprint_set.hpp"

namespace digitalis {

inline constexpr std::uint32_t kTileLanes = 32'768;
inline constexpr std::uint32_t kPageLanes = 256;
inline constexpr std::uint32_t kTilePages = kTileLanes / kPageLanes;
inline constexpr std::uint32_t kBlockLanes = 512;
inline constexpr std::uint32_t kBlockBytes = kBlockLanes / 8;
inline constexpr std::uint32_t kBitmapBytes = kTileLanes / 8;  ///< of a full tile

struct TileHeader {
  std::uint32_t bytes;    ///< of the whole tile, a multiple of 64
  std::uint32_t lanes;    ///< compounds, 1 to kTileLanes
  std::uint32_t bits;     ///< length of the fingerprints
  std::uint32_t runs;     ///< numbers of on-bits that occur
  std::uint32_t columns;  ///< offset of Column[bits]
  std::uint32_t reserved[11];
};
static_assert(sizeof(TileHeader) == 64);

/// Lanes from `first_lane` to the next run's have this many on-bits.
struct OnBitsRun {
  std::uint32_t first_lane, on_bits;
};

enum class ColumnForm : std::uint16_t { kEmpty, kCoded, kPacked, kBitmap };

struct Column {
  std::uint32_t offset;  ///< a multiple of 64 for a bitmap, of 8 for others
  std::uint16_t lanes;   ///< how many have the bit
  ColumnForm form;
};
static_assert(sizeof(Column) == 8);

using TileBytes = hwy::AlignedFreeUniquePtr<std::uint8_t[]>;

/// A tile that lies somewhere. Reading is safe to call concurrently.
class TileView {
 public:
  explicit TileView(const std::uint8_t* tile) : tile_(tile) {}
  [[nodiscard]] const TileHeader& header() const { return *reinterpret_cast<const TileHeader*>(tile_); }
  [[nodiscard]] std::uint32_t pages() const { return (header().lanes + kPageLanes - 1) / kPageLanes; }
  [[nodiscard]] std::uint32_t blocks() const { return (header().lanes + kBlockLanes - 1) / kBlockLanes; }
  [[nodiscard]] std::span<const OnBitsRun> runs() const {
    return {reinterpret_cast<const OnBitsRun*>(tile_ + sizeof(TileHeader)), header().runs};
  }
  [[nodiscard]] std::span<const Column> columns() const {
    return {reinterpret_cast<const Column*>(tile_ + header().columns), header().bits};
  }
  [[nodiscard]] const std::uint8_t* bytes() const { return tile_; }

 private:
  const std::uint8_t* tile_;
};

/// Encodes `rows` of a set, given in ascending order of on-bits: lane i is rows[i].
///
/// @param rows  shape (1 to kTileLanes)
/// O(on-bits + bits of the fingerprint). Safe to call concurrently.
[[nodiscard]] TileBytes encode_tile(const FingerprintSet& fingerprints, std::span<const std::uint32_t> rows);

/// What keeps bytes from being a tile that may be searched; empty when nothing does. Whatever the bytes are, a tile
/// that passes is read within its bytes, and nothing else is.
///
/// @param bytes  from the tile's beginning, at a multiple of 64; more may follow
/// @param bits   length of the fingerprints
/// O(bytes of the tile), safe to call concurrently.
[[nodiscard]] std::string_view tile_defect(std::span<const std::uint8_t> bytes, std::uint32_t bits);

}  // namespace digitalis
