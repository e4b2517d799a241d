#include "screening/stage_standings.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <numeric>
#include <span>

#include "screening/over_chunks.hpp"

namespace digitalis {
namespace {

/// IDs of the hits, in their order. Reads each chunk of the store once.
std::vector<std::string> ids_of(const std::vector<Candidate>& hits, const CompoundStore& store) {
  std::vector<std::size_t> by_chunk(hits.size());
  std::iota(by_chunk.begin(), by_chunk.end(), std::size_t{0});
  std::stable_sort(by_chunk.begin(), by_chunk.end(),
                   [&](std::size_t a, std::size_t b) { return hits[a].chunk < hits[b].chunk; });
  std::vector<std::string> ids(hits.size());
  CompoundBlock compounds;
  for (std::size_t i = 0; i < by_chunk.size(); ++i) {
    const Candidate& hit = hits[by_chunk[i]];
    if (i == 0 || hits[by_chunk[i - 1]].chunk != hit.chunk) compounds = store.chunk(hit.chunk);
    ids[by_chunk[i]] = compounds.id(hit.index);
  }
  return ids;
}

/// The lowest score of all ranks, on rank 0.
double lowest_of_ranks(MpiWorld& world, double here) {
  double lowest = here;
  for (const std::string& bytes : world.gather(std::string_view{reinterpret_cast<const char*>(&here), sizeof here}))
    lowest = std::min(lowest, ByteReader{bytes}.get<double>());
  return lowest;
}

}  // namespace

std::vector<StageStandings> stage_standings(MpiWorld& world, int threads, const Funnel& funnel,
                                            const CompoundStore& store, const std::vector<Candidate>& hits) {
  const std::vector<std::string> ids = world.is_first() ? ids_of(hits, store) : std::vector<std::string>{};
  std::vector<StageStandings> all;
  const std::vector<ScoreColumn>& columns = funnel.columns();
  for (std::size_t first = 0; first < columns.size();) {
    const std::size_t stage = columns[first].stage;
    std::size_t end = first;
    while (end < columns.size() && columns[end].stage == stage) ++end;
    const StageRanking& ranking = funnel.ranking(stage);
    StageStandings found{.stage = stage, .scored = ranking.scored, .cut_score = {}, .of_hits = {}};
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      found.of_hits.push_back({ranking.scorer->score(std::span{hits[i].columns}.subspan(first, end - first)), 0});
      keys.push_back(place_key(found.of_hits.back().score, ids[i]));
    }

    double lowest_kept = std::numeric_limits<double>::infinity();
    std::mutex lowering;
    const KeyScan scan = [&](const std::function<void(std::string_view)>& visit) {
      (void)gather_over_chunks(world, threads, store.chunks(), [&](std::uint64_t chunk) {
        const CompoundBlock compounds = store.chunk(chunk);
        const StageFrame frame = funnel.frame(stage, chunk);
        double lowest_here = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < frame.passed.size(); ++i) {
          const double score = ranking.scorer->score(frame.row(i));
          const std::string key = place_key(score, compounds.id(frame.passed[i]));
          visit(key);
          if (ranking.cut.keeps(key)) lowest_here = std::min(lowest_here, score);
        }
        const std::lock_guard lock{lowering};
        lowest_kept = std::min(lowest_kept, lowest_here);
        return std::string{};
      });
    };
    const std::vector<std::uint64_t> before = count_smaller(world, keys, scan);
    const double cut_score = lowest_of_ranks(world, lowest_kept);
    for (std::size_t i = 0; i < found.of_hits.size(); ++i) found.of_hits[i].place = before[i] + 1;
    if (ranking.kept < ranking.scored) found.cut_score = cut_score;
    if (world.is_first()) all.push_back(std::move(found));
    first = end;
  }
  return all;
}

}  // namespace digitalis
