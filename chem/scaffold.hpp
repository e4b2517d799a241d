#pragma once
// Bemis-Murcko scaffold of a molecule: its rings and what links them, as RDKit's MurckoDecompose cuts it.
// G. W. Bemis, M. A. Murcko, J. Med. Chem. 39 (1996) 2887-2893, doi:10.1021/jm9602928.

#include <string>
#include <string_view>

namespace RDKit {
class ROMol;
}

namespace digitalis {

enum class Scaffold {
  kAtoms,    ///< elements, charges and bond orders kept; stereochemistry dropped
  kGeneric,  ///< every atom a carbon, every bond single: the framework's graph alone
};

/// Canonical SMILES of the scaffold; empty for a molecule without rings, several parts joined by '.' where several have
/// rings. Atoms doubly bonded to a ring or linker belong to the scaffold (and, as kGeneric, to the graph), as in RDKit.
/// Safe to call concurrently on different molecules.
/// @throws std::runtime_error  RDKit cannot make the scaffold (not seen on a sanitised molecule)
[[nodiscard]] std::string murcko_scaffold(const RDKit::ROMol& molecule, Scaffold scaffold = Scaffold::kAtoms);

/// The same of a SMILES, such as a store or a hit list holds; empty also where it is not a SMILES.
[[nodiscard]] std::string murcko_scaffold(std::string_view smiles, Scaffold scaffold = Scaffold::kAtoms);

}  // namespace digitalis
