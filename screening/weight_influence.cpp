#include "screening/weight_influence.hpp"

#include <algorithm>
#include <mutex>
#include <numeric>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/bytes.hpp"
#include "scoring/outcomes/influence.hpp"
#include "screening/over_chunks.hpp"

namespace digitalis {

namespace {

/// Orders candidates under other weights: higher scores first, ties by ID, as the campaign's own ranking does.
struct Standing {
  double score = 0;
  std::string id;
  bool operator<(const Standing& other) const { return score != other.score ? score > other.score : id < other.id; }
};

std::vector<double> of_columns(const Funnel& funnel, const std::vector<double>& of_target) {
  std::vector<double> weights;
  for (const std::size_t column : funnel.scored_columns())
    weights.push_back(of_target[funnel.columns()[column].target]);
  return weights;
}

std::vector<double> levels_of(const Funnel& funnel, const Candidate& candidate) {
  std::vector<double> values;
  for (const std::size_t column : funnel.scored_columns()) values.push_back(candidate.columns[column]);
  return funnel.scorer().levels(values);
}

/// What every rank must know of the hits: their levels and IDs.
struct KnownHits {
  std::vector<std::vector<double>> levels;
  std::vector<std::string> ids;
};

KnownHits share_hits(MpiWorld& world, const Funnel& funnel, const CompoundStore& store,
                     std::span<const Candidate> hits) {
  ByteWriter out;
  if (world.is_first())
    for (const Candidate& hit : hits) {
      const std::vector<double> levels = levels_of(funnel, hit);
      out.put_array(std::span{levels});
      out.put_string(store.chunk(hit.chunk).id(hit.index));
    }
  const std::string bytes = world.broadcast(out.take());
  KnownHits known;
  for (ByteReader in{bytes}; !in.at_end();) {
    known.levels.push_back(in.get_array<double>());
    known.ids.emplace_back(in.get_string());
  }
  return known;
}

}  // namespace

WeightInfluence weight_influence(MpiWorld& world, int threads, const Funnel& funnel, const CompoundStore& store,
                                 std::span<const Candidate> hits, const std::vector<OtherWeights>& others,
                                 const WeightDraws& draws, std::uint32_t k) {
  const KnownHits known = share_hits(world, funnel, store, hits);
  const std::size_t count = known.ids.size();
  std::vector<std::vector<double>> weights;
  for (const OtherWeights& other : others) weights.push_back(of_columns(funnel, other.of_target));

  // The hits under each of the other weights, best first. A candidate pushes back those that it stands before.
  std::vector<std::vector<Standing>> standings(others.size(), std::vector<Standing>(count));
  std::vector<std::vector<std::size_t>> order(others.size(), std::vector<std::size_t>(count));
  for (std::size_t w = 0; w < others.size(); ++w) {
    std::vector<Standing> unsorted(count);
    for (std::size_t i = 0; i < count; ++i)
      unsorted[i] = {funnel.scorer().score_under(weights[w], known.levels[i]), known.ids[i]};
    std::iota(order[w].begin(), order[w].end(), 0U);
    std::sort(order[w].begin(), order[w].end(), [&](auto a, auto b) { return unsorted[a] < unsorted[b]; });
    for (std::size_t i = 0; i < count; ++i) standings[w][i] = unsorted[order[w][i]];
  }
  std::vector<std::uint64_t> before(others.size() * (count + 1));
  std::mutex adding;
  (void)gather_over_chunks(world, threads, store.chunks(), [&](std::uint64_t chunk) {
    std::vector<std::uint64_t> here(before.size());
    const CompoundBlock compounds = store.chunk(chunk);
    for (const Candidate& candidate : funnel.candidates(chunk, compounds)) {
      const std::vector<double> levels = levels_of(funnel, candidate);
      const std::string id{compounds.id(candidate.index)};
      for (std::size_t w = 0; w < others.size(); ++w) {
        const Standing own{funnel.scorer().score_under(weights[w], levels), id};
        const auto at = std::upper_bound(standings[w].begin(), standings[w].end(), own);
        ++here[w * (count + 1) + static_cast<std::size_t>(at - standings[w].begin())];
      }
    }
    const std::lock_guard lock(adding);
    for (std::size_t i = 0; i < here.size(); ++i) before[i] += here[i];
    return std::string{};
  });
  before = world.sum(std::move(before));
  if (!world.is_first()) return {};

  WeightInfluence result;
  result.k = static_cast<std::uint32_t>(std::min<std::size_t>(k, count));
  result.hits.resize(count);
  for (HitInfluence& hit : result.hits) hit.places.resize(others.size());
  for (std::size_t w = 0; w < others.size(); ++w) {
    std::uint64_t ahead = 0;
    std::vector<double> own(result.k), there(result.k);
    for (std::size_t i = 0; i < count; ++i) {
      ahead += before[w * (count + 1) + i];
      result.hits[order[w][i]].places[w] = ahead + 1;
    }
    std::uint32_t lost = 0;
    for (std::uint32_t i = 0; i < result.k; ++i) {
      lost += result.hits[i].places[w] > result.k;
      own[i] = -static_cast<double>(i);
      there[i] = -static_cast<double>(result.hits[i].places[w]);
    }
    result.influence.push_back(result.k == 0 ? 0.0 : static_cast<double>(lost) / result.k);
    result.kendall_tau.push_back(ranking_change(own, there, result.k).kendall_tau);
  }

  // Every draw ranks the hits anew; memory is one score per hit and draw.
  const std::size_t rounds = draws.draws();
  std::vector<double> scores(count * rounds);
  std::vector<std::uint32_t> among_best(count);
  oneapi::tbb::task_arena{threads}.execute([&] {
    oneapi::tbb::parallel_for(std::size_t{0}, rounds, [&](std::size_t r) {
      const auto drawn = draws.draw(r);
      const std::vector<double> under = of_columns(funnel, {drawn.begin(), drawn.end()});
      std::vector<std::pair<double, std::size_t>> ranked(count);
      for (std::size_t i = 0; i < count; ++i) {
        const double score = funnel.scorer().score_under(under, known.levels[i]);
        scores[i * rounds + r] = score;
        ranked[i] = {-score, i};
      }
      std::nth_element(ranked.begin(), ranked.begin() + result.k, ranked.end());
      const std::lock_guard lock(adding);
      for (std::uint32_t i = 0; i < result.k; ++i) ++among_best[ranked[i].second];
    });
  });
  for (std::size_t i = 0; i < count && rounds > 0; ++i) {
    const auto begin = scores.begin() + static_cast<std::ptrdiff_t>(i * rounds);
    std::sort(begin, begin + static_cast<std::ptrdiff_t>(rounds));
    result.hits[i].score_low = *(begin + static_cast<std::ptrdiff_t>(0.025 * static_cast<double>(rounds - 1) + 0.5));
    result.hits[i].score_high = *(begin + static_cast<std::ptrdiff_t>(0.975 * static_cast<double>(rounds - 1) + 0.5));
    result.hits[i].p_top_k = static_cast<double>(among_best[i]) / static_cast<double>(rounds);
  }
  return result;
}

void add_influence(HitTable& hits, const WeightInfluence& influence) {
  for (const char* column : {"place_equal_diseases", "score_low_95", "score_high_95", "p_among_best"})
    hits.table.header.emplace_back(column);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const HitInfluence& of_hit = influence.hits.at(i);
    std::vector<std::string>& row = hits.table.rows[i];
    row.push_back(std::to_string(of_hit.places.at(0)));
    for (const double figure : {of_hit.score_low, of_hit.score_high, of_hit.p_top_k}) row.push_back(fixed(figure, 4));
  }
}

}  // namespace digitalis
