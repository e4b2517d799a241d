#pragma once
// Shapes of a ligand's puckered rings, sampled ring system by ring system.

#include <cstdint>
#include <vector>

#include "chem/geometry.hpp"

namespace RDKit {
class ROMol;
}

namespace digitalis {

class KnownRingShapes;

/// Conformers of `mol` (one conformer, sanitised, stereo complete) that differ from it in the shapes of their rings
/// only: the best shape of every ring system first, then combinations with others in the order of their strain, at most
/// `most`, twice that with a macrocycle. None when no ring can change its shape.
/// Positions of all atoms of `mol`; angles where a ring joins the rest are as good as the input's. They depend on the
/// ligand only, not on what is `known` already, which saves 1 to 2 ms for each try at each ring system. Safe to call
/// concurrently with the same `known`.
[[nodiscard]] std::vector<std::vector<Position>> sample_ring_shapes(const RDKit::ROMol& mol, std::uint32_t most,
                                                                    KnownRingShapes& known);

}  // namespace digitalis
