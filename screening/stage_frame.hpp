#pragma once
// What a stage of the funnel made of one chunk of the store, or of a part of it: what the run's journal keeps.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace digitalis {

/// What docking keeps of a pose beside its places. Stands in frames as it is: append only with a new version.
struct PoseRecord {
  static constexpr std::size_t kResidues = 3;
  std::uint32_t receptor = 0;  ///< conformer of the receptor, index into the site's
  float inter_kcal_mol = 0, intra_kcal_mol = 0;
  std::array<float, 5> terms_kcal_mol{};            ///< of inter, in the order of Term
  std::array<std::uint32_t, kResidues> residue{};   ///< those that contribute most, index into the receptor's
  std::array<float, kResidues> residue_kcal_mol{};  ///< 0: none
};

/// The form of a compound that a pose is of.
struct PoseForm {
  std::string name;    ///< Form::name
  std::string smiles;  ///< canonical: its heavy atoms are in another order than the compound's
  bool operator==(const PoseForm&) const = default;
};

struct StageFrame {
  /// Compounds that the stage dropped, by index in the chunk, with the reason.
  std::vector<std::pair<std::uint32_t, std::string>> dropped;
  /// Compounds that it passed, by index in the chunk, ascending.
  std::vector<std::uint32_t> passed;
  /// Scores of the passed ones, shape (passed, columns), row-major; higher is better. Empty for a filter.
  std::vector<double> scores;
  /// For each score the number of the query that gave it; same shape. Docking: of the receptor's conformer.
  std::vector<std::uint32_t> nearest;

  /// Docking only: a pose for each score, same shape.
  std::vector<PoseRecord> poses = {};
  /// Where each passed compound's places end, in heavy atoms of one pose; shape (passed).
  std::vector<std::uint32_t> pose_ends = {};
  /// Heavy atoms in the order of the compound's SMILES, relative to the box's center, Å (docked in forms: of the form's SMILES); per passed compound shape
  /// (columns, heavy atoms, 3).
  std::vector<float> places_A = {};
  /// The best form for each pose, same shape; empty when the campaign asks for none.
  std::vector<PoseForm> forms = {};

  [[nodiscard]] std::size_t columns() const { return passed.empty() ? 0 : scores.size() / passed.size(); }
  [[nodiscard]] std::span<const double> row(std::size_t i) const {
    return std::span{scores}.subspan(i * columns(), columns());
  }
  [[nodiscard]] std::span<const std::uint32_t> nearest_row(std::size_t i) const {
    return std::span{nearest}.subspan(i * columns(), columns());
  }

  /// Places of a passed compound's pose, shape (heavy atoms, 3). Only of a frame with poses.
  [[nodiscard]] std::span<const float> places(std::size_t i, std::size_t column) const {
    const std::size_t begin = i == 0 ? 0 : pose_ends[i - 1], atoms = pose_ends[i] - begin;
    return std::span{places_A}.subspan(3 * (begin * columns() + column * atoms), 3 * atoms);
  }

  /// Adds what was made of later compounds of the same chunk.
  void append(const StageFrame& later);

  [[nodiscard]] std::string to_bytes() const;
  /// Throws std::runtime_error when the bytes are damaged, or of another version.
  [[nodiscard]] static StageFrame from_bytes(std::string_view bytes);
};

}  // namespace digitalis
