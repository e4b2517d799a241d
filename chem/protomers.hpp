#pragma once
// Where a molecule bears its protons in water of a given pH.
//
// Groups titrate each by itself but for what they say to each other: a state's weight is 10^-G with
// G = sum over protonated groups of (pH - pKa), plus a penalty for each pair of charges that came close together.
// For one group that is the Henderson-Hasselbalch equation. A pKa read from a table is uncertain, so that shares are
// averaged over its spread: the logistic of a normal variable is nearly one with a flatter slope (D. J. C. MacKay, The
// evidence framework applied to classification networks, Neural Computation, 1992).

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace RDKit {
class RWMol;
}

namespace digitalis {

/// A group that bears another charge than the molecule with all its groups neutral.
struct ChargedGroup {
  std::uint32_t atom = 0;  ///< in the molecule as it was given
  const char* group = "";  ///< TitratableGroup::name
  int charge = 0;
};

struct Protomer {
  std::unique_ptr<RDKit::RWMol> molecule;
  std::string smiles;  ///< canonical
  double share = 1.0;  ///< of all molecules of the compound, 0 to 1; equivalent states taken together
  std::vector<ChargedGroup> groups;
  bool as_given = false;  ///< it is the molecule that was given
};

/// The most frequent first, ties by SMILES; at least one, at most `most` (from 1), all others with `least_share` or
/// more. Charges of groups that no row of titratable_groups() knows stay as they are: quaternary nitrogen, N-oxides,
/// nitro groups. How the input draws known groups does not matter. Takes a sanitised molecule; explicit hydrogens are
/// taken in. Safe to call concurrently on different molecules.
[[nodiscard]] std::vector<Protomer> protomers_of(const RDKit::RWMol& molecule, double ph, double least_share,
                                                 std::uint32_t most);

}  // namespace digitalis
