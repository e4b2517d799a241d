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

/// Where the compounds of a column are. Nothing: it has none.
struct Lanes {
  const std::uint8_t* bitmap = nullptr;  ///< null: coded
  const std::uint64_t* unary = nullptr;
  const std::uint8_t* low = nullptr;
  [[nodiscard]] bool empty() const { return bitmap == nullptr && unary == nullptr; }
};

/// What one search at a time needs: 320 KiB.
class Scratch {
 public:
  Scratch();
  [[nodiscard]] std::uint8_t* counters() { return counters_.get(); }  ///< all 0 between searches; kTileLanes x 2 bytes
  [[nodiscard]] TileHit* hits() { return hits_.get(); }               ///< kTileLanes
  [[nodiscard]] std::span<Lanes> columns(std::size_t count);          ///< valid until the next call

 private:
  hwy::AlignedFreeUniquePtr<std::uint8_t[]> counters_;
  hwy::AlignedFreeUniquePtr<TileHit[]> hits_;
  std::vector<Lanes> columns_;
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
