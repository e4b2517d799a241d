// Many overlays at once.
//
// The problem. Overlaying a conformer on a query is a search in six dimensions from several starts, some ten steps
// each; a step sums exp(-k d²) and its slope over all pairs of atoms: 625 exponentials for 25 atoms each.
//
// The idea. A vector lane is a search: a library conformer and a start. The query is the same in all lanes, so that its
// atoms are broadcast from a kilobyte of memory; the lane's atoms are moved once a step and then stay in registers
// while the query's pass by. With |x - a|² = |x|² + |a|² - 2 a x, a pair costs three fused multiplications for the
// exponent, three and an addition for the slope (sum of e and of e a), and some nine operations for the exponential.
// No shuffles, no gathers, nothing that leaves the first level of cache.
//
// Lanes differ in their numbers of atoms; those beyond a lane's last lie so far away that they add nothing. Callers
// bring conformers of a compound together, which makes the waste none.
//
// Each lane runs its own quasi-Newton search (BFGS; J. Nocedal, S. J. Wright, Numerical Optimization, 2nd ed., Springer
// 2006, chapter 6) and takes the next start when it has ended. Rotations are scaled by the conformer's size, so that a
// unit moves atoms by about 1 Å in all six dimensions.
//
// Rejected: a lane per library atom, which wants sums across lanes and leaves those beyond the last atom idle (25 of
// 32); the query as a grid of its Gaussians, which wants eight gathers an atom and loses digits; dropping starts that
// lag behind after a few steps, which loses more of the mean score than leaving them out from the beginning does.

#include "scoring/shape/overlay_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "scoring/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scoring/shape/overlay_kernel.cpp"
#include <hwy/foreach_target.h>  // compiles the part below once per instruction set

#include <hwy/aligned_allocator.h>

#include "scoring/shape/overlap_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace digitalis::overlay_kernel::HWY_NAMESPACE {

constexpr std::size_t kDofs = 6;

std::int64_t this_target() { return HWY_TARGET; }

class LaneSearches {
 public:
  LaneSearches(const Shape& query, const Objective& objective, std::span<const Search> searches)
      : query_(query), objective_(objective) {
    std::array<std::size_t, kColours + 1> most{};
    for (const Search& search : searches) {
      most[0] = std::max(most[0], search.library->atoms.size());
      for (std::size_t c = 0; c < kColours; ++c) most[c + 1] = std::max(most[c + 1], search.library->of(c).size());
    }
    kinds_[0].set_query(query.atoms, overlap_exponent(kAtomRadius_A));
    for (std::size_t c = 0; c < kColours; ++c) kinds_[c + 1].set_query(query.of(c), overlap_exponent(kColourRadius_A));
    std::size_t points = 0;
    for (std::size_t k = 0; k <= kColours; ++k) {
      const bool is_asked = !kinds_[k].query.empty() && (k == 0 || objective.colour > 0.0f);
      kinds_[k].most = is_asked ? most[k] : 0;
      points += kinds_[k].most;
    }
    memory_ = hwy::AllocateAligned<float>(kLanes * 3 * std::max<std::size_t>(points, 1));
    float* at = memory_.get();
    for (Kind& kind : kinds_) {
      kind.library = at;
      at += kind.most * 3 * kLanes;
    }
    std::fill(memory_.get(), at, kFar_A);
    for (std::size_t lane = 0; lane < kLanes; ++lane) here_[3][lane] = trial_[3][lane] = 1.0f;
  }

  std::uint64_t run(std::span<Search> searches) {
    searches_ = searches;
    for (std::size_t lane = 0; lane < kLanes; ++lane) start(lane);
    std::uint64_t computed = 0;
    for (; busy_ > 0; computed += busy_) advance();
    return computed;
  }

