#pragma once
// Is a pose possible at all? The checks of PoseBusters with its limits, on heavy atoms: M. Buttenschoen, G. M. Morris,
// C. M. Deane, Chem. Sci. 15 (2024) 3130-3139, doi:10.1039/D3SC04185A. Its check of the internal energy, which needs an
// ensemble of conformers, is left to tests/validation/check_poses.py.
//
//   bond_length, bond_angle  atoms one, two bonds apart between 0.75 and 1.25 times the bounds of distance geometry
//   internal_clash           other atoms no closer than 0.7 times their lower bound
//   ring_not_flat            aromatic rings of five or six within 0.25 Å of a plane
//   double_bond_not_flat     a C=C and its four neighbours within 0.25 Å of a plane
//   stereo_changed           stereo centres and double bonds as the SMILES has them
//   PART_clash               no atom closer than 0.75 times the sum of the radii: van der Waals, with metals and waters
//                            covalent
//   PART_overlap             at most 7.5 % of the volume within the part's, both with van der Waals radii times 0.8,
//   for
//                            metals and waters 0.5; PART is protein, cofactor, metal or water
//   no_protein_contact       some atom of the protein within 5 Å
//   not_checked              nobody looked: nothing is known of the molecule, or there were too many poses

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chem/cell_list.hpp"
#include "chem/pose_geometry.hpp"

namespace digitalis {

/// Named for what is wrong. The order is that of the names in files: append only.
enum class PoseFlag : std::uint8_t {
  kBondLength,
  kBondAngle,
  kInternalClash,
  kRingNotFlat,
  kDoubleBondNotFlat,
  kStereoChanged,
  kProteinClash,
  kCofactorClash,
  kMetalClash,
  kWaterClash,
  kProteinOverlap,
  kCofactorOverlap,
  kMetalOverlap,
  kWaterOverlap,
  kNoProteinContact,
  kNotChecked,
};
inline constexpr std::size_t kPoseFlags = 16;

/// "bond_length", "protein_clash": what files call it.
[[nodiscard]] std::string_view name_of(PoseFlag flag);
/// Nothing when it is no such name.
[[nodiscard]] std::optional<PoseFlag> pose_flag(std::string_view name);
/// "bond_length; protein_clash"; empty when the pose is plausible.
[[nodiscard]] std::string to_text(std::span<const PoseFlag> flags);

struct PoseCheckLimits {
  double bound_fraction = 0.25;  ///< of lengths and angles, either way
  double clash_fraction = 0.7;   ///< of a lower bound
  double plane_A = 0.25;
  double contact_fraction = 0.75;     ///< of a sum of radii
  double overlap_fraction = 0.075;    ///< of the volume
  double overlap_radius = 0.8;        ///< times the van der Waals radius
  double small_overlap_radius = 0.5;  ///< the same for metals and waters
  double reach_A = 5.0;
  double spacing_A = 0.25;  ///< of the lattice that measures volumes
};

/// A receptor, ready to be asked what is near. Immutable, safe to share between threads.
class PoseSurroundings {
 public:
  explicit PoseSurroundings(const DockingReceptor& receptor)
      : spheres_(receptor_spheres(receptor)), cells_(spheres_.positions_A, 4.0) {}
  [[nodiscard]] const ReceptorSpheres& spheres() const { return spheres_; }
  [[nodiscard]] const CellList& cells() const { return cells_; }

 private:
  ReceptorSpheres spheres_;
  CellList cells_;
};

/// What is wrong with a pose, in the order of the flags; nothing when it is plausible.
/// @param heavy_atoms_A  in the order that the geometry counts in
/// @throws std::invalid_argument  when positions are missing (a bug in the caller)
/// O(atoms^2), some 10 µs, more where the receptor is overlapped. Safe to call concurrently.
[[nodiscard]] std::vector<PoseFlag> check_pose(const PoseGeometry& geometry, const PoseSurroundings& receptor,
                                               std::span<const Position> heavy_atoms_A,
                                               const PoseCheckLimits& limits = {});

}  // namespace digitalis
