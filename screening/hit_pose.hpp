#pragma once
// A pose of a hit: where a stage docked it into a target, and what is said of it.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scoring/docking/scoring_function.hpp"
#include "screening/pose_judge.hpp"

namespace digitalis {

/// What docking says of a pose, in kcal/mol: "inter", "intra", then the terms of inter.
inline constexpr std::size_t kPoseTerms = 2 + kTerms;
[[nodiscard]] std::string_view name_of_pose_term(std::size_t number);

/// A residue that contributes much to the energy, to 0.01 kcal/mol as files tell it.
struct StrongResidue {
  std::string residue;  ///< "A:LYS162"
  int hundredths_kcal_mol = 0;
};
/// "A:LYS162 -1.32; A:ALA213 -0.90".
[[nodiscard]] std::string to_text(std::span<const StrongResidue> residues);

struct HitPose {
  std::string target, stage;            ///< "EGFR", "dock_2"
  std::string receptor;                 ///< file name of the conformer it was docked into
  std::vector<Position> heavy_atoms_A;  ///< in the order of the form's SMILES
  std::array<double, kPoseTerms> terms_kcal_mol{};
  std::vector<StrongResidue> strongest_residues = {};  ///< the strongest first
  PoseJudgement judgement = {};                        ///< "not checked" from hit 10,001 on
  std::string smiles = {};                             ///< of the form that was docked; empty: the hit's

  /// What its SD record says of it: names and values.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> fields() const;
};

/// "affinity_kcal_mol_T" of stage "dock", "affinity_2_kcal_mol_T" of "dock_2".
[[nodiscard]] std::string dock_column(const std::string& what, const std::string& stage, const std::string& target);

/// Places as results.sqlite keeps them, in hundredths of an Å (picometres): of each atom x, y, z as differences from
/// the atom before, of the first from the origin. Each is made a whole number >= 0 (n >= 0: 2n, n < 0: -2n - 1), which
/// takes one byte up to 240 and two up to 2287: the bytes of SQLite4's variable-length integers,
/// https://sqlite.org/src4/doc/trunk/www/varint.wiki
[[nodiscard]] std::string pack_places(std::span<const Position> places_A, const Position& origin_A);
/// Throws std::runtime_error when the bytes are damaged.
[[nodiscard]] std::vector<Position> unpack_places(std::string_view bytes, const Position& origin_A);

}  // namespace digitalis
