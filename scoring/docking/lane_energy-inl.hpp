// Energy and gradient of one pose per vector lane, for the instruction set that is being compiled.
// Included once per instruction set: hence no plain include guard.

#if defined(DIGITALIS_LANE_ENERGY_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DIGITALIS_LANE_ENERGY_INL
#undef DIGITALIS_LANE_ENERGY_INL
#else
#define DIGITALIS_LANE_ENERGY_INL
#endif

#include <hwy/aligned_allocator.h>

#include "scoring/docking/lane_atoms.hpp"
#include "scoring/docking/lane_math-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace digitalis::lane_minimiser::HWY_NAMESPACE {

/// Kinematics, energies and forces. All arrays hold kLanes floats per element; positions and forces are kept per atom,
/// frames per fragment. One object per thread.
class LaneEnergy {
 public:
  static constexpr std::size_t kLanes = HWY_LANES(float);

  LaneEnergy(const LaneModel& model, Options::Receptor receptor)
      : model_(model),
        receptor_(receptor),
        memory_(hwy::AllocateAligned<float>(kLanes * (6 * model.atoms + 21 * model.fragments.size()))) {
    float* at = memory_.get();
    const auto take = [&](std::size_t vectors) {
      float* const array = at;
      at += vectors * kLanes;
      return array;
    };
    x_ = take(model.atoms), y_ = take(model.atoms), z_ = take(model.atoms);
    fx_ = take(model.atoms), fy_ = take(model.atoms), fz_ = take(model.atoms);
    origin_ = take(3 * model.fragments.size()), axis_ = take(3 * model.fragments.size());
    turn_ = take(9 * model.fragments.size()), force_ = take(6 * model.fragments.size());
    if (receptor == Options::Receptor::kAtoms)
      for (std::size_t lane = 0; lane < kLanes; ++lane) neighbours_.emplace_back(model);
  }

  /// @param q  coordinates, shape (model.coordinates(), kLanes)
  /// @param g  gradient, shape (model.dofs(), kLanes)
  /// @param alive  lanes whose results matter; where lanes cost extra, the others are left out
  HWY_INLINE V operator()(const float* HWY_RESTRICT q, float* HWY_RESTRICT g, const std::array<bool, kLanes>& alive) {
    place(q);
    V energy = receptor_ == Options::Receptor::kGrid ? from_grid() : from_atoms(alive);
    energy = hn::Add(energy, receptor_ == Options::Receptor::kGrid ? from_pair_tables() : from_pairs());
    if (!model_.restraints.empty()) energy = hn::Add(energy, from_restraints());
    gather_gradient(g);
    return energy;
  }

 private:
  HWY_INLINE void place(const float* HWY_RESTRICT q) {
    for (std::size_t f = 0; f < model_.fragments.size(); ++f) {
      const LaneModel::Fragment& fragment = model_.fragments[f];
      float* const r = turn_ + 9 * f * kLanes;
      float* const o = origin_ + 3 * f * kLanes;
      if (fragment.parent == DockingLigand::kFree)
        place_root(q, r, o);
      else if (fragment.parent == DockingLigand::kFixed)
        place_fixed(fragment, r, o);
      else
        place_turning(fragment, load(q + (fragment.dof + 1) * kLanes), f);
      const V r0 = load(r), r1 = load(r + kLanes), r2 = load(r + 2 * kLanes), r3 = load(r + 3 * kLanes),
              r4 = load(r + 4 * kLanes), r5 = load(r + 5 * kLanes), r6 = load(r + 6 * kLanes),
              r7 = load(r + 7 * kLanes), r8 = load(r + 8 * kLanes);
      const V ox = load(o), oy = load(o + kLanes), oz = load(o + 2 * kLanes);
      for (std::size_t i = fragment.first; i < fragment.end; ++i) {
        const V x = set(model_.x[i]), y = set(model_.y[i]), z = set(model_.z[i]);
        store(fma(r0, x, fma(r1, y, fma(r2, z, ox))), x_ + i * kLanes);
        store(fma(r3, x, fma(r4, y, fma(r5, z, oy))), y_ + i * kLanes);
        store(fma(r6, x, fma(r7, y, fma(r8, z, oz))), z_ + i * kLanes);
      }
    }
  }

