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

#include "scoring/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scoring/similarity/kernel.cpp"
#include <hwy/foreach_target.h>  // compiles the part below once per instruction set

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace digitalis::similarity_kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

std::int64_t this_target() { return HWY_TARGET; }

using OnBits = std::span<const std::uint16_t>;

HWY_INLINE const std::uint8_t* row_of(const ActiveMatrix& actives, std::uint16_t bit) {
  return actives.rows + std::size_t{actives.row_of_bit[bit]} * kNarrowLane;
}

#if HWY_TARGET == HWY_SCALAR

// The fallback for machines without any vectors that we know: plain loops over a few actives.
inline constexpr std::size_t kFew = 16;

void add_rows(const ActiveMatrix& actives, OnBits bits, std::size_t first, std::int32_t* HWY_RESTRICT sums) {
  for (const std::uint16_t bit : bits)
    for (std::size_t i = 0; i < kFew; ++i) sums[i] += row_of(actives, bit)[first + i];
}

Nearest find_nearest(const ActiveMatrix& actives, OnBits bits) {
  Nearest best{0, 0};
  std::int32_t best_total = 1;
  for (std::size_t first = 0; first < actives.stride; first += kFew) {
    std::array<std::int32_t, kFew> sums{};
    add_rows(actives, bits, first, sums.data());
    for (std::size_t i = 0; i < kFew; ++i) {
      const std::int32_t total = actives.on_bits[first + i] + static_cast<std::int32_t>(bits.size());
      if (sums[i] * best_total <= static_cast<std::int32_t>(best.shared) * total) continue;
      best = {static_cast<std::uint32_t>(first + i), static_cast<std::uint32_t>(sums[i])};
      best_total = total;
    }
  }
  return best;
}

void similarities(const ActiveMatrix& actives, OnBits bits, std::size_t first, std::span<double> out) {
  for (std::size_t start = 0; start < out.size(); start += kFew) {
    std::array<std::int32_t, kFew> sums{};
    add_rows(actives, bits, first + start, sums.data());
    for (std::size_t i = 0; i < kFew; ++i) {
      const std::int32_t total = actives.on_bits[first + start + i] + static_cast<std::int32_t>(bits.size());
      out[start + i] = static_cast<double>(sums[i]) / static_cast<double>(total - sums[i]);
    }
  }
}

#else

// Vectors whose sums are held in registers at a time; AVX2 has 16 registers, AVX-512 and NEON 32.
inline constexpr std::size_t kMostVectors = 8;

// Sums the rows of `bits` over as many vectors of actives from `first` on as there are kVector, and hands each to
// `take`. Folds, not loops: an array that is only indexed by constants lives in registers.
template <class Bytes, class Take, std::size_t... kVector>
HWY_INLINE void sum_rows(Bytes bytes, const ActiveMatrix& actives, OnBits bits, std::size_t first, Take& take,
                         std::index_sequence<kVector...>) {
  hn::Vec<Bytes> sums[] = {((void)kVector, hn::Zero(bytes))...};
  for (const std::uint16_t bit : bits) {
    const std::uint8_t* HWY_RESTRICT row = row_of(actives, bit) + first;
    ((sums[kVector] = hn::Add(sums[kVector], hn::Load(bytes, row + kVector * hn::Lanes(bytes)))), ...);
  }
  (take(first + kVector * hn::Lanes(bytes), sums[kVector]), ...);
}

// Hands take(lane, sums of the vector that starts there) every vector of actives [first, last), kVectors at a time
// while they last.
template <std::size_t kVectors = kMostVectors, class Bytes, class Take>
HWY_INLINE void sum_all(Bytes bytes, const ActiveMatrix& actives, OnBits bits, std::size_t first, std::size_t last,
                        Take& take) {
  const std::size_t step = kVectors * hn::Lanes(bytes);
  for (; first + step <= last; first += step)
    sum_rows(bytes, actives, bits, first, take, std::make_index_sequence<kVectors>());
  if constexpr (kVectors > 1) sum_all<kVectors - 1>(bytes, actives, bits, first, last, take);
}

