// Compounds of a tile that share enough bits with a query.
//
// The problem. A row of 2,048 bits is 256 bytes: however fast a kernel counts them, it reads 4 million rows per GB/s
// that the memory gives.
//
// The idea. A query with q on-bits of which a hit must share c may miss q - c. So of any q - c + x of the query's
// columns a hit has at least x. Take the rarest: at similarity 0.7 these are 8 + x of 45, each of which one compound in
// a hundred has. Their compounds are counted in a byte per lane, 32 KB that stay in the first level of cache, and
// vectors look for counts of at least x. The few lanes left are looked up in the remaining columns, and dropped with
// the first miss too many. (Prefix filters come from similarity joins: R. J. Bayardo et al., WWW 2007,
// doi:10.1145/1242572.1242591.)
//
// Coded columns are counted lane by lane. The others, which lower thresholds need, are bitmaps or become bitmaps, and
// are summed by carry-save adders: 512 (AVX-512), 256 (AVX2) or 128 lanes at a time, 8 columns in some 40 instructions,
// into counters of which each vector holds one binary digit; these are then spread into the bytes.
//
// The cost. Two to three cycles for each lane of a coded column, 90 for a block of 8 bitmaps, 5 (AVX-512) to unpack a
// block; clearing and scanning the counters, 1/20 cycle a lane; a few look-ups for one compound in some thousand.
// Single queries wait for memory, so that columns are fetched ahead.
//
// Rejected: all columns as bitmaps: 256 bytes a compound in memory, and every rare column reads an eighth of a byte for
// each compound, ten times what its few lanes take. Counting by hash: the counters fit in cache.

#include "scoring/similarity/tile_search.hpp"

#include <algorithm>
#include <array>
#include <new>

#include "scoring/vector_targets.hpp"
#define HWY_WANT_AVX3_DL 1  // for the instruction that expands bytes

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scoring/similarity/tile_search.cpp"
#include <hwy/foreach_target.h>  // compiles the part below once per instruction set

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "scoring/similarity/tile_columns-inl.hpp"
#include "scoring/similarity/tile_counters-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace digitalis::tile_search::HWY_NAMESPACE {

const char* this_target() { return hwy::TargetName(HWY_TARGET); }

// Columns counted at first beyond those that a hit may miss all of.
inline constexpr std::uint32_t kSurplus = 5;

// As long as more lanes of a page than these are left to look up, so many columns more are counted.
inline constexpr double kMostLookUpsPerPage = 1.0;
inline constexpr std::uint32_t kMoreColumns = 8;

// How many columns ahead of their use columns are fetched, and how much of each; the processor's own prefetcher sees to
// the rest.
inline constexpr std::uint32_t kAhead = 8;

HWY_INLINE void fetch(const TileView& tile, std::uint16_t bit) {
  constexpr std::size_t kLine = 64, kMost = 16 * kLine;
  const Lanes column = lanes_of(tile, bit);
  const std::size_t bytes = static_cast<std::size_t>(column.rest - column.at) + tile.columns()[bit].lanes;
  for (std::size_t i = 0; i < std::min(bytes, kMost); i += kLine) hwy::Prefetch(column.at + i);
}

HWY_INLINE std::uint32_t first_block(const TileQuery& query) { return query.first_page / 2; }
HWY_INLINE std::uint32_t last_block(const TileQuery& query) { return (query.last_page + 1) / 2; }

