#pragma once
// Hydrogens of poses. Docking scores none of them: a hydroxyl group may end with its hydrogen in another atom's.

namespace RDKit {
class RWMol;
}

namespace digitalis {

/// Moves the hydrogens of a molecule with one conformer, by UFF and with all other atoms held, when one of them is
/// nearer than 1.5 Å to a hydrogen or 1.7 Å to another atom, more than two bonds away; else, and where UFF does not
/// know an atom, leaves all as they are. Rarely anything is to be done; then some ms. Safe to call concurrently on
/// different molecules.
void relax_clashing_hydrogens(RDKit::RWMol& mol);

}  // namespace digitalis
