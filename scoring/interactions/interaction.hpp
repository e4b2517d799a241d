#pragma once
// What holds a pose in its pocket: one record per contact of a ligand's atom or group with a residue.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chem/geometry.hpp"

namespace digitalis {

/// The order is part of file formats and of how contacts are sorted: append only.
enum class InteractionKind : std::uint8_t {
  kHydrogenBond,
  kSaltBridge,
  kHydrophobic,
  kPiStackingParallel,
  kPiStackingT,
  kCationPi,
  kHalogenBond,
  kMetal,
  kWaterBridge,
};
inline constexpr std::size_t kInteractionKinds = 9;

/// "hbond", "salt_bridge", "hydrophobic", "pi_stacking_parallel", "pi_stacking_t", "cation_pi", "halogen_bond",
/// "metal", "water_bridge": what files and queries call them.
[[nodiscard]] std::string_view name_of(InteractionKind kind);
/// Nothing when it is no such name.
[[nodiscard]] std::optional<InteractionKind> interaction_kind(std::string_view name);

struct Interaction {
  InteractionKind kind = InteractionKind::kHydrogenBond;
  std::string residue;        ///< "A:LEU:83": chain, name, number with insertion code; of a metal: its own residue
  std::string receptor_atom;  ///< "N"; of rings and charged groups empty
  std::vector<std::uint32_t> ligand_atoms;  ///< heavy atoms in the order of the hit's SMILES, ascending; of a ring or
                                            ///< charged group all of its atoms, else one
  /// The ligand gives the hydrogen (hbond, water_bridge), the positive charge (salt_bridge, cation_pi), the halogen.
  /// False where there is no such side: hydrophobic, pi stacking, metal.
  bool ligand_is_donor = false;
  /// Between the two ends: atoms, ring centres, centres of charge. Of a water bridge: ligand to water.
  double distance_A = 0.0;
  /// hbond: donor-hydrogen...acceptor, as good as the donor's hydrogens can turn; water_bridge: ligand-water-receptor;
  /// pi stacking: between the planes, 0 to 90; halogen_bond: carbon-halogen...acceptor; else nothing.
  std::optional<double> angle_deg;
  Position ligand_A{};              ///< where a line to draw starts ...
  Position receptor_A{};            ///< ... and ends
  std::optional<Position> water_A;  ///< water_bridge: what it goes through

  bool operator==(const Interaction&) const = default;
};

/// A distance as to_text() tells it, and as files keep it: in hundredths that round to the same tenths, which rounding
/// twice would not (3.346 is 3.3, but 3.35 is 3.4).
[[nodiscard]] std::int64_t tenths_A(double distance_A);
[[nodiscard]] std::int64_t hundredths_A(double distance_A);

/// "hbond A:ALA:213 2.9; hydrophobic A:LEU:83 3.8": kind, residue, distance in Å. For readers; empty when there are
/// none.
[[nodiscard]] std::string to_text(std::span<const Interaction> interactions);

/// Everything, in one line that parse_interactions() reads; lengths to 0.01 Å, angles to 1 degree.
[[nodiscard]] std::string to_record(std::span<const Interaction> interactions);
/// Throws std::invalid_argument naming the first thing that is not as to_record() writes it.
[[nodiscard]] std::vector<Interaction> parse_interactions(std::string_view record);

}  // namespace digitalis
