// Many poses downhill at once.
//
// The problem. A docking search is some ten thousand local optimisations of a function that costs a few microseconds
// when computed for one pose: gathers from maps, square roots, a tree of rotations, hundreds of pairs.
//
// The idea. A vector lane is a pose. All poses of a ligand share its tree, its pairs and its types, so that the lanes
// do the same arithmetic on different numbers, without any shuffling. Each lane runs its own quasi-Newton search
// (BFGS): the lanes agree only on when to compute an energy. A lane whose search has ended takes the next starting
// point at once, so that no lane waits for a slower one.
//
// The coordinates are scaled by how far they move the atoms (LaneModel::scale), which makes the unit matrix a fair
// first guess of the inverse Hessian, for a translation as for a torsion in the middle of a long molecule.
//
// BFGS in one pass. With q = H g for the new gradient, H y = q + p follows from the old step p = -H g_old without a
// second product, and the new direction from q by two dot products. The rank-two update itself waits until the next
// product reads the matrix anyway: the matrix crosses the cache once per step. J. Nocedal, S. J. Wright, Numerical
// Optimization, 2nd ed., Springer 2006, chapter 6.

#include "scoring/docking/lane_minimiser.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <tuple>

#include "scoring/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scoring/docking/lane_minimiser.cpp"
#include <hwy/foreach_target.h>  // compiles the part below once per instruction set

#include "scoring/docking/lane_energy-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace digitalis::lane_minimiser::HWY_NAMESPACE {

std::int64_t this_target() { return HWY_TARGET; }
std::size_t lanes() { return hn::Lanes(D{}); }

class LaneSearches {
 public:
  static constexpr std::size_t kLanes = HWY_LANES(float);

  LaneSearches(const LaneModel& model, const Options& options)
      : model_(model),
        options_(options),
        n_(model.dofs()),
        energy_(model, options.receptor),
        memory_(hwy::AllocateAligned<float>(kLanes * (2 * (n_ + 1) + 7 * n_ + n_ * (n_ + 1) / 2))) {
    float* at = memory_.get();
    const auto take = [&](std::size_t vectors) {
      float* const array = at;
      at += vectors * kLanes;
      return array;
    };
    here_ = take(n_ + 1), trial_ = take(n_ + 1);
    slope_ = take(n_), trial_slope_ = take(n_), direction_ = take(n_), product_ = take(n_);
    step_ = take(n_), update_ = take(n_), next_direction_ = take(n_);
    hessian_ = take(n_ * (n_ + 1) / 2);
    std::fill(memory_.get(), at, 0.0f);
    // The reach of one step: 1 Å per atom, root mean square.
    reach_ = std::sqrt(static_cast<float>(model.atoms));
  }