  /// The objective at trial_, which goes into trial_slope_ unscaled and with its sign turned: what is minimised.
  HWY_INLINE V evaluate() {
    const Rotation rotate = load_rotation(trial_[3]);
    const Vector3 shift = load3(trial_[0]);
    Slope shape, colour;
    add_overlaps(kinds_[0], rotate, shift, shape);
    for (std::size_t c = 1; c <= kColours; ++c) add_overlaps(kinds_[c], rotate, shift, colour);
    V per_shape, per_colour;
    const V shape_part = tanimoto(shape.sum, set(static_cast<float>(query_.self_shape)), load(self_shape_),
                                  objective_.shape, kinds_[0].exponent, per_shape);
    const V colour_part = tanimoto(colour.sum, set(static_cast<float>(query_.self_colour)), load(self_colour_),
                                   objective_.colour, kinds_[1].exponent, per_colour);
    const auto both = [&](V a, V b) { return hn::Neg(fma(per_shape, a, hn::Mul(per_colour, b))); };
    store(both(shape.force.x, colour.force.x), trial_slope_[0]);
    store(both(shape.force.y, colour.force.y), trial_slope_[1]);
    store(both(shape.force.z, colour.force.z), trial_slope_[2]);
    store(both(shape.torque.x, colour.torque.x), trial_slope_[3]);
    store(both(shape.torque.y, colour.torque.y), trial_slope_[4]);
    store(both(shape.torque.z, colour.torque.z), trial_slope_[5]);
    return hn::Neg(hn::Add(shape_part, colour_part));
  }

  void put(std::size_t lane, const Shape& library, const LanePose& pose) {
    kinds_[0].put(lane, library.atoms);
    for (std::size_t c = 0; c < kColours; ++c)
      if (kinds_[c + 1].most > 0) kinds_[c + 1].put(lane, library.of(c));
    self_shape_[lane] = static_cast<float>(library.self_shape);
    self_colour_[lane] = static_cast<float>(library.self_colour);
    const Position& spread = library.spread_A;
    const double size_A = std::sqrt((2.0 / 3.0) * dot(spread, spread));  // root mean square distance from an axis
    turn_scale_[lane] = static_cast<float>(1.0 / std::max(size_A, 0.5));
    for (std::size_t k = 0; k < pose.size(); ++k) trial_[k][lane] = pose[k];
  }
  [[nodiscard]] float slope(std::size_t dof, std::size_t lane) const { return trial_slope_[dof][lane]; }

 private:
  /// weight x shared / (a + b - shared), 0 where that is 0 / 0; `per_slope` times a Slope is what it changes by.
  HWY_INLINE V tanimoto(V shared, V a, V b, float weight, float exponent, V& per_slope) const {
    const V total = hn::Add(a, b);
    const V per = hn::Div(set(weight), hn::Max(hn::Sub(total, shared), set(1e-6f)));
    const float two_k = 2.0f * exponent * 0.69314718f;
    const V either = hn::Max(hn::Sub(total, shared), set(1e-6f));
    per_slope = hn::Mul(set(two_k), hn::Div(hn::Mul(per, total), either));
    return hn::Mul(shared, per);
  }

  void start(std::size_t lane) {
    const bool was_busy = search_of_[lane] != nullptr;
    search_of_[lane] = next_ < searches_.size() ? &searches_[next_++] : nullptr;
    if (search_of_[lane] != nullptr) put(lane, *search_of_[lane]->library, search_of_[lane]->pose);
    if (was_busy && search_of_[lane] == nullptr) --busy_;
    if (!was_busy && search_of_[lane] != nullptr) ++busy_;
    fresh_[lane] = 1.0f;
  }

  void end(std::size_t lane) {
    for (std::size_t k = 0; k < search_of_[lane]->pose.size(); ++k) search_of_[lane]->pose[k] = here_[k][lane];
    search_of_[lane]->value = -value_[lane];
  }

