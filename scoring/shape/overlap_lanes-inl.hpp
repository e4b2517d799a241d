// Overlaps and their slopes, a pair of shapes to each lane of a vector: see the essay in overlay_kernel.cpp.
// Included once per instruction set: hence no plain include guard.

#if defined(DIGITALIS_OVERLAP_LANES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DIGITALIS_OVERLAP_LANES_INL
#undef DIGITALIS_OVERLAP_LANES_INL
#else
#define DIGITALIS_OVERLAP_LANES_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "scoring/shape/shape.hpp"

HWY_BEFORE_NAMESPACE();
namespace digitalis::overlay_kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using DI = hn::RebindToSigned<D>;
using V = hn::Vec<D>;
using M = hn::Mask<D>;
constexpr std::size_t kLanes = HWY_LANES(float);

HWY_INLINE V set(float value) { return hn::Set(D{}, value); }
HWY_INLINE V zero() { return hn::Zero(D{}); }
HWY_INLINE V load(const float* HWY_RESTRICT at) { return hn::Load(D{}, at); }
HWY_INLINE void store(V value, float* HWY_RESTRICT at) { hn::Store(value, D{}, at); }
HWY_INLINE V fma(V a, V b, V c) { return hn::MulAdd(a, b, c); }
HWY_INLINE V select(M mask, V yes, V no) { return hn::IfThenElse(mask, yes, no); }

/// 2^y for y <= 0, to 3e-6 relative; next to nothing below 2^-100. Adding 1.5 x 2^23 rounds y to a whole number, which
/// then stands in the last bits of the sum, from where it is shifted into the exponent.
HWY_INLINE V power_of_two(V y) {
  const DI di;
  y = hn::Max(y, set(-100.0f));
  const V shifted = hn::Add(y, set(12582912.0f));
  const V f = hn::Sub(y, hn::Sub(shifted, set(12582912.0f)));
  // 2^f on [-1/2, 1/2]: Taylor's coefficients, ln(2)^k / k!.
  V p = fma(set(1.3333558e-3f), f, set(9.6181291e-3f));
  p = fma(p, f, set(5.5504109e-2f));
  p = fma(p, f, set(2.4022651e-1f));
  p = fma(p, f, set(6.9314718e-1f));
  p = fma(p, f, set(1.0f));
  return hn::BitCast(D{}, hn::Add(hn::BitCast(di, p), hn::ShiftLeft<23>(hn::BitCast(di, shifted))));
}

struct Vector3 {
  V x, y, z;
};
HWY_INLINE Vector3 cross(const Vector3& a, const Vector3& b) {
  return {hn::NegMulAdd(a.z, b.y, hn::Mul(a.y, b.z)), hn::NegMulAdd(a.x, b.z, hn::Mul(a.z, b.x)),
          hn::NegMulAdd(a.y, b.x, hn::Mul(a.x, b.y))};
}
HWY_INLINE Vector3 plus(const Vector3& a, const Vector3& b) {
  return {hn::Add(a.x, b.x), hn::Add(a.y, b.y), hn::Add(a.z, b.z)};
}
HWY_INLINE Vector3 load3(const float* HWY_RESTRICT at) { return {load(at), load(at + kLanes), load(at + 2 * kLanes)}; }

/// Rows of a rotation.
struct Rotation {
  Vector3 x, y, z;
  HWY_INLINE Vector3 operator()(const Vector3& p) const {
    return {fma(x.x, p.x, fma(x.y, p.y, hn::Mul(x.z, p.z))), fma(y.x, p.x, fma(y.y, p.y, hn::Mul(y.z, p.z))),
            fma(z.x, p.x, fma(z.y, p.y, hn::Mul(z.z, p.z)))};
  }
};
/// By a quaternion per lane.
HWY_INLINE Rotation load_rotation(const float* HWY_RESTRICT q) {
  const V w = load(q), a = load(q + kLanes), b = load(q + 2 * kLanes), c = load(q + 3 * kLanes);
  const V one = set(1.0f), two = set(2.0f);
  const V wa = hn::Mul(w, a), wb = hn::Mul(w, b), wc = hn::Mul(w, c);
  return {{hn::NegMulAdd(two, fma(b, b, hn::Mul(c, c)), one), hn::Mul(two, hn::MulSub(a, b, wc)),
           hn::Mul(two, fma(a, c, wb))},
          {hn::Mul(two, fma(a, b, wc)), hn::NegMulAdd(two, fma(a, a, hn::Mul(c, c)), one),
           hn::Mul(two, hn::MulSub(b, c, wa))},
          {hn::Mul(two, hn::MulSub(a, c, wb)), hn::Mul(two, fma(b, c, wa)),
           hn::NegMulAdd(two, fma(a, a, hn::Mul(b, b)), one)}};
}

