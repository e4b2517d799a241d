// Energies of all atom types at all points of a lattice.
//
// The problem. A box of 24 Å has 275,000 points, each within reach of some 70 receptor atoms, and 19 maps: 370 million
// pair energies of up to four terms, which at 10 ns each take seconds.
//
// The idea. Radii and the kind of contact decide about a pair, and there are only nine radii. What one receptor atom
// does to all types is therefore 14 numbers: a steric energy per radius, and a hydrophobic or hydrogen-bond energy per
// radius of the types that can have it with this atom. For each type of receptor atom these numbers are tabulated over
// the distance, a vector in a row, with their slopes: a pair of point and atom costs two loads of a row, an addition
// and a multiply-add, for all types at once and without any exponential.
//
// Points are taken in blocks, so that atoms near the block are looked for once. For each point the distances to them
// are computed, a vector of atoms at a time, and the rows' places are compressed to those within the cutoff. The extra
// lanes mean different things for different classes of atoms, so that each class has its own sums; the maps are put
// together from these at the end of a point.
//
// The cost. 40 rows per Å make 40 kB per type of receptor atom, of which there are about nine: they stay in the second
// level of cache. Half of the time goes into reading rows, a fifth into finding them. A straight line over a row is off
// by 5e-5 kcal/mol at most and by nothing on average, less than a half's last bit. Rejected: vectors of points with
// analytic terms, two exponentials per radius and pair (a trial took 120 ms for seven types, this takes 55 ms for all);
// twice the rows (6 % slower); a table of r^2, which saves the root but has kinks inside rows.

#include "scoring/docking/affinity_kernel.hpp"

#include <algorithm>
#include <bit>

#include "scoring/docking/half.hpp"
#include "scoring/docking/packed_lanes.hpp"
#include "scoring/docking/scoring_function.hpp"

#include "scoring/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scoring/docking/affinity_kernel.cpp"
#include <hwy/foreach_target.h>  // compiles the part below once per instruction set

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace digitalis::affinity_kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

std::int64_t this_target() { return HWY_TARGET; }

// A block is one point deep in x, and these in y and z.
inline constexpr std::int32_t kBlockY = 4, kBlockZ = 8;

inline constexpr auto kCutoff = static_cast<float>(kCutoff_A);

struct Range {
  float low, high;
};

// Drops the lanes that a mask does not name and moves the others to the front.
template <class D>
class Packer {
 public:
  HWY_INLINE Packer(D d, hn::Mask<D> keep) : keep_(keep) {
    std::uint8_t bits[8] = {};
    hn::StoreMaskBits(d, keep, bits);
    mask_ = bits[0];
    count_ = hn::CountTrue(d, keep);
  }
  [[nodiscard]] HWY_INLINE std::size_t count() const { return count_; }

  // Writes a whole vector, of which count() lanes mean something.
  template <class DT>
  HWY_INLINE void store(DT d, hn::Vec<DT> lanes, hn::TFromD<DT>* HWY_RESTRICT to) const {
    if constexpr (hn::MaxLanes(d) == 4 || hn::MaxLanes(d) == 8) {
      const hn::Rebind<std::int32_t, DT> di;
      const hn::Rebind<std::uint8_t, DT> bytes;
      const auto from = hn::PromoteTo(di, hn::LoadU(bytes, kPackedLanes[mask_].data()));
      hn::StoreU(hn::TableLookupLanes(lanes, hn::IndicesFromVec(d, from)), d, to);
    } else {
      hn::StoreU(hn::Compress(lanes, hn::RebindMask(d, keep_)), d, to);
    }
  }

 private:
  hn::Mask<D> keep_;
  std::size_t mask_ = 0, count_ = 0;
};

// The atoms of `from` that are within the cutoff of a box, in the same order.
class NearAtoms {
 public:
  explicit NearAtoms(std::size_t most) {
    for (auto* column : {&x, &y, &z}) column->resize(most + kPadding);
    table.resize(most + kPadding);
  }

