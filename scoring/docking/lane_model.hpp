#pragma once
// A ligand in one conformer, a grid and a scoring function, flattened into the arrays that the vector code reads.

#include <array>
#include <cstdint>
#include <vector>

#include "chem/docking_ligand.hpp"
#include "scoring/docking/dock.hpp"

namespace digitalis {

/// Energy of a pair of ligand atoms as a function of the distance d between their surfaces, in segments of cubics:
/// e(d) = c0 + u (c1 + u (c2 + u c3)), u = (d - kLow_A) / kStep_A - segment. Clashes are softened by kSearchSoftening;
/// the first segment is a straight line that goes on below kLow_A.
struct PairTable {
  static constexpr std::size_t kSegments = 32;
  static constexpr float kLow_A = -1.2f;
  static constexpr float kStep_A = 0.2f;
  alignas(64) std::array<std::array<float, kSegments>, 4> c;
};

struct LaneModel {
  /// What a pair of atoms can do beside touching.
  enum PairClass : std::uint8_t { kPlain, kHydrophobic, kHydrogenBond };
  static constexpr std::size_t kPairClasses = 3;

  struct Fragment {
    std::int32_t parent;  ///< as in DockingLigand
    std::uint32_t first, end;
    std::uint32_t dof;  ///< index of its torsion in the gradient; unused without a parent
    std::array<float, 3>
        offset;  ///< its first atom, from the parent's first atom in the parent's frame; of fixed ones in space
    std::array<float, 3> axis;  ///< unit vector in the parent's frame
  };
  /// Pairs (atom, other) with equal `atom` are neighbours, in ranges by class.
  struct PairGroup {
    std::uint32_t atom, first, end;
  };

  std::size_t atoms = 0;
  std::size_t torsions = 0;
  [[nodiscard]] std::size_t dofs() const { return 6 + torsions; }         ///< of the gradient
  [[nodiscard]] std::size_t coordinates() const { return 7 + torsions; }  ///< position, quaternion, torsions

  std::vector<Fragment> fragments;
  std::vector<float> x, y, z;             ///< of each atom in its fragment's frame, from the fragment's first atom
  std::vector<const std::uint64_t*> map;  ///< of each atom
  std::vector<AtomType> types;
  std::vector<std::uint32_t> other;  ///< second atom of each pair
  std::vector<float> contact_A;      ///< of each pair: sum of the radii
  std::array<std::vector<PairGroup>, kPairClasses> groups;
  std::array<PairTable, kPairClasses> tables;

  /// Steps are taken in coordinates in which a step of length sqrt(atoms) moves the atoms by about 1 Å each (root mean
  /// square): gradients are multiplied by these, one per degree of freedom.
  std::vector<float> scale;
  float gyration_A = 1.0f;        ///< root mean square distance of the atoms from the first one
  std::array<float, 3> middle{};  ///< of the conformer's atoms, from the first one
  std::vector<PlaceRestraint> restraints;

  std::array<float, 3> grid_origin{};
  std::array<std::int32_t, 3> grid_points{};
  float grid_spacing = 0.0f;
  const ReceptorCells* cells = nullptr;
  const ScoringFunction* function = nullptr;
};

[[nodiscard]] inline LaneModel::PairClass class_of(AtomType a, AtomType b) {
  if (is_hydrophobic(a) && is_hydrophobic(b)) return LaneModel::kHydrophobic;
  return can_hydrogen_bond(a, b) ? LaneModel::kHydrogenBond : LaneModel::kPlain;
}

/// Throws std::invalid_argument when the grid lacks a map.
[[nodiscard]] LaneModel make_lane_model(const DockingTarget& target, const DockingLigand& ligand,
                                        std::uint32_t conformer, const std::vector<PlaceRestraint>& restraints);

/// A pose as the vector code holds it, and back.
[[nodiscard]] std::vector<float> coordinates_of(const Pose& pose);
[[nodiscard]] Pose pose_of(std::span<const float> coordinates, std::uint32_t conformer);

}  // namespace digitalis
