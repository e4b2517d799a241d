// Compounds of a tile that share enough bits with a query.
//
// The problem. A row of 2,048 bits is 256 bytes, and one core reads 10 GB/s from memory: no kernel that ANDs and counts
// rows passes 40 million compounds a second, however fast it counts.
//
// The idea. A query with q on-bits of which a hit must share c may miss q - c. So among any q - c + x of the query's
// columns a hit has at least x. Take the rarest: at similarity 0.7 that is 8 + x of 45 columns, which one compound in a
// hundred has. Their lanes are counted in a byte per lane, 32 KB that stay in the first level of cache; vectors then
// look for counts of x. The few lanes that are left are looked up in the remaining columns, bitmaps first since they
// are the quickest, and dropped with the first miss too many. Prefix filters come from similarity joins: R. J. Bayardo
// et al., WWW 2007, doi:10.1145/1242572.1242591.
//
// The cost. Increments: the lanes of the rarest q - c + x columns, a few per hundred compounds at 0.7, two or three
// cycles each; clearing and scanning the counters, 1/32 cycle a compound; a few look-ups for one compound in some
// thousand. Low thresholds count all columns, at worst about one increment a compound, and look nothing up.
//
// Rejected: all columns as bitmaps, summed by carry-save adders: 256 bytes a compound in memory, and every rare column
// reads an eighth of a byte for each compound, ten times what its few lanes take. Counting by hash: the counters fit in
// cache.

#include "scoring/similarity/tile_search.hpp"

#include <algorithm>
#include <bit>
#include <new>

// As in kernel.cpp: vectors of fixed size.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scoring/similarity/tile_search.cpp"
#include <hwy/foreach_target.h>  // compiles the part below once per instruction set

#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace digitalis::tile_search::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

const char* this_target() { return hwy::TargetName(HWY_TARGET); }

// Columns counted beyond those that a hit may miss all of. More: more increments, fewer lanes to look up.
inline constexpr std::uint32_t kSurplus = 3;

HWY_INLINE Lanes lanes_of(const TileView& tile, std::uint32_t pages, std::uint16_t bit) {
  const Column column = tile.columns()[bit];
  if (column.lanes == 0) return {};
  const std::uint8_t* at = tile.bytes() + column.offset;
  if ((column.lanes & kBitmap) != 0) return {at, nullptr, nullptr};
  const std::size_t words = (column.lanes + pages + 63) / 64;
  return {nullptr, reinterpret_cast<const std::uint64_t*>(at), at + words * 8};
}

// Place of the n-th 1, from 0, of a word that has as many.
HWY_INLINE std::uint32_t select(std::uint64_t word, std::uint32_t n) {
  std::uint32_t place = 0;
  for (std::uint32_t width = 32; width != 0; width /= 2) {
    const auto below = static_cast<std::uint32_t>(std::popcount(word & ((std::uint64_t{1} << width) - 1)));
    const bool above = n >= below;
    n -= above ? below : 0;
    place += above ? width : 0;
    word >>= above ? width : 0;
  }
  return place;
}

// The bit after the zero that ends the page before: where the page's lanes begin.
HWY_INLINE std::uint32_t page_begin(const std::uint64_t* unary, std::uint32_t page) {
  if (page == 0) return 0;
  std::uint32_t word = 0, zeros_left = page;
  for (;; ++word) {
    const auto zeros = static_cast<std::uint32_t>(std::popcount(~unary[word]));
    if (zeros >= zeros_left) break;
    zeros_left -= zeros;
  }
  return word * 64 + select(~unary[word], zeros_left - 1) + 1;
}

HWY_INLINE bool has(const Lanes& column, std::uint32_t lane) {
  if (column.empty()) return false;
  if (column.bitmap != nullptr) return (column.bitmap[lane / 8] >> (lane % 8) & 1) != 0;
  const std::uint32_t page = lane / kPageLanes, low = lane % kPageLanes;
  std::uint32_t at = page_begin(column.unary, page);
  const std::uint8_t* value = column.low + (at - page);
  for (; (column.unary[at / 64] >> (at % 64) & 1) != 0; ++at, ++value)
    if (*value >= low) return *value == low;
  return false;
}

// Adds 1 to the counters of the column's lanes in [first_page, last_page).
template <class Counter>
HWY_INLINE void count_coded(const Lanes& column, const TileQuery& query, std::uint32_t pages,
                            Counter* HWY_RESTRICT counters) {
  const std::uint32_t begin = page_begin(column.unary, query.first_page);
  const std::uint32_t end = query.last_page == pages ? 0 : page_begin(column.unary, query.last_page);
  std::size_t number = begin - query.first_page;
  std::size_t word = begin / 64;
  std::uint64_t ones = column.unary[word] & (~std::uint64_t{0} << (begin % 64));
  // The whole column ends with its last zero; a part of it, where the page after it begins.
  const std::size_t words =
      query.last_page == pages
          ? static_cast<std::size_t>(reinterpret_cast<const std::uint64_t*>(column.low) - column.unary)
          : (end + 63) / 64;
  for (;;) {
    if (end != 0 && word == end / 64) ones &= (std::uint64_t{1} << (end % 64)) - 1;
    for (; ones != 0; ones &= ones - 1, ++number) {
      const std::size_t place = word * 64 + static_cast<std::size_t>(std::countr_zero(ones));
      ++counters[(place - number) * kPageLanes + column.low[number]];
    }
    if (++word >= words) return;
    ones = column.unary[word];
  }
}

