#pragma once
// From outcome tables to weights of diseases, and with evidence to weights of targets, both drawn R times so that what
// is not known shows: sampling, rounding and suppression, the choice between indicators, single sources of evidence,
// mapping. README.md has the formulas and what the weights do not mean.
//
// Random numbers depend on (seed, disease, indicator or target, draw) alone: any thread or rank draws the same.

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "scoring/outcomes/evidence.hpp"
#include "scoring/outcomes/tables.hpp"

namespace digitalis {

struct WeightSettings {
  std::uint64_t seed = 0;
  std::uint32_t draws = 1000;                ///< R
  double lambda = 0.1;                       ///< share of the weight that is spread evenly: the floor of a rare disease
  double kappa = 20.0;                       ///< how sure the choice between indicators is; 0: fixed
  std::map<std::string, double> preference;  ///< c0, by indicator; 1 where not listed; made to sum to 1
  std::set<std::string> higher_is_better;    ///< indicators of polarity -1, proportions only
  std::map<std::string, double> severity;    ///< s, by disease: 1, 1.2 or 1.7 where declared
  std::map<std::string, double> overdispersion;  ///< phi >= 1, by indicator: counts that are not independent
  std::map<std::string, double> source_weights = default_source_weights();
  std::set<std::string> dropped_sources{"chembl", "known_drug"};  ///< evidence that is there because of known drugs
  double evidence_floor = 0.05;                                   ///< relative evidence below it counts as none
  std::uint32_t top_k = 5;                                        ///< of P(top k)
};

/// What a weight is known to be.
struct WeightSummary {
  std::string id;                ///< disease_id, or symbol
  double mean = 0.0;             ///< of the draws; the means of all diseases (targets) sum to 1
  double low = 0.0, high = 0.0;  ///< 2.5 and 97.5 percentiles
  double p_top_k = 0.0;          ///< share of draws in which it is among the k largest
};

/// Draws of weights: one row per draw, each of sum 1.
struct WeightDraws {
  std::vector<std::string> ids;
  std::vector<double> values;  ///< shape (draws, ids), row-major
  [[nodiscard]] std::size_t draws() const { return ids.empty() ? 0 : values.size() / ids.size(); }
  [[nodiscard]] std::span<const double> draw(std::size_t r) const {
    return std::span{values}.subspan(r * ids.size(), ids.size());
  }
};
/// In the order of the ids. Ties for a place in the top k go to the earlier id.
[[nodiscard]] std::vector<WeightSummary> summarise(const WeightDraws& draws, std::uint32_t top_k);

/// Weights of the tables' diseases, ids ascending. Throws UsageError when the tables do not give every disease every
/// indicator, or give them for populations that cannot be compared.
/// O(draws x cells). Safe to call concurrently.
[[nodiscard]] WeightDraws disease_weights(std::span<const OutcomeTable> tables, const WeightSettings& settings);

/// Every disease the same: what is left without NHS data.
[[nodiscard]] WeightDraws equal_weights(std::vector<std::string> ids, std::uint32_t draws);

struct TargetWeights {
  WeightDraws draws;                         ///< by symbol, ascending
  std::vector<WeightSummary> targets;        ///< in the same order
  std::vector<std::string> leading_disease;  ///< which contributes most to each, by mean
  std::vector<double> leading_share;         ///< how much of it
  std::vector<std::string> notes;            ///< "NAME has no evidence for any of the diseases", ...
};
/// Weights of targets. `symbols`: only these, which sum to 1 (one that has no evidence gets 0 and a note); empty: all
/// that have evidence. The evidence is relative within each disease, over all targets it has any for, whatever
/// `symbols` says. Throws UsageError when a disease of the draws is not in the map, or no target has any weight.
/// O(draws x diseases x targets) time, O(draws x targets) memory. Safe to call concurrently.
[[nodiscard]] TargetWeights target_weights(const WeightDraws& diseases, std::span<const DiseaseMapping> map,
                                           const Evidence& evidence, const WeightSettings& settings,
                                           std::span<const std::string> symbols = {});

/// What one table does to the weights: they are computed again without it. An indicator then counts when every disease
/// still has it; when none is left, all diseases weigh the same.
struct TableContribution {
  std::string table_id, sha256;
  double disease_shift = 0.0;  ///< half the sum of |difference| of the mean weights: 0 nothing, 1 everything
  double target_shift = 0.0;
  std::vector<double> target_means;  ///< without the table, in the order of the targets
};
/// All of it, as the program and a campaign use it.
struct OutcomeWeights {
  WeightDraws disease_draws;
  std::vector<WeightSummary> diseases;  ///< p_top_k: of being the largest
  TargetWeights targets;
  TargetWeights neutral;  ///< with equal weights of the diseases
  std::vector<TableContribution> tables;
};
[[nodiscard]] OutcomeWeights outcome_weights(std::span<const OutcomeTable> tables, std::span<const DiseaseMapping> map,
                                             const Evidence& evidence, const WeightSettings& settings,
                                             std::span<const std::string> symbols = {});

}  // namespace digitalis
