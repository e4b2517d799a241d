#pragma once
// Histidine, asparagine and glutamine: X-ray maps do not tell their nitrogen from carbon or oxygen, their hydrogen
// bonds do. J. M. Word et al., J. Mol. Biol. 285 (1999) 1735-1747, doi:10.1006/jmbi.1998.2401.

#include "chem/receptor_structure.hpp"

namespace digitalis {

/// Decides tautomer and orientation by the neighbors other than hydrogens, and reports both. Moves no atom: where a
/// side chain turns by 180 degrees, two pairs of atoms swap their places. `whole` and `in_receptor` (one flag per
/// residue of `whole`) add what is no receptor but was there: waters, the reference ligand. Residues whose hydrogens
/// the file shows are left alone. O(atoms).
void judge_flips(ReceptorStructure& receptor, const BondTable& bonds, const ReceptorStructure& whole,
                 const std::vector<bool>& in_receptor, ReceptorReport& report);

}  // namespace digitalis
