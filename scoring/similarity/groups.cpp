#include "scoring/similarity/groups.hpp"

#include <algorithm>
#include <numeric>
#include <queue>
#include <span>
#include <stdexcept>
#include <utility>

#include "scoring/similarity/fingerprint_index.hpp"
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

// Rows searched for at a time.
constexpr std::size_t kBatch = 64;

// Takes rows from `order`, from `next` on, that are not `done`, and keeps those that are no neighbours of one kept
// before: no search can tell of them that they are not to be picked.
template <class Done>
std::vector<std::uint32_t> independent_rows(const FingerprintSet& fingerprints, double threshold,
                                            std::span<const std::uint32_t> order, std::size_t& next, const Done& done) {
  std::vector<std::uint32_t> kept;
  std::vector<Spread> spread;
  for (; next < order.size() && kept.size() < kBatch; ++next) {
    const std::uint32_t row = order[next];
    if (done(row)) continue;
    const auto on_bits = fingerprints[row];
    if (std::ranges::any_of(spread, [&](const Spread& one) { return one.similarity(on_bits) >= threshold; })) continue;
    kept.push_back(row);
    spread.emplace_back(fingerprints, row);
  }
  return kept;
}

FingerprintSet part_of(const FingerprintSet& fingerprints, std::span<const std::uint32_t> rows) {
  FingerprintSet part(fingerprints.bits());
  for (const std::uint32_t row : rows) part.add(fingerprints[row]);
  return part;
}

std::vector<std::uint32_t> all_rows(const FingerprintSet& fingerprints) {
  std::vector<std::uint32_t> rows(fingerprints.size());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
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
  const FingerprintIndex index(fingerprints);
  const std::vector<std::uint32_t> order = all_rows(fingerprints);
  std::vector<char> covered(fingerprints.size());
  std::vector<std::uint32_t> picks;
  for (std::size_t next = 0; next < order.size();) {
    const auto more =
        independent_rows(fingerprints, threshold, order, next, [&](std::uint32_t row) { return covered[row] != 0; });
    index.visit_similar(part_of(fingerprints, more), threshold,
                        [&](std::size_t, const SimilarRow& found) { covered[found.row] = 1; });
    picks.insert(picks.end(), more.begin(), more.end());
  }
  return picks;
}

Clusters butina_clusters(const FingerprintSet& fingerprints, double threshold) {
  check(threshold);
  const FingerprintIndex index(fingerprints);
  std::vector<std::uint32_t> order = all_rows(fingerprints), neighbours(fingerprints.size());
  constexpr std::size_t kCounted = 1024;  // at a time
  for (std::size_t first = 0; first < order.size(); first += kCounted) {
    const auto rows = std::span(order).subspan(first, std::min(kCounted, order.size() - first));
    index.visit_similar(part_of(fingerprints, rows), threshold,
                        [&](std::size_t query, const SimilarRow&) { ++neighbours[first + query]; });
  }
  std::ranges::stable_sort(order, std::greater{}, [&](std::uint32_t row) { return neighbours[row]; });

  Clusters clusters{std::vector<std::uint32_t>(fingerprints.size(), kNone), {}};
  for (std::size_t next = 0; next < order.size();) {
    const auto more = independent_rows(fingerprints, threshold, order, next,
                                       [&](std::uint32_t row) { return clusters.cluster_of[row] != kNone; });
    const auto first = static_cast<std::uint32_t>(clusters.centroids.size());
    clusters.centroids.insert(clusters.centroids.end(), more.begin(), more.end());
    // The first cluster that can have a row takes it: those before have lower numbers.
    const auto add = [&](std::size_t cluster, std::uint32_t row) {
      clusters.cluster_of[row] = std::min(clusters.cluster_of[row], first + static_cast<std::uint32_t>(cluster));
    };
    for (std::size_t i = 0; i < more.size(); ++i) add(i, more[i]);
    if (!more.empty() && neighbours[more.front()] == 1) continue;  // its own only, and so have all that follow
    index.visit_similar(part_of(fingerprints, more), threshold,
                        [&](std::size_t query, const SimilarRow& found) { add(query, found.row); });
  }
  return clusters;
}

}  // namespace digitalis