  HWY_INLINE void place_root(const float* HWY_RESTRICT q, float* HWY_RESTRICT r, float* HWY_RESTRICT o) const {
    for (std::size_t k = 0; k < 3; ++k) store(load(q + k * kLanes), o + k * kLanes);
    const V w = load(q + 3 * kLanes), x = load(q + 4 * kLanes), y = load(q + 5 * kLanes), z = load(q + 6 * kLanes);
    const V two = set(2.0f), one = set(1.0f);
    const V xx = hn::Mul(x, x), yy = hn::Mul(y, y), zz = hn::Mul(z, z);
    store(hn::NegMulAdd(two, hn::Add(yy, zz), one), r);
    store(hn::Mul(two, hn::MulSub(x, y, hn::Mul(w, z))), r + kLanes);
    store(hn::Mul(two, fma(x, z, hn::Mul(w, y))), r + 2 * kLanes);
    store(hn::Mul(two, fma(x, y, hn::Mul(w, z))), r + 3 * kLanes);
    store(hn::NegMulAdd(two, hn::Add(xx, zz), one), r + 4 * kLanes);
    store(hn::Mul(two, hn::MulSub(y, z, hn::Mul(w, x))), r + 5 * kLanes);
    store(hn::Mul(two, hn::MulSub(x, z, hn::Mul(w, y))), r + 6 * kLanes);
    store(hn::Mul(two, fma(y, z, hn::Mul(w, x))), r + 7 * kLanes);
    store(hn::NegMulAdd(two, hn::Add(xx, yy), one), r + 8 * kLanes);
  }

  HWY_INLINE void place_fixed(const LaneModel::Fragment& fragment, float* HWY_RESTRICT r, float* HWY_RESTRICT o) const {
    for (std::size_t k = 0; k < 9; ++k) store(set(k % 4 == 0 ? 1.0f : 0.0f), r + k * kLanes);
    for (std::size_t k = 0; k < 3; ++k) store(set(fragment.offset[k]), o + k * kLanes);
  }

  HWY_INLINE void place_turning(const LaneModel::Fragment& fragment, V angle, std::size_t f) {
    const auto parent = static_cast<std::size_t>(fragment.parent);
    const float* HWY_RESTRICT p = turn_ + 9 * parent * kLanes;
    const float* HWY_RESTRICT po = origin_ + 3 * parent * kLanes;
    float* HWY_RESTRICT r = turn_ + 9 * f * kLanes;
    float* HWY_RESTRICT o = origin_ + 3 * f * kLanes;
    float* HWY_RESTRICT axis = axis_ + 3 * f * kLanes;
    const auto [a, b, c] = fragment.axis;
    const V u = set(fragment.offset[0]), v = set(fragment.offset[1]), w = set(fragment.offset[2]);
    V s, t;
    sine_cosine(angle, s, t);
    const V e = hn::Sub(set(1.0f), t);
    const V as = hn::Mul(set(a), s), bs = hn::Mul(set(b), s), cs = hn::Mul(set(c), s);
    const V m0 = fma(e, set(a * a), t), m1 = hn::MulSub(e, set(a * b), cs), m2 = fma(e, set(a * c), bs);
    const V m3 = fma(e, set(a * b), cs), m4 = fma(e, set(b * b), t), m5 = hn::MulSub(e, set(b * c), as);
    const V m6 = hn::MulSub(e, set(a * c), bs), m7 = fma(e, set(b * c), as), m8 = fma(e, set(c * c), t);
    for (std::size_t i = 0; i < 3; ++i) {
      const V p0 = load(p + 3 * i * kLanes), p1 = load(p + (3 * i + 1) * kLanes), p2 = load(p + (3 * i + 2) * kLanes);
      store(fma(p0, u, fma(p1, v, fma(p2, w, load(po + i * kLanes)))), o + i * kLanes);
      store(fma(p0, set(a), fma(p1, set(b), hn::Mul(p2, set(c)))), axis + i * kLanes);
      store(fma(p0, m0, fma(p1, m3, hn::Mul(p2, m6))), r + 3 * i * kLanes);
      store(fma(p0, m1, fma(p1, m4, hn::Mul(p2, m7))), r + (3 * i + 1) * kLanes);
      store(fma(p0, m2, fma(p1, m5, hn::Mul(p2, m8))), r + (3 * i + 2) * kLanes);
    }
  }

