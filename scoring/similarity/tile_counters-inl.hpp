// Part of tile_search.cpp: how many of a query's columns each lane is in.

// Compiled once per instruction set, as Highway has it.
#if defined(DIGITALIS_TILE_COUNTERS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DIGITALIS_TILE_COUNTERS_INL
#undef DIGITALIS_TILE_COUNTERS_INL
#else
#define DIGITALIS_TILE_COUNTERS_INL
#endif

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include <hwy/highway.h>

#include "scoring/similarity/tile_columns-inl.hpp"
#include "scoring/similarity/tile_search.hpp"

HWY_BEFORE_NAMESPACE();
namespace digitalis::tile_search::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// The most bitmaps that are summed at a time: their counts have 8 digits.
inline constexpr std::size_t kMostBitmaps = 248;
inline constexpr std::size_t kDigits = 8;

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

}  // namespace digitalis::tile_search::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
