// Vector arithmetic of the docking kernel, for the instruction set that is being compiled.
// Included once per instruction set: hence no plain include guard.

#if defined(DIGITALIS_LANE_MATH_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DIGITALIS_LANE_MATH_INL
#undef DIGITALIS_LANE_MATH_INL
#else
#define DIGITALIS_LANE_MATH_INL
#endif

#include <hwy/highway.h>

#include "scoring/docking/lane_model.hpp"

// Whether 32-entry tables fit in two registers and one instruction looks them up.
#undef DIGITALIS_WIDE_PERMUTE
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
#define DIGITALIS_WIDE_PERMUTE 1
#else
#define DIGITALIS_WIDE_PERMUTE 0
#endif

HWY_BEFORE_NAMESPACE();
namespace digitalis::lane_minimiser::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using DI = hn::RebindToSigned<D>;
using V = hn::Vec<D>;
using VI = hn::Vec<DI>;
using M = hn::Mask<D>;

HWY_INLINE V set(float value) { return hn::Set(D{}, value); }
HWY_INLINE V zero() { return hn::Zero(D{}); }
HWY_INLINE V load(const float* HWY_RESTRICT at) { return hn::Load(D{}, at); }
HWY_INLINE void store(V value, float* HWY_RESTRICT at) { hn::Store(value, D{}, at); }
HWY_INLINE V fma(V a, V b, V c) { return hn::MulAdd(a, b, c); }
HWY_INLINE V select(M mask, V yes, V no) { return hn::IfThenElse(mask, yes, no); }

/// 1 / sqrt(x) to about 24 bits for x > 0.
HWY_INLINE V inverse_root(V x) {
  const V r = hn::ApproximateReciprocalSqrt(x);
  return hn::Mul(r, hn::NegMulAdd(hn::Mul(hn::Mul(set(0.5f), x), r), r, set(1.5f)));
}

/// 1 / sqrt(x) and 1 / x to 14 bits or better: AVX-512's estimates as they are, those of others after a step of Newton's.
HWY_INLINE V rough_inverse_root(V x) {
#if DIGITALIS_WIDE_PERMUTE
  return hn::ApproximateReciprocalSqrt(x);
#else
  return inverse_root(x);
#endif
}
HWY_INLINE V rough_inverse(V x) {
  const V r = hn::ApproximateReciprocal(x);
#if DIGITALIS_WIDE_PERMUTE
  return r;
#else
  return hn::Mul(r, hn::NegMulAdd(x, r, set(2.0f)));
#endif
}

/// Sine and cosine for |x| of a few times pi. Polynomials on [-pi/4, pi/4] (Cephes' coefficients), error below 1e-6.
HWY_INLINE void sine_cosine(V x, V& sine, V& cosine) {
  const V quarter = hn::Round(hn::Mul(x, set(0.63661977236f)));
  V r = hn::NegMulAdd(quarter, set(1.5707963705f), x);
  r = fma(quarter, set(4.371139e-8f), r);
  const V r2 = hn::Mul(r, r);
  V s = fma(set(-1.9515296e-4f), r2, set(8.3321609e-3f));
  s = fma(s, r2, set(-1.6666655e-1f));
  s = fma(hn::Mul(s, r2), r, r);
  V c = fma(set(2.4433157e-5f), r2, set(-1.3887316e-3f));
  c = fma(c, r2, set(4.1666646e-2f));
  c = fma(c, r2, set(-0.5f));
  c = fma(c, r2, set(1.0f));
  const DI di;
  const VI q = hn::ConvertTo(di, quarter);
  const VI one = hn::Set(di, 1), two = hn::Set(di, 2);
  const M swapped = hn::RebindMask(D{}, hn::Eq(hn::And(q, one), one));
  const M minus_s = hn::RebindMask(D{}, hn::Eq(hn::And(q, two), two));
  const M minus_c = hn::RebindMask(D{}, hn::Eq(hn::And(hn::Add(q, one), two), two));
  const V sine_up = select(swapped, c, s), cosine_up = select(swapped, s, c);
  sine = select(minus_s, hn::Neg(sine_up), sine_up);
  cosine = select(minus_c, hn::Neg(cosine_up), cosine_up);
}

