#pragma once
// What a stage of the funnel works on compounds with: the filter, the queries of a similarity search, overlays, or
// docking.

#include <cstddef>
#include <memory>
#include <vector>

#include "chem/compound_block.hpp"
#include "chem/compound_store.hpp"
#include "chem/structure_filter.hpp"
#include "scheduler/mpi_world.hpp"
#include "scheduler/stage_runner.hpp"
#include "scoring/similarity/similarity.hpp"
#include "screening/campaign.hpp"
#include "screening/docking_stage.hpp"
#include "screening/shape_stage.hpp"
#include "screening/stage_frame.hpp"
#include "screening/stage_part.hpp"
#include "screening/targets.hpp"

namespace digitalis {

/// One for each target that a similarity stage scores.
[[nodiscard]] std::vector<SimilarityQueries> similarity_queries(const Campaign& campaign, const StageSpec& stage,
                                                                const std::vector<Target>& targets, std::uint32_t bits);

/// Of these a stage has what its kind needs.
struct StageTools {
  StageSpec::Kind kind = StageSpec::Kind::kFilter;
  const StructureFilter* filter = nullptr;
  std::vector<SimilarityQueries> queries;
  std::unique_ptr<ShapeStage> shape;      ///< once the stage has begun
  std::unique_ptr<DockingStage> docking;  ///< once the stage has begun

  /// Makes what is worth making only when the stage begins: shapes of queries, maps of receptors. Collective.
  /// @param stage  index in the campaign's stages
  void begin(MpiWorld& world, const Campaign& campaign, std::size_t stage, const Sites& sites,
             const CompoundStore& store);

  /// The compounds of a part that pass, with their scores, and why the others do not. Safe to call concurrently.
  /// @param compounds  the part's chunk of the store
  /// @param task       brings the compounds that must not be touched, or the only one that is to be
  [[nodiscard]] StageFrame apply(const StagePart& part, const CompoundBlock& compounds, const Task& task) const;
};

}  // namespace digitalis