template <class Counter>
HWY_INLINE void count_columns(const TileQuery& query, std::uint32_t first, std::uint32_t last, Scratch& scratch,
                              Counter* HWY_RESTRICT counters) {
  const std::uint32_t blocks = query.tile.blocks();
  CodedCounter<Counter> coded(query, scratch, counters);
  for (std::uint32_t i = first; i < std::min(first + kAhead, last); ++i) fetch(query.tile, query.columns[i]);

  std::array<const std::uint8_t*, kMostBitmaps> bitmaps;
  std::size_t filled = 0;
  const auto sum = [&]() HWY_ATTR {
    while (filled % 8 != 0) bitmaps[filled++] = scratch.no_lanes();
    sum_bitmaps(std::span<const std::uint8_t* const>(bitmaps.data(), filled), first_block(query), last_block(query),
                counters);
    filled = 0;
  };
  std::uint8_t* unpacked = scratch.bitmaps(std::min<std::size_t>(last - first, kMostBitmaps));
  for (std::uint32_t i = first; i < last; ++i) {
    if (i + kAhead < last) fetch(query.tile, query.columns[i + kAhead]);
    const Lanes column = lanes_of(query.tile, query.columns[i]);
    switch (column.form) {
      case ColumnForm::kEmpty: break;
      case ColumnForm::kCoded: coded.add(column, query.tile.columns()[query.columns[i]].lanes); break;
      case ColumnForm::kPacked: {
        std::uint8_t* bitmap = unpacked + filled * kBitmapBytes;
        unpack(column, blocks, first_block(query), last_block(query), bitmap);
        bitmaps[filled++] = bitmap;
        break;
      }
      case ColumnForm::kBitmap: bitmaps[filled++] = column.at; break;
    }
    if (filled == kMostBitmaps) sum();
  }
  if (filled != 0) sum();
  coded.finish();
}

// Lanes that may be hits by the columns counted, with their counts; stops at the end of a page where there are more
// than `most`.
template <class Counter>
HWY_INLINE std::size_t take_candidates(const TileQuery& query, std::uint32_t counted, std::size_t most,
                                       const Counter* HWY_RESTRICT counters, TileHit* HWY_RESTRICT candidates) {
  const auto on_bits = static_cast<std::uint32_t>(query.columns.size());
  const std::uint32_t lanes = query.tile.header().lanes, left = on_bits - counted;
  std::size_t found = 0;
  for (std::uint32_t page = query.first_page; page < query.last_page && found <= most; ++page) {
    const std::uint32_t need = query.page_need[page];
    if (need > on_bits) continue;
    const std::uint32_t limit = need > left ? need - left : 0;
    if (limit > counted) continue;
    take_page(counters, page * kPageLanes, limit, [&](std::uint32_t lane, std::uint32_t count) HWY_ATTR {
      if (lane < lanes) candidates[found++] = {lane, count};
    });
  }
  return found;
}

// Looks candidates up in the columns that were not counted; those that share enough stay, with all they share.
HWY_INLINE std::size_t look_up(const TileQuery& query, std::uint32_t counted, Scratch& scratch, std::size_t found) {
  const auto on_bits = static_cast<std::uint32_t>(query.columns.size());
  const std::uint32_t blocks = query.tile.blocks();
  if (found == 0 || counted == on_bits) return found;
  // The quickest to ask come first.
  const std::span<Lanes> rest = scratch.columns(on_bits - counted);
  std::size_t place = 0, bitmaps = 0, packed = 0;
  for (const ColumnForm form : {ColumnForm::kBitmap, ColumnForm::kPacked, ColumnForm::kCoded, ColumnForm::kEmpty}) {
    for (const std::uint16_t bit : query.columns.subspan(counted))
      if (query.tile.columns()[bit].form == form) rest[place++] = lanes_of(query.tile, bit);
    if (form == ColumnForm::kBitmap) bitmaps = place;
    if (form == ColumnForm::kPacked) packed = place;
  }
  TileHit* HWY_RESTRICT hits = scratch.hits();
  // The first columns that will be asked of each: of a packed one the word that says whether there is more to see.
  constexpr std::size_t kFirst = 16;
  const std::size_t asked = std::min(packed, kFirst);
  for (std::size_t i = 0; i < found; ++i)
    for (std::size_t j = 0; j < asked; ++j)
      hwy::Prefetch(rest[j].at + (j < bitmaps ? hits[i].lane / 8 : hits[i].lane / kBlockLanes * sizeof(std::uint64_t)));
  std::size_t kept = 0;
  for (std::size_t i = 0; i < found; ++i) {
    auto [lane, count] = hits[i];
    const std::uint32_t need = query.page_need[lane / kPageLanes];
    auto left = static_cast<std::uint32_t>(rest.size());
    for (const Lanes& column : rest) {
      if (count + left < need) break;
      count += has(column, blocks, lane) ? 1 : 0;
      --left;
    }
    if (count + left >= need) hits[kept++] = {lane, count};
  }
  return kept;
}

