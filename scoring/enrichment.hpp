#pragma once
// How well a ranking finds known actives: ROC AUC, enrichment factor, RIE, BEDROC, log-AUC, all from the places of the actives,
// so that a list of a billion decoys is never held.
// J.-F. Truchon, C. I. Bayly, J. Chem. Inf. Model. 47 (2007) 488-508, doi:10.1021/ci600426e (RIE, BEDROC);
// M. M. Mysinger, B. K. Shoichet, J. Chem. Inf. Model. 50 (2010) 1561-1573, doi:10.1021/ci100214a (log-AUC).

#include <cstdint>
#include <span>
#include <vector>

namespace digitalis {

/// Places of the actives in a ranked list.
struct ActivePlaces {
  std::vector<std::uint64_t> places;  ///< from 1 (best), ascending, distinct
  std::uint64_t listed = 0;           ///< compounds in the list, actives included
};

/// Finds the places from scores in one pass over the decoys. Ties are pessimistic: a decoy with an active's score stands before it.
class PlaceCounter {
 public:
  /// `active_scores`: higher is better; any order.
  explicit PlaceCounter(std::vector<double> active_scores);
  void add_decoy(double score);
  /// Adds what another counter over the same actives saw.
  void merge(const PlaceCounter& other);
  [[nodiscard]] ActivePlaces places() const;

 private:
  std::vector<double> active_scores_;       ///< best first
  std::vector<std::uint64_t> decoys_up_to_; ///< decoys first counted at this active or better
  std::uint64_t decoys_ = 0;
};

/// 0 to 1; 0.5 is random. Needs at least one active and one decoy, as all below (std::invalid_argument else).
[[nodiscard]] double roc_auc(const ActivePlaces& found);
/// Actives in the first `fraction` (0 to 1] of the list over those expected at random there; equal to RDKit's CalcEnrichment.
[[nodiscard]] double enrichment_factor(const ActivePlaces& found, double fraction);
[[nodiscard]] double robust_initial_enhancement(const ActivePlaces& found, double alpha = 20.0);
[[nodiscard]] double bedroc(const ActivePlaces& found, double alpha = 20.0);
/// Area under the ROC curve with a log10 axis of the decoy fraction from `lowest` to 1, over the area of a perfect list (1);
/// a random list has about 0.145 at lowest = 0.001.
[[nodiscard]] double log_auc(const ActivePlaces& found, double lowest = 0.001);

/// 95 % bootstrap interval over actives (resampled with replacement), with its own fixed random stream: same input, same bytes.
struct Interval {
  double low, high;
};
[[nodiscard]] Interval bootstrap_interval(const ActivePlaces& found, double (*metric)(const ActivePlaces&), int draws = 1000);

}  // namespace digitalis
