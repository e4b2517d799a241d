#pragma once
// Atom types of PDBQT files and what AutoDock Vina 1.2 makes of them.
// PDBQT types: G. M. Morris et al., J. Comput. Chem. 30 (2009) 2785-2791, doi:10.1002/jcc.21256.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "chem/docking_atom_type.hpp"
#include "chem/geometry.hpp"
#include "chem/torsion_tree.hpp"

namespace digitalis {

struct AutoDockType {
  enum class Role : std::uint8_t {
    kHydrogen,       ///< not scored
    kPolarHydrogen,  ///< not scored; what it is bonded to is a donor
    kScored,
    kGlue,      ///< not scored: marks where a cut ring closes (G0 to G3)
    kCutRing,   ///< a scored carbon where a ring was cut (CG0 to CG3)
    kNotScored  ///< a water that stands for hydration (W)
  };
  std::string_view name;     ///< as in columns 78-79
  std::string_view element;  ///< symbol
  Role role = Role::kScored;
  AtomType plain{};            ///< neither donor nor bonded to heteroatoms
  bool acceptor = false;       ///< of nitrogen and oxygen
  double covalent_radius_A{};  ///< bonds are found by distance
};

/// Nothing for a name that is no type. Upper and lower case matter, as in AutoDock, unless no type has that name.
[[nodiscard]] const AutoDockType* find_autodock_type(std::string_view name);

/// What an unknown type is taken for: a polar carbon.
[[nodiscard]] const AutoDockType& unknown_autodock_type();

/// Scores' types of atoms from their PDBQT types and bonds; none for those not scored. O(atoms).
[[nodiscard]] std::vector<std::optional<AtomType>> docking_types(std::span<const AutoDockType* const> types,
                                                                 const Neighbours& bonds);

/// Bonds as Vina finds them: closer than 1.1 times the sum of the covalent radii, with no third atom nearer to both.
/// Only atoms whose distance is fixed count as bonded or as third. O(atoms^2).
[[nodiscard]] Neighbours bonds_by_distance(std::span<const AutoDockType* const> types,
                                           std::span<const Position> positions, const FixedDistances& fixed);

}  // namespace digitalis
