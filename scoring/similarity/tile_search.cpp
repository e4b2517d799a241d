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
#include <bit>
#include <cstring>
#include <new>

// As in kernel.cpp: vectors of fixed size.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#define HWY_WANT_AVX3_DL 1  // for the instruction that expands bytes

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scoring/similarity/tile_search.cpp"
#include <hwy/foreach_target.h>  // compiles the part below once per instruction set

#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace digitalis::tile_search::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

const char* this_target() { return hwy::TargetName(HWY_TARGET); }

// Columns counted at first beyond those that a hit may miss all of.
inline constexpr std::uint32_t kSurplus = 5;

// As long as more lanes of a page than these are left to look up, so many columns more are counted.
inline constexpr double kMostLookUpsPerPage = 1.0;
inline constexpr std::uint32_t kMoreColumns = 8;

// The most bitmaps that are summed at a time: their counts have 8 digits.
inline constexpr std::size_t kMostBitmaps = 248;
inline constexpr std::size_t kDigits = 8;

HWY_INLINE const std::uint64_t* words_of(const Lanes& column) {
  return reinterpret_cast<const std::uint64_t*>(column.at);
}

HWY_INLINE Lanes lanes_of(const TileView& tile, std::uint16_t bit) {
  const Column column = tile.columns()[bit];
  const std::uint8_t* at = tile.bytes() + column.offset;
  std::size_t head = 0;
  if (column.form == ColumnForm::kCoded) head = (column.lanes + tile.pages() + 63) / 64 * 8;
  if (column.form == ColumnForm::kPacked) head = tile.blocks() * (sizeof(std::uint64_t) + sizeof(std::uint16_t));
  return {column.form, at, at + head};
}

// std::popcount may be a call compiled without the instruction.
HWY_INLINE std::uint32_t count_ones(std::uint64_t word) {
  return static_cast<std::uint32_t>(__builtin_popcountll(word));
}

// Place of the n-th 1, from 0, of a word that has as many.
HWY_INLINE std::uint32_t select(std::uint64_t word, std::uint32_t n) {
  std::uint32_t place = 0;
  for (std::uint32_t width = 32; width != 0; width /= 2) {
    const auto below = count_ones(word & ((std::uint64_t{1} << width) - 1));
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
    const auto zeros = count_ones(~unary[word]);
    if (zeros >= zeros_left) break;
    zeros_left -= zeros;
  }
  return word * 64 + select(~unary[word], zeros_left - 1) + 1;
}

HWY_INLINE bool coded_has(const Lanes& column, std::uint32_t lane) {
  const std::uint64_t* unary = words_of(column);
  const std::uint32_t page = lane / kPageLanes, low = lane % kPageLanes;
  std::uint32_t at = page_begin(unary, page);
  const std::uint8_t* value = column.rest + (at - page);
  for (; (unary[at / 64] >> (at % 64) & 1) != 0; ++at, ++value)
    if (*value >= low) return *value == low;
  return false;
}

// Where the bytes of a packed column's block begin.
HWY_INLINE const std::uint8_t* block_bytes(const Lanes& column, std::uint32_t blocks, std::uint32_t block) {
  std::uint16_t first = 0;
  std::memcpy(&first, column.at + std::size_t{blocks} * 8 + std::size_t{block} * 2, sizeof first);
  return column.rest + first;
}

HWY_INLINE bool packed_has(const Lanes& column, std::uint32_t blocks, std::uint32_t lane) {
  const std::uint32_t block = lane / kBlockLanes, byte = lane % kBlockLanes / 8;
  const std::uint64_t mask = words_of(column)[block];
  if ((mask >> byte & 1) == 0) return false;
  const std::uint32_t before = count_ones(mask & ((std::uint64_t{1} << byte) - 1));
  return (block_bytes(column, blocks, block)[before] >> (lane % 8) & 1) != 0;
}

HWY_INLINE bool has(const Lanes& column, std::uint32_t blocks, std::uint32_t lane) {
  switch (column.form) {
    case ColumnForm::kEmpty: return false;
    case ColumnForm::kCoded: return coded_has(column, lane);
    case ColumnForm::kPacked: return packed_has(column, blocks, lane);
    case ColumnForm::kBitmap: return (column.at[lane / 8] >> (lane % 8) & 1) != 0;
  }
  return false;
}

#undef DIGITALIS_EXPAND_BYTES
#if HWY_TARGET <= HWY_AVX3_DL && HWY_ARCH_X86_64
#define DIGITALIS_EXPAND_BYTES 1  // AVX-512 with VBMI2
#else
#define DIGITALIS_EXPAND_BYTES 0
#endif