  void take(const NearAtoms& from, Range in_x, Range in_y, Range in_z) {
    const hn::CappedTag<float, kMostLanes> d;
    const hn::Rebind<std::int32_t, decltype(d)> di;
    const auto cutoff2 = hn::Set(d, kCutoff * kCutoff);
    std::size_t count = 0;
    for (std::size_t c = 0; c < kClasses; ++c) {
      const std::size_t last = from.class_start[c + 1];
      for (std::size_t i = from.class_start[c]; i < last; i += hn::Lanes(d)) {
        const auto at_x = hn::LoadU(d, from.x.data() + i), at_y = hn::LoadU(d, from.y.data() + i),
                   at_z = hn::LoadU(d, from.z.data() + i);
        const auto dx = outside(d, at_x, in_x), dy = outside(d, at_y, in_y), dz = outside(d, at_z, in_z);
        const auto r2 = hn::MulAdd(dx, dx, hn::MulAdd(dy, dy, hn::Mul(dz, dz)));
        const auto near = hn::And(hn::Lt(r2, cutoff2), hn::FirstN(d, last - i));
        const Packer packer(d, near);
        packer.store(d, at_x, x.data() + count);
        packer.store(d, at_y, y.data() + count);
        packer.store(d, at_z, z.data() + count);
        packer.store(di, hn::LoadU(di, from.table.data() + i), table.data() + count);
        count += packer.count();
      }
      class_start[c + 1] = static_cast<std::uint32_t>(count);
    }
  }

  std::vector<float> x, y, z;
  std::vector<std::int32_t> table;
  std::array<std::uint32_t, kClasses + 1> class_start{};
  static constexpr std::size_t kPadding = kMostLanes;

 private:
  template <class D>
  static HWY_INLINE hn::Vec<D> outside(D d, hn::Vec<D> at, Range range) {
    const auto beyond = hn::Max(hn::Sub(hn::Set(d, range.low), at), hn::Sub(at, hn::Set(d, range.high)));
    return hn::Max(hn::Zero(d), beyond);
  }
};

// Sums the rows at `places` with `fractions`, of which there are `count`.
template <std::size_t kLanes>
HWY_INLINE void sum_rows(const float* HWY_RESTRICT tables, const std::int32_t* HWY_RESTRICT places,
                         const float* HWY_RESTRICT fractions, std::size_t count, float* HWY_RESTRICT sums) {
  const hn::CappedTag<float, kLanes> d;
  using Vector = hn::Vec<decltype(d)>;
  constexpr std::size_t kWidth = hn::MaxLanes(d);
  // As many vectors of a row as leave registers free, and two atoms at a time, because additions wait for each other.
  // Every lane is summed in the same order, however many lanes there are.
  constexpr std::size_t kVectors = HWY_MIN(std::size_t{2}, kLanes / kWidth), kAtOnce = 2;
  for (std::size_t lane = 0; lane < kLanes; lane += kVectors * kWidth) {
    Vector values[kAtOnce][kVectors], slopes[kAtOnce][kVectors];
    for (std::size_t a = 0; a < kAtOnce; ++a)
      for (std::size_t v = 0; v < kVectors; ++v) values[a][v] = slopes[a][v] = hn::Zero(d);
    const auto add = [&](std::size_t a, std::size_t i) HWY_ATTR {
      const float* HWY_RESTRICT row = tables + places[i] + lane;
      const auto fraction = hn::Set(d, fractions[i]);
      for (std::size_t v = 0; v < kVectors; ++v) {
        values[a][v] = hn::Add(values[a][v], hn::Load(d, row + v * kWidth));
        slopes[a][v] = hn::MulAdd(fraction, hn::Load(d, row + kLanes + v * kWidth), slopes[a][v]);
      }
    };
    std::size_t i = 0;
    for (; i + kAtOnce <= count; i += kAtOnce)
      for (std::size_t a = 0; a < kAtOnce; ++a) add(a, i + a);
    if (i < count) add(0, i);
    for (std::size_t v = 0; v < kVectors; ++v)
      hn::Store(hn::Add(hn::Add(values[0][v], slopes[0][v]), hn::Add(values[1][v], slopes[1][v])), d,
                sums + lane + v * kWidth);
  }
}

// Places of rows and fractions for the atoms [first, last) that are within the cutoff of a point; returns their number.
template <std::size_t kLanes>
HWY_INLINE std::size_t find_rows(const NearAtoms& atoms, std::uint32_t first, std::uint32_t last, float x, float y,
                                 float z, std::int32_t* HWY_RESTRICT places, float* HWY_RESTRICT fractions) {
  const hn::CappedTag<float, kMostLanes> d;
  const hn::Rebind<std::int32_t, decltype(d)> di;
  const auto cutoff2 = hn::Set(d, kCutoff * kCutoff), rows_per_A = hn::Set(d, static_cast<float>(kRowsPerA));
  const auto last_row = hn::Set(di, static_cast<std::int32_t>(kCutoff) * kRowsPerA - 1);
  constexpr int kRowShift = std::bit_width(2 * kLanes) - 1;
  std::size_t count = 0;
  for (std::uint32_t i = first; i < last; i += static_cast<std::uint32_t>(hn::Lanes(d))) {
    const auto dx = hn::Sub(hn::LoadU(d, atoms.x.data() + i), hn::Set(d, x));
    const auto dy = hn::Sub(hn::LoadU(d, atoms.y.data() + i), hn::Set(d, y));
    const auto dz = hn::Sub(hn::LoadU(d, atoms.z.data() + i), hn::Set(d, z));
    const auto r2 = hn::MulAdd(dx, dx, hn::MulAdd(dy, dy, hn::Mul(dz, dz)));
    const auto near = hn::And(hn::Lt(r2, cutoff2), hn::FirstN(d, last - i));
    const auto at = hn::Mul(hn::Sqrt(r2), rows_per_A);
    const auto row = hn::Min(hn::ConvertTo(di, at), last_row);  // the root may round up to the cutoff
    const auto place = hn::Add(hn::ShiftLeft<kRowShift>(row), hn::LoadU(di, atoms.table.data() + i));
    const Packer packer(d, near);
    packer.store(d, hn::Sub(at, hn::ConvertTo(d, row)), fractions + count);
    packer.store(di, place, places + count);
    count += packer.count();
  }
  return count;
}

