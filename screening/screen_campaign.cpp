#include "screening/screen_campaign.hpp"

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <optional>

#include <oneapi/tbb/task_arena.h>

#include "chem/digest.hpp"
#include "chem/file_io.hpp"
#include "chem/parse_record.hpp"
#include "scheduler/stop_request.hpp"
#include "screening/agreement.hpp"
#include "screening/campaign_check.hpp"
#include "screening/enrichment_of_run.hpp"
#include "screening/funnel.hpp"
#include "screening/gzip.hpp"
#include "screening/hit_table.hpp"
#include "screening/pockets.hpp"
#include "screening/prepare_library.hpp"
#include "screening/rejects_csv.hpp"
#include "screening/report_of_run.hpp"
#include "screening/results_store.hpp"
#include "screening/run_budget.hpp"
#include "screening/run_log.hpp"
#include "screening/scratch_store.hpp"
#include "screening/status_keeper.hpp"
#include "screening/targets.hpp"
#include "screening/version.hpp"

namespace digitalis {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// rejects.csv of the run: what preparation rejected (when the run prepared the library itself), then what the stages
/// dropped.
void write_rejects(const RunFolder& run, const Campaign& campaign, const Funnel& funnel, const CompoundStore& store) {
  AtomicFile out{run.file("rejects.csv")};
  out.write(kRejectsHeader);
  if (campaign.store.empty()) {
    std::ifstream prepared{run.store() / "rejects.csv"};
    std::string line;
    for (bool header = true; std::getline(prepared, line); header = false)
      if (!header) out.write(line + "\n");
  }
  for (std::size_t stage = 0; stage < campaign.stages.size(); ++stage) {
    for (std::uint64_t chunk = 0; chunk < store.chunks(); ++chunk) {
      const StageFrame frame = funnel.frame(stage, chunk);
      if (frame.dropped.empty()) continue;
      const CompoundBlock compounds = store.chunk(chunk);
      for (const auto& [index, reason] : frame.dropped)
        out.write(rejects_row({docking_reject_code(reason).value_or(RejectCode::kFilter),
                               {store.info().sources.at(compounds.source(index)), compounds.line(index)},
                               std::string{compounds.id(index)},
                               reason,
                               ""},
                              campaign.stages[stage].name));
    }
  }
  out.commit();
}

nlohmann::json enrichment_json(const ColumnEnrichment& found) {
  nlohmann::json json{{"column", found.column},       {"target", found.target}, {"queries", found.queries},
                      {"held_back", found.held_back}, {"found", found.found},   {"listed", found.listed}};
  if (!found.measured()) return json;
  json["roc_auc"] = found.roc_auc;
  json["roc_auc_95"] = {found.roc_auc_95.low, found.roc_auc_95.high};
  json["ef_1_percent"] = found.ef_1_percent;
  json["ef_1_percent_95"] = {found.ef_1_percent_95.low, found.ef_1_percent_95.high};
  json["ef_5_percent"] = found.ef_5_percent;
  json["bedroc_20"] = found.bedroc_20;
  json["bedroc_20_95"] = {found.bedroc_20_95.low, found.bedroc_20_95.high};
  json["rie_20"] = found.rie_20;
  json["log_auc"] = found.log_auc;
  return json;
}

/// How docking was set up and checked, one entry per docking stage and target with a reference.
nlohmann::json docking_json(const Campaign& campaign, const Funnel& funnel, const Sites& sites) {
  nlohmann::json all = nlohmann::json::array();
  for (std::size_t target = 0; target < sites.size(); ++target) {
    if (!sites[target]) continue;
    const DockingSite& site = *sites[target];
    nlohmann::json entry{{"target", campaign.targets[target].name}, {"instruction_set", docking_instruction_set()}};
    entry["box"] = {{"center_A", site.box()->center_A}, {"size_A", site.box()->size_A}};
    for (const SiteConformer& conformer : site.conformers()) {
      entry["receptors"].push_back(conformer.file);
      entry["decisions"].push_back(conformer.receptor.report.decisions);
    }
    entry["warnings"] = site.warnings();
    entry["redocking"] = nlohmann::json::array();
    for (const Redocking& found : funnel.redockings()) {
      if (found.target != target) continue;
      nlohmann::json one{{"reference", found.reference}};
      if (found.problem.empty()) {
        one["rmsd_A"] = found.rmsd_A;
        one["affinity_kcal_mol"] = found.affinity_kcal_mol;
        one["crystal_affinity_kcal_mol"] = found.crystal_affinity_kcal_mol;
      } else {
        one["problem"] = found.problem;
      }
      entry["redocking"].push_back(std::move(one));
    }
    all.push_back(std::move(entry));
  }
  return all;
}

/// "redocking of AURKA's SKE: 0.53 Å from where it was, -9.12 kcal/mol (there: -8.70)".
std::string in_words(const Redocking& found, const Campaign& campaign) {
  const std::string what = "redocking of " + campaign.targets[found.target].name + "'s reference " +
                           std::filesystem::path{found.reference}.filename().string() + ": ";
  if (!found.problem.empty()) return what + found.problem;
  return what + fixed(found.rmsd_A, 2) + " Å from where it was found, " + fixed(found.affinity_kcal_mol, 2) +
         " kcal/mol (there: " + fixed(found.crystal_affinity_kcal_mol, 2) + ")" +
         (found.failed()
              ? "; hint: above 2 Å the poses of this target are doubtful: look at its box, waters and reference"
              : "");
}

/// What manifest.json keeps of a finished run; the report and `validate` read it from there.
nlohmann::json results_json(const CompoundStore& store, const Funnel& funnel,
                            const std::vector<StageSummary>& summaries, const std::vector<Target>& targets,
                            std::size_t hits) {
  nlohmann::json results;
  results["finished"] = utc_now();
  results["library"] = {{"records", store.info().records},
                        {"compounds", store.info().compounds},
                        {"renamed", store.info().renamed},
                        {"sources", store.info().sources},
                        {"compounds_digest", store.info().compounds_digest}};
  const PrepareOptions& preparation = store.info().preparation;
  results["library"]["standardised"] = preparation.standardise;
  results["library"]["fingerprint"] = {preparation.fingerprint.radius, preparation.fingerprint.bits};
  results["library"]["rejects"] = nlohmann::json::object();
  for (const auto& [reason, count] : store.info().rejects) results["library"]["rejects"][reason] = count;
  results["funnel"] = nlohmann::json::array();
  for (const StageSummary& stage : summaries)
    results["funnel"].push_back(
        {{"stage", stage.name}, {"entered", stage.entered}, {"passed", stage.passed}, {"reasons", stage.reasons}});
  results["targets"] = nlohmann::json::array();
  for (const Target& target : targets)
    results["targets"].push_back({{"name", target.name},
                                  {"weight", target.weight},
                                  {"queries", target.queries.size()},
                                  {"held_back", target.held_back.size()}});
  results["enrichment"] = nlohmann::json::array();
  for (const ColumnEnrichment& found : measure_enrichment(funnel, store, targets))
    results["enrichment"].push_back(enrichment_json(found));
  results["hits"] = hits;
  return results;
}

/// What the results depend on beside the campaign file: the compounds, and each target's known actives with their
/// split, and receptors.
std::map<std::string, std::string> input_digests(const CompoundStore& store, const std::vector<Target>& targets,
                                                 const Sites& sites) {
  std::map<std::string, std::string> digests{{"the library", store.info().compounds_digest}};
  for (const Target& target : targets) {
    std::string text;
    for (const Compound& active : target.queries) text += active.smiles + " " + active.id + "\n";
    text += "held back\n";
    for (const Compound& active : target.held_back) text += active.smiles + " " + active.id + "\n";
    digests["the known actives of '" + target.name + "'"] = digest_128(text);
  }
  for (std::size_t target = 0; target < sites.size(); ++target) {
    if (!sites[target]) continue;
    std::string text;
    for (const SiteConformer& conformer : sites[target]->conformers()) text += digest_128(read_file(conformer.file));
    std::error_code ignored;
    if (const std::string& reference = sites[target]->reference_name();
        std::filesystem::is_regular_file(reference, ignored))
      text += digest_128(read_file(reference));
    digests["the receptor of '" + targets[target].name + "'"] = digest_128(text);
  }
  return digests;
}

std::vector<std::string> stage_names(const Campaign& campaign) {
  std::vector<std::string> names;
  if (campaign.store.empty()) names = {"prepare", "find duplicates"};
  for (const StageSpec& stage : campaign.stages) names.push_back(stage.name);
  return names;
}

/// Exact counts of the stages of a finished run; while it runs they are as good as the last figures of each attempt.
std::map<std::string, StatusKeeper::Counts> exact_counts(const CompoundStore& store, const nlohmann::json& results) {
  std::map<std::string, StatusKeeper::Counts> counts;
  StatusKeeper::Counts& prepared = counts["prepare"];
  prepared.items = store.info().records;
  for (const auto& [reason, count] : store.info().rejects)
    if (reason != name_of(RejectCode::kDuplicate)) prepared.rejects += count;
  for (const auto& stage : results.at("funnel")) {
    StatusKeeper::Counts& exact = counts[stage.at("stage")];
    exact.items = stage.at("entered");
    for (const auto& [reason, count] : stage.at("reasons").items())
      if (reason != kBelowCut) exact.rejects += count.get<std::uint64_t>();
  }
  return counts;
}

}  // namespace

