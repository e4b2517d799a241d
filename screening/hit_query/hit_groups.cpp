#include "screening/hit_query/hit_groups.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <oneapi/tbb/parallel_for.h>

#include "chem/scaffold.hpp"
#include "chem/smiles_questions.hpp"
#include "scoring/similarity/groups.hpp"

namespace digitalis {
namespace {

struct FoundHits {
  std::vector<std::int64_t> places;
  std::vector<std::string> smiles;
};

FoundHits found_by(HitQuery& query) {
  FoundHits found;
  query.each({*query.columns().find("place"), *query.columns().find("smiles")},
             [&](const std::vector<std::string>& cells) {
               found.places.push_back(std::stoll(cells[0]));
               found.smiles.push_back(cells[1]);
             });
  return found;
}

/// What `make` gives for each of them, on all threads.
template <class Make>
auto for_all(const std::vector<std::string>& smiles, const Make& make) {
  std::vector<decltype(make(smiles.front()))> made(smiles.size());
  oneapi::tbb::parallel_for(std::size_t{0}, smiles.size(), [&](std::size_t i) { made[i] = make(smiles[i]); });
  return made;
}

FingerprintSet fingerprints_of(const FoundHits& found, const FingerprintSpec& spec) {
  FingerprintSet all{spec.bits};
  for (const auto& on_bits : for_all(found.smiles, [&](const std::string& one) { return on_bits_of(one, spec); }))
    all.add(on_bits);
  return all;
}

}  // namespace

void pick_diverse(HitQuery& query, const FingerprintSpec& fingerprint, std::size_t count) {
  const FoundHits found = found_by(query);
  std::vector<std::int64_t> kept;
  for (const std::uint32_t row : maxmin_picks(fingerprints_of(found, fingerprint), count))
    kept.push_back(found.places[row]);
  query.keep_only(kept);
}

void pick_per_scaffold(HitQuery& query, std::size_t count) {
  const FoundHits found = found_by(query);
  const auto scaffolds =
      for_all(found.smiles, [](const std::string& one) { return murcko_scaffold(std::string_view{one}); });
  std::map<std::string, std::size_t> seen;
  std::vector<std::int64_t> kept;
  for (std::size_t i = 0; i < scaffolds.size(); ++i)
    if (++seen[scaffolds[i]] <= count) kept.push_back(found.places[i]);
  query.keep_only(kept);
}

void add_clusters(HitQuery& query, const FingerprintSpec& fingerprint, double similarity) {
  const FoundHits found = found_by(query);
  const Clusters clusters = butina_clusters(fingerprints_of(found, fingerprint), similarity);
  std::vector<std::int64_t> sizes(clusters.centroids.size());
  for (const std::uint32_t cluster : clusters.cluster_of) ++sizes[cluster];
  // Numbered anew by size: a later cluster of Butina's may be larger than one before it.
  std::vector<std::uint32_t> order(sizes.size()), number(sizes.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return sizes[a] > sizes[b]; });
  for (std::uint32_t i = 0; i < order.size(); ++i) number[order[i]] = i + 1;
  std::vector<std::pair<std::int64_t, std::int64_t>> numbers, size_of, centres;
  for (std::size_t row = 0; row < found.places.size(); ++row) {
    const std::uint32_t cluster = clusters.cluster_of[row];
    numbers.emplace_back(found.places[row], number[cluster]);
    size_of.emplace_back(found.places[row], sizes[cluster]);
    centres.emplace_back(found.places[row], clusters.centroids[cluster] == row);
  }
  query.add_column("cluster", numbers);
  query.add_column("cluster_size", size_of);
  query.add_column("cluster_centre", centres);
}

}  // namespace digitalis
