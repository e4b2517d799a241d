#pragma once
// Search of a store by 3D shape and colour: `digitalis search --shape`.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "chem/compound_store.hpp"
#include "scheduler/progress.hpp"
#include "screening/search/shape_query.hpp"
#include "screening/search/similarity_search.hpp"
#include "screening/search/store_conformers.hpp"

namespace digitalis {

struct ShapeRequest {
  std::vector<ShapeQuery> queries;
  ShapeScore score = ShapeScore::kCombo;  ///< what the overlay makes the most of, and hits are ordered by
  double threshold = 0.0;                 ///< hits score at least so much
  std::optional<std::size_t> top;         ///< at most so many for each query, the best
  /// Share of the compounds that are overlaid, those most similar by USRCAT; 1: all.
  double prefilter = 1.0;
  bool as_sdf = false;  ///< poses on the query instead of a table
  int threads = 1;
};

/// Writes query_id,compound_id,combo,shape,colour,conformer,smiles, or SD records of the compounds overlaid on the
/// query: queries in their order, hits of each by score descending, equal ones in the order of the store. The same
/// bytes for any number of threads; scores vary by less than they are written with between instruction sets, but for
/// the rare compound whose search ends in another optimum.
///
/// Memory: two chunks of the store a thread, 4 bytes a compound and query with a prefilter, and some 200 bytes a hit,
/// 1 kB with poses.
/// @throws std::runtime_error  a damaged chunk of the store, or of its conformers; names it
[[nodiscard]] SearchEnd search_shapes(const CompoundStore& store, const StoreConformers& conformers,
                                      const ShapeRequest& request, const TableWriter& write, Progress& progress);

}  // namespace digitalis
