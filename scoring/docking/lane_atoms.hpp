#pragma once
// The receptor atoms around each atom of one pose, kept while the pose moves little (L. Verlet, Phys. Rev. 159 (1967)
// 98-103, doi:10.1103/PhysRev.159.98): what the exact minimisation reads instead of a grid.

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "scoring/docking/lane_model.hpp"

namespace digitalis::lane_minimiser {

class NeighbourAtoms {
 public:
  /// @param model  must outlive the list
  explicit NeighbourAtoms(const LaneModel& model) : model_(&model) {}

  /// Whether no atom has moved further than the list allows. Positions are `stride` floats apart.
  [[nodiscard]] bool covers(const float* x, const float* y, const float* z, std::size_t stride) const;
  void collect(const float* x, const float* y, const float* z, std::size_t stride);

  /// Neighbours of a ligand atom by what the pair can do: a range of the arrays below, padded with far atoms to whole
  /// vectors of up to kPadding.
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> range(std::size_t atom, std::size_t kind) const {
    const std::size_t at = atom * LaneModel::kPairClasses + kind;
    return {start_[at], start_[at + 1]};
  }
  [[nodiscard]] const float* x() const { return x_.data(); }
  [[nodiscard]] const float* y() const { return y_.data(); }
  [[nodiscard]] const float* z() const { return z_.data(); }
  [[nodiscard]] const float* contact() const { return contact_.data(); }  ///< sum of the radii

 private:
  static constexpr double kMargin_A = 1.0;
  static constexpr std::size_t kPadding = 16;
  const LaneModel* model_;
  std::vector<float> x_, y_, z_, contact_;
  std::vector<std::uint32_t> start_;
  std::vector<Position> collected_;
};

}  // namespace digitalis::lane_minimiser