  /// Cell coordinate of an axis clamped to the grid, what sticks out of it, and the fraction within the cell.
  struct AxisCell {
    V fraction, outside;
    VI cell;
  };
  HWY_INLINE AxisCell locate(V at, std::size_t k) const {
    const V s = hn::Mul(hn::Sub(at, set(model_.grid_origin[k])), set(1.0f / model_.grid_spacing));
    const V inside = hn::Min(hn::Max(s, zero()), set(static_cast<float>(model_.grid_points[k]) - 1.001f));
    const VI cell = hn::ConvertTo(DI{}, inside);
    return {hn::Sub(inside, hn::ConvertTo(D{}, cell)), hn::Sub(s, inside), cell};
  }

  HWY_INLINE V from_grid() {
    const DI di;
    const VI points_y = hn::Set(di, model_.grid_points[1]), points_z = hn::Set(di, model_.grid_points[2]);
    const V per_A = set(1.0f / model_.grid_spacing);
    const V softening = set(static_cast<float>(kSearchSoftening));
    const V wall = set(kWall_kcal_mol_A);
    V energy = zero();
    for (std::size_t i = 0; i < model_.atoms; ++i) {
      const AxisCell x = locate(load(x_ + i * kLanes), 0), y = locate(load(y_ + i * kLanes), 1),
                     z = locate(load(z_ + i * kLanes), 2);
      const VI cell = hn::Add(z.cell, hn::Mul(points_z, hn::Add(y.cell, hn::Mul(points_y, x.cell))));
      const Corners c = load_corners(model_.map[i], cell);
      const V d00 = hn::Sub(c.x1y0z0, c.x0y0z0), d10 = hn::Sub(c.x1y1z0, c.x0y1z0), d01 = hn::Sub(c.x1y0z1, c.x0y0z1),
              d11 = hn::Sub(c.x1y1z1, c.x0y1z1);
      const V a00 = fma(x.fraction, d00, c.x0y0z0), a10 = fma(x.fraction, d10, c.x0y1z0),
              a01 = fma(x.fraction, d01, c.x0y0z1), a11 = fma(x.fraction, d11, c.x0y1z1);
      const V e0 = hn::Sub(a10, a00), e1 = hn::Sub(a11, a01);
      const V b0 = fma(y.fraction, e0, a00), b1 = fma(y.fraction, e1, a01);
      const V slope_z = hn::Sub(b1, b0);
      const V value = fma(z.fraction, slope_z, b0);
      const V slope_y = fma(z.fraction, hn::Sub(e1, e0), e0);
      const V h0 = fma(y.fraction, hn::Sub(d10, d00), d00), h1 = fma(y.fraction, hn::Sub(d11, d01), d01);
      const V slope_x = fma(z.fraction, hn::Sub(h1, h0), h0);
      const V soft = hn::Mul(softening, rough_inverse(hn::Add(hn::Max(value, zero()), softening)));
      const V factor = hn::Mul(hn::Mul(soft, soft), per_A);
      const V beyond = hn::Add(hn::Abs(x.outside), hn::Add(hn::Abs(y.outside), hn::Abs(z.outside)));
      energy = hn::Add(energy, fma(beyond, hn::Mul(wall, set(model_.grid_spacing)), hn::Mul(value, soft)));
      const auto slope = [&](V inside, V outside) {
        return select(hn::Eq(outside, zero()), hn::Mul(inside, factor), hn::CopySign(wall, outside));
      };
      store(slope(slope_x, x.outside), fx_ + i * kLanes);
      store(slope(slope_y, y.outside), fy_ + i * kLanes);
      store(slope(slope_z, z.outside), fz_ + i * kLanes);
    }
    return energy;
  }

