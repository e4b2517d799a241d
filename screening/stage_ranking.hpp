#pragma once
// How the compounds that a complete stage scored stand to one another.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scheduler/selection.hpp"
#include "scoring/consensus.hpp"

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

}  // namespace digitalis
