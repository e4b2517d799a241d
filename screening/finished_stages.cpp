#include "screening/finished_stages.hpp"

#include <algorithm>
#include <cmath>

#include "chem/usage_error.hpp"
#include "scheduler/journal.hpp"
#include "scoring/consensus.hpp"
#include "screening/campaign.hpp"
#include "screening/stage_units.hpp"

namespace digitalis {

struct FinishedStages::State {
  const CompoundStore& store;
  Journal journal;
  std::vector<FinishedStage> stages;
  std::vector<StageUnits> units;
  std::vector<std::string> targets;
  std::vector<double> weights;  // of the targets
  Consensus consensus = Consensus::kBest;

  [[nodiscard]] StageFrame frame(std::size_t stage, std::uint64_t chunk) const {
    return units[stage].frame(journal, static_cast<std::uint32_t>(stage + 1), chunk);
  }

  /// What makes one score of a stage's columns, as the funnel did it. Sums are made chunk by chunk, in their order.
  [[nodiscard]] ConsensusScorer scorer(std::size_t stage) const {
    const std::size_t columns = stages[stage].targets.size();
    ColumnStatistics statistics{consensus, columns};
    if (consensus != Consensus::kBest && consensus != Consensus::kWeighted)
      for (std::uint64_t chunk = 0; chunk < store.chunks(); ++chunk) {
        ColumnStatistics block{consensus, columns};
        const StageFrame scores = frame(stage, chunk);
        for (std::size_t i = 0; i < scores.passed.size(); ++i) block.add(scores.row(i));
        statistics.merge(block);
      }
    std::vector<double> of_columns;
    for (const std::size_t target : stages[stage].targets) of_columns.push_back(weights[target]);
    return {consensus, std::move(of_columns), std::move(statistics)};
  }
};

namespace {

Journal scanned(const RunFolder& run) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(run.journal(), ignored))
    throw UsageError(run.journal().string() + ": the run's journal is gone; hint: only its results are left");
  return Journal::scan(run.journal());
}

/// StageSpec::scores() of a target in the manifest.
bool scores(const std::string& kind, const nlohmann::json& target) {
  if (kind == "similarity") return !target.at("actives").empty();
  if (kind == "dock") return target.contains("site");
  return kind == "shape" &&
         (target.contains("shape_query") || (target.contains("site") && target.at("site").at("reference").at(0) != ""));
}

std::vector<FinishedStage> stages_of(const nlohmann::json& manifest) {
  const nlohmann::json& campaign = manifest.at("campaign");
  std::vector<FinishedStage> stages;
  for (const auto& one : campaign.at("stages")) {
    FinishedStage stage{.name = one.at("name"), .kind = "", .targets = {}, .keep_share = {}, .keep_count = {}};
    stage.kind = stage.name.substr(0, stage.name.find('_'));
    if (!one.at("keep_share").is_null()) stage.keep_share = one.at("keep_share").get<double>();
    if (!one.at("keep_count").is_null()) stage.keep_count = one.at("keep_count").get<std::uint64_t>();
    for (std::size_t target = 0; target < campaign.at("targets").size(); ++target) {
      const nlohmann::json& its = campaign.at("targets").at(target);
      if (scores(stage.kind, its)) stage.targets.push_back(target);
    }
    const nlohmann::json& counts = manifest.at("results").at("funnel").at(stages.size());
    stage.entered = counts.at("entered");
    stage.passed = counts.at("passed");
    stages.push_back(std::move(stage));
  }
  return stages;
}

}  // namespace

FinishedStages::FinishedStages(const RunFolder& run, const CompoundStore& store)
    : state_(std::make_unique<State>(
          State{.store = store, .journal = scanned(run), .stages = {}, .units = {}, .targets = {}, .weights = {}})) {
  const nlohmann::json& manifest = run.manifest();
  state_->stages = stages_of(manifest);
  state_->consensus = find_consensus(manifest.at("campaign").at("ranking").at("consensus").get<std::string>()).value();
  for (const auto& target : manifest.at("results").at("targets")) {
    state_->targets.push_back(target.at("name"));
    state_->weights.push_back(target.at("weight"));
  }
  for (const FinishedStage& stage : state_->stages)
    state_->units.push_back(
        StageUnits::of_stage(takes_long(find_stage_kind(stage.kind).value()), store.chunks(), stage.entered));
}
FinishedStages::~FinishedStages() = default;

const std::vector<FinishedStage>& FinishedStages::stages() const { return state_->stages; }
const std::vector<std::string>& FinishedStages::targets() const { return state_->targets; }

StageFrame FinishedStages::frame(std::size_t stage, std::uint64_t chunk) const { return state_->frame(stage, chunk); }

Standing FinishedStages::standing(std::size_t stage, std::uint64_t chunk, std::size_t row) const {
  const State& state = *state_;
  const ConsensusScorer scorer = state.scorer(stage);
  const StageFrame own = frame(stage, chunk);
  const std::string id{state.store.chunk(chunk).id(own.passed[row])};
  Standing found{.score = scorer.score(own.row(row)), .place = 1, .of = 0, .kept = 0, .cut = {}};
  std::vector<double> scores;
  for (std::uint64_t other = 0; other < state.store.chunks(); ++other) {
    const StageFrame frame = state.frame(stage, other);
    std::optional<CompoundBlock> compounds;  // read for the IDs of equals only
    for (std::size_t i = 0; i < frame.passed.size(); ++i) {
      const double score = scorer.score(frame.row(i));
      scores.push_back(score);
      found.place += score > found.score;
      if (score != found.score) continue;
      if (!compounds) compounds = state.store.chunk(other);
      found.place += compounds->id(frame.passed[i]) < id;
    }
  }
  found.of = found.kept = scores.size();
  const FinishedStage& its = state.stages[stage];
  if (its.keep_count) found.kept = std::min<std::uint64_t>(*its.keep_count, found.of);
  if (its.keep_share)
    found.kept = static_cast<std::uint64_t>(std::ceil(*its.keep_share * static_cast<double>(found.of)));
  if (found.kept > 0 && found.kept < found.of) {
    const auto last = scores.begin() + static_cast<std::ptrdiff_t>(found.kept - 1);
    std::nth_element(scores.begin(), last, scores.end(), std::greater<>{});
    found.cut = *last;
  }
  return found;
}

}  // namespace digitalis
