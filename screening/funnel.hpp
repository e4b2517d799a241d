#pragma once
// The stages of a campaign, one after the other over the chunks of a compound store:
//
//   unit (stage_units.hpp): store chunk + survivors of the stage before -> filter | similarity | shape | dock -> frame
//   in the journal -> (cut: the best N) -> next stage
//
// A cut needs all scores of its stage; it is found by a selection over the ranks, never by gathering.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chem/compound_store.hpp"
#include "scheduler/claims.hpp"
#include "scheduler/journal.hpp"
#include "scheduler/mpi_world.hpp"
#include "scheduler/progress.hpp"
#include "screening/campaign.hpp"
#include "screening/compound_walls.hpp"
#include "screening/docking_stage.hpp"
#include "screening/funnel_results.hpp"
#include "screening/stage_frame.hpp"
#include "screening/stage_ranking.hpp"
#include "screening/targets.hpp"

namespace digitalis {

/// A stage gives scores, one column per target that it can score. In all of them higher is better: docking's are
/// -affinity.
struct ScoreColumn {
  std::size_t stage = 0;   ///< index in the campaign's stages
  std::size_t target = 0;  ///< index in the targets
  std::string name;        ///< "similarity_EGFR", "dock_EGFR"
  std::size_t within = 0;  ///< its number among the columns of its stage
  StageSpec::Kind kind = StageSpec::Kind::kSimilarity;
};

class Funnel {
 public:
  /// All references must outlive the funnel.
  Funnel(MpiWorld& world, const Campaign& campaign, const CompoundStore& store, const std::vector<Target>& targets,
         const Sites& sites = {});
  ~Funnel();

  /// This process shares the run with others, without MPI: run() does what they leave to it. Before run(); outlives it.
  void share_with(Claims& claims);

  /// What a compound may take, in the stages that run() runs. None until this is called.
  void set_walls(CompoundWalls walls);

  /// Runs what the journal in `folder` does not hold yet; a docking stage begins with its reference ligands, of which
  /// `redocked` hears on rank 0. Collective. False when stopped on request; resumable.
  [[nodiscard]] bool run(const std::filesystem::path& folder, int threads, Progress& progress,
                         const std::function<void(const Redocking&)>& redocked = {});

  /// For a quarantined process: makes what a stage, by index in the campaign's stages, needs, and then works on a task
  /// of it as run() does. The payload of the task are stage parts.
  void begin_alone(std::size_t stage);
  [[nodiscard]] ChunkResult work_alone(std::size_t stage, const Task& task) const;

  /// The rest is for after a complete run().
  [[nodiscard]] const std::vector<ScoreColumn>& columns() const;
  /// Those that make the campaign's score, and how.
  [[nodiscard]] const std::vector<std::size_t>& scored_columns() const;
  [[nodiscard]] const ConsensusScorer& scorer() const;
  /// Rank 0: how the reference ligands of docking stages came out, stage by stage.
  [[nodiscard]] const std::vector<Redocking>& redockings() const;
  /// The names of what compounds were overlaid on for a target, by its index; empty without a shape stage or query.
  [[nodiscard]] std::vector<std::string> shape_queries(std::size_t target) const;
  /// Where a stage, by index in the campaign's stages, put the compounds that it scored.
  [[nodiscard]] const StageRanking& ranking(std::size_t stage) const;
  /// Counts of each stage, and last of the queries that are left out, on rank 0. Collective. One pass over journal and
  /// store, shared among the ranks.
  [[nodiscard]] std::vector<StageSummary> summaries() const;
  /// The frame of a stage, by index in the campaign's stages. Safe to call concurrently.
  [[nodiscard]] StageFrame frame(std::size_t stage, std::uint64_t chunk) const;
  /// Compounds of a chunk that passed every stage, with their scores, without the queries unless the campaign lists
  /// them. Safe to call concurrently.
  [[nodiscard]] std::vector<Candidate> candidates(std::uint64_t chunk, const CompoundBlock& compounds) const;
  /// The best `count` candidates, best first, ties by compound ID, on rank 0; empty elsewhere. Collective.
  [[nodiscard]] std::vector<Candidate> best(std::uint64_t count) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace digitalis
