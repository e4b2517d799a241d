#pragma once
// The shape stage of a campaign: conformers of every compound that is still in, overlaid on every target's query.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chem/compound_store.hpp"
#include "chem/conformer_ensemble.hpp"
#include "screening/campaign.hpp"
#include "screening/docking_stage.hpp"
#include "screening/search/shape_query.hpp"
#include "screening/search/store_conformers.hpp"
#include "screening/stage_frame.hpp"

namespace digitalis {

/// What compounds are overlaid on for a target: its `shape_query`, else the reference ligand of its receptor where the
/// crystal has it. At least one.
/// @param conformers  of queries that tell no coordinates, at most
/// @param site        the target's receptor, when it is prepared already; otherwise it is, to find the ligand
/// @throws UsageError  what is wrong with a query, with its place in the campaign file
[[nodiscard]] std::vector<ShapeQuery> shape_queries_of(const TargetSpec& target, std::uint32_t conformers,
                                                       const DockingSite* site);

class ShapeStage {
 public:
  /// @param stage  index in the campaign's stages
  /// @param sites  that are prepared already; the others are where their ligand is needed
  /// @param store  whose conformers are taken where a search left them; null: they are made. Scores are the same.
  /// Everything must outlive the stage. Throws UsageError as shape_queries_of() does.
  ShapeStage(const Campaign& campaign, std::size_t stage, const Sites& sites, const CompoundStore* store);

  /// Of a chunk of the store; nothing where they must be made.
  /// @throws std::runtime_error  damaged, or of other compounds; names file and block
  [[nodiscard]] std::optional<ConformerBlock> stored_conformers(std::uint64_t number, const CompoundBlock& chunk) const;
  [[nodiscard]] bool has_stored_conformers() const { return stored_.has_value(); }

  /// Appends a compound to the frame: for each target with a query the score of the best overlay of all conformers and
  /// queries, with the number of the query; or the reason why it has no conformers, beginning with the reject's code.
  /// Safe to call concurrently with different frames. Conformers take 0.1 to 0.2 s, overlays some 40 µs each.
  void overlay(std::uint32_t index, std::string_view smiles, const std::string& id, StageFrame& frame) const;
  /// The same with conformers that are there.
  void overlay(std::uint32_t index, const ConformerBlock& conformers, std::size_t at, StageFrame& frame) const;

  /// The names of a target's queries, by its index in the campaign's; empty where it has none.
  [[nodiscard]] std::vector<std::string> query_names(std::size_t target) const;
  [[nodiscard]] const EnsembleOptions& ensemble() const { return ensemble_; }

 private:
  struct Target {
    std::size_t number;  // in the campaign's targets
    std::vector<ShapeQuery> queries;
  };
  const StageSpec& spec_;
  EnsembleOptions ensemble_;
  std::vector<Target> targets_;
  std::optional<StoreConformers> stored_;
};

}  // namespace digitalis
