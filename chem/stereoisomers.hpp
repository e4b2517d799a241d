#pragma once
// Stereocentres and double bonds whose arrangement a molecule leaves open, given one.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace RDKit {
class RWMol;
}

namespace digitalis {

struct Stereoisomer {
  std::unique_ptr<RDKit::RWMol> molecule;
  std::string smiles;  ///< canonical
};

/// All isomers that differ (mirror images within one molecule count once), or `most` of them (from 1) spread over all
/// centres, in an order that depends on the canonical SMILES only; the molecule itself when nothing is open. Of the
/// bridgeheads of a cage the arrangement that a conformer shows and its mirror image count: an embedding of some 20 ms
/// for molecules where they are open. Otherwise 0.3 ms an isomer.
/// Takes a sanitised molecule without hydrogen atoms, numbered as its canonical SMILES. Safe to call concurrently on
/// different molecules.
[[nodiscard]] std::vector<Stereoisomer> stereoisomers_of(const RDKit::RWMol& molecule, std::uint32_t most);

}  // namespace digitalis
