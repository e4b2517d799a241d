#pragma once
// Atom types of the Vina family of scoring functions: only atoms other than hydrogen are scored, and what a type says
// is an element with its part in hydrophobic contacts and hydrogen bonds.
// O. Trott, A. J. Olson, J. Comput. Chem. 31 (2010) 455-461, doi:10.1002/jcc.21334.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace digitalis {

/// The order is part of file formats (grids on disk): append only.
enum class AtomType : std::uint8_t {
  kCarbonHydrophobic,  ///< bonded to carbon and hydrogen only
  kCarbonPolar,        ///< bonded to a heteroatom
  kNitrogenPlain,      ///< neither donor nor acceptor
  kNitrogenDonor,
  kNitrogenAcceptor,
  kNitrogenBoth,
  kOxygenPlain,
  kOxygenDonor,
  kOxygenAcceptor,
  kOxygenBoth,
  kSulfur,
  kPhosphorus,
  kFluorine,
  kChlorine,
  kBromine,
  kIodine,
  kSilicon,
  kAstatine,
  kMetal,  ///< any metal: a donor
};
inline constexpr std::size_t kAtomTypes = 19;

[[nodiscard]] constexpr bool is_hydrophobic(AtomType type) {
  using enum AtomType;
  return type == kCarbonHydrophobic || type == kFluorine || type == kChlorine || type == kBromine || type == kIodine;
}
[[nodiscard]] constexpr bool is_donor(AtomType type) {
  using enum AtomType;
  return type == kNitrogenDonor || type == kNitrogenBoth || type == kOxygenDonor || type == kOxygenBoth ||
         type == kMetal;
}
[[nodiscard]] constexpr bool is_acceptor(AtomType type) {
  using enum AtomType;
  return type == kNitrogenAcceptor || type == kNitrogenBoth || type == kOxygenAcceptor || type == kOxygenBoth;
}
/// Whether the two can form a hydrogen bond, either way round.
[[nodiscard]] constexpr bool can_hydrogen_bond(AtomType a, AtomType b) {
  return (is_donor(a) && is_acceptor(b)) || (is_donor(b) && is_acceptor(a));
}

/// The name used by tables and reports: "C_H", "N_DA", "Met_D", as in AutoDock Vina's source.
[[nodiscard]] constexpr std::string_view name_of(AtomType type) {
  constexpr std::array<std::string_view, kAtomTypes> kNames{"C_H",  "C_P", "N_P",  "N_D", "N_A",  "N_DA", "O_P",
                                                            "O_D",  "O_A", "O_DA", "S_P", "P_P",  "F_H",  "Cl_H",
                                                            "Br_H", "I_H", "Si",   "At",  "Met_D"};
  return kNames[static_cast<std::size_t>(type)];
}

}  // namespace digitalis
