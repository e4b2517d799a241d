#pragma once
// A campaign's score under uncertain weights, and what the tables changed in its ranking: the measured base for an
// agreement on who shares in what came of the data.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "scoring/outcomes/weights.hpp"

namespace digitalis {

/// (score - median) / (1.4826 MAD) of the known scores; where the MAD is 0, of a standard deviation; where that is 0
/// too, 0. NaN (no score on this target) becomes the lowest z of the others. Higher must be better. O(n log n).
[[nodiscard]] std::vector<double> robust_z(std::span<const double> scores);

/// How sure a compound's score and place are.
struct ScoreInterval {
  double score = 0.0;  ///< under the mean weights
  double low = 0.0, high = 0.0;
  double p_top_k = 0.0;  ///< among the compounds that were given; ties go to the earlier compound
};
/// `z` has shape (compounds, targets), row-major; `targets` its columns' weights. For the leading compounds of a
/// campaign: O(draws x compounds x targets) time, O(draws x compounds) memory.
/// @throws std::invalid_argument when z.size() is no multiple of the targets
[[nodiscard]] std::vector<ScoreInterval> score_intervals(std::span<const double> z, const WeightDraws& targets,
                                                         std::uint32_t top_k);

/// How far two rankings of the same compounds agree among the first k of the first one.
struct RankingChange {
  std::uint32_t k = 0;
  double influence = 0.0;                                    ///< 1 - |top k of the one and of the other| / k
  double kendall_tau = 1.0;                                  ///< of the first k of `informed`, by their places in both
  std::vector<std::uint32_t> place_informed, place_neutral;  ///< from 1, per compound
};
/// Scores per compound, higher is better; ties go to the earlier compound (as the program orders them: by ID).
/// `k` is cut to the number of compounds. O(n log n + k^2).
[[nodiscard]] RankingChange ranking_change(std::span<const double> informed, std::span<const double> neutral,
                                           std::uint32_t k);

}  // namespace digitalis
