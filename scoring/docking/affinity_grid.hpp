#pragma once
// Maps of a receptor: for each ligand atom type its energy with the whole receptor, on a lattice over the box. Built
// once per target, read by all threads of a node.
//
// Layout. The search asks for the eight corners of a cell at once, for random cells. A point therefore holds the values
// of the four corners (x, y), (x+1, y), (x, y+1), (x+1, y+1) as half-precision floats in 8 bytes, z runs fastest, and
// so the eight corners are 16 neighbouring bytes: one load. Four times the memory of plain floats halved, for an eighth
// of the cache lines.

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chem/docking_receptor.hpp"
#include "chem/geometry.hpp"
#include "scoring/docking/pose_score.hpp"
#include "scoring/docking/scoring_function.hpp"

namespace digitalis {

/// A place where a contact is wanted: draws ligand atoms that can make it while searching, and is not part of the
/// reported score. Adds weight x exp(-((distance - best) / width)^2) to the maps.
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

/// All that a grid is lies in one block of memory, so that one rank can fill it and others use it, or a file be mapped.
/// Copies share the block. Safe to read from any number of threads.
class AffinityGrid {
 public:
  static constexpr double kDefaultSpacing_A = 0.375;
  static constexpr std::size_t kAlignment = 64;  ///< of the block, in bytes

  /// Computes the maps of the types that `wanted` names (all, when empty). The same bytes on every run with one
  /// instruction set.
  /// Values above 60,000 kcal/mol are capped (the half-precision range); they are not softened. Below 0.15 s for a
  /// 24 Å box and all types, one thread.
  /// @throws std::invalid_argument  for a box, spacing or number of points that no grid can have (a bug in the caller)
  AffinityGrid(const ReceptorCells& receptor, const Box& box, const ScoringFunction& function,
               std::span<const AtomType> wanted, const GridOptions& options = {});

  /// The same into memory that is given: at least bytes_needed(), aligned to kAlignment.
  AffinityGrid(const ReceptorCells& receptor, const Box& box, const ScoringFunction& function,
               std::span<const AtomType> wanted, const GridOptions& options, std::shared_ptr<void> memory);
  [[nodiscard]] static std::size_t bytes_needed(const Box& box, std::span<const AtomType> wanted,
                                                const GridOptions& options = {});

  /// The grid in a block that this or another process filled. Throws std::runtime_error when there is none in it, or
  /// one that needs more than `bytes`. Looks at the block's head only: see load() for blocks that may be damaged.
  [[nodiscard]] static AffinityGrid attach(std::shared_ptr<void> memory, std::size_t bytes);

  /// What decides about a grid's values: receptor, lattice, function, types, biases, format, instruction set.
  [[nodiscard]] static std::string digest(const ReceptorCells& receptor, const Box& box,
                                          const ScoringFunction& function, std::span<const AtomType> wanted,
                                          const GridOptions& options = {});
  /// Writes the block and a checksum; the file is either whole or not there. Throws std::system_error naming the file.
  void save(const std::filesystem::path& file) const;
  /// Maps a file that save() wrote. Nothing when there is no such file, when it is damaged, or of another digest.
  [[nodiscard]] static std::optional<AffinityGrid> load(const std::filesystem::path& file, std::string_view digest);

  [[nodiscard]] bool has(AtomType type) const { return maps_[static_cast<std::size_t>(type)] != nullptr; }
  /// Corner values of a type: index (x * points[1] + y) * points[2] + z; each is four halves, see above. Padded so that
  /// reading one element further is allowed. nullptr when the type was not wanted.
  [[nodiscard]] const std::uint64_t* map(AtomType type) const { return maps_[static_cast<std::size_t>(type)]; }
  [[nodiscard]] const std::array<std::int32_t, 3>& points() const { return points_; }  ///< lattice points per axis
  [[nodiscard]] const Position& origin_A() const { return origin_; }                   ///< of point (0, 0, 0)
  [[nodiscard]] double spacing_A() const { return spacing_; }
  [[nodiscard]] Box box() const;  ///< the lattice's: at least as large as what was asked for
  [[nodiscard]] std::size_t bytes() const;

  /// Trilinear interpolation, kcal/mol; the reference for faster code. A point outside the box has the value of the
  /// nearest point inside. Throws std::invalid_argument when there is no map of the type (a bug in the caller).
  [[nodiscard]] double interpolate(AtomType type, const Position& at) const;

 private:
  explicit AffinityGrid(std::shared_ptr<void> memory);  // of a block with a valid head
  std::array<std::int32_t, 3> points_{};
  Position origin_{};
  double spacing_ = kDefaultSpacing_A;
  std::array<const std::uint64_t*, kAtomTypes> maps_{};
  std::shared_ptr<void> memory_;  // own, mapped from a file, or shared between ranks
};

/// The grid from `folder`, when it is there and whole; else computed and put there. What cannot be written there is
/// only slower next time: a folder that refuses is not an error. Safe to call concurrently, by several processes too.
[[nodiscard]] AffinityGrid cached_grid(const std::filesystem::path& folder, const ReceptorCells& receptor,
                                       const Box& box, const ScoringFunction& function,
                                       std::span<const AtomType> wanted, const GridOptions& options = {});

}  // namespace digitalis
