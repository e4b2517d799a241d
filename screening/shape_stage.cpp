#include "screening/shape_stage.hpp"

#include <filesystem>
#include <utility>

#include "chem/known_ring_shapes.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

ShapeQuery reference_of(const TargetSpec& target, std::uint32_t conformers, const DockingSite& site) {
  const std::string& name = site.reference_name();
  const auto refuse = [&](const std::string& why) {
    throw UsageError(target.place + ": reference '" + name + "': " + why +
                     "; hint: shape_query = \"ligand.sdf\" tells what to overlay compounds on");
  };
  if (!site.reference()) refuse("its bonds are not known, give its SMILES as reference_smiles");
  auto query = shape_query_of(*site.reference(), conformers);
  if (!query) refuse(query.reject().detail);
  query->id = std::filesystem::path{name}.filename().string();
  return std::move(*query);
}

/// All molecules of a file, or the one of a SMILES, which no message shows.
std::vector<ShapeQuery> queries_in(const TargetSpec::Molecules& molecules, std::uint32_t conformers) {
  const auto refuse = [&](const std::string& why) {
    throw UsageError(molecules.place + ": " +
                     (molecules.is_file ? why : "'shape_query' is neither a file nor a SMILES that has a shape"));
  };
  if (molecules.is_file && !std::filesystem::exists(molecules.text))
    refuse(molecules.text + ": no such file; hint: check the path");
  std::vector<Result<ShapeQuery>> found;
  try {
    found = shape_queries_in(molecules.text, conformers);
  } catch (const UsageError& error) {
    refuse(error.what());
  }
  std::vector<ShapeQuery> queries;
  for (auto& query : found) {
    if (!query) refuse(query.reject().message());
    queries.push_back(std::move(*query));
  }
  return queries;
}

/// Those that a search left, when they are as many of each compound.
std::optional<StoreConformers> stored_conformers_of(const Campaign& campaign, const CompoundStore* store,
                                                    std::uint32_t most) {
  if (!store) return std::nullopt;
  // A copy of the store on the node is without them.
  auto found = StoreConformers::open(*store, campaign.store.empty() ? store->folder() : campaign.store);
  if (found && found->most() != most) return std::nullopt;
  return found;
}

}  // namespace

std::vector<ShapeQuery> shape_queries_of(const TargetSpec& target, std::uint32_t conformers, const DockingSite* site) {
  std::vector<ShapeQuery> queries;
  if (target.shape_query.empty()) {
    std::optional<DockingSite> found;
    if (!site) {
      constexpr bool kNeedsBox = false;
      try {
        site = &found.emplace(target.site, kNeedsBox);
      } catch (const UsageError& error) {
        throw UsageError(target.place + ": " + error.what());
      }
    }
    queries.push_back(reference_of(target, conformers, *site));
    return queries;
  }
  for (const TargetSpec::Molecules& molecules : target.shape_query)
    for (ShapeQuery& query : queries_in(molecules, conformers)) {
      if (!molecules.is_file) query.id = target.name + "_query_" + std::to_string(queries.size() + 1);
      queries.push_back(std::move(query));
    }
  return queries;
}

ShapeStage::ShapeStage(const Campaign& campaign, std::size_t stage, const Sites& sites, const CompoundStore* store)
    : spec_(campaign.stages[stage]),
      ensemble_{.most = spec_.conformers, .known_ring_shapes = std::make_shared<KnownRingShapes>()},
      stored_(stored_conformers_of(campaign, store, spec_.conformers)) {
  for (std::size_t target = 0; target < campaign.targets.size(); ++target)
    if (spec_.scores(campaign.targets[target]))
      targets_.push_back({target, shape_queries_of(campaign.targets[target], spec_.conformers, sites[target].get())});
}

std::optional<ConformerBlock> ShapeStage::stored_conformers(std::uint64_t number, const CompoundBlock& chunk) const {
  if (!stored_) return std::nullopt;
  return stored_->block(number, chunk);
}

void ShapeStage::overlay(std::uint32_t index, std::string_view smiles, const std::string& id, StageFrame& frame) const {
  ConformerBlock made;  // so that coordinates are rounded as a store's are
  add_conformers(made, smiles, id, ensemble_);
  overlay(index, made, 0, frame);
}

void ShapeStage::overlay(std::uint32_t index, const ConformerBlock& conformers, std::size_t at,
                         StageFrame& frame) const {
  if (conformers.is_reject(at)) {
    const RejectCode code = conformers.reject(at);
    frame.dropped.emplace_back(index, std::string{name_of(code)} + ": " + why_no_conformers(code));
    return;
  }
  const std::vector<Shape> shapes = shapes_of(conformers.entry(at));
  for (const Target& target : targets_) {
    double best = -1.0;
    std::uint32_t nearest = 0;
    for (std::uint32_t i = 0; i < target.queries.size(); ++i)
      if (const double score = best_overlay(target.queries[i], shapes, spec_.shape_score).score; score > best) {
        best = score;
        nearest = i;
      }
    frame.scores.push_back(best);
    frame.nearest.push_back(nearest);
  }
  frame.passed.push_back(index);
}

std::vector<std::string> ShapeStage::query_names(std::size_t target) const {
  std::vector<std::string> names;
  for (const Target& one : targets_)
    if (one.number == target)
      for (const ShapeQuery& query : one.queries) names.push_back(query.id);
  return names;
}

}  // namespace digitalis
