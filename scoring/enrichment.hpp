#pragma once
// How well a ranking finds known actives: ROC AUC, enrichment factor, RIE, BEDROC, log-AUC, all from the places of the
// actives, so that a list of a billion decoys is never held. J.-F. Truchon, C. I. Bayly, J. Chem. Inf. Model. 47 (2007)
// 488-508, doi:10.1021/ci600426e (RIE, BEDROC); M. M. Mysinger, B. K. Shoichet, J. Chem. Inf. Model. 50 (2010)
// 1561-1573, doi:10.1021/ci100214a (log-AUC).

#include <cstdint>
#include <span>
#include <vector>

namespace digitalis {

/// Places of the actives in a ranked list.
struct ActivePlaces {
  std::vector<std::uint64_t> places;  ///< from 1 (best), ascending, distinct
  std::uint64_t listed = 0;           ///< compounds in the list, actives included
};

/// Finds the places from scores in one pass over the decoys. Ties are pessimistic: a decoy with an active's score
/// stands before it. A decoy whose score is NaN stands last. Memory: 16 bytes per active. Not for concurrent use: one
/// per thread, then merge().
class PlaceCounter {
 public:
  /// `active_scores`: higher is better; any order; NaN is std::invalid_argument.
  explicit PlaceCounter(std::vector<double> active_scores);
  /// O(log actives).
  void add_decoy(double score);
  /// Adds what another counter over the same actives saw (std::invalid_argument else), in any order.
  void merge(const PlaceCounter& other);
  [[nodiscard]] ActivePlaces places() const;

 private:
  std::vector<double> active_scores_;        ///< best first
  std::vector<std::uint64_t> decoys_up_to_;  ///< decoys first counted at this active or better
  std::uint64_t decoys_ = 0;
};

// All metrics: at least one active and one decoy, places ascending within the list (std::invalid_argument else);
// O(actives); safe to call concurrently.

/// Area under the ROC curve: the share of (active, decoy) pairs with the active first. 0 to 1; 0.5 is random.
[[nodiscard]] double roc_auc(const ActivePlaces& found);

/// Actives among the first ceil(fraction x listed) compounds over those expected at random there: 0 to at most 1 /
/// fraction; 1 is random. `fraction` is above 0 and at most 1. Equal to RDKit's CalcEnrichment, whose rounding up is
/// done in floating point too (0.07 of 100 is 8 compounds); 1 for the whole list, where RDKit gives nothing.
[[nodiscard]] double enrichment_factor(const ActivePlaces& found, double fraction);

/// RIE: sum of exp(-alpha place / listed) over the actives, over its mean for a random list. Larger alpha: earlier.
/// alpha > 0.
[[nodiscard]] double robust_initial_enhancement(const ActivePlaces& found, double alpha = 20.0);

/// RIE scaled from the worst (0, all actives last) to the best list (1, all actives first) with as many actives.
[[nodiscard]] double bedroc(const ActivePlaces& found, double alpha = 20.0);

/// Area under the ROC curve with a log10 axis of the decoy fraction from `lowest` to 1, over the area of a perfect list
/// (1); a random list has (1 - lowest) / ln(1 / lowest), about 0.145 at lowest = 0.001.
///
/// The curve is the staircase itself: flat between decoys, so that straight lines between its points, on either axis,
/// are the same. An active with the share x of all decoys before it adds log(max(x, lowest)) / log(lowest) of its part:
/// what is found before `lowest` counts in full from there, and nothing left of `lowest` is looked at. 0 < lowest < 1.
[[nodiscard]] double log_auc(const ActivePlaces& found, double lowest = 0.001);

/// Of a metric over resampled actives.
struct Interval {
  double low, high;
};
/// 95 % percentile bootstrap interval over actives, drawn with replacement; each keeps the number of decoys before it,
/// and stands after the drawn actives that have fewer. The random stream is fixed: same input, same bytes. The interval
/// reflects the choice of actives, not that of decoys. O(draws x actives log actives).
[[nodiscard]] Interval bootstrap_interval(const ActivePlaces& found, double (*metric)(const ActivePlaces&),
                                          int draws = 1000);

}  // namespace digitalis
