#include "scoring/enrichment.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <utility>

#include <Random123/philox.h>

namespace digitalis {
namespace {

void check(const ActivePlaces& found) {
  if (found.places.empty()) throw std::invalid_argument("enrichment needs at least one active");
  if (found.listed <= found.places.size()) throw std::invalid_argument("enrichment needs at least one decoy");
  if (found.places.front() == 0 || found.places.back() > found.listed ||
      std::ranges::adjacent_find(found.places, std::greater_equal{}) != found.places.end())
    throw std::invalid_argument("places of actives are not ascending within the list");
}

void check_alpha(double alpha) {
  if (!std::isfinite(alpha) || alpha <= 0.0) throw std::invalid_argument("alpha of RIE and BEDROC is not above 0");
}

double decoys_in(const ActivePlaces& found) { return static_cast<double>(found.listed - found.places.size()); }

// Decoys that stand before the active of this index.
std::uint64_t decoys_before(const ActivePlaces& found, std::size_t active) {
  return found.places[active] - (active + 1);
}

}  // namespace

PlaceCounter::PlaceCounter(std::vector<double> active_scores) : active_scores_(std::move(active_scores)) {
  if (std::ranges::any_of(active_scores_, [](double score) { return std::isnan(score); }))
    throw std::invalid_argument("the score of an active is not a number");
  std::ranges::sort(active_scores_, std::greater{});
  decoys_up_to_.resize(active_scores_.size());
}

void PlaceCounter::add_decoy(double score) {
  ++decoys_;
  if (std::isnan(score)) return;
  const auto first_passed = std::ranges::partition_point(active_scores_, [&](double active) { return active > score; });
  if (first_passed != active_scores_.end())
    ++decoys_up_to_[static_cast<std::size_t>(first_passed - active_scores_.begin())];
}

void PlaceCounter::merge(const PlaceCounter& other) {
  if (active_scores_ != other.active_scores_)
    throw std::invalid_argument("places counted for different actives cannot be merged");
  for (std::size_t i = 0; i < decoys_up_to_.size(); ++i) decoys_up_to_[i] += other.decoys_up_to_[i];
  decoys_ += other.decoys_;
}

ActivePlaces PlaceCounter::places() const {
  ActivePlaces found;
  found.listed = decoys_ + active_scores_.size();
  std::uint64_t decoys = 0;
  for (std::size_t i = 0; i < decoys_up_to_.size(); ++i) {
    decoys += decoys_up_to_[i];
    found.places.push_back(decoys + i + 1);
  }
  return found;
}

double roc_auc(const ActivePlaces& found) {
  check(found);
  // The share of (active, decoy) pairs in the right order: what the trapezoids of the ROC staircase add up to.
  double wrong = 0.0;
  for (std::size_t i = 0; i < found.places.size(); ++i) wrong += static_cast<double>(decoys_before(found, i));
  const double pairs = static_cast<double>(found.places.size()) * decoys_in(found);
  return (pairs - wrong) / pairs;
}

double enrichment_factor(const ActivePlaces& found, double fraction) {
  check(found);
  if (!(fraction > 0.0 && fraction <= 1.0)) throw std::invalid_argument("fraction of the list is not within 0 to 1");
  const auto listed = static_cast<double>(found.listed);
  const double first = std::ceil(listed * fraction);
  const auto hits = std::ranges::upper_bound(found.places, first, {},
                                             [](std::uint64_t place) { return static_cast<double>(place); }) -
                    found.places.begin();
  return static_cast<double>(hits) * listed / first / static_cast<double>(found.places.size());
}

double robust_initial_enhancement(const ActivePlaces& found, double alpha) {
  check(found);
  check_alpha(alpha);
  const auto listed = static_cast<double>(found.listed);
  double sum = 0.0;
  for (const std::uint64_t place : found.places) sum += std::exp(-alpha * static_cast<double>(place) / listed);
  // expm1: alpha / listed is 1e-9 for a large library, of which exp() - 1 would keep half the digits.
  const double of_random = -std::expm1(-alpha) / (listed * std::expm1(alpha / listed));
  return sum / (static_cast<double>(found.places.size()) * of_random);
}

double bedroc(const ActivePlaces& found, double alpha) {
  const double rie = robust_initial_enhancement(found, alpha);
  const double share = static_cast<double>(found.places.size()) / static_cast<double>(found.listed);
  const double largest = std::expm1(-alpha * share) / (share * std::expm1(-alpha));
  const double smallest = largest * std::exp(-alpha * (1.0 - share));  // without exp(alpha), which overflows
  return std::clamp((rie - smallest) / (largest - smallest), 0.0, 1.0);
}

double log_auc(const ActivePlaces& found, double lowest) {
  check(found);
  if (!(lowest > 0.0 && lowest < 1.0)) throw std::invalid_argument("lowest decoy fraction is not between 0 and 1");
  // Height 1 / actives from the decoy fraction at which an active is found to 1: the staircase cut into its risers.
  double sum = 0.0;
  for (std::size_t i = 0; i < found.places.size(); ++i)
    sum += std::log(std::max(static_cast<double>(decoys_before(found, i)) / decoys_in(found), lowest));
  return sum / (static_cast<double>(found.places.size()) * std::log(lowest));
}

Interval bootstrap_interval(const ActivePlaces& found, double (*metric)(const ActivePlaces&), int draws) {
  check(found);
  if (draws < 1) throw std::invalid_argument("a bootstrap needs at least one draw");
  using Philox = r123::Philox4x32;
  constexpr std::uint32_t kStream = 0x656e7269;  // any number, but always the same
  const std::size_t actives = found.places.size();
  std::vector<double> values;
  std::vector<std::uint64_t> before(actives);
  ActivePlaces drawn = found;
  for (int draw = 0; draw < draws; ++draw) {
    Philox::ctr_type random{};
    for (std::size_t i = 0; i < actives; ++i) {
      if (i % 4 == 0)
        random =
            Philox{}({{static_cast<std::uint32_t>(draw), static_cast<std::uint32_t>(i / 4), 0, 0}}, {{kStream, 0}});
      // The product's upper half: an even choice but for actives / 2^32.
      before[i] = decoys_before(found, static_cast<std::size_t>((std::uint64_t{random[i % 4]} * actives) >> 32));
    }
    // An active keeps the decoys before it; what it is drawn among decides how many actives are. Copies follow each
    // other.
    std::ranges::sort(before);
    for (std::size_t i = 0; i < actives; ++i) drawn.places[i] = before[i] + i + 1;
    values.push_back(metric(drawn));
  }
  std::ranges::sort(values);
  const auto outside = static_cast<std::size_t>(0.025 * draws);
  return {values[outside], values[values.size() - 1 - outside]};
}

}  // namespace digitalis
