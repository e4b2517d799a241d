#include "screening/docking_stage.hpp"

#include <algorithm>
#include <cmath>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/bytes.hpp"
#include "chem/known_ring_shapes.hpp"
#include "chem/symmetric_rmsd.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

/// Threads of the calling arena that idle help with a ligand's chains.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
  // A thread that waits here must not begin another chunk meanwhile: it would hold two.
  oneapi::tbb::this_task_arena::isolate([&] { oneapi::tbb::parallel_for(std::size_t{0}, count, work); });
}

/// Maps in memory that the ranks of a machine share; without ranks, in this process's own.
SiteMaps maps_of(MpiWorld* world, const DockingSite& site, const ScoringFunction& function) {
  return {site,
          *site.box(),
          function,
          {},
          {},
          [&](const ReceptorCells& cells, const Box& box, const ScoringFunction& scoring,
              std::span<const AtomType> wanted, const GridOptions& options) {
            if (!world) return AffinityGrid{cells, box, scoring, wanted, options};
            const std::size_t bytes = AffinityGrid::bytes_needed(box, wanted, options);
            // The world keeps the memory: what the grids get does not own it.
            const auto unowned = [](void* memory) { return std::shared_ptr<void>{memory, [](void*) {}}; };
            const std::span<std::byte> memory = world->node_memory(bytes, [&](std::span<std::byte> empty) {
              const AffinityGrid fill{cells, box, scoring, wanted, options, unowned(empty.data())};
            });
            return AffinityGrid::attach(unowned(memory.data()), memory.size());
          }};
}

PoseRecord record_of(const SitePose& pose, const DockingSite& site, const ScoringFunction& function,
                     const DockingLigand& ligand) {
  PoseRecord record{.receptor = pose.conformer,
                    .inter_kcal_mol = static_cast<float>(pose.score.inter_kcal_mol),
                    .intra_kcal_mol = static_cast<float>(pose.score.intra_kcal_mol)};
  const ScoreBreakdown terms = break_down(*site.conformers()[pose.conformer].cells, ligand, pose.positions, function);
  static_assert(kTerms == std::tuple_size_v<decltype(record.terms_kcal_mol)>);
  for (std::size_t i = 0; i < kTerms; ++i) record.terms_kcal_mol[i] = static_cast<float>(terms.inter[i]);
  for (std::size_t i = 0; i < std::min(PoseRecord::kResidues, terms.by_residue.size()); ++i) {
    record.residue[i] = terms.by_residue[i].residue;
    record.residue_kcal_mol[i] = static_cast<float>(terms.by_residue[i].total_kcal_mol);
  }
  return record;
}

constexpr std::array kRejectCodes{RejectCode::kConformer,   RejectCode::kDockingType,    RejectCode::kBadSmiles,
                                  RejectCode::kTooLarge,    RejectCode::kCrashed,        RejectCode::kOutOfTime,
                                  RejectCode::kOutOfMemory, RejectCode::kStandardisation};

}  // namespace

std::optional<RejectCode> docking_reject_code(std::string_view reason) {
  for (const RejectCode code : kRejectCodes)
    if (const std::string_view name = name_of(code); reason.starts_with(name) && reason.substr(name.size(), 2) == ": ")
      return code;
  return std::nullopt;
}

Sites prepare_sites(const Campaign& campaign) {
  const bool docks = std::any_of(campaign.stages.begin(), campaign.stages.end(),
                                 [](const StageSpec& stage) { return stage.kind == StageSpec::Kind::kDock; });
  Sites sites;
  for (const TargetSpec& target : campaign.targets)
    sites.push_back(docks && target.has_receptor() ? std::make_shared<const DockingSite>(target.site) : nullptr);
  return sites;
}

DockingStage::DockingStage(MpiWorld& world, const Campaign& campaign, std::size_t stage, const Sites& sites)
    : DockingStage(&world, campaign, stage, sites) {}

DockingStage::DockingStage(const Campaign& campaign, std::size_t stage, const Sites& sites)
    : DockingStage(nullptr, campaign, stage, sites) {}

DockingStage::DockingStage(MpiWorld* world, const Campaign& campaign, std::size_t stage, const Sites& sites)
    : world_(world),
      campaign_(campaign),
      spec_(campaign.stages[stage]),
      preparation_{.seed = campaign.seed, .known_ring_shapes = std::make_shared<KnownRingShapes>()} {
  const ScoringFunction& function = ScoringFunction::by_name(spec_.scoring);
  for (std::size_t target = 0; target < sites.size(); ++target)
    if (sites[target]) targets_.push_back({target, maps_of(world, *sites[target], function)});
}

std::uint64_t DockingStage::seed_of(std::string_view id, std::uint32_t form) const {
  return docking_seed(campaign_.seed, id, form, spec_.name);
}

/// What a frame keeps of a compound in one target.
struct DockingStage::DockedForm {
  double affinity_kcal_mol = 0.0;
  PoseRecord pose;
  std::vector<Position> heavy_atoms_A;
  PoseForm form;
};

std::vector<DockingStage::DockedForm> DockingStage::dock_into_targets(const PreparedLigand& ligand,
                                                                      std::uint32_t form) const {
  DockingOptions options;
  options.effort = spec_.effort;
  options.most_poses = 1;
  std::vector<DockedForm> docked;
  for (const Target& target : targets_) {
    const SitePose best = dock_into(target.maps, ligand, options, seed_of(ligand.id, form), {}, &in_parallel).front();
    docked.push_back({.affinity_kcal_mol = best.score.affinity_kcal_mol,
                      .pose = record_of(best, target.maps.site(), target.maps.function(), ligand.docking),
                      .heavy_atoms_A = heavy_atoms_in_smiles_order(ligand, best.positions),
                      .form = {}});
  }
  return docked;
}

