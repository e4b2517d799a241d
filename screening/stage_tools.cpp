#include "screening/stage_tools.hpp"

#include <optional>
#include <string>
#include <utility>

#include "scheduler/item_watch.hpp"
#include "screening/compound_walls.hpp"

namespace digitalis {

std::vector<SimilarityQueries> similarity_queries(const Campaign& campaign, const StageSpec& stage,
                                                  const std::vector<Target>& targets, std::uint32_t bits) {
  std::vector<SimilarityQueries> queries;
  for (std::size_t target = 0; target < targets.size(); ++target) {
    if (stage.kind != StageSpec::Kind::kSimilarity || !stage.scores(campaign.targets[target])) continue;
    std::vector<std::vector<std::uint16_t>> actives;
    for (const Compound& query : targets[target].queries) actives.push_back(query.on_bits);
    queries.emplace_back(actives, bits, Fusion{stage.nearest});
  }
  return queries;
}

void StageTools::begin(MpiWorld& world, const Campaign& campaign, std::size_t stage, const Sites& sites,
                       const CompoundStore& store) {
  if (kind == StageSpec::Kind::kShape) shape = std::make_unique<ShapeStage>(campaign, stage, sites, &store);
  if (kind == StageSpec::Kind::kDock) docking = std::make_unique<DockingStage>(world, campaign, stage, sites);
}

StageFrame StageTools::apply(const StagePart& part, const CompoundBlock& compounds, const Task& task) const {
  using Kind = StageSpec::Kind;
  StageFrame out;
  std::optional<ConformerBlock> conformers;
  if (kind == Kind::kShape) conformers = shape->stored_conformers(part.chunk, compounds);
  for (const std::uint32_t i : part.compounds) {
    const std::uint64_t item = StagePart::item_of(part.chunk, i);
    if (task.only && *task.only != item) continue;
    if (const KilledBy* const killer = killer_of(task, item)) {
      out.dropped.emplace_back(i, killer->reason);
      continue;
    }
    begin_item(item);
    switch (kind) {
      case Kind::kFilter: {
        const auto alerts = compounds.alerts(i);
        auto reason = filter->reason_to_drop(compounds.descriptors(i), {alerts.begin(), alerts.end()},
                                             std::string{compounds.smiles(i)});
        if (reason)
          out.dropped.emplace_back(i, std::move(*reason));
        else
          out.passed.push_back(i);
        break;
      }
      case Kind::kSimilarity:
        for (const SimilarityQueries& of_target : queries) {
          const auto [similarity, nearest] = of_target.score(compounds.on_bits(i));
          out.scores.push_back(similarity);
          out.nearest.push_back(nearest);
        }
        out.passed.push_back(i);
        break;
      case Kind::kShape:
        if (conformers)
          shape->overlay(i, *conformers, i, out);
        else
          shape->overlay(i, compounds.smiles(i), std::string{compounds.id(i)}, out);
        break;
      case Kind::kDock: docking->dock(i, compounds.smiles(i), std::string{compounds.id(i)}, out); break;
    }
  }
  return out;
}

}  // namespace digitalis