/// Where points lie that a lane does not have.
inline constexpr float kFar_A = 1000.0f;

/// Points of one kind, atoms or a colour: the query's, and the lanes'.
struct Kind {
  float exponent = 0.0f;                    // k log2(e): overlaps are 2^-(exponent d²)
  std::vector<std::array<float, 4>> query;  // x, y, z, -exponent |.|²
  float* library = nullptr;                 // shape (most, 3, lanes)
  std::size_t most = 0;
  std::array<std::size_t, kLanes> count{};
  std::size_t in_use = 0;  // the largest count

  void set_query(std::span<const Shape::Point> points, double k) {
    exponent = static_cast<float>(k * 1.4426950408889634);
    for (const auto& [x, y, z] : points) query.push_back({x, y, z, -exponent * (x * x + y * y + z * z)});
  }
  void put(std::size_t lane, std::span<const Shape::Point> points) {
    for (std::size_t i = 0; i < std::max(points.size(), count[lane]); ++i)
      for (std::size_t k = 0; k < 3; ++k)
        library[(3 * i + k) * kLanes + lane] = i < points.size() ? points[i][k] : kFar_A;
    count[lane] = points.size();
    in_use = *std::max_element(count.begin(), count.end());
  }
};

/// Sum of overlaps and what it changes by, over 2 k: per Å and per radian.
struct Slope {
  V sum;
  Vector3 force, torque;
  HWY_INLINE Slope() : sum(zero()), force{zero(), zero(), zero()}, torque{force} {}
};

HWY_INLINE void add_overlaps(const Kind& kind, const Rotation& rotate, const Vector3& shift, Slope& slope) {
  const V minus_exponent = set(-kind.exponent), twice = set(2.0f * kind.exponent);
  const std::array<float, 4>* HWY_RESTRICT query = kind.query.data();
  const std::size_t count = kind.query.size();
  for (std::size_t j = 0; j < kind.in_use; ++j) {
    const Vector3 arm = rotate(load3(kind.library + 3 * j * kLanes));
    const Vector3 at = plus(arm, shift);
    const V own = hn::Mul(minus_exponent, fma(at.x, at.x, fma(at.y, at.y, hn::Mul(at.z, at.z))));
    const Vector3 scaled{hn::Mul(twice, at.x), hn::Mul(twice, at.y), hn::Mul(twice, at.z)};
    V sum = zero(), x = zero(), y = zero(), z = zero();
    for (std::size_t i = 0; i < count; ++i) {
      const V qx = set(query[i][0]), qy = set(query[i][1]), qz = set(query[i][2]);
      const V e = power_of_two(fma(scaled.x, qx, fma(scaled.y, qy, fma(scaled.z, qz, hn::Add(own, set(query[i][3]))))));
      sum = hn::Add(sum, e);
      x = fma(e, qx, x);
      y = fma(e, qy, y);
      z = fma(e, qz, z);
    }
    const Vector3 force{hn::NegMulAdd(sum, at.x, x), hn::NegMulAdd(sum, at.y, y), hn::NegMulAdd(sum, at.z, z)};
    slope.sum = hn::Add(slope.sum, sum);
    slope.force = plus(slope.force, force);
    slope.torque = plus(slope.torque, cross(arm, force));
  }
}

}  // namespace digitalis::overlay_kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
