#pragma once
// Maps of a receptor: for each ligand atom type its energy with the whole receptor, on a lattice over the box. Built
// once per target, read by all threads of a node.
//
// Layout. The search asks for the eight corners of a cell at once, for random cells. A point therefore holds the values
// of the four corners (x, y), (x+1, y), (x, y+1), (x+1, y+1) as half-precision floats in 8 bytes, z runs fastest, and
// so the eight corners are 16 neighbouring bytes: one load. Four times the memory of plain floats halved, for an eighth
// of the cache lines.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "chem/docking_receptor.hpp"
#include "chem/geometry.hpp"
#include "scoring/docking/pose_score.hpp"
#include "scoring/docking/scoring_function.hpp"

namespace digitalis {

/// A place where a contact is wanted: draws ligand atoms that can make it while searching, and is not part of the
/// reported score.
struct ContactBias {
  Position at_A{};             ///< of the receptor atom
  bool wants_acceptor = true;  ///< receptor atom is a donor; false: wants a donor
  double weight_kcal_mol = -2.0;
  double best_distance_A = 2.9, width_A = 0.6;
};

struct GridOptions {
  double spacing_A = 0.375;
  std::vector<ContactBias> biases;
};

class AffinityGrid {
 public:
  static constexpr double kDefaultSpacing_A = 0.375;

  /// Computes the maps of the types that `wanted` names (all, when empty).
  /// Values above 60,000 kcal/mol are capped (the half-precision range). Below 0.15 s for a 24 Å box and all types, one
  /// thread.
  AffinityGrid(const ReceptorCells& receptor, const Box& box, const ScoringFunction& function,
               std::span<const AtomType> wanted, const GridOptions& options = {});

  [[nodiscard]] bool has(AtomType type) const { return maps_[static_cast<std::size_t>(type)] != nullptr; }
  /// Corner values of a type: index (x * points[1] + y) * points[2] + z; each is four halves, see above. Padded so that
  /// reading one element further is allowed. nullptr when the type was not wanted.
  [[nodiscard]] const std::uint64_t* map(AtomType type) const { return maps_[static_cast<std::size_t>(type)]; }
  [[nodiscard]] const std::array<std::int32_t, 3>& points() const { return points_; }  ///< lattice points per axis
  [[nodiscard]] const Position& origin_A() const { return origin_; }                   ///< of point (0, 0, 0)
  [[nodiscard]] double spacing_A() const { return spacing_; }
  [[nodiscard]] Box box() const;  ///< the lattice's: at least as large as what was asked for
  [[nodiscard]] std::size_t bytes() const;

  /// Trilinear interpolation at a point inside the box, kcal/mol; the reference for faster code.
  [[nodiscard]] double interpolate(AtomType type, const Position& at) const;

 private:
  std::array<std::int32_t, 3> points_{};
  Position origin_{};
  double spacing_ = kDefaultSpacing_A;
  std::array<const std::uint64_t*, kAtomTypes> maps_{};
  std::shared_ptr<void> memory_;  // own, mapped from a file, or shared between ranks
};

}  // namespace digitalis
