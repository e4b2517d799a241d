#pragma once
// What a pose of a molecule must keep, whatever turns: lengths, angles, distances, flat parts, handedness. Perceived
// once from the molecule; where the atoms stand is told separately. Limits come from distance geometry: G. M. Crippen,
// T. F. Havel, "Distance Geometry and Molecular Conformation", 1988, as RDKit has it.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "chem/docking_receptor.hpp"
#include "chem/geometry.hpp"
#include "chem/ligand_preparation.hpp"

namespace digitalis {

/// Atoms count as those of LigandFeatures do.
struct PoseGeometry {
  struct Bounds {
    std::uint32_t a = 0, b = 0;
    std::uint32_t bonds_apart = 0;
    double least_A = 0.0, most_A = 0.0;
  };
  /// A double bond between carbons of three neighbours each.
  struct DoubleBond {
    std::array<std::uint32_t, 2> ends{};
    std::array<std::vector<std::uint32_t>, 2> neighbours;  ///< of each end without the other; one is a hydrogen if one
  };
  struct Centre {
    std::uint32_t atom = 0;
    std::array<std::uint32_t, 3> neighbours{};
    bool right_handed = false;  ///< the neighbours' directions, as a triple product
    /// 0: the hand counts. Else of centres that are none without each other (cis and trans on a ring with a mirror
    /// plane): those of a group must all have their hands, or all the other ones.
    std::uint32_t group = 0;
  };
  struct Sides {
    std::array<std::uint32_t, 4> atoms{};  ///< 1 and 2 are bonded doubly, 0 is on 1, 3 on 2
    bool same = false;                     ///< 0 and 3 are on one side
  };
  std::size_t atoms = 0;
  std::vector<Bounds> bounds;                              ///< of every pair
  std::vector<std::vector<std::uint32_t>> aromatic_rings;  ///< of five or six atoms
  std::vector<DoubleBond> double_bonds;
  std::vector<Centre> centres;            ///< those that the SMILES settles
  std::vector<Sides> sides;               ///< the same
  std::vector<double> vdw_A, covalent_A;  ///< radii, one per atom
};

/// Throws std::logic_error for what is no SMILES (a bug in the caller). Some milliseconds.
[[nodiscard]] PoseGeometry pose_geometry(std::string_view smiles);
/// The same of a ligand to be docked; empty for one from PDBQT.
[[nodiscard]] PoseGeometry pose_geometry(const PreparedLigand& ligand);

/// A receptor as room that is taken.
struct ReceptorSpheres {
  enum class Part : std::uint8_t { kProtein, kCofactor, kMetal, kWater };  ///< nucleic acids count as protein
  std::vector<Position> positions_A;
  std::vector<double> vdw_A, covalent_A;  ///< radii
  std::vector<Part> parts;
};
[[nodiscard]] ReceptorSpheres receptor_spheres(const DockingReceptor& receptor);

}  // namespace digitalis
