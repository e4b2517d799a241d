#pragma once
// Computes the maps of an affinity grid: prepares tables and atoms, then leaves the sums to the vector kernel.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chem/docking_receptor.hpp"
#include "scoring/docking/affinity_block.hpp"
#include "scoring/docking/affinity_grid.hpp"
#include "scoring/docking/scoring_function.hpp"

namespace digitalis {

/// Atoms that the box feels, in the order in which energies are added.
[[nodiscard]] std::vector<std::uint32_t> atoms_near(const DockingReceptor& receptor, const Box& box);

/// Writes the maps of `types`, one after the other, to `maps`. Leaves the padding behind each as it is.
void compute_maps(const DockingReceptor& receptor, const ScoringFunction& function, const GridOptions& options,
                  const affinity_block::Lattice& lattice, affinity_block::Types types, std::byte* maps);

}  // namespace digitalis
