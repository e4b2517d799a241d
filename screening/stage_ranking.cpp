#include "screening/stage_ranking.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "screening/over_chunks.hpp"

namespace digitalis {

bool needs_statistics(Consensus consensus) {
  return consensus == Consensus::kZScore || consensus == Consensus::kRank || consensus == Consensus::kBestRank;
}

StageRanking rank_compounds(MpiWorld& world, int threads, const CompoundStore& store, const Keep& keep,
                            Consensus consensus, const std::vector<double>& weights,
                            const std::function<StageFrame(std::uint64_t chunk)>& frame_of) {
  StageRanking ranking;
  std::atomic<std::uint64_t> passed_here = 0;
  (void)gather_over_chunks(world, threads, store.chunks(), [&](std::uint64_t chunk) {
    passed_here += frame_of(chunk).passed.size();
    return std::string{};
  });
  const std::uint64_t scored = world.sum({passed_here}).front();
  ranking.scored = ranking.kept = scored;
  if (weights.empty()) return ranking;
  ColumnStatistics statistics{consensus, weights.size()};
  if (needs_statistics(consensus))
    statistics = statistics_over_chunks(world, threads, store.chunks(), scored, consensus, weights.size(),
                                        [&](std::uint64_t chunk, ColumnStatistics& block) {
                                          const StageFrame scores = frame_of(chunk);
                                          for (std::size_t i = 0; i < scores.passed.size(); ++i)
                                            block.add(scores.row(i));
                                        });
  ranking.scorer.emplace(consensus, weights, std::move(statistics));
  if (keep.all()) return ranking;
  const std::uint64_t kept =
      keep.count ? *keep.count : static_cast<std::uint64_t>(std::ceil(*keep.share * static_cast<double>(scored)));
  ranking.kept = std::min(kept, scored);
  ranking.cut = select_smallest(world, kept, [&](const std::function<void(std::string_view)>& visit) {
    each_chunk_here(world, store, [&](std::uint64_t chunk, const CompoundBlock& compounds) {
      const StageFrame scores = frame_of(chunk);
      for (std::size_t i = 0; i < scores.passed.size(); ++i)
        visit(place_key(ranking.scorer->score(scores.row(i)), compounds.id(scores.passed[i])));
    });
  });
  return ranking;
}

void each_chunk_here(const MpiWorld& world, const CompoundStore& store,
                     const std::function<void(std::uint64_t, const CompoundBlock&)>& visit) {
  for (auto chunk = static_cast<std::uint64_t>(world.rank()); chunk < store.chunks();
       chunk += static_cast<std::uint64_t>(world.size()))
    visit(chunk, store.chunk(chunk));
}

}  // namespace digitalis
