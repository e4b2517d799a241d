#pragma once
// Three-dimensional shapes of a ligand, as docking needs them: bond lengths, angles and rings matter, torsions do not,
// because docking turns those.
// S. Riniker, G. A. Landrum, J. Chem. Inf. Model. 55 (2015) 2562-2574, doi:10.1021/acs.jcim.5b00654;
// S. Wang et al., J. Chem. Inf. Model. 60 (2020) 2044-2058, doi:10.1021/acs.jcim.0c00025.

#include <cstdint>

namespace RDKit {
class RWMol;
}

namespace digitalis {

/// Gives a molecule without explicit hydrogens up to 1 + `more_ring_shapes` conformers, all with different ring shapes:
/// ETKDG's first, then those that differ. False when none can be made. About 10 ms for the first conformer of 30 heavy
/// atoms. Depends on the molecule, its atom order and the seed only. Safe to call concurrently on different molecules.
[[nodiscard]] bool make_conformers(RDKit::RWMol& mol, std::uint32_t most_ring_conformers, std::uint32_t seed);

}  // namespace digitalis
