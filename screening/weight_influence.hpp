#pragma once
// What the weights of targets did to a campaign's ranking: where each hit would stand under other weights (equal
// diseases, one outcome table less), and how sure its place is under those that were drawn. The measured base for an
// agreement on who shares in what came of the tables; it says so when they changed nothing.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chem/compound_store.hpp"
#include "scheduler/mpi_world.hpp"
#include "scoring/outcomes/weights.hpp"
#include "screening/funnel.hpp"
#include "screening/hit_table.hpp"

namespace digitalis {

/// Weights of the campaign's targets that the ranking is compared under; one of them all counts.
struct OtherWeights {
  std::string name;  ///< "equal diseases", "without QOF-2019"
  std::vector<double> of_target;
};

/// What a hit's place owes to the weights.
struct HitInfluence {
  std::vector<std::uint64_t> places;     ///< one per OtherWeights: its place among all candidates, from 1
  double score_low = 0, score_high = 0;  ///< 2.5 and 97.5 percentiles of its score over the draws
  double p_top_k = 0;                    ///< share of draws in which it is among the k best of the hits
};

struct WeightInfluence {
  std::uint32_t k = 0;              ///< of the two below and of p_top_k
  std::vector<double> influence;    ///< one per OtherWeights: share of the k best that are not among them there
  std::vector<double> kendall_tau;  ///< tau-b of the k best, their order here and there
  std::vector<HitInfluence> hits;   ///< as given
};

/// `hits` are funnel.best() on rank 0 and ignored elsewhere; `draws` (rank 0) has a weight for each of the campaign's
/// targets. Collective; on rank 0, empty elsewhere. Cost: one pass over the candidates, and draws x hits scores.
[[nodiscard]] WeightInfluence weight_influence(MpiWorld& world, int threads, const Funnel& funnel,
                                               const CompoundStore& store, std::span<const Candidate> hits,
                                               const std::vector<OtherWeights>& others, const WeightDraws& draws,
                                               std::uint32_t k);

/// Adds the columns place_equal_diseases, score_low_95, score_high_95, p_among_best. The first of the other weights is
/// that of equal diseases.
void add_influence(HitTable& hits, const WeightInfluence& influence);

}  // namespace digitalis