// @param counted  columns to begin with
// @param most     that counters can count
template <class Counter>
HWY_INLINE std::size_t find_with(const TileQuery& query, std::uint32_t counted, std::uint32_t most, Scratch& scratch) {
  auto* HWY_RESTRICT counters = reinterpret_cast<Counter*>(scratch.counters());
  const auto few = static_cast<std::size_t>(kMostLookUpsPerPage * (query.last_page - query.first_page));
  std::uint32_t done = 0;
  std::size_t found = 0;
  for (;; counted = std::min(most, counted + kMoreColumns)) {
    count_columns(query, done, counted, scratch, counters);
    done = counted;
    const std::size_t enough = counted == most ? kTileLanes : few;
    found = take_candidates(query, counted, enough, counters, scratch.hits());
    if (found <= enough) break;
  }
  std::fill(counters + std::size_t{first_block(query)} * kBlockLanes,
            counters + std::size_t{last_block(query)} * kBlockLanes, Counter{0});
  return look_up(query, counted, scratch, found);
}

std::size_t find_hits(const TileQuery& query, Scratch& scratch) {
  const auto on_bits = static_cast<std::uint32_t>(query.columns.size());
  std::uint32_t least_need = on_bits + 1;
  for (std::uint32_t page = query.first_page; page < query.last_page; ++page)
    least_need = std::min(least_need, query.page_need[page]);
  if (least_need > on_bits) return 0;
  if (query.next_tile != nullptr) {
    const TileView next(query.next_tile);
    for (const std::uint16_t bit : query.columns) hwy::Prefetch(&next.columns()[bit]);
  }
  const std::uint32_t counted = std::min(on_bits, on_bits - least_need + kSurplus);
  if (counted <= 255) return find_with<std::uint8_t>(query, counted, std::min(on_bits, 255u), scratch);
  return find_with<std::uint16_t>(query, std::min(counted, 65'535u), std::min(on_bits, 65'535u), scratch);
}

}  // namespace digitalis::tile_search::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace digitalis::tile_search {

HWY_EXPORT(find_hits);
HWY_EXPORT(this_target);

namespace {

template <class Value>
hwy::AlignedFreeUniquePtr<Value[]> aligned(std::size_t count) {
  auto values = hwy::AllocateAligned<Value>(count);
  if (!values) throw std::bad_alloc();
  return values;
}

}  // namespace

Scratch::Scratch()
    : counters_(aligned<std::uint8_t>(2 * kTileLanes)),
      no_lanes_(aligned<std::uint8_t>(kBitmapBytes)),
      lanes_(aligned<std::uint16_t>(kLanes)),
      hits_(aligned<TileHit>(kTileLanes)) {
  std::fill_n(counters_.get(), 2 * kTileLanes, std::uint8_t{0});
  std::fill_n(no_lanes_.get(), kBitmapBytes, std::uint8_t{0});
}

std::span<Lanes> Scratch::columns(std::size_t count) {
  if (columns_.size() < count) columns_.resize(count);
  return std::span(columns_).first(count);
}

std::uint8_t* Scratch::bitmaps(std::size_t count) {
  if (bitmap_count_ < count) {
    bitmaps_ = aligned<std::uint8_t>(count * kBitmapBytes);
    bitmap_count_ = count;
  }
  return bitmaps_.get();
}

std::size_t find_hits(const TileQuery& query, Scratch& scratch) {
  return HWY_DYNAMIC_DISPATCH(find_hits)(query, scratch);
}

const char* instruction_set() { return HWY_DYNAMIC_DISPATCH(this_target)(); }

}  // namespace digitalis::tile_search
#endif
