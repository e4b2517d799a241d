#pragma once
// Groups that take up or give off a proton in water: what they look like, their pKa, how far it is known, and from
// where. Facts in tables, without RDKit; protomers.hpp uses them. Most rows rest on values that textbooks commonly
// give: their `source` says so, and what was looked up says where. Spreads are our estimates.

#include <cstdint>
#include <span>

namespace digitalis {

struct TitratableGroup {
  enum class Kind : std::uint8_t {
    kAcid,   ///< neutral with its proton, which the first atom of `smarts` bears
    kBase,   ///< the first atom of `smarts` takes a proton up; flat, its lone pair in or beside a pi system
    kAmine,  ///< the same at a tetrahedral nitrogen; neighbours shift `pka` (electron_acceptors())
  };
  const char* name;
  Kind kind;
  const char* smarts;     ///< of the neutral group
  double pka;             ///< of the acid, or the base's conjugate acid; in water at 25 degrees Celsius
  double spread;          ///< standard deviation within the group, in pKa units: our estimate
  const char* reference;  ///< a compound of the group and its pKa
  const char* source;     ///< where that stands, or "textbook value"
};

/// In order: an atom belongs to the first group whose pattern begins with it.
[[nodiscard]] std::span<const TitratableGroup> titratable_groups();

/// What an acceptor of electrons does to the pKa of an amine: on the carbon that bears the nitrogen (one bond between
/// them further), and on the next carbon. A carbon further on 0.4 of the latter is left. Shifts add up: the method of
/// D. D. Perrin, B. Dempsey, E. P. Serjeant, pKa Prediction for Organic Acids and Bases, Chapman and Hall, 1981, with
/// values of our own.
struct ElectronAcceptor {
  const char* name;
  const char* smarts;  ///< the first atom is the one bound to the carbon
  double on_alpha_carbon, on_beta_carbon;
  const char* reference;
};

/// In order, as above.
[[nodiscard]] std::span<const ElectronAcceptor> electron_acceptors();

}  // namespace digitalis
