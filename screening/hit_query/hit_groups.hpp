#pragma once
// Few hits that stand for many: diverse picks, clusters, scaffolds (scoring/similarity/groups.hpp, chem/scaffold.hpp),
// made of the hits that a question finds, in its order: the best of each group is the one that comes first.

#include <cstddef>

#include "chem/fingerprint.hpp"
#include "screening/hit_query/hit_query.hpp"

namespace digitalis {

/// Leaves `count` hits, each as unlike those before it as can be had; the first is one.
void pick_diverse(HitQuery& query, const FingerprintSpec& fingerprint, std::size_t count);

/// Leaves the first `count` hits of each Murcko scaffold. Hits without rings are one group.
void pick_per_scaffold(HitQuery& query, std::size_t count);

/// Adds the columns `cluster` (from 1, the largest first), `cluster_size` and `cluster_centre` (1 for the hit in the
/// middle, else 0).
/// @param similarity  of neighbours in a cluster, above 0 to 1
void add_clusters(HitQuery& query, const FingerprintSpec& fingerprint, double similarity);

}  // namespace digitalis
