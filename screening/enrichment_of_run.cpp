#include "screening/enrichment_of_run.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace digitalis {
namespace {

double ef_1_percent(const ActivePlaces& found) { return enrichment_factor(found, 0.01); }
double auc(const ActivePlaces& found) { return roc_auc(found); }
double bedroc_20(const ActivePlaces& found) { return bedroc(found, 20.0); }

/// Compounds by place in the store.
using Positions = std::unordered_set<std::uint64_t>;
constexpr std::uint64_t position(std::uint64_t chunk, std::uint32_t index) { return chunk << 32U | index; }

/// Where one target's known actives lie in the store.
struct KnownPositions {
  Positions queries, held_back;
};

std::vector<KnownPositions> find_known(const CompoundStore& store, const std::vector<Target>& targets) {
  struct Role {
    std::size_t target;
    bool query;
  };
  std::unordered_multimap<std::string, Role> roles;
  for (std::size_t target = 0; target < targets.size(); ++target) {
    for (const Compound& active : targets[target].queries) roles.emplace(active.smiles, Role{target, true});
    for (const Compound& active : targets[target].held_back) roles.emplace(active.smiles, Role{target, false});
  }
  std::vector<KnownPositions> known(targets.size());
  for (std::uint64_t chunk = 0; chunk < store.chunks(); ++chunk) {
    const CompoundBlock compounds = store.chunk(chunk);
    for (std::uint32_t i = 0; i < compounds.size(); ++i) {
      const auto [begin, end] = roles.equal_range(std::string{compounds.smiles(i)});
      for (auto role = begin; role != end; ++role) {
        KnownPositions& of_target = known[role->second.target];
        (role->second.query ? of_target.queries : of_target.held_back).insert(position(chunk, i));
      }
    }
  }
  return known;
}

ColumnEnrichment measure_column(const Funnel& funnel, const CompoundStore& store, const ScoreColumn& column,
                                std::size_t within_stage, const Target& target, const KnownPositions& known) {
  const auto each_score = [&](const auto& visit) {
    for (std::uint64_t chunk = 0; chunk < store.chunks(); ++chunk) {
      const StageFrame frame = funnel.frame(column.stage, chunk);
      for (std::size_t i = 0; i < frame.passed.size(); ++i)
        visit(position(chunk, frame.passed[i]), frame.row(i)[within_stage]);
    }
  };
  std::vector<double> active_scores;
  each_score([&](std::uint64_t at, double score) {
    if (known.held_back.contains(at)) active_scores.push_back(score);
  });
  ColumnEnrichment result{.column = column.name,
                          .target = target.name,
                          .queries = target.queries.size(),
                          .held_back = target.held_back.size(),
                          .found = active_scores.size()};
  if (active_scores.empty()) return result;
  PlaceCounter counter{std::move(active_scores)};
  each_score([&](std::uint64_t at, double score) {
    if (!known.held_back.contains(at) && !known.queries.contains(at)) counter.add_decoy(score);
  });
  const ActivePlaces places = counter.places();
  result.listed = places.listed;
  if (!result.measured()) return result;
  result.places = places.places;
  result.roc_auc = roc_auc(places);
  result.ef_1_percent = enrichment_factor(places, 0.01);
  result.ef_5_percent = enrichment_factor(places, 0.05);
  result.bedroc_20 = bedroc(places, 20.0);
  result.rie_20 = robust_initial_enhancement(places, 20.0);
  result.log_auc = log_auc(places);
  result.roc_auc_95 = bootstrap_interval(places, &auc);
  result.ef_1_percent_95 = bootstrap_interval(places, &ef_1_percent);
  result.bedroc_20_95 = bootstrap_interval(places, &bedroc_20);
  return result;
}

}  // namespace

std::vector<ColumnEnrichment> measure_enrichment(const Funnel& funnel, const CompoundStore& store,
                                                 const std::vector<Target>& targets) {
  std::vector<ColumnEnrichment> all;
  if (std::all_of(targets.begin(), targets.end(), [](const Target& target) { return target.held_back.empty(); }))
    return all;
  const std::vector<KnownPositions> known = find_known(store, targets);
  std::size_t first_of_stage = 0;
  for (std::size_t i = 0; i < funnel.columns().size(); ++i) {
    const ScoreColumn& column = funnel.columns()[i];
    if (column.stage != funnel.columns()[first_of_stage].stage) first_of_stage = i;
    if (targets[column.target].held_back.empty()) continue;
    all.push_back(
        measure_column(funnel, store, column, i - first_of_stage, targets[column.target], known[column.target]));
  }
  return all;
}

}  // namespace digitalis
