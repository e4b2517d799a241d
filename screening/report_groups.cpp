#include "screening/report_groups.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "chem/fingerprint.hpp"
#include "chem/scaffold.hpp"
#include "scoring/similarity/groups.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kWords = 32;  // of a fingerprint of 2048 bits
using BitRow = std::array<std::uint64_t, kWords>;

struct Fingerprints {
  FingerprintSet set;
  std::vector<BitRow> rows;
  std::vector<int> on;
};

Fingerprints fingerprints_of(const std::vector<ReportHit>& hits) {
  std::vector<std::vector<std::uint16_t>> bits(hits.size());
  oneapi::tbb::parallel_for(std::size_t{0}, hits.size(),
                            [&](std::size_t i) { bits[i] = morgan_on_bits(hits[i].smiles); });
  Fingerprints all{FingerprintSet{64 * kWords}, std::vector<BitRow>(hits.size()), {}};
  for (std::size_t i = 0; i < hits.size(); ++i) {
    all.set.add(bits[i]);
    all.on.push_back(static_cast<int>(bits[i].size()));
    for (const std::uint16_t bit : bits[i]) all.rows[i][bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
  return all;
}

double tanimoto(const Fingerprints& all, std::size_t a, std::size_t b) {
  int shared = 0;
  for (std::size_t word = 0; word < kWords; ++word) shared += std::popcount(all.rows[a][word] & all.rows[b][word]);
  const int either = all.on[a] + all.on[b] - shared;
  return either == 0 ? 0.0 : static_cast<double>(shared) / either;
}

void find_neighbours(std::vector<ReportHit>& hits, const Fingerprints& fingerprints) {
  oneapi::tbb::parallel_for(std::size_t{0}, hits.size(), [&](std::size_t i) {
    std::vector<ReportHit::Neighbour> found;
    for (std::size_t other = 0; other < hits.size(); ++other) {
      if (other == i) continue;
      const double similarity = tanimoto(fingerprints, i, other);
      if (similarity >= kNeighbourSimilarity)
        found.push_back({static_cast<std::uint32_t>(other), static_cast<float>(similarity)});
    }
    const std::size_t most = std::min(found.size(), kReportNeighbours);
    std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(most), found.end(),
                      [](const auto& a, const auto& b) {
                        return a.similarity != b.similarity ? a.similarity > b.similarity : a.hit < b.hit;
                      });
    found.resize(most);
    hits[i].neighbours = std::move(found);
  });
}

/// Draws the hits cluster by cluster as its best member stands: one layout of the scaffold serves a block of members.
void draw(std::vector<ReportHit>& hits, const std::vector<const std::vector<std::uint32_t>*>& shared) {
  std::map<std::uint32_t, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < hits.size(); ++i) members[hits[i].cluster.value_or(0)].push_back(i);
  constexpr std::size_t kBlock = 32;
  struct Block {
    std::string scaffold, member;
    std::vector<std::size_t> hits;
  };
  std::vector<Block> blocks;
  for (const auto& [cluster, all] : members)
    for (std::size_t at = 0; at < all.size(); at += kBlock)
      blocks.push_back({all.size() > 1 ? murcko_scaffold(hits[all.front()].smiles) : "", hits[all.front()].smiles,
                        std::vector(all.begin() + static_cast<std::ptrdiff_t>(at),
                                    all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), at + kBlock)))});
  oneapi::tbb::parallel_for(std::size_t{0}, blocks.size(), [&](std::size_t block) {
    const auto& [scaffold, member, of_block] = blocks[block];
    const ScaffoldLayout layout{scaffold, member};
    for (const std::size_t i : of_block)
      hits[i].drawing = depict(hits[i].smiles, {.like = &layout, .shared = shared[i]});
  });
}

}  // namespace

void group_and_draw(ReportData& data, std::size_t nearest_active, const std::map<std::string, std::string>& actives) {
  const Fingerprints fingerprints = fingerprints_of(data.hits);
  find_neighbours(data.hits, fingerprints);
  const Clusters clusters = butina_clusters(fingerprints.set, kClusterSimilarity);
  for (std::size_t i = 0; i < data.hits.size(); ++i) data.hits[i].cluster = clusters.cluster_of[i];
  data.clustering =
      "Butina clusters of Morgan fingerprints (radius 2, 2048 bits), Tanimoto similarity of at least 0.5 "
      "to the cluster's centre.";

  std::map<std::string, std::vector<std::uint32_t>> environments;  // of the actives that hits name
  std::vector<const std::vector<std::uint32_t>*> shared(data.hits.size(), nullptr);
  for (std::size_t i = 0; i < data.hits.size(); ++i) {
    const std::string& id = data.hits[i].values.at(nearest_active);
    const auto active = actives.find(id);
    if (active == actives.end()) continue;
    const auto [entry, is_new] = environments.try_emplace(id);
    if (is_new) {
      entry->second = atom_environments(active->second);
      data.actives.push_back({id, depict(active->second)});
    }
    shared[i] = &entry->second;
  }
  draw(data.hits, shared);
}

}  // namespace digitalis
