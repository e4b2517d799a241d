#pragma once
// The index of a store's fingerprints: a file in the store's folder, made by the first search and used by all that
// follow.

#include <string>

#include "chem/compound_store.hpp"
#include "scheduler/mpi_world.hpp"
#include "scheduler/progress.hpp"
#include "scoring/similarity/fingerprint_index.hpp"

namespace digitalis {

struct StoreIndex {
  FingerprintIndex index;    ///< this rank's part; row i is the i-th compound of the store
  std::string how_obtained;  ///< in words, for the user, on rank 0; empty: read from its file
};

/// Name of the file within the store.
inline constexpr const char* kIndexFileName = "search.index";

/// Maps the store's index file, of which each rank reads and checks every size()-th tile; where there is none, or one
/// that is damaged, of another version or of other compounds, rank 0 makes the index and writes it, with the
/// permissions of the store's compounds. A folder that may not be written into is no error: rank 0 then makes the index
/// each time and searches it alone. Collective.
///
/// @param threads  of each rank
/// Making it takes some 150 bytes a compound of memory on rank 0, searching 43 on all ranks together that the system
/// may take back.
/// @throws UsageError          the store holds more compounds than an index can (2^32 - 2)
/// @throws std::runtime_error  a damaged chunk of the store; names it
[[nodiscard]] StoreIndex index_of_store(MpiWorld& world, const CompoundStore& store, int threads, Progress& progress);

}  // namespace digitalis
