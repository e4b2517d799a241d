// Shared bits of one compound with many actives.
//
// The problem. Similarity needs the size of the intersection of two bit sets. The usual kernel ANDs and counts 2048
// bits per pair, 32 words, although a drug-like compound has only about 45 bits on.
//
// The idea. With a row of bytes per bit, a byte per active, the compound's 45 rows are added up: one instruction adds
// 64 (AVX-512), 32 (AVX2) or 16 pairs, so that a pair costs 45 / 64 instructions. The sums stay in registers for up to
// eight vectors of actives at a time. Bytes hold sums of up to 255 rows; only longer lists are summed in batches.
//
// The nearest active is found without a division: s1 / u1 > s2 / u2 is s1 u2 > s2 u1, which is exact in 16 bits for
// drug-like compounds (u is the sum of both bit counts; s / u orders as s / (u - s) does). Others take similarities()
// and doubles. Either way only integers decide, so every instruction set gives the same answer.
//
// The cost. Rows x actives / vector bytes additions, and as many loads, from a matrix that for 200 actives fits in the
// second level of cache. Rejected: a bit per active summed by carry-save adders reads an eighth of the memory, but
// spends what it gains on spreading the counts into bytes; it pays off only beyond some thousand actives.

#include "scoring/similarity/kernel.hpp"

#include <algorithm>
#include <array>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scoring/similarity/kernel.cpp"
#include <hwy/foreach_target.h>  // compiles the part below once per instruction set

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace digitalis::similarity_kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

std::int64_t this_target() { return HWY_TARGET; }

#if HWY_TARGET == HWY_SCALAR

// The fallback for machines without any vectors that we know: plain loops over one block of actives.
inline constexpr std::size_t kScalarBlock = 16;

HWY_ATTR void add_rows(const ActiveMatrix& actives, std::span<const std::size_t> rows, std::size_t first,
                       std::int32_t* HWY_RESTRICT sums) {
  for (const std::size_t row : rows)
    for (std::size_t i = 0; i < kScalarBlock; ++i) sums[i] += actives.rows[row + first + i];
}

HWY_ATTR Nearest find_nearest(const ActiveMatrix& actives, std::span<const std::size_t> rows,
                              std::int16_t compound_bits) {
  Nearest best{0, 0};
  std::int32_t best_bits = 1;
  for (std::size_t first = 0; first < actives.stride; first += kScalarBlock) {
    std::array<std::int32_t, kScalarBlock> sums{};
    add_rows(actives, rows, first, sums.data());
    for (std::size_t i = 0; i < kScalarBlock; ++i) {
      const std::int32_t bits = actives.on_bits[first + i] + compound_bits;
      if (sums[i] * best_bits <= static_cast<std::int32_t>(best.shared) * bits) continue;
      best = {static_cast<std::uint32_t>(first + i), static_cast<std::uint32_t>(sums[i])};
      best_bits = bits;
    }
  }
  return best;
}

HWY_ATTR void similarities(const ActiveMatrix& actives, std::span<const std::size_t> rows, std::int32_t compound_bits,
                           std::size_t first, std::span<double> out) {
  for (std::size_t start = 0; start < out.size(); start += kScalarBlock) {
    std::array<std::int32_t, kScalarBlock> sums{};
    add_rows(actives, rows, first + start, sums.data());
    for (std::size_t i = 0; i < kScalarBlock; ++i)
      out[start + i] = static_cast<double>(sums[i]) /
                       static_cast<double>(actives.on_bits[first + start + i] + compound_bits - sums[i]);
  }
}

#else

// Vectors whose sums are held in registers at a time; AVX2 has 16 registers, AVX-512 and NEON 32.
inline constexpr std::size_t kMostVectors = 8;

// Sums `rows` over kVectors vectors of actives from `start` on. Folds, not loops: an array that is only named by
// constants lives in registers.
template <class Bytes, std::size_t... kVector>
HWY_INLINE void sum_rows(Bytes bytes, const std::uint8_t* HWY_RESTRICT start, std::span<const std::size_t> rows,
                         hn::Vec<Bytes> (&sums)[sizeof...(kVector)], std::index_sequence<kVector...>) {
  ((sums[kVector] = hn::Zero(bytes)), ...);
  for (const std::size_t row : rows)
    ((sums[kVector] = hn::Add(sums[kVector], hn::Load(bytes, start + row + kVector * hn::Lanes(bytes)))), ...);
}