  std::uint64_t run(Jobs& jobs) {
    std::uint64_t evaluations = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      trial_[3 * kLanes + lane] = here_[3 * kLanes + lane] = 1.0f;  // idle lanes compute something harmless
      for (std::size_t k = 0; k < 3; ++k) trial_[k * kLanes + lane] = here_[k * kLanes + lane] = model_.grid_origin[k];
      start(jobs, lane);
    }
    while (busy_ > 0) {
      evaluations += busy_;
      advance(jobs);
    }
    return evaluations;
  }

 private:
  /// Fetches the next pose of a lane into trial_; an idle lane goes on computing, unheard.
  void start(Jobs& jobs, std::size_t lane) {
    std::array<float, kMostOnStack> few;
    std::vector<float> many;
    if (n_ + 1 > few.size()) many.resize(n_ + 1);
    const std::span<float> coordinates = many.empty() ? std::span{few}.first(n_ + 1) : std::span{many};
    float hopeless = std::numeric_limits<float>::max();
    const bool is_busy = jobs.start(lane, coordinates, hopeless);
    if (is_busy)
      for (std::size_t k = 0; k <= n_; ++k) trial_[k * kLanes + lane] = coordinates[k];
    if (is_busy && !alive_[lane]) ++busy_;
    if (!is_busy && alive_[lane]) --busy_;
    alive_[lane] = is_busy;
    fresh_[lane] = 1.0f;
    hopeless_[lane] = hopeless;
  }

  void end(Jobs& jobs, std::size_t lane) {
    std::array<float, kMostOnStack> few;
    std::vector<float> many;
    if (n_ + 1 > few.size()) many.resize(n_ + 1);
    const std::span<float> coordinates = many.empty() ? std::span{few}.first(n_ + 1) : std::span{many};
    for (std::size_t k = 0; k <= n_; ++k) coordinates[k] = here_[k * kLanes + lane];
    jobs.end(lane, coordinates, value_[lane]);
  }

  HWY_INLINE V dot_of(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b) const {
    V sum = zero();
    for (std::size_t i = 0; i < n_; ++i) sum = fma(load(a + i * kLanes), load(b + i * kLanes), sum);
    return sum;
  }

  /// One energy for every lane, and what follows from it.
  void advance(Jobs& jobs) {
    const V energy = energy_(trial_, trial_slope_, alive_);
    for (std::size_t i = 0; i < n_; ++i)
      store(hn::Mul(load(trial_slope_ + i * kLanes), set(model_.scale[i])), trial_slope_ + i * kLanes);

    const V value = load(value_), length = load(length_), descent = load(descent_);
    const M fresh = hn::Gt(load(fresh_), zero());
    const V wanted = fma(hn::Mul(set(1e-4f), length), descent, value);
    const M better = hn::AndNot(fresh, hn::Le(energy, wanted));
    const M accepted = hn::Or(fresh, better);
    const V trials = select(accepted, zero(), hn::Add(load(trials_), set(1.0f)));
    store(trials, trials_);
    const M stuck = hn::AndNot(accepted, hn::Ge(trials, set(static_cast<float>(options_.most_trials))));

    if (!hn::AllFalse(D{}, accepted)) accept(energy, fresh, better, accepted);

    // A refused step is shortened to where a parabola through what is known has its lowest point.
    const V rise = hn::Sub(energy, fma(length, descent, value));
    const V parabola =
        hn::Div(hn::Mul(hn::Mul(set(-0.5f), descent), hn::Mul(length, length)), hn::Max(rise, set(1e-12f)));
    const V shorter = hn::Min(hn::Max(parabola, hn::Mul(set(0.1f), length)), hn::Mul(set(0.5f), length));
    const V new_descent = load(descent_);
    const V reach = hn::Div(set(reach_), hn::Sqrt(hn::Max(dot_of(direction_, direction_), set(1e-12f))));
    const V new_length = select(accepted, hn::Min(set(1.0f), reach), shorter);
    store(new_length, length_);

    // What the next step promises at most: half of the descent, by Newton's model.
    const V promise = hn::Mul(set(-0.5f), hn::Mul(new_length, new_descent));
    const V steps = load(steps_);
    const V now = load(value_);
    M over = hn::Ge(steps, set(static_cast<float>(options_.most_steps)));
    const M settled = hn::Lt(promise, set(options_.tolerance_kcal_mol));
    const M hopeless =
        hn::And(hn::Ge(steps, set(3.0f)), hn::Gt(hn::NegMulAdd(set(kHope), promise, now), load(hopeless_)));
    over = hn::Or(hn::And(accepted, hn::Or(over, hn::Or(settled, hopeless))), stuck);

    move(new_length);
    HWY_ALIGN float ended[kLanes];
    store(select(over, set(1.0f), zero()), ended);
    store(zero(), fresh_);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      if (ended[lane] == 0.0f || !alive_[lane]) continue;
      end(jobs, lane);
      start(jobs, lane);
    }
  }

  /// Takes the accepted points over and finds the next direction from there.
  void accept(V energy, M fresh, M better, M accepted) {
    const V length = load(length_);
    const V steps = select(fresh, zero(), hn::Add(load(steps_), select(better, set(1.0f), zero())));
    const M first = hn::And(better, hn::Eq(steps, set(1.0f)));
    store(steps, steps_);

    // y = change of slope; products with the step.
    V ys = zero(), yy = zero();
    for (std::size_t i = 0; i < n_; ++i) {
      const V y = hn::Sub(load(trial_slope_ + i * kLanes), load(slope_ + i * kLanes));
      ys = fma(y, load(direction_ + i * kLanes), ys);
      yy = fma(y, y, yy);
    }
    ys = hn::Mul(ys, length);
    const M curved = hn::And(better, hn::Gt(ys, set(1e-6f)));
    const V guess = select(curved, hn::Div(ys, hn::Max(yy, set(1e-12f))), set(kFirstStep));

    multiply(first, guess);

    V yhy = zero();
    for (std::size_t i = 0; i < n_; ++i) {
      const V y = hn::Sub(load(trial_slope_ + i * kLanes), load(slope_ + i * kLanes));
      // product_ becomes H y; the step's own product stays in next_direction_.
      const V q = load(product_ + i * kLanes);
      const V hy = select(first, hn::Mul(guess, y), hn::Add(q, load(direction_ + i * kLanes)));
      store(q, next_direction_ + i * kLanes);
      store(hy, product_ + i * kLanes);
      yhy = fma(y, hy, yhy);
    }
    const V rho = hn::IfThenElseZero(curved, hn::Div(set(1.0f), hn::Max(ys, set(1e-12f))));
    const V half = hn::Mul(set(0.5f), hn::Mul(rho, fma(rho, yhy, set(1.0f))));
    V sg = zero(), ug = zero();
    for (std::size_t i = 0; i < n_; ++i) {
      const V s = hn::IfThenElseZero(curved, hn::Mul(length, load(direction_ + i * kLanes)));
      const V u = hn::IfThenElseZero(curved, hn::NegMulAdd(rho, load(product_ + i * kLanes), hn::Mul(half, s)));
      const V g = load(trial_slope_ + i * kLanes);
      sg = fma(s, g, sg);
      ug = fma(u, g, ug);
      store(s, step_ + i * kLanes);
      store(u, update_ + i * kLanes);
    }
    V descent = zero();
    const V down = hn::Neg(set(kFirstStep));
    for (std::size_t i = 0; i < n_; ++i) {
      const V g = load(trial_slope_ + i * kLanes);
      const V turned = hn::Neg(
          fma(load(step_ + i * kLanes), ug, fma(load(update_ + i * kLanes), sg, load(next_direction_ + i * kLanes))));
      const V p = select(accepted, select(fresh, hn::Mul(down, g), turned), load(direction_ + i * kLanes));
      store(p, direction_ + i * kLanes);
      const V kept = select(accepted, g, load(slope_ + i * kLanes));
      store(kept, slope_ + i * kLanes);
      descent = fma(p, kept, descent);
    }
    store(descent, descent_);
    for (std::size_t k = 0; k <= n_; ++k)
      store(select(accepted, load(trial_ + k * kLanes), load(here_ + k * kLanes)), here_ + k * kLanes);
    store(select(accepted, energy, load(value_)), value_);
  }

  /// product_ = H trial_slope_, after the last update; lanes in `first` start with guess x unit matrix.
  HWY_INLINE void multiply(M first, V guess) {
    for (std::size_t i = 0; i < n_; ++i) store(zero(), product_ + i * kLanes);
    float* HWY_RESTRICT h = hessian_;
    for (std::size_t i = 0; i < n_; ++i) {
      const V si = load(step_ + i * kLanes), ui = load(update_ + i * kLanes), gi = load(trial_slope_ + i * kLanes);
      V diagonal = fma(hn::Add(si, si), ui, load(h));
      diagonal = select(first, guess, diagonal);
      store(diagonal, h);
      h += kLanes;
      V sum = fma(diagonal, gi, load(product_ + i * kLanes));
      for (std::size_t j = i + 1; j < n_; ++j, h += kLanes) {
        V element = fma(si, load(update_ + j * kLanes), fma(ui, load(step_ + j * kLanes), load(h)));
        element = hn::IfThenZeroElse(first, element);
        store(element, h);
        sum = fma(element, load(trial_slope_ + j * kLanes), sum);
        store(fma(element, gi, load(product_ + j * kLanes)), product_ + j * kLanes);
      }
      store(sum, product_ + i * kLanes);
    }
    for (std::size_t i = 0; i < n_; ++i) store(zero(), step_ + i * kLanes), store(zero(), update_ + i * kLanes);
  }

  /// trial_ = here_ moved by length x direction_, in unscaled coordinates.
  HWY_INLINE void move(V length) {
    const auto by = [&](std::size_t i) {
      return hn::Mul(hn::Mul(length, set(model_.scale[i])), load(direction_ + i * kLanes));
    };
    for (std::size_t k = 0; k < 3; ++k) store(hn::Add(load(here_ + k * kLanes), by(k)), trial_ + k * kLanes);
    const V a = by(3), b = by(4), c = by(5);
    const V angle2 = hn::Add(fma(a, a, fma(b, b, hn::Mul(c, c))), set(1e-12f));
    const V per_angle = inverse_root(angle2);
    V s, w;
    sine_cosine(hn::Mul(set(0.5f), hn::Mul(angle2, per_angle)), s, w);
    s = hn::Mul(s, per_angle);
    const V x = hn::Mul(a, s), y = hn::Mul(b, s), z = hn::Mul(c, s);
    const V hw = load(here_ + 3 * kLanes), hx = load(here_ + 4 * kLanes), hy = load(here_ + 5 * kLanes),
            hz = load(here_ + 6 * kLanes);
    const V q0 = hn::NegMulAdd(x, hx, hn::NegMulAdd(y, hy, hn::NegMulAdd(z, hz, hn::Mul(w, hw))));
    const V q1 = hn::NegMulAdd(z, hy, fma(y, hz, fma(x, hw, hn::Mul(w, hx))));
    const V q2 = hn::NegMulAdd(x, hz, fma(z, hx, fma(y, hw, hn::Mul(w, hy))));
    const V q3 = hn::NegMulAdd(y, hx, fma(x, hy, fma(z, hw, hn::Mul(w, hz))));
    const V norm = inverse_root(fma(q0, q0, fma(q1, q1, fma(q2, q2, hn::Mul(q3, q3)))));
    store(hn::Mul(q0, norm), trial_ + 3 * kLanes);
    store(hn::Mul(q1, norm), trial_ + 4 * kLanes);
    store(hn::Mul(q2, norm), trial_ + 5 * kLanes);
    store(hn::Mul(q3, norm), trial_ + 6 * kLanes);
    for (std::size_t i = 6; i < n_; ++i) {
      const V turned = hn::Add(load(here_ + (i + 1) * kLanes), by(i));
      const V turns = hn::Round(hn::Mul(turned, set(0.15915494f)));
      store(hn::NegMulAdd(turns, set(6.2831853f), turned), trial_ + (i + 1) * kLanes);
    }
  }

  static constexpr float kFirstStep = 0.2f;  // of the unit matrix, before any curvature is known
  static constexpr float kHope = 6.0f;       // how often the promise of a step may at best be kept
  static constexpr std::size_t kMostOnStack = 64;

  const LaneModel& model_;
  const Options& options_;
  std::size_t n_;
  LaneEnergy energy_;
  hwy::AlignedFreeUniquePtr<float[]> memory_;
  // Coordinates, shape (n + 1, lanes); the others (n, lanes).
  float *here_, *trial_, *slope_, *trial_slope_, *direction_, *product_, *step_, *update_, *next_direction_;
  float* hessian_;  // upper triangle of the inverse, row by row
  HWY_ALIGN float value_[kLanes] = {}, length_[kLanes] = {}, descent_[kLanes] = {}, steps_[kLanes] = {},
                  trials_[kLanes] = {}, fresh_[kLanes] = {}, hopeless_[kLanes] = {};
  std::array<bool, kLanes> alive_{};
  std::size_t busy_ = 0;
  float reach_ = 1.0f;
};

