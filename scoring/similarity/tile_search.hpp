#pragma once
// The vector part of fingerprint_index.cpp: which compounds of a tile share enough bits with a query. Compiled once per
// instruction set, chosen at run time.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <hwy/aligned_allocator.h>

#include "scoring/similarity/column_tile.hpp"

namespace digitalis::tile_search {

/// A compound that shares enough with the query.
struct TileHit {
  std::uint32_t lane, shared;
};

/// A column of a tile.
struct Lanes {
  ColumnForm form = ColumnForm::kEmpty;
  const std::uint8_t* at = nullptr;    ///< bitmap, unary words or masks
  const std::uint8_t* rest = nullptr;  ///< low bytes, or the bytes that are not 0
};

/// What one search at a time needs: 320 KiB, and 4 KiB per packed column that a query counts.
class Scratch {
 public:
  Scratch();
  [[nodiscard]] std::uint8_t* counters() { return counters_.get(); }  ///< all 0 between searches; kTileLanes x 2 bytes
  [[nodiscard]] TileHit* hits() { return hits_.get(); }               ///< kTileLanes
  static constexpr std::size_t kLanes = kTileLanes + 64;
  [[nodiscard]] std::uint16_t* lanes() { return lanes_.get(); }  ///< kLanes
  [[nodiscard]] std::span<Lanes> columns(std::size_t count);     ///< valid until the next call
  /// Room for so many bitmaps, aligned to 64 bytes; valid until the next call.
  [[nodiscard]] std::uint8_t* bitmaps(std::size_t count);
  /// A bitmap of nothing.
  [[nodiscard]] const std::uint8_t* no_lanes() const { return no_lanes_.get(); }

 private:
  hwy::AlignedFreeUniquePtr<std::uint8_t[]> counters_, bitmaps_, no_lanes_;
  hwy::AlignedFreeUniquePtr<std::uint16_t[]> lanes_;
  hwy::AlignedFreeUniquePtr<TileHit[]> hits_;
  std::vector<Lanes> columns_;
  std::size_t bitmap_count_ = 0;
};

struct TileQuery {
  TileView tile;
  std::span<const std::uint16_t> columns;  ///< the query's on-bits, rarest first for speed
  std::uint32_t first_page, last_page;     ///< where to look: pages [first_page, last_page)
  /// Fewest shared bits that make a hit, per page of the tile; more than the query has on-bits: none can.
  std::span<const std::uint32_t, kTilePages> page_need;
  const std::uint8_t* next_tile = nullptr;  ///< fetched ahead
};

/// Writes the hits to scratch, lanes ascending, and returns how many. Allocates nothing.
[[nodiscard]] std::size_t find_hits(const TileQuery& query, Scratch& scratch);

/// As Highway names it.
[[nodiscard]] const char* instruction_set();

}  // namespace digitalis::tile_search
