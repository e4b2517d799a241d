#pragma once
// Side chains that turn while docking. Internal to chem/docking_receptor.cpp.

#include "chem/receptor_structure.hpp"

namespace digitalis {

struct TurningSideChains {
  DockingLigand forest;                ///< `source` of an atom is its index in the structure
  std::vector<std::uint32_t> residue;  ///< one per atom of the forest
  std::vector<std::string> names;      ///< one per atom of the forest: "CB"
};

/// Fragments of the named residues' side chains: the alpha carbon stays as a fragment of its own, then one fragment per
/// bond that turns; rings, guanidine and amide groups stay flat. Throws UsageError for a residue that is not there, is
/// incomplete, has nothing that turns, or is bonded to another residue; warns when a metal holds it.
[[nodiscard]] TurningSideChains cut_side_chains(const ReceptorStructure& structure, const BondTable& bonds,
                                                const std::vector<std::string>& names, ReceptorReport& report);

}  // namespace digitalis