// Counts the lanes of coded columns in the query's pages. With AVX-512 columns are decoded first and counted together:
// a loop that runs long is one that the processor can predict.
template <class Counter>
class CodedCounter {
 public:
  HWY_INLINE CodedCounter(const TileQuery& query, Scratch& scratch, Counter* counters)
      : query_(query), pages_(query.tile.pages()), lanes_(scratch.lanes()), counters_(counters) {}

  HWY_INLINE void add(const Lanes& column, std::size_t lanes_of_column) {
    if (written_ + lanes_of_column + kDecodedAtOnce > Scratch::kLanes) finish();
    const std::uint64_t* HWY_RESTRICT unary = words_of(column);
    const std::uint8_t* HWY_RESTRICT low = column.rest;
    const std::uint32_t begin = page_begin(unary, query_.first_page);
    const std::uint32_t end = query_.last_page == pages_ ? static_cast<std::uint32_t>(column.rest - column.at) * 8
                                                         : page_begin(unary, query_.last_page);
    std::size_t number = begin - query_.first_page;  // of the column's lanes, those before
    for (std::size_t word = begin / 64; word < (end + 63) / 64; ++word) {
      std::uint64_t ones = unary[word];
      if (word == begin / 64) ones &= ~std::uint64_t{0} << (begin % 64);
      if (word == end / 64) ones &= (std::uint64_t{1} << (end % 64)) - 1;
      decode(ones, word * 64, low, number);
    }
  }

  // To be called at the end.
  HWY_INLINE void finish() {
    for (std::size_t i = 0; i < written_; ++i) ++counters_[lanes_[i]];
    written_ = 0;
  }

 private:
  static constexpr std::size_t kDecodedAtOnce = 64;

  // The n-th 1 of all words, at place p, is of page p - n.
  HWY_INLINE void decode(std::uint64_t ones, std::size_t first_place, const std::uint8_t* HWY_RESTRICT low,
                         std::size_t& number) {
#if DIGITALIS_EXPAND_BYTES
    const __m512i iota = hn::Iota(hn::ScalableTag<std::uint8_t>(), 0).raw;
    const __m512i page = _mm512_add_epi8(_mm512_sub_epi8(_mm512_maskz_compress_epi8(ones, iota), iota),
                                         _mm512_set1_epi8(static_cast<char>(first_place - number)));
    const __m512i rest = _mm512_loadu_si512(low + number);
    const auto join = [](__m256i high, __m256i bytes) HWY_ATTR {
      return _mm512_or_si512(_mm512_slli_epi16(_mm512_cvtepu8_epi16(high), 8), _mm512_cvtepu8_epi16(bytes));
    };
    std::uint16_t* to = lanes_ + written_;
    _mm512_storeu_si512(to, join(_mm512_castsi512_si256(page), _mm512_castsi512_si256(rest)));
    _mm512_storeu_si512(
        to + 32, join(_mm512_maskz_extracti64x4_epi64(0xff, page, 1), _mm512_maskz_extracti64x4_epi64(0xff, rest, 1)));
    const std::uint32_t here = count_ones(ones);
    written_ += here;
    number += here;
#else
    for (; ones != 0; ones &= ones - 1, ++number) {
      const std::size_t place = first_place + static_cast<std::size_t>(std::countr_zero(ones));
      ++counters_[(place - number) * kPageLanes + low[number]];
    }
#endif
  }

  const TileQuery& query_;
  const std::uint32_t pages_;
  std::uint16_t* HWY_RESTRICT lanes_;
  Counter* HWY_RESTRICT counters_;
  std::size_t written_ = 0;
};

// Makes bitmaps of blocks [first, last) of a packed column.
HWY_INLINE void unpack(const Lanes& column, std::uint32_t blocks, std::uint32_t first, std::uint32_t last,
                       std::uint8_t* HWY_RESTRICT bitmap) {
  for (std::uint32_t block = first; block < last; ++block) {
    std::uint64_t mask = words_of(column)[block];
    const std::uint8_t* bytes = block_bytes(column, blocks, block);
    std::uint8_t* to = bitmap + std::size_t{block} * kBlockBytes;
#if DIGITALIS_EXPAND_BYTES
    _mm512_store_si512(to, _mm512_maskz_expand_epi8(mask, _mm512_loadu_si512(bytes)));
#else
    std::memset(to, 0, kBlockBytes);
    for (; mask != 0; mask &= mask - 1) to[std::countr_zero(mask)] = *bytes++;
#endif
  }
}

#if HWY_TARGET == HWY_SCALAR