#if HWY_TARGET == HWY_SCALAR

template <class Counter>
void count_bitmap(const std::uint8_t* bitmap, const TileQuery& query, Counter* counters) {
  for (std::uint32_t lane = query.first_page * kPageLanes; lane < query.last_page * kPageLanes; ++lane)
    counters[lane] = static_cast<Counter>(counters[lane] + (bitmap[lane / 8] >> (lane % 8) & 1));
}

template <class Counter, class Take>
void take_page(Counter* counters, std::uint32_t first_lane, std::uint32_t limit, const Take& take) {
  for (std::uint32_t lane = first_lane; lane < first_lane + kPageLanes; ++lane)
    if (counters[lane] >= limit) take(lane, counters[lane]);
}

#else

template <class Counter>
HWY_INLINE void count_bitmap(const std::uint8_t* bitmap, const TileQuery& query, Counter* HWY_RESTRICT counters) {
  const hn::ScalableTag<Counter> tag;
  const std::size_t end = std::size_t{query.last_page} * kPageLanes;
  for (std::size_t lane = std::size_t{query.first_page} * kPageLanes; lane < end; lane += hn::Lanes(tag)) {
    const auto on = hn::LoadMaskBits(tag, bitmap + lane / 8);
    hn::Store(hn::Sub(hn::Load(tag, counters + lane), hn::VecFromMask(tag, on)), tag, counters + lane);
  }
}

// Calls take(lane, count) for counts of at least `limit`.
template <class Counter, class Take>
HWY_INLINE void take_page(const Counter* HWY_RESTRICT counters, std::uint32_t first_lane, std::uint32_t limit,
                          const Take& take) {
  const hn::ScalableTag<Counter> tag;
  const auto least = hn::Set(tag, static_cast<Counter>(limit));
  constexpr std::size_t kStep = HWY_LANES(Counter);
  auto most = hn::Load(tag, counters + first_lane);
  for (std::size_t i = kStep; i < kPageLanes; i += kStep)
    most = hn::Max(most, hn::Load(tag, counters + first_lane + i));
  if (hn::AllFalse(tag, hn::Eq(hn::Max(most, least), most))) return;
  for (std::size_t i = 0; i < kPageLanes; i += kStep) {
    const auto counts = hn::Load(tag, counters + first_lane + i);
    std::uint64_t bits = 0;
    hn::StoreMaskBits(tag, hn::Eq(hn::Max(counts, least), counts), reinterpret_cast<std::uint8_t*>(&bits));
    for (; bits != 0; bits &= bits - 1) {
      const auto lane = first_lane + static_cast<std::uint32_t>(i) + static_cast<std::uint32_t>(std::countr_zero(bits));
      take(lane, static_cast<std::uint32_t>(counters[lane]));
    }
  }
}

#endif

// Most lines of a coded column that are fetched ahead; the processor's own prefetcher sees to the rest.
HWY_INLINE void fetch_column(const TileQuery& query, std::uint32_t pages, std::uint16_t bit) {
  constexpr std::size_t kLine = 64, kMost = 4 * kLine;
  const Column column = query.tile.columns()[bit];
  const std::uint8_t* at = query.tile.bytes() + column.offset;
  const std::size_t words_bytes = (column.lanes + pages + 63) / 64 * 8;
  for (std::size_t i = 0; i < std::min<std::size_t>(kMost, words_bytes + column.lanes); i += kLine)
    hwy::Prefetch(at + i);
  hwy::Prefetch(at + words_bytes);
}

// How far ahead of their use columns are fetched.
inline constexpr std::uint32_t kAhead = 4;

template <class Counter>
HWY_INLINE void count_columns(const TileQuery& query, std::uint32_t counted, Counter* HWY_RESTRICT counters) {
  const std::uint32_t pages = query.tile.pages();
  for (std::uint32_t i = 0; i < std::min(kAhead, counted); ++i) fetch_column(query, pages, query.columns[i]);
  for (std::uint32_t i = 0; i < counted; ++i) {
    if (i + kAhead < counted) fetch_column(query, pages, query.columns[i + kAhead]);
    const Lanes column = lanes_of(query.tile, pages, query.columns[i]);
    if (column.empty()) continue;
    if (column.bitmap != nullptr)
      count_bitmap(column.bitmap, query, counters);
    else
      count_coded(column, query, pages, counters);
  }
}

