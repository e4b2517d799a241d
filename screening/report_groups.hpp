#pragma once
// What the hits of a report have to do with each other and with known actives: clusters, neighbours, drawings alike.

#include <map>
#include <string>

#include "screening/report/report.hpp"

namespace digitalis {

/// Similarity from which hits are of one cluster, and from which a neighbour is worth showing.
inline constexpr double kClusterSimilarity = 0.5;
inline constexpr double kNeighbourSimilarity = 0.3;

/// Clusters the hits, finds each one's neighbours and draws them: those of a cluster as its best member's scaffold
/// stands, with what they share with their nearest active marked. Uses the threads of the calling arena.
/// @param nearest_active  column of the hits' values that holds the ID of their nearest active
/// @param actives         SMILES of known actives by ID; those that hits name are drawn into the report too
/// About 1 ms a hit on one core, and 25 ns for each pair of hits.
void group_and_draw(ReportData& data, std::size_t nearest_active, const std::map<std::string, std::string>& actives);

}  // namespace digitalis