  HWY_INLINE V from_pair_tables() {
    V energy = zero();
    for (std::size_t kind = 0; kind < LaneModel::kPairClasses; ++kind) {
      const TableLookup table{model_.tables[kind]};
      energy = hn::Add(energy, over_pairs(kind, [&](V r, V contact, V& e, V& slope) {
                         const V t = hn::Mul(hn::Sub(hn::Sub(r, contact), set(PairTable::kLow_A)),
                                             set(1.0f / PairTable::kStep_A));
                         table.at(t, e, slope);
                       }));
    }
    return energy;
  }

  HWY_INLINE V from_pairs() {
    V energy = zero();
    const PairFunction function{*model_.function};
    const V v = set(static_cast<float>(kFinalSoftening));
    for (std::size_t kind = 0; kind < LaneModel::kPairClasses; ++kind)
      energy = hn::Add(energy, over_pairs(kind, [&](V r, V contact, V& e, V& slope) {
                         function.at(kind, hn::Sub(r, contact), e, slope);
                         const V soft = hn::Div(v, hn::Add(v, hn::Max(e, zero())));
                         e = hn::Mul(e, soft);
                         slope = hn::Mul(slope, hn::Mul(soft, soft));
                       }));
    return energy;
  }

  /// Adds up the pairs of a class; energy_of(r, contact, energy, slope) says what a pair contributes.
  template <class EnergyOf>
  HWY_INLINE V over_pairs(std::size_t kind, const EnergyOf& energy_of) {
    const std::uint32_t* HWY_RESTRICT other = model_.other.data();
    const float* HWY_RESTRICT contact = model_.contact_A.data();
    const V cutoff2 = set(static_cast<float>(kCutoff_A * kCutoff_A));
    V energy = zero();
    for (const LaneModel::PairGroup& group : model_.groups[kind]) {
      const std::size_t i = group.atom * kLanes;
      const V xi = load(x_ + i), yi = load(y_ + i), zi = load(z_ + i);
      V fx = zero(), fy = zero(), fz = zero();
      for (std::uint32_t k = group.first; k < group.end; ++k) {
        const std::size_t j = other[k] * kLanes;
        V dx = hn::Sub(load(x_ + j), xi), dy = hn::Sub(load(y_ + j), yi), dz = hn::Sub(load(z_ + j), zi);
        const V r2 = hn::Max(fma(dx, dx, fma(dy, dy, hn::Mul(dz, dz))), set(1e-4f));
        const M near = hn::Lt(r2, cutoff2);
        const V per_r = rough_inverse_root(r2);
        V e, slope;
        energy_of(hn::Mul(r2, per_r), set(contact[k]), e, slope);
        energy = hn::Add(energy, hn::IfThenElseZero(near, e));
        slope = hn::IfThenElseZero(near, hn::Mul(slope, per_r));
        dx = hn::Mul(dx, slope), dy = hn::Mul(dy, slope), dz = hn::Mul(dz, slope);
        fx = hn::Add(fx, dx), fy = hn::Add(fy, dy), fz = hn::Add(fz, dz);
        store(hn::Add(load(fx_ + j), dx), fx_ + j);
        store(hn::Add(load(fy_ + j), dy), fy_ + j);
        store(hn::Add(load(fz_ + j), dz), fz_ + j);
      }
      store(hn::Sub(load(fx_ + i), fx), fx_ + i);
      store(hn::Sub(load(fy_ + i), fy), fy_ + i);
      store(hn::Sub(load(fz_ + i), fz), fz_ + i);
    }
    return energy;
  }