template <class Bytes, class Visit, std::size_t... kVector>
HWY_INLINE void visit_all(Bytes bytes, std::size_t first, const hn::Vec<Bytes> (&sums)[sizeof...(kVector)],
                          const Visit& visit, std::index_sequence<kVector...>) {
  (visit(first + kVector * hn::Lanes(bytes), sums[kVector]), ...);
}

// Calls visit(lane, sums of the vector that starts there) for actives [first, last), kMostVectors at a time while they
// last.
template <std::size_t kVectors, class Bytes, class Visit>
HWY_INLINE void visit_sums(Bytes bytes, const ActiveMatrix& actives, std::span<const std::size_t> rows,
                           std::size_t first, std::size_t last, const Visit& visit) {
  const std::size_t lanes = hn::Lanes(bytes);
  for (; first + kVectors * lanes <= last; first += kVectors * lanes) {
    hn::Vec<Bytes> sums[kVectors];
    sum_rows(bytes, actives.rows + first, rows, sums, std::make_index_sequence<kVectors>());
    visit_all(bytes, first, sums, visit, std::make_index_sequence<kVectors>());
  }
  if constexpr (kVectors > 1) visit_sums<kVectors - 1>(bytes, actives, rows, first, last, visit);
}

// Per lane, the best active so far: its number, shared bits, and own plus the compound's bits.
template <class Shorts>
struct BestPerLane {
  using Vector = hn::Vec<Shorts>;
  Vector active, shared, bits;

  explicit BestPerLane(Shorts shorts)
      : active(hn::Iota(shorts, 0)), shared(hn::Zero(shorts)), bits(hn::Set(shorts, 1)) {}

  HWY_INLINE void offer(Vector new_active, Vector new_shared, Vector new_bits) {
    const auto better = hn::Gt(hn::Mul(new_shared, bits), hn::Mul(shared, new_bits));
    active = hn::IfThenElse(better, new_active, active);
    shared = hn::IfThenElse(better, new_shared, shared);
    bits = hn::IfThenElse(better, new_bits, bits);
  }

  // Floats tell the ratios apart: unequal ones differ by more than 1 in 2^15, and equal ones round alike.
  HWY_INLINE Nearest best(Shorts shorts) const {
    const hn::Repartition<std::int32_t, Shorts> ints;
    const hn::Repartition<float, Shorts> floats;
    const hn::Half<Shorts> half;
    const auto low = [&](Vector v) HWY_ATTR { return hn::PromoteTo(ints, hn::LowerHalf(half, v)); };
    const auto high = [&](Vector v) HWY_ATTR { return hn::PromoteTo(ints, hn::UpperHalf(half, v)); };
    const auto ratio = [&](auto s, auto u)
                           HWY_ATTR { return hn::Div(hn::ConvertTo(floats, s), hn::ConvertTo(floats, u)); };
    const auto low_ratio = ratio(low(shared), low(bits)), high_ratio = ratio(high(shared), high(bits));
    const auto largest = hn::MaxOfLanes(floats, hn::Max(low_ratio, high_ratio));
    // Number and shared bits in one integer, so that one minimum finds the first active and brings its bits along.
    const auto none = hn::Set(ints, 0x7fffffff);
    const auto key = [&](auto a, auto s, auto r) HWY_ATTR {
      return hn::IfThenElse(hn::RebindMask(ints, hn::Eq(r, largest)), hn::Or(hn::ShiftLeft<15>(a), s), none);
    };
    const auto keys = hn::Min(key(low(active), low(shared), low_ratio), key(high(active), high(shared), high_ratio));
    const auto first = static_cast<std::uint32_t>(hn::GetLane(hn::MinOfLanes(ints, keys)));
    return {first >> 15, first & 0x7fffu};
  }
};

template <class Bytes>
HWY_INLINE Nearest nearest_with(Bytes bytes, const ActiveMatrix& actives, std::span<const std::size_t> rows,
                                std::int16_t compound_bits) {
  const hn::Half<Bytes> half_bytes;
  const hn::Repartition<std::int16_t, Bytes> shorts;
  const std::size_t lanes = hn::Lanes(shorts);
  BestPerLane best(shorts);
  const auto own_bits = hn::Set(shorts, compound_bits);
  auto active = hn::Iota(shorts, 0);
  const auto step = hn::Set(shorts, static_cast<std::int16_t>(lanes));
  visit_sums<kMostVectors>(bytes, actives, rows, 0, actives.stride, [&](std::size_t lane, auto sums) HWY_ATTR {
    const auto low = hn::PromoteTo(shorts, hn::LowerHalf(half_bytes, sums));
    const auto high = hn::PromoteTo(shorts, hn::UpperHalf(half_bytes, sums));
    best.offer(active, low, hn::Add(own_bits, hn::Load(shorts, actives.short_on_bits + lane)));
    active = hn::Add(active, step);
    best.offer(active, high, hn::Add(own_bits, hn::Load(shorts, actives.short_on_bits + lane + lanes)));
    active = hn::Add(active, step);
  });
  return best.best(shorts);
}