// Per lane, the best active so far: its number, shared bits, and its own plus the compound's bits.
template <class Bytes>
class BestPerLane {
  using Shorts = hn::Repartition<std::int16_t, Bytes>;
  using Vector = hn::Vec<Shorts>;

 public:
  HWY_INLINE BestPerLane(const ActiveMatrix& actives, std::size_t compound_bits)
      : on_bits_(actives.short_on_bits),
        compound_bits_(hn::Set(Shorts(), static_cast<std::int16_t>(compound_bits))),
        next_(hn::Iota(Shorts(), 0)),
        active_(next_),
        shared_(hn::Zero(Shorts())),
        total_(hn::Set(Shorts(), 1)) {}

  HWY_INLINE void operator()(std::size_t lane, hn::Vec<Bytes> sums) {
    const hn::Half<Bytes> half;
    offer(lane, hn::PromoteTo(Shorts(), hn::LowerHalf(half, sums)));
    offer(lane + hn::Lanes(Shorts()), hn::PromoteTo(Shorts(), hn::UpperHalf(half, sums)));
  }

  // Floats tell the ratios apart: unequal ones differ by more than 1 in 2^15, and equal ones round alike.
  HWY_INLINE Nearest best() const {
    const auto low_ratio = ratio(low(shared_), low(total_)), high_ratio = ratio(high(shared_), high(total_));
    const auto largest = hn::MaxOfLanes(kFloats, hn::Max(low_ratio, high_ratio));
    const auto keys = hn::Min(keys_of(low_ratio, largest, low(active_), low(shared_)),
                              keys_of(high_ratio, largest, high(active_), high(shared_)));
    const auto first = static_cast<std::uint32_t>(hn::GetLane(hn::MinOfLanes(kInts, keys)));
    return {first >> 15, first & 0x7fffu};
  }

 private:
  static constexpr hn::Repartition<std::int32_t, Shorts> kInts{};
  static constexpr hn::Repartition<float, Shorts> kFloats{};
  using Ints = hn::Vec<hn::Repartition<std::int32_t, Shorts> >;
  using Floats = hn::Vec<hn::Repartition<float, Shorts> >;

  HWY_INLINE void offer(std::size_t lane, Vector shared) {
    const auto total = hn::Add(compound_bits_, hn::Load(Shorts(), on_bits_ + lane));
    const auto better = hn::Gt(hn::Mul(shared, total_), hn::Mul(shared_, total));
    active_ = hn::IfThenElse(better, next_, active_);
    shared_ = hn::IfThenElse(better, shared, shared_);
    total_ = hn::IfThenElse(better, total, total_);
    next_ = hn::Add(next_, hn::Set(Shorts(), static_cast<std::int16_t>(hn::Lanes(Shorts()))));
  }

  static HWY_INLINE Ints low(Vector v) { return hn::PromoteTo(kInts, hn::LowerHalf(hn::Half<Shorts>(), v)); }
  static HWY_INLINE Ints high(Vector v) { return hn::PromoteTo(kInts, hn::UpperHalf(hn::Half<Shorts>(), v)); }
  static HWY_INLINE Floats ratio(Ints shared, Ints total) {
    return hn::Div(hn::ConvertTo(kFloats, shared), hn::ConvertTo(kFloats, total));
  }
  // Number and shared bits in one integer where the ratio is the largest: one minimum then finds the first active with
  // its bits.
  static HWY_INLINE Ints keys_of(Floats ratio, Floats largest, Ints active, Ints shared) {
    return hn::IfThenElse(hn::RebindMask(kInts, hn::Eq(ratio, largest)), hn::Or(hn::ShiftLeft<15>(active), shared),
                          hn::Set(kInts, 0x7fffffff));
  }

  const std::int16_t* on_bits_;
  Vector compound_bits_, next_, active_, shared_, total_;
};

// Adds sums to integers, for compounds of more bits than a byte can count.
template <class Bytes>
struct AddToIntegers {
  std::size_t first;
  std::int32_t* HWY_RESTRICT shared;