  /// One evaluation for every lane, and what follows from it.
  void advance() {
    const V value = evaluate();
    const V turn_scale = load(turn_scale_);
    for (std::size_t i = 3; i < kDofs; ++i) store(hn::Mul(load(trial_slope_[i]), turn_scale), trial_slope_[i]);

    const M fresh = hn::Gt(load(fresh_), zero());
    const V length = load(length_), descent = load(descent_), old = load(value_);
    const M better = hn::AndNot(fresh, hn::Le(value, fma(hn::Mul(set(1e-4f), length), descent, old)));
    const M accepted = hn::Or(fresh, better);
    const V refusals = select(accepted, zero(), hn::Add(load(refusals_), set(1.0f)));
    store(refusals, refusals_);
    const V steps = select(fresh, zero(), hn::Add(load(steps_), select(better, set(1.0f), zero())));
    store(steps, steps_);
    if (!hn::AllFalse(D{}, accepted)) accept(value, fresh, better, accepted);

    // A refused step is shortened to where a parabola through what is known has its lowest point.
    const V rise = hn::Max(hn::NegMulAdd(length, descent, hn::Sub(value, old)), set(1e-12f));
    const V parabola = hn::Div(hn::Mul(hn::Mul(set(-0.5f), descent), hn::Mul(length, length)), rise);
    const V shorter = hn::Min(hn::Max(parabola, hn::Mul(set(0.1f), length)), hn::Mul(set(0.5f), length));
    V norm2 = set(1e-12f);
    for (std::size_t i = 0; i < kDofs; ++i) norm2 = fma(load(direction_[i]), load(direction_[i]), norm2);
    const V reach = hn::Div(set(kReach_A), hn::Sqrt(norm2));
    const V new_length = select(accepted, hn::Min(set(1.0f), reach), shorter);
    store(new_length, length_);

    const V promise = hn::Mul(set(-0.5f), hn::Mul(new_length, load(descent_)));
    const M settled = hn::Lt(promise, set(objective_.tolerance));
    const M tired = hn::Ge(steps, set(static_cast<float>(objective_.most_steps)));
    const M stuck = hn::Ge(refusals, set(kMostRefusals));
    HWY_ALIGN float over[kLanes];
    store(select(hn::Or(hn::And(accepted, hn::Or(settled, tired)), stuck), set(1.0f), zero()), over);
    move(new_length);
    store(zero(), fresh_);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      if (over[lane] == 0.0f || search_of_[lane] == nullptr) continue;
      end(lane);
      start(lane);
    }
  }

  /// Takes the accepted points over, learns from the step what the curvature is, and finds the next direction.
  HWY_INLINE void accept(V value, M fresh, M better, M accepted) {
    V s[kDofs], y[kDofs], hy[kDofs];
    V ys = zero(), yy = zero(), yhy = zero();
    const V length = load(length_);
    for (std::size_t i = 0; i < kDofs; ++i) {
      s[i] = hn::Mul(length, load(direction_[i]));
      y[i] = hn::Sub(load(trial_slope_[i]), load(slope_[i]));
      ys = fma(y[i], s[i], ys);
      yy = fma(y[i], y[i], yy);
    }
    const M curved = hn::And(better, hn::Gt(ys, set(1e-7f)));
    const M first = hn::Or(fresh, hn::And(better, hn::Eq(load(steps_), set(1.0f))));
    const V guess = select(fresh, set(kFirstGuess), hn::Div(ys, hn::Max(yy, set(1e-12f))));
    const M anew = hn::And(first, hn::Or(fresh, curved));
    for (std::size_t i = 0, at = 0; i < kDofs; ++i)
      for (std::size_t j = i; j < kDofs; ++j, ++at)
        store(select(anew, i == j ? guess : zero(), load(inverse_[at])), inverse_[at]);
    multiply(y, hy);
    for (std::size_t i = 0; i < kDofs; ++i) yhy = fma(y[i], hy[i], yhy);
    const V rho = hn::IfThenElseZero(curved, hn::Div(set(1.0f), hn::Max(ys, set(1e-12f))));
    const V both = hn::Mul(rho, fma(rho, yhy, set(1.0f)));
    for (std::size_t i = 0, at = 0; i < kDofs; ++i)
      for (std::size_t j = i; j < kDofs; ++j, ++at) {
        const V mixed = fma(hy[i], s[j], hn::Mul(s[i], hy[j]));
        const V changed = hn::NegMulAdd(rho, mixed, fma(both, hn::Mul(s[i], s[j]), load(inverse_[at])));
        store(changed, inverse_[at]);
      }
    V g[kDofs], p[kDofs];
    for (std::size_t i = 0; i < kDofs; ++i) {
      g[i] = select(accepted, load(trial_slope_[i]), load(slope_[i]));
      store(g[i], slope_[i]);
    }
    multiply(g, p);
    V descent = zero();
    for (std::size_t i = 0; i < kDofs; ++i) {
      const V direction = select(accepted, hn::Neg(p[i]), load(direction_[i]));
      store(direction, direction_[i]);
      descent = fma(direction, g[i], descent);
    }
    store(descent, descent_);
    for (std::size_t k = 0; k <= kDofs; ++k) store(select(accepted, load(trial_[k]), load(here_[k])), here_[k]);
    store(select(accepted, value, load(value_)), value_);
  }

  /// out = inverse_ x in.
  HWY_INLINE void multiply(const V* HWY_RESTRICT in, V* HWY_RESTRICT out) const {
    for (std::size_t i = 0; i < kDofs; ++i) out[i] = zero();
    for (std::size_t i = 0, at = 0; i < kDofs; ++i)
      for (std::size_t j = i; j < kDofs; ++j, ++at) {
        const V element = load(inverse_[at]);
        out[i] = fma(element, in[j], out[i]);
        if (j != i) out[j] = fma(element, in[i], out[j]);
      }
  }

  /// trial_ = here_ moved by length x direction_, in unscaled coordinates. The turn is by quaternion (1, v / 2), made a
  /// unit one: a little less than |v|, which is no matter, as steps are short.
  HWY_INLINE void move(V length) {
    for (std::size_t k = 0; k < 3; ++k) store(fma(length, load(direction_[k]), load(here_[k])), trial_[k]);
    const V half = hn::Mul(hn::Mul(set(0.5f), length), load(turn_scale_));
    const V x = hn::Mul(half, load(direction_[3])), y = hn::Mul(half, load(direction_[4])),
            z = hn::Mul(half, load(direction_[5]));
    const V w = load(here_[3]), a = load(here_[4]), b = load(here_[5]), c = load(here_[6]);
    const V q0 = hn::NegMulAdd(x, a, hn::NegMulAdd(y, b, hn::NegMulAdd(z, c, w)));
    const V q1 = hn::NegMulAdd(z, b, fma(y, c, fma(x, w, a)));
    const V q2 = hn::NegMulAdd(x, c, fma(z, a, fma(y, w, b)));
    const V q3 = hn::NegMulAdd(y, a, fma(x, b, fma(z, w, c)));
    const V norm = hn::Div(set(1.0f), hn::Sqrt(fma(q0, q0, fma(q1, q1, fma(q2, q2, hn::Mul(q3, q3))))));
    store(hn::Mul(q0, norm), trial_[3]);
    store(hn::Mul(q1, norm), trial_[4]);
    store(hn::Mul(q2, norm), trial_[5]);
    store(hn::Mul(q3, norm), trial_[6]);
  }

  static constexpr float kReach_A = 1.0f;     // of one step, root mean square
  static constexpr float kFirstGuess = 2.0f;  // of the unit matrix, before any curvature is known; Å²
  static constexpr float kMostRefusals = 5.0f;

  const Shape& query_;
  const Objective objective_;
  std::array<Kind, kColours + 1> kinds_;  // atoms, then colours
  hwy::AlignedFreeUniquePtr<float[]> memory_;
  std::span<Search> searches_;
  std::size_t next_ = 0, busy_ = 0;
  std::array<Search*, kLanes> search_of_{};
  HWY_ALIGN float here_[kDofs + 1][kLanes] = {}, trial_[kDofs + 1][kLanes] = {};
  HWY_ALIGN float slope_[kDofs][kLanes] = {}, trial_slope_[kDofs][kLanes] = {}, direction_[kDofs][kLanes] = {};
  HWY_ALIGN float inverse_[kDofs * (kDofs + 1) / 2][kLanes] = {};  // of the Hessian, upper triangle row by row
  HWY_ALIGN float value_[kLanes] = {}, length_[kLanes] = {}, descent_[kLanes] = {}, steps_[kLanes] = {},
                  refusals_[kLanes] = {}, fresh_[kLanes] = {}, turn_scale_[kLanes] = {}, self_shape_[kLanes] = {},
                  self_colour_[kLanes] = {};
};