Nearest find_nearest(const ActiveMatrix& actives, std::span<const std::size_t> rows, std::int16_t compound_bits) {
  if (actives.stride == 16) return nearest_with(hn::CappedTag<std::uint8_t, 16>(), actives, rows, compound_bits);
  if (actives.stride == 32) return nearest_with(hn::CappedTag<std::uint8_t, 32>(), actives, rows, compound_bits);
  return nearest_with(hn::CappedTag<std::uint8_t, kWideLane>(), actives, rows, compound_bits);
}

template <class Bytes>
HWY_INLINE void similarities_with(Bytes bytes, const ActiveMatrix& actives, std::span<const std::size_t> rows,
                                  std::int32_t compound_bits, std::size_t first, std::span<double> out) {
  HWY_ALIGN std::array<std::int32_t, kBlock> shared;
  std::fill_n(shared.begin(), out.size(), 0);
  const hn::CappedTag<std::int32_t, 16> ints;
  const hn::Rebind<std::uint8_t, decltype(ints)> few_bytes;
  for (std::size_t row = 0; row < rows.size(); row += kMostRowsPerSum) {
    const auto batch = rows.subspan(row, std::min(kMostRowsPerSum, rows.size() - row));
    visit_sums<kMostVectors>(
        bytes, actives, batch, first, first + out.size(), [&](std::size_t lane, auto sums) HWY_ATTR {
          HWY_ALIGN std::array<std::uint8_t, kWideLane> counts;
          hn::Store(sums, bytes, counts.data());
          std::int32_t* HWY_RESTRICT to = shared.data() + (lane - first);
          for (std::size_t i = 0; i < hn::Lanes(bytes); i += hn::Lanes(ints))
            hn::Store(hn::Add(hn::Load(ints, to + i), hn::PromoteTo(ints, hn::Load(few_bytes, counts.data() + i))),
                      ints, to + i);
        });
  }
  const hn::CappedTag<double, 8> doubles;
  const hn::Rebind<std::int32_t, decltype(doubles)> few_ints;
  const auto own_bits = hn::Set(few_ints, compound_bits);
  for (std::size_t i = 0; i < out.size(); i += hn::Lanes(doubles)) {
    const auto both = hn::Load(few_ints, shared.data() + i);
    const auto either = hn::Sub(hn::Add(own_bits, hn::Load(few_ints, actives.on_bits + first + i)), both);
    hn::Store(hn::Div(hn::PromoteTo(doubles, both), hn::PromoteTo(doubles, either)), doubles, out.data() + i);
  }
}

void similarities(const ActiveMatrix& actives, std::span<const std::size_t> rows, std::int32_t compound_bits,
                  std::size_t first, std::span<double> out) {
  if (actives.stride == 16)
    return similarities_with(hn::CappedTag<std::uint8_t, 16>(), actives, rows, compound_bits, first, out);
  if (actives.stride == 32)
    return similarities_with(hn::CappedTag<std::uint8_t, 32>(), actives, rows, compound_bits, first, out);
  similarities_with(hn::CappedTag<std::uint8_t, kWideLane>(), actives, rows, compound_bits, first, out);
}

#endif

}  // namespace digitalis::similarity_kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace digitalis::similarity_kernel {

HWY_EXPORT(find_nearest);
HWY_EXPORT(similarities);
HWY_EXPORT(this_target);

Nearest find_nearest(const ActiveMatrix& actives, std::span<const std::size_t> rows, std::int16_t compound_bits) {
  return HWY_DYNAMIC_DISPATCH(find_nearest)(actives, rows, compound_bits);
}

void similarities(const ActiveMatrix& actives, std::span<const std::size_t> rows, std::int32_t compound_bits,
                  std::size_t first, std::span<double> out) {
  HWY_DYNAMIC_DISPATCH(similarities)(actives, rows, compound_bits, first, out);
}

std::string_view instruction_set() { return hwy::TargetName(HWY_DYNAMIC_DISPATCH(this_target)()); }

}  // namespace digitalis::similarity_kernel
#endif
