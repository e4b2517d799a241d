#pragma once
// What a stage of the funnel works on compounds with: the filter, the queries of a similarity search, or docking.

#include <memory>
#include <vector>

#include "chem/compound_block.hpp"
#include "chem/structure_filter.hpp"
#include "scheduler/stage_runner.hpp"
#include "scoring/similarity/similarity.hpp"
#include "screening/campaign.hpp"
#include "screening/docking_stage.hpp"
#include "screening/stage_frame.hpp"
#include "screening/stage_part.hpp"

namespace digitalis {

/// Of these a stage has what its kind needs.
struct StageTools {
  StageSpec::Kind kind = StageSpec::Kind::kFilter;
  const StructureFilter* filter = nullptr;
  std::vector<SimilarityQueries> queries;  ///< one per target that the stage scores
  std::unique_ptr<DockingStage> docking;   ///< once the stage has begun

  /// The compounds of a part that pass, with their scores, and why the others do not. Safe to call concurrently.
  /// @param compounds  the part's chunk of the store
  /// @param task       brings the compounds that must not be touched, or the only one that is to be
  [[nodiscard]] StageFrame apply(const StagePart& part, const CompoundBlock& compounds, const Task& task) const;
};

}  // namespace digitalis
