#pragma once
// Substructure search of a store: `digitalis search --substructure`.

#include <string>

#include "chem/compound_store.hpp"
#include "scheduler/progress.hpp"
#include "screening/search/similarity_search.hpp"

namespace digitalis {

/// Writes compound_id,smiles of all compounds in which the SMARTS occurs, as RDKit's SubstructMatch without chirality
/// says, in the order of the store; the same bytes for any number of ranks and threads. Rank 0 alone writes. Compounds
/// that cannot contain it by the counts of their SMILES (chem/substructure_screen.hpp) are not read as molecules: 0.2
/// ms for each that is.
///
/// Memory: a chunk of the store a thread; on rank 0 the hits of eight for each thread of all ranks. Collective; the end
/// is the same on every rank.
/// @throws UsageError          not a SMARTS; its text is not shown
/// @throws std::runtime_error  a damaged chunk of the store; names it
[[nodiscard]] SearchEnd search_substructure(MpiWorld& world, const CompoundStore& store, const std::string& smarts,
                                            int threads, const TableWriter& write, Progress& progress);

}  // namespace digitalis