// Energies of all maps in a plane of constant x as halves, shape (maps, points_y + 1, padded points_z): the last row is
// a copy of the one before it.
class Plane {
 public:
  explicit Plane(const Task& task)
      : rows_(static_cast<std::size_t>(task.points[1]) + 1),
        row_((static_cast<std::size_t>(task.points[2]) + kBlockZ - 1) / kBlockZ * kBlockZ),
        values_(task.maps.size() * rows_ * row_) {}
  [[nodiscard]] std::uint16_t* row(std::size_t map, std::int32_t y) {
    return values_.data() + (map * rows_ + static_cast<std::size_t>(y)) * row_;
  }

 private:
  std::size_t rows_, row_;
  std::vector<std::uint16_t> values_;
};

template <std::size_t kLanes>
class Filler {
 public:
  explicit Filler(const Task& task)
      : task_(task),
        all_(task.atoms->x.size()),
        slab_(task.atoms->x.size()),
        column_(task.atoms->x.size()),
        block_(task.atoms->x.size()) {
    std::copy(task.atoms->x.begin(), task.atoms->x.end(), all_.x.begin());
    std::copy(task.atoms->y.begin(), task.atoms->y.end(), all_.y.begin());
    std::copy(task.atoms->z.begin(), task.atoms->z.end(), all_.z.begin());
    std::copy(task.atoms->table.begin(), task.atoms->table.end(), all_.table.begin());
    all_.class_start = task.atoms->class_start;
    places_.resize(task.atoms->x.size() + NearAtoms::kPadding);
    fractions_.resize(task.atoms->x.size() + NearAtoms::kPadding);
  }

  void fill() {
    Plane planes[2] = {Plane(task_), Plane(task_)};
    compute(0, planes[0]);
    for (std::int32_t x = 0; x < task_.points[0]; ++x) {
      Plane& here = planes[x % 2];
      Plane& next = planes[(x + 1) % 2];
      const bool last = x + 1 == task_.points[0];
      if (!last) compute(x + 1, next);
      pack(x, here, last ? here : next);
    }
  }

 private:
  [[nodiscard]] Range range(std::int32_t from, std::int32_t to) const {  // of points [from, to)
    return {static_cast<float>(from) * task_.spacing_A, static_cast<float>(to - 1) * task_.spacing_A};
  }

  HWY_NOINLINE void compute(std::int32_t x, Plane& plane) {
    const auto [points_x, points_y, points_z] = task_.points;
    const Range in_x = range(x, x + 1), in_all_z = range(0, points_z);
    slab_.take(all_, in_x, range(0, points_y), in_all_z);
    for (std::int32_t y = 0; y < points_y; y += kBlockY) {
      const std::int32_t end_y = std::min(y + kBlockY, points_y);
      column_.take(slab_, in_x, range(y, end_y), in_all_z);
      for (std::int32_t z = 0; z < points_z; z += kBlockZ) {
        const std::int32_t end_z = std::min(z + kBlockZ, points_z);
        block_.take(column_, in_x, range(y, end_y), range(z, end_z));
        for (std::int32_t iy = y; iy < end_y; ++iy) compute_run(x, iy, z, end_z, plane);
      }
    }
    for (std::size_t map = 0; map < task_.maps.size(); ++map) {
      std::uint16_t* const last = plane.row(map, points_y - 1);
      std::copy(last, plane.row(map, points_y), plane.row(map, points_y));
    }
  }

