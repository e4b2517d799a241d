#include "screening/campaign_check.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "chem/compound_store.hpp"
#include "screening/docking_site.hpp"
#include "screening/run_walls.hpp"
#include "screening/shape_stage.hpp"
#include "screening/targets.hpp"

namespace digitalis {
namespace {

/// The shape stage of most conformers, if there is any; null: none.
const StageSpec* shape_stage_of(const Campaign& campaign) {
  const StageSpec* most = nullptr;
  for (const StageSpec& stage : campaign.stages)
    if (stage.kind == StageSpec::Kind::kShape && (!most || stage.conformers > most->conformers)) most = &stage;
  return most;
}

/// Prepares what the stages use of a target's receptor and shape query as the run will, and keeps what was decided.
void check_target(const Campaign& campaign, const TargetSpec& target, CampaignOverview::Target& told,
                  Findings& findings) {
  const StageSpec* const overlays = shape_stage_of(campaign);
  const bool docks = campaign.has(StageSpec::Kind::kDock);
  const bool takes_reference = overlays && overlays->scores(target) && target.shape_query.empty();
  if (target.has_receptor() && !docks && !takes_reference)
    findings.warning(target.place + ": no stage docks into the receptor of '" + target.name +
                     "'; hint: add [[stages]] with kind = \"dock\"");
  std::optional<DockingSite> site;
  if (target.has_receptor() && docks) {
    try {
      site.emplace(target.site);
    } catch (const UsageError& error) {
      throw UsageError(target.place + ": " + error.what());
    }
    for (const std::string& warning : site->warnings()) findings.warning(target.place + ": " + warning);
    for (const SiteConformer& conformer : site->conformers()) {
      const auto& decisions = conformer.receptor.report.decisions;
      told.receptor.insert(told.receptor.end(), decisions.begin(), decisions.end());
    }
  }
  if (overlays && overlays->scores(target))
    for (const ShapeQuery& query : shape_queries_of(target, overlays->conformers, site ? &*site : nullptr))
      told.shape_queries.push_back(query.id);
}

}  // namespace

void check_library(const LibraryJob& job, Findings& findings) {
  bool records = false;
  const std::size_t errors_before = findings.errors();
  for (std::size_t i = 0; i < job.sources.size(); ++i) {
    if (job.sources[i] == "-") {
      records = true;  // standard input can be read only once
      continue;
    }
    try {
      LibraryReader reader{{job.sources[i]}, job.columns};
      const auto batch = reader.next(64, 1U << 20U);
      if (!batch)
        findings.warning(job.source_names[i] + ": holds no record");
      else
        records = true;
    } catch (const std::exception& error) {
      findings.error(error.what());
    }
  }
  if (!records && findings.errors() == errors_before)
    findings.error((job.source_names.empty() ? std::string{"the library"} : job.source_names.front()) +
                   ": the library is empty; hint: name files that hold SMILES, CSV or SDF records");
}

LibraryJob library_job_of(const Campaign& campaign, const std::filesystem::path& store, int threads) {
  LibraryJob job = library_job(campaign.library_files, std::filesystem::absolute(campaign.file).parent_path());
  job.columns = {campaign.smiles_column, campaign.id_column};
  job.preparation = campaign.preparation;
  job.store = store;
  job.threads = threads;
  return job;
}

CampaignOverview check_campaign(const Campaign& campaign, Findings& findings) {
  CampaignOverview overview;
  if (!campaign.partner.empty()) {
    // Before anything is opened: what a partner may not name must not show in a message either.
    const std::size_t errors_before = findings.errors();
    check_allowed_roots(campaign, read_site(findings), findings);
    if (findings.errors() > errors_before) return overview;
  }
  PrepareOptions preparation = campaign.preparation;
  const auto report = [&](const std::function<void()>& step) {
    try {
      step();
    } catch (const UsageError& error) {
      findings.error(error.what());
    }
  };
  if (!campaign.store.empty()) {
    report([&] {
      const CompoundStore store{campaign.store};
      preparation = store.info().preparation;
      overview.library = {campaign.store.string()};
      overview.compounds = store.info().compounds;
      if (overview.compounds == 0) findings.error(campaign.store.string() + ": the compound store is empty");
    });
  } else if (!campaign.library_files.empty()) {
    report([&] {
      const LibraryJob job = library_job_of(campaign, {}, 1);
      overview.library = job.source_names;
      check_library(job, findings);
    });
  }
  report([&] { const StructureFilter filter{campaign.filters}; });
  for (const Target& target : prepare_targets(campaign, preparation, findings))
    overview.targets.push_back({target.name, target.weight, target.queries.size(), target.held_back.size(), {}, {}});
  for (std::size_t i = 0; i < overview.targets.size(); ++i)
    report([&] { check_target(campaign, campaign.targets[i], overview.targets[i], findings); });
  return overview;
}

}  // namespace digitalis