std::uint64_t minimise(const LaneModel& model, const Options& options, Jobs& jobs) {
  return LaneSearches{model, options}.run(jobs);
}

float energy_and_gradient(const LaneModel& model, Options::Receptor receptor, std::span<const float> coordinates,
                          std::span<float> gradient) {
  constexpr std::size_t kLanes = HWY_LANES(float);
  const auto q = hwy::AllocateAligned<float>(kLanes * coordinates.size());
  const auto g = hwy::AllocateAligned<float>(kLanes * gradient.size());
  for (std::size_t k = 0; k < coordinates.size(); ++k) std::fill_n(q.get() + k * kLanes, kLanes, coordinates[k]);
  LaneEnergy energy{model, receptor};
  std::array<bool, kLanes> all{};
  all.fill(true);
  const V value = energy(q.get(), g.get(), all);
  for (std::size_t k = 0; k < gradient.size(); ++k) gradient[k] = g.get()[k * kLanes];
  return hn::GetLane(value);
}

}  // namespace digitalis::lane_minimiser::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace digitalis::lane_minimiser {

HWY_EXPORT(minimise);
HWY_EXPORT(energy_and_gradient);
HWY_EXPORT(lanes);
HWY_EXPORT(this_target);

std::uint64_t minimise(const LaneModel& model, const Options& options, Jobs& jobs) {
  return HWY_DYNAMIC_DISPATCH(minimise)(model, options, jobs);
}

float energy_and_gradient(const LaneModel& model, Options::Receptor receptor, std::span<const float> coordinates,
                          std::span<float> gradient) {
  return HWY_DYNAMIC_DISPATCH(energy_and_gradient)(model, receptor, coordinates, gradient);
}

std::size_t lanes() { return HWY_DYNAMIC_DISPATCH(lanes)(); }
std::string_view instruction_set() { return hwy::TargetName(HWY_DYNAMIC_DISPATCH(this_target)()); }

}  // namespace digitalis::lane_minimiser
#endif
