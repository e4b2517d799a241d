#include "screening/campaign_stages.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "chem/conformer_ensemble.hpp"
#include "chem/suggest.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

using Kind = StageSpec::Kind;

constexpr std::array<std::string_view, 4> kKinds{"filter", "similarity", "shape", "dock"};

void read_docking(TomlFields& fields, const DockingEffort& otherwise, StageSpec& stage) {
  stage.effort = otherwise;
  if (const auto effort = fields.text("effort")) stage.effort = read_effort(fields, *effort);
  if (const auto number = fields.number("exhaustiveness", 0.01, 1e6)) stage.effort = {*number};
  if (fields.has("effort") && fields.has("exhaustiveness"))
    fields.error("exhaustiveness", "'effort' and 'exhaustiveness' say the same thing", "give one of them");
  stage.scoring = fields.text("scoring").value_or(stage.scoring);
  if (stage.scoring != "vina" && stage.scoring != "vinardo")
    fields.error("scoring", "unknown scoring function '" + stage.scoring + "'", "\"vina\" or \"vinardo\"");
}

void read_shape(TomlFields& fields, StageSpec& stage) {
  stage.conformers =
      static_cast<std::uint32_t>(fields.whole("conformers", 1, kMostEnsembleConformers).value_or(stage.conformers));
  const auto name = fields.text("score");
  if (!name) return;
  if (const auto score = find_shape_score(*name))
    stage.shape_score = *score;
  else
    fields.error("score", "unknown score '" + *name + "'", "\"combo\", \"shape\" or \"colour\"");
}

/// What a stage needs of a target, as a line of [[targets]].
std::string need_of(Kind kind) {
  switch (kind) {
    case Kind::kDock: return "receptor = \"protein.pdb\" in [[targets]]";
    case Kind::kShape: return "shape_query = \"ligand.sdf\" in [[targets]], or a receptor with its 'reference'";
    case Kind::kSimilarity:
    case Kind::kFilter: break;
  }
  return "actives = [\"known.smi\"] in [[targets]]";
}

/// The stage that could score a target.
Kind kind_for(const TargetSpec& target) {
  return target.has_receptor() ? Kind::kDock : target.actives.empty() ? Kind::kShape : Kind::kSimilarity;
}

std::string scores_of(Kind kind) {
  return kind == Kind::kDock ? "affinities" : kind == Kind::kShape ? "overlays" : "similarities";
}

/// Every stage must have a target to score, every target a stage that scores it, and what is combined must be
/// comparable.
void check_scores(const Campaign& campaign, Findings& findings) {
  if (findings.errors() > 0) return;  // some target or stage may lack what is wrong with it
  const std::string file = campaign.file.string();
  for (const StageSpec& stage : campaign.stages) {
    if (stage.kind == Kind::kFilter) continue;
    if (std::none_of(campaign.targets.begin(), campaign.targets.end(),
                     [&](const TargetSpec& target) { return stage.scores(target); }))
      findings.error(file + ": no target has what stage '" + stage.name + "' needs; hint: " + need_of(stage.kind));
  }
  for (const TargetSpec& target : campaign.targets) {
    if (std::none_of(campaign.stages.begin(), campaign.stages.end(),
                     [&](const StageSpec& stage) { return stage.scores(target); }))
      findings.error(target.place + ": no stage scores target '" + target.name +
                     "'; hint: add [[stages]] with kind = \"" + std::string{name_of(kind_for(target))} + "\"");
    else if (!target.shape_query.empty() && !campaign.has(Kind::kShape))
      findings.error(target.shape_query.front().place + ": no stage overlays compounds on the 'shape_query' of '" +
                     target.name + "'; hint: add [[stages]] with kind = \"shape\"");
  }
  std::set<Kind> kinds;
  for (const auto& [stage, target] : campaign.deciding_scores()) kinds.insert(campaign.stages[stage].kind);
  if (kinds.size() > 1 && (campaign.consensus == Consensus::kBest || campaign.consensus == Consensus::kWeighted))
    findings.error(file + ": consensus '" + std::string{name_of(campaign.consensus)} + "' cannot compare " +
                   scores_of(*kinds.rbegin()) + " of one target with " + scores_of(*kinds.begin()) +
                   " of another; hint: consensus = \"best_rank\" in [ranking] compares places, or give every target " +
                   (kinds.contains(Kind::kDock) ? "a receptor" : "a shape query"));
}

}  // namespace

