#pragma once
// Which points lie near a place: points sorted into cubes, so that a question costs as many points as are near.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "chem/geometry.hpp"

namespace digitalis {

/// Cubes of `cell_A` over the points, at most some millions of them: far-flung points get larger cubes. The points are
/// copied. O(points) to build; const members are safe to call concurrently.
class CellList {
 public:
  CellList(std::span<const Position> points, double cell_A) : points_(points.begin(), points.end()), cell_A_(cell_A) {
    if (points_.empty()) return;
    const Box box = box_around(points, 0.0);
    low_ = box.low();
    const auto count = [&] {
      double cells = 1.0;
      for (std::size_t k = 0; k < 3; ++k) cells *= std::floor(box.size_A[k] / cell_A_) + 1.0;
      return cells;
    };
    while (count() > 4e6) cell_A_ *= 2.0;
    for (std::size_t k = 0; k < 3; ++k) cells_[k] = static_cast<std::int64_t>(box.size_A[k] / cell_A_) + 1;
    std::vector<std::uint32_t> cell_of(points_.size());
    start_.assign(static_cast<std::size_t>(cells_[0] * cells_[1] * cells_[2]) + 1, 0);
    for (std::size_t i = 0; i < points_.size(); ++i) {
      std::array<std::int64_t, 3> c{};
      for (std::size_t k = 0; k < 3; ++k) c[k] = clamped(points_[i][k], k);
      cell_of[i] = static_cast<std::uint32_t>(index(c[0], c[1], c[2]));
      ++start_[cell_of[i] + 1];
    }
    std::partial_sum(start_.begin(), start_.end(), start_.begin());
    order_.resize(points_.size());
    std::vector<std::uint32_t> next(start_.begin(), start_.end() - 1);
    for (std::size_t i = 0; i < points_.size(); ++i) order_[next[cell_of[i]]++] = static_cast<std::uint32_t>(i);
  }

  /// Calls visit(index, squared distance) for every point closer than `radius_A`, in an order that depends on the
  /// points only.
  template <class Visit>
  void for_each_within(const Position& at, double radius_A, const Visit& visit) const {
    if (points_.empty()) return;
    std::array<std::int64_t, 3> from{}, to{};
    for (std::size_t k = 0; k < 3; ++k) {
      if (at[k] + radius_A < low_[k] || at[k] - radius_A > low_[k] + static_cast<double>(cells_[k]) * cell_A_) return;
      from[k] = clamped(at[k] - radius_A, k);
      to[k] = clamped(at[k] + radius_A, k);
    }
    for (std::int64_t x = from[0]; x <= to[0]; ++x)
      for (std::int64_t y = from[1]; y <= to[1]; ++y) {
        const std::size_t last = index(x, y, to[2]) + 1;
        for (std::uint32_t slot = start_[index(x, y, from[2])]; slot < start_[last]; ++slot) {
          const double squared = squared_distance(points_[order_[slot]], at);
          if (squared < radius_A * radius_A) visit(order_[slot], squared);
        }
      }
  }

  [[nodiscard]] bool any_within(const Position& at, double radius_A) const {
    bool any = false;
    for_each_within(at, radius_A, [&](std::uint32_t, double) { any = true; });
    return any;
  }

 private:
  [[nodiscard]] std::int64_t clamped(double coordinate, std::size_t k) const {
    const double cell = std::floor((coordinate - low_[k]) / cell_A_);
    return static_cast<std::int64_t>(std::clamp(cell, 0.0, static_cast<double>(cells_[k] - 1)));
  }
  [[nodiscard]] std::size_t index(std::int64_t x, std::int64_t y, std::int64_t z) const {
    return static_cast<std::size_t>((x * cells_[1] + y) * cells_[2] + z);
  }

  std::vector<Position> points_;
  double cell_A_;
  Position low_{};
  std::array<std::int64_t, 3> cells_{1, 1, 1};
  std::vector<std::uint32_t> start_;  ///< per cell: where its points begin in order_
  std::vector<std::uint32_t> order_;
};

}  // namespace digitalis