  HWY_INLINE V from_restraints() {
    V energy = zero();
    for (const PlaceRestraint& restraint : model_.restraints) {
      const std::size_t i = restraint.atom * kLanes;
      const V dx = hn::Sub(load(x_ + i), set(static_cast<float>(restraint.at_A[0])));
      const V dy = hn::Sub(load(y_ + i), set(static_cast<float>(restraint.at_A[1])));
      const V dz = hn::Sub(load(z_ + i), set(static_cast<float>(restraint.at_A[2])));
      const V r2 = hn::Add(fma(dx, dx, fma(dy, dy, hn::Mul(dz, dz))), set(1e-8f));
      const V per_r = inverse_root(r2);
      const V beyond = hn::Max(hn::MulSub(r2, per_r, set(static_cast<float>(restraint.free_A))), zero());
      const V k = set(static_cast<float>(restraint.k_kcal_mol_A2));
      energy = fma(k, hn::Mul(beyond, beyond), energy);
      const V pull = hn::Mul(hn::Mul(hn::Add(k, k), beyond), per_r);
      store(fma(pull, dx, load(fx_ + i)), fx_ + i);
      store(fma(pull, dy, load(fy_ + i)), fy_ + i);
      store(fma(pull, dz, load(fz_ + i)), fz_ + i);
    }
    return energy;
  }