std::string_view name_of(Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<Kind> find_stage_kind(std::string_view name) {
  const auto found = std::find(kKinds.begin(), kKinds.end(), name);
  if (found == kKinds.end()) return std::nullopt;
  return static_cast<Kind>(found - kKinds.begin());
}

bool takes_long(Kind kind) { return kind == Kind::kShape || kind == Kind::kDock; }

bool StageSpec::scores(const TargetSpec& target) const {
  switch (kind) {
    case Kind::kSimilarity: return !target.actives.empty();
    case Kind::kShape: return target.has_shape_query();
    case Kind::kDock: return target.has_receptor();
    case Kind::kFilter: break;
  }
  return false;
}

bool Campaign::has(Kind kind) const {
  return std::any_of(stages.begin(), stages.end(), [&](const StageSpec& stage) { return stage.kind == kind; });
}

DockingEffort read_effort(TomlFields& fields, const std::string& name) {
  try {
    return DockingEffort::by_name(name);
  } catch (const UsageError& error) {
    fields.error("effort", error.what());
    return {};
  }
}

void add_stage(Campaign& campaign, TomlFields& fields, const DockingEffort& effort) {
  const auto name = fields.text("kind");
  if (!name) {
    if (!fields.has("kind")) fields.error("", "[[stages]] has no 'kind'", "kind = \"similarity\"");
    return;
  }
  const auto kind = find_stage_kind(*name);
  if (!kind) {
    const std::vector<std::string> kinds{kKinds.begin(), kKinds.end()};
    const std::string nearest = nearest_name(*name, kinds);
    const bool planned = *name == "learned" || *name == "classifier";
    fields.error("kind",
                 planned ? "stage '" + *name + "' is not part of this version" : "unknown stage '" + *name + "'",
                 nearest.empty() ? "stages are " + join(kinds) : "did you mean '" + nearest + "'?");
    return;  // which keys belong to it is not known
  }
  StageSpec stage;
  stage.kind = *kind;
  if (kind == Kind::kSimilarity)
    stage.nearest = static_cast<std::uint32_t>(fields.whole("nearest", 1, 1'000'000).value_or(1));
  if (kind == Kind::kShape) read_shape(fields, stage);
  if (kind == Kind::kDock) read_docking(fields, effort, stage);
  if (kind != Kind::kFilter)
    if (const auto keep = fields.amount("keep")) stage.keep = {keep->share, keep->count};
  stage.name = *name;
  const auto same = std::count_if(campaign.stages.begin(), campaign.stages.end(),
                                  [&](const StageSpec& earlier) { return earlier.kind == stage.kind; });
  if (same > 0) stage.name += "_" + std::to_string(same + 1);
  fields.finish();
  campaign.stages.push_back(std::move(stage));
}

void complete_stages(Campaign& campaign, std::size_t written, const DockingEffort& effort, Findings& findings) {
  if (campaign.stages.size() < written) return;  // what is wrong with one is told; the others alone say nothing
  if (written == 0) {
    const auto any_target = [&](const auto& holds) {
      return std::any_of(campaign.targets.begin(), campaign.targets.end(), holds);
    };
    const auto add = [&](Kind kind) {
      campaign.stages.push_back({.kind = kind, .name = std::string{name_of(kind)}, .keep = {}, .effort = effort});
    };
    const bool overlays = any_target([](const TargetSpec& target) { return !target.shape_query.empty(); });
    const bool docks = any_target([](const TargetSpec& target) { return target.has_receptor(); });
    if (!campaign.filters.empty()) add(Kind::kFilter);
    if ((!docks && !overlays) || any_target([](const TargetSpec& target) { return !target.actives.empty(); }))
      add(Kind::kSimilarity);
    if (overlays) add(Kind::kShape);
    if (docks) add(Kind::kDock);
  }
  const std::string file = campaign.file.string();
  if (std::all_of(campaign.stages.begin(), campaign.stages.end(),
                  [](const StageSpec& stage) { return stage.kind == Kind::kFilter; }))
    findings.error(file + ": no stage scores the compounds; hint: add [[stages]] with kind = \"similarity\"");
  if (!campaign.has(Kind::kFilter) && !campaign.filters.empty())
    findings.error(file +
                   ": [filters] are given but no stage applies them; hint: add [[stages]] with kind = \"filter\"");
  check_scores(campaign, findings);
}

std::vector<std::pair<std::size_t, std::size_t>> Campaign::deciding_scores() const {
  std::vector<std::pair<std::size_t, std::size_t>> deciding;
  for (std::size_t stage = 0; stage < stages.size(); ++stage)
    for (std::size_t target = 0; target < targets.size(); ++target) {
      const bool comes_again = std::any_of(stages.begin() + static_cast<std::ptrdiff_t>(stage) + 1, stages.end(),
                                           [&](const StageSpec& later) { return later.scores(targets[target]); });
      if (stages[stage].scores(targets[target]) && (score_all_stages || !comes_again))
        deciding.emplace_back(stage, target);
    }
  return deciding;
}

}  // namespace digitalis
