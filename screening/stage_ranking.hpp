#pragma once
// How the compounds that a complete stage scored stand to one another.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chem/compound_store.hpp"
#include "scheduler/mpi_world.hpp"
#include "scheduler/selection.hpp"
#include "scoring/consensus.hpp"
#include "screening/campaign.hpp"
#include "screening/stage_frame.hpp"

namespace digitalis {

/// Orders compounds: best score first, ties by ID.
[[nodiscard]] inline std::string place_key(double score, std::string_view id) {
  return descending_key(score) + std::string{id};
}

struct StageRanking {
  std::optional<ConsensusScorer> scorer;  ///< makes one score of its columns; none when it scores nothing
  Cut cut;
  std::uint64_t scored = 0;  ///< compounds that passed it, before its cut
  std::uint64_t kept = 0;    ///< of them, after it

  /// Whether a compound that passed the stage is above its cut. Safe to call concurrently.
  [[nodiscard]] bool keeps(std::span<const double> scores, std::string_view id) const {
    return cut.keeps_all || cut.keeps(place_key(scorer->score(scores), id));
  }
};

/// Whether a consensus asks how each column's scores are spread, or where a score stands among them.
[[nodiscard]] bool needs_statistics(Consensus consensus);

/// Ranks what a complete stage scored, and finds its cut. Collective; passes over the stage's frames, each rank its
/// share, and with a cut over the IDs of the store.
/// @param weights   of the stage's columns; none: it only counts
/// @param frame_of  what the stage made of a chunk; called concurrently
[[nodiscard]] StageRanking rank_compounds(MpiWorld& world, int threads, const CompoundStore& store, const Keep& keep,
                                          Consensus consensus, const std::vector<double>& weights,
                                          const std::function<StageFrame(std::uint64_t chunk)>& frame_of);

/// This rank's share of the chunks, one after the other.
void each_chunk_here(const MpiWorld& world, const CompoundStore& store,
                     const std::function<void(std::uint64_t, const CompoundBlock&)>& visit);

}  // namespace digitalis