template <class Counter>
void sum_bitmaps(std::span<const std::uint8_t* const> bitmaps, std::uint32_t first_block, std::uint32_t last_block,
                 Counter* counters) {
  for (const std::uint8_t* bitmap : bitmaps)
    for (std::uint32_t lane = first_block * kBlockLanes; lane < last_block * kBlockLanes; ++lane)
      counters[lane] = static_cast<Counter>(counters[lane] + (bitmap[lane / 8] >> (lane % 8) & 1));
}

template <class Counter, class Take>
void take_page(Counter* counters, std::uint32_t first_lane, std::uint32_t limit, const Take& take) {
  for (std::uint32_t lane = first_lane; lane < first_lane + kPageLanes; ++lane)
    if (counters[lane] >= limit) take(lane, counters[lane]);
}

#else

// a + b + c of each bit: the sum goes to a, what is carried is returned.
template <class V>
HWY_INLINE V add_with_carry(V& a, V b, V c) {
  const V differ = hn::Xor(a, b), carry = hn::OrAnd(hn::And(a, b), differ, c);
  a = hn::Xor(differ, c);
  return carry;
}

// Adds the bits of bitmaps to the counters of blocks [first, last).
//
// @param bitmaps  a multiple of 8, at most kMostBitmaps
template <class Counter>
HWY_INLINE void sum_bitmaps(std::span<const std::uint8_t* const> bitmaps, std::uint32_t first_block,
                            std::uint32_t last_block, Counter* HWY_RESTRICT counters) {
  const hn::ScalableTag<std::uint8_t> bytes;
  using V = hn::Vec<decltype(bytes)>;
  const hn::ScalableTag<Counter> tag;
  const auto digits = static_cast<std::size_t>(std::bit_width(bitmaps.size()));
  HWY_ALIGN std::array<std::uint8_t, kDigits * HWY_LANES(std::uint8_t)> spread;
  const std::size_t end = std::size_t{last_block} * kBlockBytes;
  for (std::size_t at = std::size_t{first_block} * kBlockBytes; at < end; at += hn::Lanes(bytes)) {
    V one = hn::Zero(bytes), two = one, four = one, digit3 = one, digit4 = one, digit5 = one, digit6 = one,
      digit7 = one;
    for (std::size_t i = 0; i < bitmaps.size(); i += 8) {
      const auto load = [&](std::size_t j) HWY_ATTR { return hn::Load(bytes, bitmaps[i + j] + at); };
      const V two_a = add_with_carry(one, load(0), load(1)), two_b = add_with_carry(one, load(2), load(3));
      const V four_a = add_with_carry(two, two_a, two_b);
      const V two_c = add_with_carry(one, load(4), load(5)), two_d = add_with_carry(one, load(6), load(7));
      const V four_b = add_with_carry(two, two_c, two_d);
      V carry = add_with_carry(four, four_a, four_b);
      const auto ripple = [&carry](V& digit) HWY_ATTR {
        const V next = hn::And(digit, carry);
        digit = hn::Xor(digit, carry);
        carry = next;
      };
      ripple(digit3), ripple(digit4), ripple(digit5), ripple(digit6), ripple(digit7);
    }
    std::size_t place = 0;
    for (const V& digit : {one, two, four, digit3, digit4, digit5, digit6, digit7})
      hn::Store(digit, bytes, spread.data() + hn::Lanes(bytes) * place++);
    Counter* HWY_RESTRICT to = counters + at * 8;
    for (std::size_t lane = 0; lane < hn::Lanes(bytes) * 8; lane += hn::Lanes(tag)) {
      auto count = hn::Load(tag, to + lane);
      for (std::size_t digit = 0; digit < digits; ++digit) {
        const auto on = hn::LoadMaskBits(tag, spread.data() + digit * hn::Lanes(bytes) + lane / 8);
        count = hn::Add(count, hn::IfThenElseZero(on, hn::Set(tag, static_cast<Counter>(1u << digit))));
      }
      hn::Store(count, tag, to + lane);
    }
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
  std::size_t place = 0, bitmaps = 0;
  for (const ColumnForm form : {ColumnForm::kBitmap, ColumnForm::kPacked, ColumnForm::kCoded, ColumnForm::kEmpty}) {
    for (const std::uint16_t bit : query.columns.subspan(counted))
      if (query.tile.columns()[bit].form == form) rest[place++] = lanes_of(query.tile, bit);
    if (form == ColumnForm::kBitmap) bitmaps = place;
  }
  TileHit* HWY_RESTRICT hits = scratch.hits();
  constexpr std::size_t kFirst = 4;
  for (std::size_t i = 0; i < found; ++i)
    for (std::size_t j = 0; j < std::min(bitmaps, kFirst); ++j) hwy::Prefetch(rest[j].at + hits[i].lane / 8);
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