  /// Receptor atom by receptor atom: here a vector holds neighbours of one atom of one pose.
  V from_atoms(const std::array<bool, kLanes>& alive) {
    HWY_ALIGN float energy[kLanes] = {};
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      if (!alive[lane]) {
        for (std::size_t i = lane; i < model_.atoms * kLanes; i += kLanes) fx_[i] = fy_[i] = fz_[i] = 0.0f;
        continue;
      }
      if (!neighbours_[lane].covers(x_ + lane, y_ + lane, z_ + lane, kLanes))
        neighbours_[lane].collect(x_ + lane, y_ + lane, z_ + lane, kLanes);
      for (std::size_t i = 0; i < model_.atoms; ++i) energy[lane] += from_neighbours(lane, i);
    }
    return load(energy);
  }

  HWY_INLINE float from_neighbours(std::size_t lane, std::size_t i) {
    const std::size_t at = i * kLanes + lane;
    const NeighbourAtoms& list = neighbours_[lane];
    const V x = set(x_[at]), y = set(y_[at]), z = set(z_[at]);
    const V cutoff2 = set(static_cast<float>(kCutoff_A * kCutoff_A));
    const PairFunction function{*model_.function};
    V energy = zero(), gx = zero(), gy = zero(), gz = zero();
    for (std::size_t kind = 0; kind < LaneModel::kPairClasses; ++kind) {
      const auto [first, end] = list.range(i, kind);
      for (std::size_t k = first; k < end; k += kLanes) {
        const V dx = hn::Sub(x, hn::LoadU(D{}, list.x() + k)), dy = hn::Sub(y, hn::LoadU(D{}, list.y() + k)),
                dz = hn::Sub(z, hn::LoadU(D{}, list.z() + k));
        const V r2 = hn::Max(fma(dx, dx, fma(dy, dy, hn::Mul(dz, dz))), set(1e-4f));
        const M near = hn::Lt(r2, cutoff2);
        const V per_r = inverse_root(r2);
        V e, slope;
        function.at(kind, hn::Sub(hn::Mul(r2, per_r), hn::LoadU(D{}, list.contact() + k)), e, slope);
        energy = hn::Add(energy, hn::IfThenElseZero(near, e));
        slope = hn::IfThenElseZero(near, hn::Mul(slope, per_r));
        gx = fma(slope, dx, gx), gy = fma(slope, dy, gy), gz = fma(slope, dz, gz);
      }
    }
    const float sum = hn::GetLane(hn::SumOfLanes(D{}, energy));
    const float v = static_cast<float>(kFinalSoftening);
    const float soft = sum > 0.0f ? v / (v + sum) : 1.0f;
    float result = sum * soft;
    const float factor = soft * soft;
    fx_[at] = factor * hn::GetLane(hn::SumOfLanes(D{}, gx));
    fy_[at] = factor * hn::GetLane(hn::SumOfLanes(D{}, gy));
    fz_[at] = factor * hn::GetLane(hn::SumOfLanes(D{}, gz));
    for (const auto& [value, force, k] :
         {std::tuple{x_[at], fx_ + at, 0}, {y_[at], fy_ + at, 1}, {z_[at], fz_ + at, 2}}) {
      const float low = model_.grid_origin[static_cast<std::size_t>(k)];
      const float high =
          low + model_.grid_spacing * static_cast<float>(model_.grid_points[static_cast<std::size_t>(k)] - 1);
      const float beyond = value < low ? value - low : value > high ? value - high : 0.0f;
      if (beyond == 0.0f) continue;
      result += kWall_kcal_mol_A * std::abs(beyond);
      *force += beyond > 0.0f ? kWall_kcal_mol_A : -kWall_kcal_mol_A;
    }
    return result;
  }

  /// Forces on atoms become forces and torques on fragments, from the tips of the tree to its root.
  HWY_INLINE void gather_gradient(float* HWY_RESTRICT g) {
    for (std::size_t k = 0; k < 6 * model_.fragments.size(); ++k) store(zero(), force_ + k * kLanes);
    for (std::size_t f = model_.fragments.size(); f-- > 0;) {
      const LaneModel::Fragment& fragment = model_.fragments[f];
      if (fragment.parent == DockingLigand::kFixed) continue;
      float* HWY_RESTRICT sum = force_ + 6 * f * kLanes;
      const float* HWY_RESTRICT o = origin_ + 3 * f * kLanes;
      const V ox = load(o), oy = load(o + kLanes), oz = load(o + 2 * kLanes);
      V fx = load(sum), fy = load(sum + kLanes), fz = load(sum + 2 * kLanes);
      V tx = load(sum + 3 * kLanes), ty = load(sum + 4 * kLanes), tz = load(sum + 5 * kLanes);
      for (std::size_t i = fragment.first; i < fragment.end; ++i) {
        const V ax = hn::Sub(load(x_ + i * kLanes), ox), ay = hn::Sub(load(y_ + i * kLanes), oy),
                az = hn::Sub(load(z_ + i * kLanes), oz);
        const V bx = load(fx_ + i * kLanes), by = load(fy_ + i * kLanes), bz = load(fz_ + i * kLanes);
        fx = hn::Add(fx, bx), fy = hn::Add(fy, by), fz = hn::Add(fz, bz);
        tx = hn::NegMulAdd(az, by, fma(ay, bz, tx));
        ty = hn::NegMulAdd(ax, bz, fma(az, bx, ty));
        tz = hn::NegMulAdd(ay, bx, fma(ax, by, tz));
      }
      if (fragment.parent == DockingLigand::kFree) {
        store(fx, g), store(fy, g + kLanes), store(fz, g + 2 * kLanes);
        store(tx, g + 3 * kLanes), store(ty, g + 4 * kLanes), store(tz, g + 5 * kLanes);
        continue;
      }
      const float* HWY_RESTRICT axis = axis_ + 3 * f * kLanes;
      store(fma(tx, load(axis), fma(ty, load(axis + kLanes), hn::Mul(tz, load(axis + 2 * kLanes)))),
            g + fragment.dof * kLanes);
      const auto parent = static_cast<std::size_t>(fragment.parent);
      float* HWY_RESTRICT up = force_ + 6 * parent * kLanes;
      const float* HWY_RESTRICT po = origin_ + 3 * parent * kLanes;
      const V ax = hn::Sub(ox, load(po)), ay = hn::Sub(oy, load(po + kLanes)), az = hn::Sub(oz, load(po + 2 * kLanes));
      tx = hn::NegMulAdd(az, fy, fma(ay, fz, tx));
      ty = hn::NegMulAdd(ax, fz, fma(az, fx, ty));
      tz = hn::NegMulAdd(ay, fx, fma(ax, fy, tz));
      std::size_t k = 0;
      for (const V value : {fx, fy, fz, tx, ty, tz}) {
        store(hn::Add(load(up + k * kLanes), value), up + k * kLanes);
        ++k;
      }
    }
  }

  static constexpr float kWall_kcal_mol_A = 100.0f;  // for every Å that an atom is outside of the box, per axis

  const LaneModel& model_;
  Options::Receptor receptor_;
  hwy::AlignedFreeUniquePtr<float[]> memory_;
  std::vector<NeighbourAtoms> neighbours_;  // one per lane, only for kAtoms
  float *x_, *y_, *z_, *fx_, *fy_, *fz_, *origin_, *axis_, *turn_, *force_;
};

}  // namespace digitalis::lane_minimiser::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
