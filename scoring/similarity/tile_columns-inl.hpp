// Part of tile_search.cpp: reading a tile's columns, lane by lane or as bitmaps.

// Compiled once per instruction set, as Highway has it.
#if defined(DIGITALIS_TILE_COLUMNS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DIGITALIS_TILE_COLUMNS_INL
#undef DIGITALIS_TILE_COLUMNS_INL
#else
#define DIGITALIS_TILE_COLUMNS_INL
#endif

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <hwy/highway.h>

#include "scoring/similarity/tile_search.hpp"

HWY_BEFORE_NAMESPACE();
namespace digitalis::tile_search::HWY_NAMESPACE {

#undef DIGITALIS_EXPAND_BYTES
#if HWY_TARGET <= HWY_AVX3_DL && HWY_ARCH_X86_64
#define DIGITALIS_EXPAND_BYTES 1  // AVX-512 with VBMI2
#else
#define DIGITALIS_EXPAND_BYTES 0
#endif

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

}  // namespace digitalis::tile_search::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