/// A PairTable at hand: in registers where they are wide enough.
class TableLookup {
 public:
  explicit HWY_INLINE TableLookup(const PairTable& table) : table_(table) {}

  /// Energy and slope (kcal/mol, kcal/mol/Å) at surface distance (t x kStep_A + kLow_A).
  HWY_INLINE void at(V t, V& energy, V& slope) const {
    const DI di;
    const V high = hn::Min(t, set(static_cast<float>(PairTable::kSegments) - 1e-3f));
    const VI segment = hn::ConvertTo(di, hn::Max(high, zero()));
    const V u = hn::Sub(high, hn::ConvertTo(D{}, segment));
    const V c0 = entry(0, segment), c1 = entry(1, segment), c2 = entry(2, segment), c3 = entry(3, segment);
    energy = fma(fma(fma(c3, u, c2), u, c1), u, c0);
    slope = hn::Mul(fma(fma(hn::Mul(c3, set(3.0f)), u, hn::Add(c2, c2)), u, c1), set(1.0f / PairTable::kStep_A));
  }

 private:
  HWY_INLINE V entry(std::size_t k, VI segment) const {
#if DIGITALIS_WIDE_PERMUTE
    const float* row = table_.c[k].data();
    return V{_mm512_permutex2var_ps(_mm512_load_ps(row), segment.raw, _mm512_load_ps(row + 16))};
#else
    return hn::GatherIndex(D{}, table_.c[k].data(), segment);
#endif
  }
  const PairTable& table_;
};

/// exp(-x) for x >= 0, to 1e-6 relative; 0 where it would be below the smallest float.
HWY_INLINE V exp_minus(V x) {
  const DI di;
  const V y = hn::Max(hn::Mul(x, set(-1.44269504f)), set(-126.0f));
  const V whole = hn::Round(y);
  const V f = hn::Sub(y, whole);
  // 2^f on [-1/2, 1/2]: Taylor's coefficients, ln(2)^k / k!.
  V p = fma(set(1.5403530e-4f), f, set(1.3333558e-3f));
  p = fma(p, f, set(9.6181291e-3f));
  p = fma(p, f, set(5.5504109e-2f));
  p = fma(p, f, set(2.4022651e-1f));
  p = fma(p, f, set(6.9314718e-1f));
  p = fma(p, f, set(1.0f));
  const VI exponent = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(di, whole), hn::Set(di, 127)));
  return hn::Mul(p, hn::BitCast(D{}, exponent));
}

/// The scoring function itself, at a distance d between surfaces.
class PairFunction {
 public:
  explicit HWY_INLINE PairFunction(const ScoringFunction& function) : function_(function) {}

  HWY_INLINE void at(std::size_t kind, V d, V& energy, V& slope) const {
    const V low = hn::Min(d, zero());
    const V repulsion = hn::Mul(set(static_cast<float>(function_.repulsion)), low);
    energy = hn::Mul(repulsion, low);
    slope = hn::Add(repulsion, repulsion);
    for (const ScoringFunction::Gauss& gauss : function_.gauss) {
      if (gauss.weight == 0.0) continue;
      const V per_width = set(static_cast<float>(1.0 / gauss.width_A));
      const V u = hn::Mul(hn::Sub(d, set(static_cast<float>(gauss.offset_A))), per_width);
      const V e = hn::Mul(set(static_cast<float>(gauss.weight)), exp_minus(hn::Mul(u, u)));
      energy = hn::Add(energy, e);
      slope = fma(hn::Mul(hn::Mul(set(-2.0f), u), per_width), e, slope);
    }
    if (kind == LaneModel::kHydrophobic) add_ramp(function_.hydrophobic, d, energy, slope);
    if (kind == LaneModel::kHydrogenBond) add_ramp(function_.hydrogen_bond, d, energy, slope);
  }

