#pragma once
// Three-dimensional shapes of a ligand, as docking needs them: bond lengths, angles and rings matter; torsions do not,
// because docking turns those.
// S. Riniker, G. A. Landrum, J. Chem. Inf. Model. 55 (2015) 2562-2574, doi:10.1021/acs.jcim.5b00654 (ETKDG);
// S. Wang et al., J. Chem. Inf. Model. 60 (2020) 2044-2058, doi:10.1021/acs.jcim.0c00025 (its version 3);
// T. A. Halgren, J. Comput. Chem. 17 (1996) 490-519 (MMFF94).

#include <cstdint>

namespace RDKit {
class RWMol;
}

namespace digitalis {

class KnownRingShapes;

/// Adds all hydrogens to a molecule that has none and gives it conformers that differ in the shapes of their rings,
/// least strained rings first: one when its rings are flat, up to `most_ring_conformers` when they are not, twice that
/// for macrocycles. Stereo that was left open is then that of the conformers.
///
/// False when no coordinates are found; the molecule is then of no further use. Depends on the molecule, its atom order
/// and the seed only. About 15 ms for one conformer of 30 heavy atoms, and as much again for each ring system that
/// puckers and is not `known`. Safe to call concurrently on different molecules.
[[nodiscard]] bool make_conformers(RDKit::RWMol& mol, std::uint32_t most_ring_conformers, std::uint32_t seed,
                                   KnownRingShapes& known);

}  // namespace digitalis
