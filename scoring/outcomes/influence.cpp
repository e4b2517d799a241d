#include "scoring/outcomes/influence.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "scoring/outcomes/intervals.hpp"

namespace digitalis {
namespace {

constexpr double kMadOfNormal = 1.4826;  // 1 / the normal distribution's 75th percentile

double median_of(std::vector<double> values) {
  const std::size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle), values.end());
  const double above = values[middle];
  if (values.size() % 2 == 1) return above;
  return 0.5 * (above + *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle)));
}

/// Indices by score, best first; ties by index.
std::vector<std::uint32_t> ranking_of(std::span<const double> scores) {
  std::vector<std::uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return scores[a] > scores[b]; });
  return order;
}

std::vector<std::uint32_t> places_of(const std::vector<std::uint32_t>& ranking) {
  std::vector<std::uint32_t> places(ranking.size());
  for (std::uint32_t i = 0; i < ranking.size(); ++i) places[ranking[i]] = i + 1;
  return places;
}

}  // namespace

std::vector<double> robust_z(std::span<const double> scores) {
  std::vector<double> known;
  for (const double score : scores)
    if (!std::isnan(score)) known.push_back(score);
  std::vector<double> z(scores.size(), 0.0);
  if (known.empty()) return z;
  const double middle = median_of(known);
  std::vector<double> distances;
  for (const double score : known) distances.push_back(std::abs(score - middle));
  double scale = kMadOfNormal * median_of(distances);
  if (scale == 0.0) {
    double sum = 0.0;
    for (const double distance : distances) sum += distance * distance;
    scale = std::sqrt(sum / static_cast<double>(known.size()));
  }
  if (scale == 0.0) return z;
  const double lowest = (*std::min_element(known.begin(), known.end()) - middle) / scale;
  for (std::size_t i = 0; i < scores.size(); ++i) z[i] = std::isnan(scores[i]) ? lowest : (scores[i] - middle) / scale;
  return z;
}

std::vector<ScoreInterval> score_intervals(std::span<const double> z, const WeightDraws& targets, std::uint32_t top_k) {
  const std::size_t columns = targets.ids.size(), rows = targets.draws();
  if (columns == 0 || rows == 0 || z.size() % columns != 0)
    throw std::invalid_argument("score_intervals: the scores are no multiple of the targets");
  // The scores of all compounds under each draw are a sum of weights again, with the compounds in the targets' place.
  const std::size_t compounds = z.size() / columns;
  WeightDraws scores{std::vector<std::string>(compounds), std::vector<double>(compounds * rows)};
  std::vector<double> mean(columns, 0.0);
  for (std::size_t r = 0; r < rows; ++r) {
    const std::span<const double> weights = targets.draw(r);
    for (std::size_t t = 0; t < columns; ++t) mean[t] += weights[t] / static_cast<double>(rows);
    for (std::size_t c = 0; c < compounds; ++c)
      scores.values[r * compounds + c] =
          std::inner_product(weights.begin(), weights.end(), z.begin() + static_cast<std::ptrdiff_t>(c * columns), 0.0);
  }
  std::vector<ScoreInterval> intervals(compounds);
  std::vector<double> of_compound(rows);
  for (std::size_t c = 0; c < compounds; ++c) {
    for (std::size_t r = 0; r < rows; ++r) of_compound[r] = scores.values[r * compounds + c];
    std::sort(of_compound.begin(), of_compound.end());
    intervals[c].score =
        std::inner_product(mean.begin(), mean.end(), z.begin() + static_cast<std::ptrdiff_t>(c * columns), 0.0);
    intervals[c].low = percentile(of_compound, 0.025);
    intervals[c].high = percentile(of_compound, 0.975);
  }
  for (std::size_t r = 0; r < rows; ++r) {
    const std::vector<std::uint32_t> ranking = ranking_of(scores.draw(r));
    for (std::size_t i = 0; i < std::min<std::size_t>(top_k, compounds); ++i) intervals[ranking[i]].p_top_k += 1.0;
  }
  for (ScoreInterval& interval : intervals) interval.p_top_k /= static_cast<double>(rows);
  return intervals;
}

RankingChange ranking_change(std::span<const double> informed, std::span<const double> neutral, std::uint32_t k) {
  if (informed.size() != neutral.size()) throw std::invalid_argument("ranking_change: rankings of different compounds");
  RankingChange change;
  const std::vector<std::uint32_t> ranking = ranking_of(informed);
  change.place_informed = places_of(ranking);
  change.place_neutral = places_of(ranking_of(neutral));
  change.k = std::min(k, static_cast<std::uint32_t>(informed.size()));
  if (change.k == 0) return change;
  std::uint32_t shared = 0;
  for (std::uint32_t i = 0; i < change.k; ++i) shared += change.place_neutral[ranking[i]] <= change.k;
  change.influence = 1.0 - static_cast<double>(shared) / change.k;
  std::int64_t agreeing = 0;  // places have no ties, so tau-b is tau-a
  for (std::uint32_t i = 0; i < change.k; ++i)
    for (std::uint32_t j = i + 1; j < change.k; ++j)
      agreeing += change.place_neutral[ranking[i]] < change.place_neutral[ranking[j]] ? 1 : -1;
  const double pairs = 0.5 * change.k * (change.k - 1.0);
  change.kendall_tau = pairs > 0.0 ? static_cast<double>(agreeing) / pairs : 1.0;
  return change;
}

}  // namespace digitalis
