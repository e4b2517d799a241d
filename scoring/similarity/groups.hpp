#pragma once
// Diverse picks and clusters of fingerprints: which few compounds stand for many. All by Tanimoto similarity, exact,
// and the same for equal input: rows are best taken in the order of the hit list, since every tie goes to the first of
// them.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "scoring/similarity/fingerprint_set.hpp"

namespace digitalis {

/// Rows that are as far from each other as can be had step by step: `first`, then always the row whose most similar
/// pick so far is least similar to it, the first of them among equals. M. Ashton et al., Quant. Struct.-Act. Relat. 21
/// (2002) 598-604, doi:10.1002/qsar.200290002.
///
/// @param count  how many; all rows, in order of picking, when there are fewer
/// @param first  row of the first pick: 0 is the best hit where rows are in the order of the hit list
/// @return       rows, distinct, in order of picking
/// @throws std::invalid_argument  `first` is not a row (and there are rows)
/// Most rows are compared with a few picks only; at worst rows x count comparisons. Memory: 16 bytes a row and a bit
/// row (256 bytes at 2048 bits) a pick. Safe to call concurrently.
[[nodiscard]] std::vector<std::uint32_t> maxmin_picks(const FingerprintSet& fingerprints, std::size_t count,
                                                      std::uint32_t first = 0);

/// Rows of which no two are as similar as `threshold`: in order, every row that is less similar than that to all picked
/// before it (sphere exclusion). The first row, the best hit, is always one.
///
/// @param threshold  similarity, above 0 to 1; std::invalid_argument else
/// @return           rows, ascending
/// Memory: that of a FingerprintIndex over the rows. Safe to call concurrently.
[[nodiscard]] std::vector<std::uint32_t> leader_picks(const FingerprintSet& fingerprints, double threshold);

/// A partition of rows.
struct Clusters {
  std::vector<std::uint32_t> cluster_of;  ///< cluster of each row, shape (rows)
  std::vector<std::uint32_t> centroids;   ///< row of each cluster's centroid, shape (clusters)
};

/// Taylor-Butina clusters. The row with most neighbours (similarity of at least `threshold`; the first among equals)
/// that is in no cluster becomes the centroid of the next one and takes all its neighbours that are in none. Clusters
/// are numbered in this order: from the row with most neighbours to those that have none. Neighbours are counted once,
/// over all rows. R. Taylor, J. Chem. Inf. Comput. Sci. 35 (1995) 59-67, doi:10.1021/ci00023a009; D. Butina, J. Chem.
/// Inf. Comput. Sci. 39 (1999) 747-750, doi:10.1021/ci9803381.
///
/// @param threshold  similarity, above 0 to 1; std::invalid_argument else
/// Lists of neighbours are never held: they are searched for again where they are wanted, so that memory is that of a
/// FingerprintIndex and 16 bytes a row whatever the threshold. Safe to call concurrently.
[[nodiscard]] Clusters butina_clusters(const FingerprintSet& fingerprints, double threshold);

}  // namespace digitalis