  HWY_INLINE void operator()(std::size_t lane, hn::Vec<Bytes> sums) const {
    const hn::CappedTag<std::int32_t, kNarrowLane> ints;
    const hn::Rebind<std::uint8_t, decltype(ints)> few_bytes;
    HWY_ALIGN std::array<std::uint8_t, kWideLane> counts;
    hn::Store(sums, Bytes(), counts.data());
    std::int32_t* HWY_RESTRICT to = shared + (lane - first);
    for (std::size_t i = 0; i < hn::Lanes(Bytes()); i += hn::Lanes(ints)) {
      const auto more = hn::PromoteTo(ints, hn::Load(few_bytes, counts.data() + i));
      hn::Store(hn::Add(hn::Load(ints, to + i), more), ints, to + i);
    }
  }
};

template <class Bytes>
HWY_INLINE Nearest nearest_with(Bytes bytes, const ActiveMatrix& actives, OnBits bits) {
  BestPerLane<Bytes> best(actives, bits.size());
  sum_all(bytes, actives, bits, 0, actives.stride, best);
  return best.best();
}

template <class Bytes>
HWY_INLINE void similarities_with(Bytes bytes, const ActiveMatrix& actives, OnBits bits, std::size_t first,
                                  std::span<double> out) {
  HWY_ALIGN std::array<std::int32_t, kBlock> shared;
  std::fill_n(shared.begin(), out.size(), 0);
  AddToIntegers<Bytes> add{first, shared.data()};
  for (std::size_t start = 0; start < bits.size(); start += kMostRowsPerSum)
    sum_all(bytes, actives, bits.subspan(start, std::min(kMostRowsPerSum, bits.size() - start)), first,
            first + out.size(), add);

  const hn::CappedTag<double, 8> doubles;
  const hn::Rebind<std::int32_t, decltype(doubles)> ints;
  const auto compound_bits = hn::Set(ints, static_cast<std::int32_t>(bits.size()));
  for (std::size_t i = 0; i < out.size(); i += hn::Lanes(doubles)) {
    const auto both = hn::Load(ints, shared.data() + i);
    const auto either = hn::Sub(hn::Add(compound_bits, hn::Load(ints, actives.on_bits + first + i)), both);
    hn::Store(hn::Div(hn::PromoteTo(doubles, both), hn::PromoteTo(doubles, either)), doubles, out.data() + i);
  }
}

// Short rows are summed with vectors that are no longer than they are.
Nearest find_nearest(const ActiveMatrix& actives, OnBits bits) {
  if (actives.stride == 16) return nearest_with(hn::CappedTag<std::uint8_t, 16>(), actives, bits);
  if (actives.stride == 32) return nearest_with(hn::CappedTag<std::uint8_t, 32>(), actives, bits);
  return nearest_with(hn::CappedTag<std::uint8_t, kWideLane>(), actives, bits);
}

void similarities(const ActiveMatrix& actives, OnBits bits, std::size_t first, std::span<double> out) {
  if (actives.stride == 16) return similarities_with(hn::CappedTag<std::uint8_t, 16>(), actives, bits, first, out);
  if (actives.stride == 32) return similarities_with(hn::CappedTag<std::uint8_t, 32>(), actives, bits, first, out);
  similarities_with(hn::CappedTag<std::uint8_t, kWideLane>(), actives, bits, first, out);
}

#endif

}  // namespace digitalis::similarity_kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace digitalis::similarity_kernel {

HWY_EXPORT(find_nearest);
HWY_EXPORT(similarities);
HWY_EXPORT(this_target);

Nearest find_nearest(const ActiveMatrix& actives, std::span<const std::uint16_t> bits) {
  return HWY_DYNAMIC_DISPATCH(find_nearest)(actives, bits);
}

void similarities(const ActiveMatrix& actives, std::span<const std::uint16_t> bits, std::size_t first,
                  std::span<double> out) {
  HWY_DYNAMIC_DISPATCH(similarities)(actives, bits, first, out);
}

std::string_view instruction_set() { return hwy::TargetName(HWY_DYNAMIC_DISPATCH(this_target)()); }

}  // namespace digitalis::similarity_kernel
#endif
