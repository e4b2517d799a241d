#pragma once
// Similarity search of a store over ranks and threads: `digitalis search --query`.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chem/compound_store.hpp"
#include "scheduler/mpi_world.hpp"
#include "scheduler/progress.hpp"
#include "screening/search/store_index.hpp"

namespace digitalis {

struct SimilarityRequest {
  std::vector<Compound> queries;  ///< prepared as the store's compounds are
  SimilarityMeasure measure;
  double threshold = 0.0;          ///< hits are at least so similar
  std::optional<std::size_t> top;  ///< at most so many for each query, the best
  int threads = 1;                 ///< of each rank
};

/// How a search ended.
struct SearchEnd {
  std::uint64_t hits = 0;
  bool is_stopped = false;  ///< by a signal, before the end
  std::string note = {};    ///< for the user, on rank 0; may be empty
};

/// Takes pieces of the table, in order.
using TableWriter = std::function<void(std::string_view)>;

/// Writes query_id,compound_id,similarity,smiles: queries in their order, hits of each by similarity descending, equal
/// ones in the order of the store. Exact, and the same bytes for any number of ranks and threads. Each rank searches
/// its part of the index for all queries, its threads share the part's tiles; rank 0 puts the answers together and is
/// the only one that writes. Collective; the end is the same on every rank.
///
/// Memory: the index, and per round of queries 16 bytes a hit, on rank 0 twice: some 4 million hits, or those of one
/// query where these are more. IDs and SMILES are read as they are written, 100,000 at a time.
/// @param part  of the index: the ranks' parts make the whole
/// @throws std::runtime_error  a damaged chunk of the store; names it
[[nodiscard]] SearchEnd search_similar(MpiWorld& world, const CompoundStore& store, const StoreIndex& part,
                                       const SimilarityRequest& request, const TableWriter& write, Progress& progress);

}  // namespace digitalis