// Lanes that may be hits by the columns counted, with their counts.
template <class Counter>
HWY_INLINE std::size_t take_candidates(const TileQuery& query, std::uint32_t counted, Counter* HWY_RESTRICT counters,
                                       TileHit* HWY_RESTRICT candidates) {
  const auto on_bits = static_cast<std::uint32_t>(query.columns.size());
  const std::uint32_t lanes = query.tile.header().lanes, left = on_bits - counted;
  std::size_t found = 0;
  for (std::uint32_t page = query.first_page; page < query.last_page; ++page) {
    const std::uint32_t need = query.page_need[page];
    if (need > on_bits) continue;
    const std::uint32_t limit = need > left ? need - left : 0;
    if (limit > counted) continue;
    take_page(counters, page * kPageLanes, limit, [&](std::uint32_t lane, std::uint32_t count) {
      if (lane < lanes) candidates[found++] = {lane, count};
    });
  }
  std::fill(counters + std::size_t{query.first_page} * kPageLanes, counters + std::size_t{query.last_page} * kPageLanes,
            Counter{0});
  return found;
}

// Looks candidates up in the columns that were not counted; those that share enough stay, with all they share.
HWY_INLINE std::size_t look_up(const TileQuery& query, std::uint32_t counted, Scratch& scratch, std::size_t found) {
  const auto on_bits = static_cast<std::uint32_t>(query.columns.size());
  const std::uint32_t pages = query.tile.pages();
  if (found == 0 || counted == on_bits) return found;
  // Bitmaps first: they are the quickest to ask.
  const std::span<Lanes> rest = scratch.columns(on_bits - counted);
  std::size_t bitmaps = 0, place = 0;
  for (const bool wanted : {true, false})
    for (std::uint32_t i = counted; i < on_bits; ++i) {
      const Column column = query.tile.columns()[query.columns[i]];
      if (((column.lanes & kBitmap) != 0) != wanted) continue;
      rest[place++] = lanes_of(query.tile, pages, query.columns[i]);
      bitmaps += wanted ? 1 : 0;
    }
  TileHit* HWY_RESTRICT hits = scratch.hits();
  constexpr std::size_t kFirst = 4;
  for (std::size_t i = 0; i < found; ++i)
    for (std::size_t j = 0; j < std::min(bitmaps, kFirst); ++j) hwy::Prefetch(rest[j].bitmap + hits[i].lane / 8);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < found; ++i) {
    auto [lane, count] = hits[i];
    const std::uint32_t need = query.page_need[lane / kPageLanes];
    auto left = static_cast<std::uint32_t>(rest.size());
    for (const Lanes& column : rest) {
      if (count + left < need) break;
      count += has(column, lane) ? 1 : 0;
      --left;
    }
    if (count + left >= need) hits[kept++] = {lane, count};
  }
  return kept;
}

template <class Counter>
HWY_INLINE std::size_t find_with(const TileQuery& query, std::uint32_t counted, Scratch& scratch) {
  auto* HWY_RESTRICT counters = reinterpret_cast<Counter*>(scratch.counters());
  count_columns(query, counted, counters);
  return look_up(query, counted, scratch, take_candidates(query, counted, counters, scratch.hits()));
}

std::size_t find_hits(const TileQuery& query, Scratch& scratch) {
  const auto on_bits = static_cast<std::uint32_t>(query.columns.size());
  std::uint32_t least_need = on_bits + 1;
  for (std::uint32_t page = query.first_page; page < query.last_page; ++page)
    least_need = std::min(least_need, query.page_need[page]);
  if (least_need > on_bits) return 0;
  const std::uint32_t counted = least_need == 0 ? on_bits : std::min(on_bits, on_bits - least_need + kSurplus);
  // A lane's count of a byte may wrap only where more columns are counted than it can hold.
  if (query.next_tile != nullptr) {
    const TileView next(query.next_tile);
    for (const std::uint16_t bit : query.columns) hwy::Prefetch(&next.columns()[bit]);
  }
  if (counted <= 255) return find_with<std::uint8_t>(query, counted, scratch);
  return find_with<std::uint16_t>(query, counted, scratch);
}

}  // namespace digitalis::tile_search::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace digitalis::tile_search {

HWY_EXPORT(find_hits);
HWY_EXPORT(this_target);

Scratch::Scratch()
    : counters_(hwy::AllocateAligned<std::uint8_t>(2 * kTileLanes)), hits_(hwy::AllocateAligned<TileHit>(kTileLanes)) {
  if (!counters_ || !hits_) throw std::bad_alloc();
  std::fill_n(counters_.get(), 2 * kTileLanes, std::uint8_t{0});
}

std::span<Lanes> Scratch::columns(std::size_t count) {
  if (columns_.size() < count) columns_.resize(count);
  return std::span(columns_).first(count);
}

std::size_t find_hits(const TileQuery& query, Scratch& scratch) {
  return HWY_DYNAMIC_DISPATCH(find_hits)(query, scratch);
}

const char* instruction_set() { return HWY_DYNAMIC_DISPATCH(this_target)(); }

}  // namespace digitalis::tile_search
#endif