/// The best form in each target, of equal ones the first.
Result<std::vector<DockingStage::DockedForm>> DockingStage::dock_forms(std::string_view smiles,
                                                                       const std::string& id) const {
  if (campaign_.forms.as_drawn()) {
    const auto prepared = prepare_ligand(smiles, id, preparation_);
    if (!prepared) return prepared.reject();
    return dock_into_targets(prepared.value(), 0);
  }
  const auto forms = forms_of(smiles, id, campaign_.forms);
  if (!forms) return forms.reject();
  std::vector<DockedForm> best;
  std::optional<Reject> failure;
  const std::string told = forms->are_capped ? " (one of more than " + std::to_string(forms->kept.size()) + ")" : "";
  for (std::uint32_t i = 0; i < forms->kept.size(); ++i) {
    const Form& form = forms->kept[i];
    const auto prepared = prepare_ligand(form.smiles, id, preparation_);
    if (!prepared) {
      if (!failure) failure = prepared.reject();
      continue;
    }
    // The compound as drawn is docked as if it were alone: the same pose with and without its forms.
    std::vector<DockedForm> docked = dock_into_targets(prepared.value(), form.as_drawn ? 0 : i + 1);
    for (DockedForm& one : docked) one.form = {.name = form.name + told, .smiles = prepared->smiles};
    if (best.empty()) {
      best = std::move(docked);
      continue;
    }
    for (std::size_t target = 0; target < best.size(); ++target)
      if (docked[target].affinity_kcal_mol < best[target].affinity_kcal_mol) best[target] = std::move(docked[target]);
  }
  if (best.empty()) return *failure;
  return best;
}

void DockingStage::dock(std::uint32_t index, std::string_view smiles, const std::string& id, StageFrame& frame) const {
  const auto docked = dock_forms(smiles, id);
  if (!docked) {
    const Reject& reject = docked.reject();
    frame.dropped.emplace_back(index, std::string{name_of(reject.code)} + ": " + reject.detail);
    return;
  }
  std::uint32_t atoms = 0;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const DockedForm& best = docked.value()[i];
    frame.scores.push_back(-best.affinity_kcal_mol);
    frame.nearest.push_back(best.pose.receptor);
    frame.poses.push_back(best.pose);
    const Position& center_A = targets_[i].maps.site().box()->center_A;
    for (const Position& at : best.heavy_atoms_A)
      for (std::size_t k = 0; k < 3; ++k) frame.places_A.push_back(static_cast<float>(at[k] - center_A[k]));
    atoms = static_cast<std::uint32_t>(best.heavy_atoms_A.size());
    if (!campaign_.forms.as_drawn()) frame.forms.push_back(best.form);
  }
  frame.pose_ends.push_back((frame.pose_ends.empty() ? 0 : frame.pose_ends.back()) + atoms);
  frame.passed.push_back(index);
}

Redocking DockingStage::redock(const Target& target) const {
  const DockingSite& site = target.maps.site();
  Redocking result;
  result.target = target.number;
  result.reference = site.reference_name();
  const PreparedLigand* reference = site.reference();
  if (!reference) {
    result.problem = "its bonds are not known; hint: reference_smiles = \"...\"";
    return result;
  }
  const auto fresh = with_new_conformers(*reference, {.new_conformer = true, .seed = campaign_.seed});
  if (!fresh) {
    result.problem = fresh.reject().detail;
    return result;
  }
  DockingOptions options;
  options.effort = spec_.effort;
  options.most_poses = 1;
  const SitePose best =
      dock_into(target.maps, fresh.value(), options, seed_of(reference->id), {}, &in_parallel).front();
  result.pose_sdf = sdf_record(fresh.value(), best.positions, {});
  result.rmsd_A = SymmetricRmsd{fresh.value(), *reference}(best.positions);
  result.affinity_kcal_mol = best.score.affinity_kcal_mol;
  result.crystal_affinity_kcal_mol = score_in(site, target.maps.function(), *reference).score.affinity_kcal_mol;
  return result;
}

std::vector<Redocking> DockingStage::redock_references(int threads) const {
  std::vector<const Target*> named;
  for (const Target& target : targets_)
    if (!target.maps.site().reference_name().empty()) named.push_back(&target);
  const auto ranks = static_cast<std::size_t>(world_ ? world_->size() : 1);
  ByteWriter mine;
  oneapi::tbb::task_arena{threads}.execute([&] {
    for (auto i = static_cast<std::size_t>(world_ ? world_->rank() : 0); i < named.size(); i += ranks) {
      const Redocking result = redock(*named[i]);
      mine.put(std::array{result.rmsd_A, result.affinity_kcal_mol, result.crystal_affinity_kcal_mol});
      mine.put_string(result.pose_sdf);
      mine.put_string(result.problem);
    }
  });
  const std::vector<std::string> gathered =
      world_ ? world_->gather(mine.bytes()) : std::vector{std::string{mine.bytes()}};
  std::vector<Redocking> all;
  if (world_ && !world_->is_first()) return all;
  std::vector<ByteReader> readers(gathered.begin(), gathered.end());
  for (std::size_t i = 0; i < named.size(); ++i) {
    ByteReader& theirs = readers[i % ranks];
    const auto figures = theirs.get<std::array<double, 3>>();
    all.push_back({.target = named[i]->number,
                   .reference = named[i]->maps.site().reference_name(),
                   .rmsd_A = figures[0],
                   .affinity_kcal_mol = figures[1],
                   .crystal_affinity_kcal_mol = figures[2],
                   .pose_sdf = std::string{theirs.get_string()},
                   .problem = std::string{theirs.get_string()}});
  }
  return all;
}

}  // namespace digitalis