std::uint64_t climb(const Shape& query, const Objective& objective, std::span<Search> searches) {
  return LaneSearches{query, objective, searches}.run(searches);
}

float value_and_gradient(const Shape& query, const Shape& library, const Objective& objective, const LanePose& pose,
                         std::array<float, 6>& gradient) {
  const Search search{&library, pose, 0.0f};
  LaneSearches lanes{query, objective, {&search, 1}};
  lanes.put(0, library, pose);
  const float value = -hn::GetLane(lanes.evaluate());
  for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] = -lanes.slope(i, 0);
  return value;
}

}  // namespace digitalis::overlay_kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace digitalis::overlay_kernel {

HWY_EXPORT(climb);
HWY_EXPORT(value_and_gradient);
HWY_EXPORT(this_target);

std::uint64_t climb(const Shape& query, const Objective& objective, std::span<Search> searches) {
  return HWY_DYNAMIC_DISPATCH(climb)(query, objective, searches);
}

float value_and_gradient(const Shape& query, const Shape& library, const Objective& objective, const LanePose& pose,
                         std::array<float, 6>& gradient) {
  return HWY_DYNAMIC_DISPATCH(value_and_gradient)(query, library, objective, pose, gradient);
}

std::string_view instruction_set() { return hwy::TargetName(HWY_DYNAMIC_DISPATCH(this_target)()); }

}  // namespace digitalis::overlay_kernel
#endif
