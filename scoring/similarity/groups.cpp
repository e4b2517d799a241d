#include "scoring/similarity/groups.hpp"

#include <algorithm>
#include <numeric>
#include <queue>
#include <stdexcept>
#include <utility>

#include "scoring/similarity/measure.hpp"

namespace digitalis {
namespace {

constexpr SimilarityMeasure kTanimoto{};
constexpr std::uint32_t kNone = 0xffffffffu;

// One row spread out, so that any other is compared with it by looking up its on-bits.
class Spread {
 public:
  Spread(const FingerprintSet& fingerprints, std::uint32_t row)
      : words_((fingerprints.bits() + 63) / 64), count_(static_cast<std::uint32_t>(fingerprints[row].size())) {
    for (const std::uint16_t bit : fingerprints[row]) words_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
  [[nodiscard]] double similarity(std::span<const std::uint16_t> other) const {
    std::uint32_t shared = 0;
    for (const std::uint16_t bit : other) shared += static_cast<std::uint32_t>(words_[bit / 64] >> (bit % 64) & 1);
    return kTanimoto(shared, count_, static_cast<std::uint32_t>(other.size()));
  }

 private:
  std::vector<std::uint64_t> words_;
  std::uint32_t count_;
};

void check(double threshold) {
  if (!(threshold > 0.0 && threshold <= 1.0))
    throw std::invalid_argument("the similarity that makes neighbours is above 0 and at most 1");
}

std::vector<std::uint32_t> neighbours(const FingerprintSet& fingerprints, std::uint32_t row, double threshold) {
  const Spread centre(fingerprints, row);
  std::vector<std::uint32_t> found;
  for (std::uint32_t other = 0; other < fingerprints.size(); ++other)
    if (other != row && centre.similarity(fingerprints[other]) >= threshold) found.push_back(other);
  return found;
}

}  // namespace

// A row's similarity to its most similar pick can only grow with the picks. So a row is compared with further picks
// only when, by what is known, it would be next; the heap holds what is known.
std::vector<std::uint32_t> maxmin_picks(const FingerprintSet& fingerprints, std::size_t count, std::uint32_t first) {
  if (fingerprints.size() == 0 || count == 0) return {};
  if (first >= fingerprints.size()) throw std::invalid_argument("the first pick is not a row");
  struct Candidate {
    double nearest;  // similarity to the nearest of the picks compared with
    std::uint32_t row, compared;
    bool operator>(const Candidate& other) const {
      return nearest != other.nearest ? nearest > other.nearest : row > other.row;
    }
  };
  std::vector<Candidate> heap;
  heap.reserve(fingerprints.size());
  for (std::uint32_t row = 0; row < fingerprints.size(); ++row)
    if (row != first) heap.push_back({-1.0, row, 0});
  std::priority_queue candidates(std::greater<Candidate>{}, std::move(heap));

  std::vector<std::uint32_t> picks{first};
  std::vector<Spread> spread;
  spread.emplace_back(fingerprints, first);
  while (picks.size() < count && !candidates.empty()) {
    Candidate candidate = candidates.top();
    candidates.pop();
    if (candidate.compared == picks.size()) {
      picks.push_back(candidate.row);
      spread.emplace_back(fingerprints, candidate.row);
      continue;
    }
    const auto on_bits = fingerprints[candidate.row];
    const double next_best = candidates.empty() ? 2.0 : candidates.top().nearest;
    while (candidate.compared < picks.size() && candidate.nearest <= next_best)
      candidate.nearest = std::max(candidate.nearest, spread[candidate.compared++].similarity(on_bits));
    candidates.push(candidate);
  }
  return picks;
}

std::vector<std::uint32_t> leader_picks(const FingerprintSet& fingerprints, double threshold) {
  check(threshold);
  std::vector<char> covered(fingerprints.size());
  std::vector<std::uint32_t> picks;
  for (std::uint32_t row = 0; row < fingerprints.size(); ++row) {
    if (covered[row]) continue;
    picks.push_back(row);
    for (const std::uint32_t other : neighbours(fingerprints, row, threshold)) covered[other] = 1;
  }
  return picks;
}

Clusters butina_clusters(const FingerprintSet& fingerprints, double threshold) {
  check(threshold);
  const auto rows = static_cast<std::uint32_t>(fingerprints.size());
  std::vector<std::uint32_t> counts(rows), order(rows);
  for (std::uint32_t row = 0; row < rows; ++row)
    counts[row] = static_cast<std::uint32_t>(neighbours(fingerprints, row, threshold).size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, std::greater{}, [&](std::uint32_t row) { return counts[row]; });

  Clusters clusters{std::vector<std::uint32_t>(rows, kNone), {}};
  for (const std::uint32_t row : order) {
    if (clusters.cluster_of[row] != kNone) continue;
    const auto number = static_cast<std::uint32_t>(clusters.centroids.size());
    clusters.centroids.push_back(row);
    clusters.cluster_of[row] = number;
    if (counts[row] == 0) continue;
    for (const std::uint32_t other : neighbours(fingerprints, row, threshold))
      if (clusters.cluster_of[other] == kNone) clusters.cluster_of[other] = number;
  }
  return clusters;
}

}  // namespace digitalis
