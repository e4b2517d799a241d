#pragma once
// The stages of a finished run, read again from its journal by one process that knows neither receptors nor known
// actives: what became of a compound in each, and where it stood among the others.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chem/compound_store.hpp"
#include "screening/run_folder.hpp"
#include "screening/stage_frame.hpp"

namespace digitalis {

/// A stage as the run's manifest has it.
struct FinishedStage {
  std::string name, kind;            ///< "dock_2" of kind "dock"
  std::vector<std::size_t> targets;  ///< that it scored, as indices into the run's targets, in column order
  std::optional<double> keep_share;  ///< its cut, when it had one
  std::optional<std::uint64_t> keep_count;
  std::uint64_t entered = 0, passed = 0;  ///< passed: after its cut
};

/// Where a compound stood in a stage that scored it.
struct Standing {
  double score = 0;           ///< its columns made one, by the campaign's consensus
  std::uint64_t place = 0;    ///< from 1, higher scores first, ties by ID
  std::uint64_t of = 0;       ///< compounds that were scored
  std::uint64_t kept = 0;     ///< of them, by the cut; all without one
  std::optional<double> cut;  ///< the score of the last that was kept
};

class FinishedStages {
 public:
  /// @throws UsageError  the run's journal is gone
  FinishedStages(const RunFolder& run, const CompoundStore& store);
  ~FinishedStages();

  [[nodiscard]] const std::vector<FinishedStage>& stages() const;
  [[nodiscard]] const std::vector<std::string>& targets() const;
  /// What a stage made of a chunk of the store.
  [[nodiscard]] StageFrame frame(std::size_t stage, std::uint64_t chunk) const;
  /// @param row  of the compound among the frame's passed ones
  /// One or two passes over the stage's part of the journal: a second for some million compounds.
  [[nodiscard]] Standing standing(std::size_t stage, std::uint64_t chunk, std::size_t row) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace digitalis
