#pragma once
// Where the hits stood after every stage that scored them.

#include <cstdint>
#include <optional>
#include <vector>

#include "chem/compound_store.hpp"
#include "scheduler/mpi_world.hpp"
#include "screening/funnel.hpp"

namespace digitalis {

/// A stage, and one entry per hit.
struct StageStandings {
  struct OfHit {
    double score = 0;         ///< the stage's columns made one, by the campaign's consensus; higher is better
    std::uint64_t place = 0;  ///< from 1, among all that the stage scored; ties by ID
  };
  std::size_t stage = 0;  ///< index in the campaign's stages
  std::uint64_t scored = 0;
  std::optional<double> cut_score = {};  ///< of the last that its cut kept; nothing where it kept all
  std::vector<OfHit> of_hits;
};

/// Standings of `hits`, which are funnel.best() on rank 0 and ignored elsewhere, stage by stage; stages that score
/// nothing are left out. On rank 0; empty elsewhere. Collective.
///
/// The hits go to every rank, which counts how many compounds of its share of the chunks stand before each: one pass
/// over the journal and the IDs of the store, O(log hits) per compound, some 50 bytes per hit on every rank.
[[nodiscard]] std::vector<StageStandings> stage_standings(MpiWorld& world, int threads, const Funnel& funnel,
                                                          const CompoundStore& store,
                                                          const std::vector<Candidate>& hits);

}  // namespace digitalis