ScreenEnd screen_campaign(MpiWorld& world, const ScreenRequest& request) {
  start_rdkit();
  const auto start = Clock::now();
  const int threads = request.threads > 0 ? request.threads : default_threads(world);
  RunFolder run{request.out};
  Campaign campaign;
  double budget_core_h = 0;
  on_first_rank(world, [&] {
    Findings findings;
    campaign = read_campaign(request.campaign, findings);
    if (findings.errors() == 0) (void)check_campaign(campaign, findings);
    if (!request.quiet)
      for (const Finding& finding : findings.all())
        if (finding.kind == Finding::Kind::kWarning) std::cerr << "warning: " << finding.message << '\n';
    findings.throw_if_errors();
    run.open(campaign);
    if (run.finished()) {
      if (read_run_status(run.path()).state == "running")
        update_run_status(run.path(), [](RunStatus& status) { status.state = "finished"; });
      return;
    }
    const RunStatus before = read_run_status(run.path());
    budget_core_h = budget_in_force(request.budget_core_h, campaign, before);
    refuse_spent_budget(run.path(), before, budget_core_h);
  });
  if (world.any(world.is_first() && run.finished())) return ScreenEnd::kFoundFinished;
  Findings already_told;
  if (!world.is_first()) campaign = read_campaign(request.campaign, already_told);

  const RunLog log = world.is_first() ? RunLog{run.file("run.log")} : RunLog{};
  log.info("start: " + version_line() + "; campaign '" + campaign.name + "'; host " + host_name() + "; " +
           std::to_string(world.size()) + " ranks x " + std::to_string(threads) + " threads");
  world.before_leaving([log](const std::string& why) {
    if (!why.empty()) log.info("stopped: " + why + "; what is finished is in the journal");
  });
  Progress progress =
      world.is_first() && !request.quiet ? Progress{std::cerr, ::isatty(STDERR_FILENO) != 0} : Progress::silent();
  std::optional<StatusKeeper> keeper;
  if (world.is_first()) {
    keeper.emplace(run.path(),
                   StatusKeeper::Attempt{campaign.name, stage_names(campaign), world.size(), threads, budget_core_h},
                   [] { request_stop(StopKind::kFinishChunks); });
    progress.observe([&](const Progress::Event& event) { keeper->hear(event); });
  }
  const auto stopped = [&](const std::string& stage) {
    const bool budget = keeper && keeper->budget_reached();
    if (keeper) keeper->end(budget ? "budget" : "stopped", budget ? "budget" : "stopped");
    if (world.any(budget)) {
      log.info("stopped in " + stage + ": the budget of core-hours is reached; what is finished is in the journal");
      return ScreenEnd::kBudgetReached;
    }
    log.info("stopped on request in " + stage + " after " + std::to_string(static_cast<long>(seconds_since(start))) +
             " s; what is finished is in the journal");
    return ScreenEnd::kStopped;
  };

  CompoundWalls walls = walls_of(world, campaign.limits, run.file("run.log"));
  if (campaign.store.empty()) {
    LibraryJob job = library_job_of(campaign, run.store(), threads);
    job.walls = walls;
    if (!prepare_library(world, job, progress)) return stopped("preparation");
    log.info("library prepared after " + std::to_string(static_cast<long>(seconds_since(start))) + " s");
  }
  const ScratchStore scratch{world, campaign.store.empty() ? run.store() : campaign.store, request.scratch};
  if (!scratch.problem().empty()) std::cerr << "warning: " + host_name() + ": " + scratch.problem() + "\n";
  const CompoundStore store{scratch.path()};
  if (store.info().compounds == 0)
    throw AgreedUsageError("no record of the library could be read as a compound; hint: see " +
                           (run.store() / "rejects.csv").string());
  const std::vector<Target> targets = prepare_targets(campaign, store.info().preparation, already_told);

  const Sites sites = prepare_sites(campaign);

  on_first_rank(world, [&] { run.agree_on_inputs(input_digests(store, targets, sites)); });

  Funnel funnel{world, campaign, store, targets, sites};
  const std::filesystem::path store_folder = campaign.store.empty() ? run.store() : campaign.store;
  walls.quarantine.insert(walls.quarantine.end(),
                          {"stage", "--campaign", request.campaign.string(), "--store", store_folder.string(),
                           "--identity", digest_128(campaign.identity())});
  funnel.set_walls(std::move(walls));
  const auto redocked = [&](const Redocking& found) {
    log.info(in_words(found, campaign));
    if (!request.quiet || found.failed())
      std::cerr << (found.failed() ? "warning: " : "") << in_words(found, campaign) << '\n';
  };
  if (!funnel.run(run.journal(), threads, progress, redocked)) return stopped("the funnel");
  const std::vector<Candidate> best = funnel.best(campaign.max_hits);
  const std::vector<StageSummary> summaries = funnel.summaries();
  log.info("stages finished after " + std::to_string(static_cast<long>(seconds_since(start))) + " s");

  if (world.is_first()) {
    const HitTable hits = make_hit_table(best, funnel, store, targets, sites);
    write_rejects(run, campaign, funnel, store);
    write_file_atomically(run.file("hits.csv"), to_csv(hits));
    oneapi::tbb::task_arena{threads}.execute(
        [&] { write_file_atomically(run.file("hits.sdf.gz"), gzip(to_sdf(hits))); });
    nlohmann::json results = results_json(store, funnel, summaries, targets, hits.size());
    if (const nlohmann::json docking = docking_json(campaign, funnel, sites); !docking.empty())
      results["docking"] = docking;
    results["ranks"] = world.size();
    results["threads_per_rank"] = threads;
    results["wall_s"] = seconds_since(start);
    const std::vector<std::pair<std::string, std::string>> facts{{"campaign", campaign.name},
                                                                 {"software", version_line()},
                                                                 {"seed", std::to_string(campaign.seed)},
                                                                 {"finished", results["finished"]}};
    write_results_store(run.file("results.sqlite"), hits, run.file("rejects.csv"), facts);
    nlohmann::json manifest = run.manifest();
    manifest["results"] = results;
    if (results.contains("docking")) write_pockets(run.file("pockets.json"), campaign, sites);
    write_run_report(run, manifest, hits, threads);
    const auto counts = exact_counts(store, results);
    run.set_results(std::move(results));
    keeper->finish(counts);  // after them: a run that is killed in between is found finished, not the other way round
    log.info("finished: " + std::to_string(hits.size()) + " hits after " +
             std::to_string(static_cast<long>(seconds_since(start))) + " s");
  }
  world.barrier();
  return ScreenEnd::kFinished;
}

}  // namespace digitalis