  HWY_NOINLINE void compute_run(std::int32_t x, std::int32_t y, std::int32_t z, std::int32_t end_z, Plane& plane) {
    HWY_ALIGN float sums[(kClasses + 1) * kMostLanes];
    HWY_ALIGN float energies[kAtomTypes][kBlockZ] = {};
    for (std::int32_t iz = z; iz < end_z; ++iz) {
      float* HWY_RESTRICT together = sums + kClasses * kMostLanes;
      std::fill_n(together, kMostLanes, 0.0F);
      for (std::size_t c = 0; c < kClasses; ++c) {
        float* HWY_RESTRICT of_class = sums + c * kMostLanes;
        const std::size_t count =
            find_rows<kLanes>(block_, block_.class_start[c], block_.class_start[c + 1],
                              static_cast<float>(x) * task_.spacing_A, static_cast<float>(y) * task_.spacing_A,
                              static_cast<float>(iz) * task_.spacing_A, places_.data(), fractions_.data());
        sum_rows<kLanes>(task_.tables, places_.data(), fractions_.data(), count, of_class);
        for (std::size_t lane = 0; lane < kLanes; ++lane) together[lane] += of_class[lane];
      }
      for (std::size_t m = 0; m < task_.maps.size(); ++m) {
        const Map& map = task_.maps[m];
        float energy = sums[map.parts[0]];
        for (std::uint32_t part = 1; part < map.count; ++part) energy += sums[map.parts[part]];
        energies[m][iz - z] = energy;
      }
    }
    const auto first =
        (static_cast<std::size_t>(x) * static_cast<std::size_t>(task_.points[1]) + static_cast<std::size_t>(y)) *
            static_cast<std::size_t>(task_.points[2]) +
        static_cast<std::size_t>(z);
    for (std::size_t m = 0; m < task_.maps.size(); ++m) {
      if (const float* bias = task_.maps[m].bias)
        for (std::int32_t iz = z; iz < end_z; ++iz)
          energies[m][iz - z] += bias[first + static_cast<std::size_t>(iz - z)];
      store_halves(energies[m], plane.row(m, y) + z);
    }
  }

  static HWY_INLINE void store_halves(const float* HWY_RESTRICT energies, std::uint16_t* HWY_RESTRICT to) {
#if HWY_TARGET == HWY_SSSE3 || HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_EMU128 || HWY_TARGET == HWY_SCALAR
    // Highway imitates the missing instruction, but does not round.
    for (std::int32_t i = 0; i < kBlockZ; ++i) to[i] = half_of_float(std::min(energies[i], kMostEnergy));
#else
    const hn::CappedTag<float, kBlockZ> d;
    const hn::Rebind<hwy::float16_t, decltype(d)> halves;
    const hn::Rebind<std::uint16_t, decltype(d)> bits;
    for (std::size_t i = 0; i < kBlockZ; i += hn::Lanes(d)) {
      const auto energy = hn::Min(hn::Load(d, energies + i), hn::Set(d, kMostEnergy));
      hn::StoreU(hn::BitCast(bits, hn::DemoteTo(halves, energy)), bits, to + i);
    }
#endif
  }

  HWY_NOINLINE void pack(std::int32_t x, Plane& here, Plane& next) {
    const auto points_z = static_cast<std::size_t>(task_.points[2]);
    for (std::size_t m = 0; m < task_.maps.size(); ++m)
      for (std::int32_t y = 0; y < task_.points[1]; ++y) {
        const std::uint16_t *HWY_RESTRICT a = here.row(m, y), *HWY_RESTRICT b = next.row(m, y),
                                          *HWY_RESTRICT c = here.row(m, y + 1), *HWY_RESTRICT d = next.row(m, y + 1);
        std::uint64_t* HWY_RESTRICT to =
            task_.maps[m].corners +
            (static_cast<std::size_t>(x) * static_cast<std::size_t>(task_.points[1]) + static_cast<std::size_t>(y)) *
                points_z;
        for (std::size_t z = 0; z < points_z; ++z)
          to[z] = a[z] | std::uint64_t{b[z]} << 16U | std::uint64_t{c[z]} << 32U | std::uint64_t{d[z]} << 48U;
      }
  }

  const Task& task_;
  NearAtoms all_, slab_, column_, block_;
  std::vector<std::int32_t> places_;
  std::vector<float> fractions_;
};

void fill(const Task& task) {
  if (task.lanes == kMostLanes)
    Filler<kMostLanes>(task).fill();
  else
    Filler<kMostLanes / 2>(task).fill();
}

}  // namespace digitalis::affinity_kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace digitalis::affinity_kernel {

HWY_EXPORT(fill);
HWY_EXPORT(this_target);

void fill(const Task& task) { HWY_DYNAMIC_DISPATCH(fill)(task); }

std::string_view instruction_set() { return hwy::TargetName(HWY_DYNAMIC_DISPATCH(this_target)()); }

}  // namespace digitalis::affinity_kernel
#endif