 private:
  static HWY_INLINE void add_ramp(const ScoringFunction::Ramp& ramp, V d, V& energy, V& slope) {
    const auto weight = static_cast<float>(ramp.weight);
    const auto per_A = static_cast<float>(1.0 / (ramp.bad_A - ramp.good_A));
    const V u = hn::Mul(hn::Sub(set(static_cast<float>(ramp.bad_A)), d), set(per_A));
    const V inside = hn::Min(hn::Max(u, zero()), set(1.0f));
    energy = fma(set(weight), inside, energy);
    slope = hn::Sub(slope, hn::IfThenElseZero(hn::Eq(u, inside), set(weight * per_A)));
  }
  const ScoringFunction& function_;
};

/// The eight corner values of a grid cell for each lane: index of the cell in the map (see AffinityGrid).
struct Corners {
  V x0y0z0, x1y0z0, x0y1z0, x1y1z0, x0y0z1, x1y0z1, x0y1z1, x1y1z1;
};

#if DIGITALIS_WIDE_PERMUTE
HWY_INLINE Corners load_corners(const std::uint64_t* HWY_RESTRICT map, VI cell) {
  const auto* at = reinterpret_cast<const long long*>(map);
  const __m256i low = _mm512_castsi512_si256(cell.raw), high = _mm512_extracti64x4_epi64(cell.raw, 1);
  const __m512i a0 = _mm512_i32gather_epi64(low, at, 8), a1 = _mm512_i32gather_epi64(low, at + 1, 8);
  const __m512i b0 = _mm512_i32gather_epi64(high, at, 8), b1 = _mm512_i32gather_epi64(high, at + 1, 8);
  // Picks the first and second halves of all lanes' 64 bits, then the third and fourth.
  const __m512i first = _mm512_set_epi16(61, 57, 53, 49, 45, 41, 37, 33, 29, 25, 21, 17, 13, 9, 5, 1, 60, 56, 52, 48,
                                         44, 40, 36, 32, 28, 24, 20, 16, 12, 8, 4, 0);
  const __m512i second = _mm512_add_epi16(first, _mm512_set1_epi16(2));
  const auto low_half = [](__m512i v) { return V{_mm512_cvtph_ps(_mm512_castsi512_si256(v))}; };
  const auto high_half = [](__m512i v) { return V{_mm512_cvtph_ps(_mm512_extracti64x4_epi64(v, 1))}; };
  const __m512i p = _mm512_permutex2var_epi16(a0, first, b0), q = _mm512_permutex2var_epi16(a0, second, b0);
  const __m512i r = _mm512_permutex2var_epi16(a1, first, b1), s = _mm512_permutex2var_epi16(a1, second, b1);
  return {low_half(p), high_half(p), low_half(q), high_half(q), low_half(r), high_half(r), low_half(s), high_half(s)};
}
#else
/// Half precision in the low 16 bits of each lane: the exponent moves over, and a factor corrects its bias.
HWY_INLINE V from_half(VI bits) {
  const DI di;
  const VI magnitude = hn::ShiftLeft<13>(hn::And(bits, hn::Set(di, 0x7fff)));
  const VI sign = hn::ShiftLeft<16>(hn::And(bits, hn::Set(di, 0x8000)));
  return hn::Mul(hn::BitCast(D{}, hn::Or(magnitude, sign)), set(0x1p112f));
}

HWY_INLINE Corners load_corners(const std::uint64_t* HWY_RESTRICT map, VI cell) {
  constexpr std::size_t kLanes = HWY_LANES(float);
  const DI di;
  HWY_ALIGN std::int32_t index[kLanes];
  HWY_ALIGN std::int32_t corner[4][kLanes];  // two halves each
  hn::Store(cell, di, index);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::uint64_t near = map[index[lane]], far = map[index[lane] + 1];
    corner[0][lane] = static_cast<std::int32_t>(near), corner[1][lane] = static_cast<std::int32_t>(near >> 32);
    corner[2][lane] = static_cast<std::int32_t>(far), corner[3][lane] = static_cast<std::int32_t>(far >> 32);
  }
  const VI a = hn::Load(di, corner[0]), b = hn::Load(di, corner[1]), c = hn::Load(di, corner[2]),
           e = hn::Load(di, corner[3]);
  const auto second = [](VI v) { return from_half(hn::ShiftRight<16>(v)); };
  return {from_half(a), second(a), from_half(b), second(b), from_half(c), second(c), from_half(e), second(e)};
}
#endif

}  // namespace digitalis::lane_minimiser::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
