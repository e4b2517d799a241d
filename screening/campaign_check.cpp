#include "screening/campaign_check.hpp"

#include <algorithm>
#include <functional>

#include "chem/compound_store.hpp"
#include "chem/receptor.hpp"
#include "screening/suggest.hpp"
#include "screening/targets.hpp"

namespace digitalis {
namespace {

/// A receptor is only for docking, which this version lacks; what is wrong with it is told all the same.
void check_receptor(const TargetSpec& target, const std::filesystem::path& folder, Findings& findings) {
  const ReceptorSummary receptor = read_receptor(target.receptor);
  std::error_code ignored;
  const auto& ligands = receptor.ligands;
  if (target.reference.empty() || std::filesystem::exists(folder / target.reference, ignored) ||
      std::find(ligands.begin(), ligands.end(), target.reference) != ligands.end())
    return;
  findings.error(target.place + ": '" + target.reference + "' is neither a file nor a ligand of " +
                 target.receptor.string() +
                 "; hint: " + (ligands.empty() ? "it holds no ligand" : "its ligands are " + join(ligands)));
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
  for (const TargetSpec& target : campaign.targets)
    if (!target.receptor.empty())
      report([&] { check_receptor(target, std::filesystem::absolute(campaign.file).parent_path(), findings); });
  for (const Target& target : prepare_targets(campaign, preparation, findings))
    overview.targets.push_back({target.name, target.weight, target.queries.size(), target.held_back.size()});
  return overview;
}

}  // namespace digitalis
