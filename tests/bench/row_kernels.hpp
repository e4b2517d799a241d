#pragma once
// Peers of the search by columns: bit rows of 256 bytes in the order of the file, compared one after the other.
// "popcnt64" counts 32 words as FPSim2's loop does, "avx2" by nibbles (W. Mula et al., Comput. J. 61 (2018) 111-120,
// doi:10.1093/comjnl/bxx046), "avx512" by VPOPCNTDQ; "batch" is avx512 with 16 queries a row.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include <immintrin.h>

#include "scoring/similarity/fingerprint_index.hpp"

namespace digitalis::row_kernels {

using Words = std::array<std::uint64_t, 32>;
struct Rows {
  std::vector<Words> words;
  std::vector<std::uint32_t> on_bits;
};

inline Rows rows_of(const FingerprintSet& set) {
  Rows rows;
  rows.words.resize(set.size());
  for (std::size_t row = 0; row < set.size(); ++row) {
    for (const std::uint16_t bit : set[row]) rows.words[row][bit / 64] |= std::uint64_t{1} << (bit % 64);
    rows.on_bits.push_back(static_cast<std::uint32_t>(set[row].size()));
  }
  return rows;
}

// Calls take(row, shared) for every row.
struct Popcnt64 {
  template <class Take>
  __attribute__((target("popcnt"))) static void each(const Words& query, const Rows& rows, const Take& take) {
    for (std::size_t row = 0; row < rows.words.size(); ++row) {
      std::uint32_t shared = 0;
      for (std::size_t i = 0; i < 32; ++i)
        shared += static_cast<std::uint32_t>(__builtin_popcountll(query[i] & rows.words[row][i]));
      take(static_cast<std::uint32_t>(row), shared);
    }
  }
};

struct Avx2 {
  template <class Take>
  __attribute__((target("avx2"))) static void each(const Words& query, const Rows& rows, const Take& take) {
    const __m256i counts = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1,
                                            2, 2, 3, 2, 3, 3, 4),
                  low = _mm256_set1_epi8(15);
    __m256i q[8];
    for (std::size_t i = 0; i < 8; ++i)
      q[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(query.data() + 4 * i));
    for (std::size_t row = 0; row < rows.words.size(); ++row) {
      __m256i sum = _mm256_setzero_si256();
      for (std::size_t i = 0; i < 8; ++i) {
        const __m256i both = _mm256_and_si256(
            q[i], _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rows.words[row].data() + 4 * i)));
        sum = _mm256_add_epi8(sum, _mm256_shuffle_epi8(counts, _mm256_and_si256(both, low)));
        sum = _mm256_add_epi8(sum, _mm256_shuffle_epi8(counts, _mm256_and_si256(_mm256_srli_epi16(both, 4), low)));
      }
      const __m256i four = _mm256_sad_epu8(sum, _mm256_setzero_si256());
      const __m128i two = _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));
      take(static_cast<std::uint32_t>(row),
           static_cast<std::uint32_t>(_mm_cvtsi128_si64(two) + _mm_extract_epi64(two, 1)));
    }
  }
};

#define DIGITALIS_AVX512 __attribute__((target("avx512f,avx512vpopcntdq")))

DIGITALIS_AVX512 inline std::uint32_t shared_avx512(const Words& query, const Words& row) {
  __m512i sum = _mm512_setzero_si512();
  for (std::size_t i = 0; i < 32; i += 8)
    sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(_mm512_and_si512(_mm512_loadu_si512(query.data() + i),
                                                                     _mm512_loadu_si512(row.data() + i))));
  const __m256i four = _mm256_add_epi64(_mm512_castsi512_si256(sum), _mm512_maskz_extracti64x4_epi64(0xff, sum, 1));
  const __m128i two = _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));
  return static_cast<std::uint32_t>(_mm_cvtsi128_si64(two) + _mm_extract_epi64(two, 1));
}

struct Avx512 {
  template <class Take>
  DIGITALIS_AVX512 static void each(const Words& query, const Rows& rows, const Take& take) {
    for (std::size_t row = 0; row < rows.words.size(); ++row)
      take(static_cast<std::uint32_t>(row), shared_avx512(query, rows.words[row]));
  }
};

DIGITALIS_AVX512 inline std::size_t batch_avx512(std::span<const Words> queries, const Rows& rows, double threshold) {
  std::size_t found = 0;
  std::vector<std::uint32_t> on_bits;
  for (const Words& query : queries) {
    int count = 0;
    for (const std::uint64_t word : query) count += std::popcount(word);
    on_bits.push_back(static_cast<std::uint32_t>(count));
  }
  for (std::size_t row = 0; row < rows.words.size(); ++row)
    for (std::size_t i = 0; i < queries.size(); ++i) {
      const std::uint32_t shared = shared_avx512(queries[i], rows.words[row]);
      found += shared >= threshold * (on_bits[i] + rows.on_bits[row] - shared) ? 1 : 0;
    }
  return found;
}

template <class Kernel>
std::size_t count_similar(const FingerprintSet& set, const Rows& rows, std::size_t query, double threshold) {
  const auto on_bits = static_cast<std::uint32_t>(set[query].size());
  std::size_t found = 0;
  Kernel::each(rows.words[query], rows, [&](std::uint32_t row, std::uint32_t shared) {
    found += shared >= threshold * (on_bits + rows.on_bits[row] - shared) ? 1 : 0;
  });
  return found;
}

// A heap of the best; a division only for rows that pass a product.
template <class Kernel>
std::vector<SimilarRow> nearest_by_rows(const FingerprintSet& set, const Rows& rows, std::size_t query,
                                        std::size_t count) {
  const auto on_bits = static_cast<std::uint32_t>(set[query].size());
  std::vector<SimilarRow> heap;
  double worst = -1.0;
  Kernel::each(rows.words[query], rows, [&](std::uint32_t row, std::uint32_t shared) {
    const std::uint32_t either = on_bits + rows.on_bits[row] - shared;
    if (shared < worst * (1 - 1e-12) * either) return;
    const SimilarRow one{row, shared, SimilarityMeasure{}(shared, on_bits, rows.on_bits[row])};
    if (heap.size() == count) {
      if (!before(one, heap.front())) return;
      std::ranges::pop_heap(heap, before);
      heap.pop_back();
    }
    heap.push_back(one);
    std::ranges::push_heap(heap, before);
    if (heap.size() == count) worst = heap.front().similarity;
  });
  std::ranges::sort(heap, before);
  return heap;
}

}  // namespace digitalis::row_kernels
