#include "screening/stage_tools.hpp"

#include <string>
#include <utility>

#include "scheduler/item_watch.hpp"
#include "screening/compound_walls.hpp"

namespace digitalis {

StageFrame StageTools::apply(const StagePart& part, const CompoundBlock& compounds, const Task& task) const {
  StageFrame out;
  for (const std::uint32_t i : part.compounds) {
    const std::uint64_t item = StagePart::item_of(part.chunk, i);
    if (task.only && *task.only != item) continue;
    if (const KilledBy* const killer = killer_of(task, item)) {
      out.dropped.emplace_back(i, killer->reason);
      continue;
    }
    begin_item(item);
    if (kind == StageSpec::Kind::kFilter) {
      const auto alerts = compounds.alerts(i);
      auto reason = filter->reason_to_drop(compounds.descriptors(i), {alerts.begin(), alerts.end()},
                                           std::string{compounds.smiles(i)});
      if (reason) {
        out.dropped.emplace_back(i, std::move(*reason));
        continue;
      }
    } else if (kind == StageSpec::Kind::kDock) {
      docking->dock(i, compounds.smiles(i), std::string{compounds.id(i)}, out);
      continue;
    } else {
      for (const SimilarityQueries& targets_queries : queries) {
        const auto [similarity, nearest] = targets_queries.score(compounds.on_bits(i));
        out.scores.push_back(similarity);
        out.nearest.push_back(nearest);
      }
    }
    out.passed.push_back(i);
  }
  return out;
}

}  // namespace digitalis
