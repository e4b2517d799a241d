#include "screening/screen_campaign.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include <oneapi/tbb/task_arena.h>

#include "chem/bytes.hpp"
#include "chem/digest.hpp"
#include "chem/file_io.hpp"
#include "chem/parse_record.hpp"
#include "scheduler/claims.hpp"
#include "scheduler/stop_request.hpp"
#include "screening/campaign_check.hpp"
#include "screening/campaign_outcomes.hpp"
#include "screening/funnel.hpp"
#include "screening/gzip.hpp"
#include "screening/hit_table.hpp"
#include "screening/known_actives.hpp"
#include "screening/on_first_rank.hpp"
#include "screening/pockets.hpp"
#include "screening/prepare_library.hpp"
#include "screening/report_of_run.hpp"
#include "screening/run_budget.hpp"
#include "screening/run_log.hpp"
#include "screening/run_results.hpp"
#include "screening/run_walls.hpp"
#include "screening/scratch_store.hpp"
#include "screening/status_keeper.hpp"
#include "screening/status_of_run.hpp"
#include "screening/targets.hpp"
#include "screening/version.hpp"
#include "screening/weight_influence.hpp"

namespace digitalis {
namespace {

using Clock = std::chrono::steady_clock;
/// Of how many of the best it is said what outcome tables changed.
constexpr std::uint32_t kInfluenceAmong = 100;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

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

/// Of the files among `molecules`; what is not one stands in the campaign itself.
std::string digest_of_files(const std::vector<std::string>& molecules) {
  std::string text;
  for (const std::string& file : molecules)
    if (std::error_code ignored; std::filesystem::is_regular_file(file, ignored)) text += digest_128(read_file(file));
  return digest_128(text);
}

/// What the results depend on beside the campaign file: the compounds, each target's known actives with their split,
/// receptors, and what shapes are overlaid on.
std::map<std::string, std::string> input_digests(const Campaign& campaign, const CompoundStore& store,
                                                 const std::vector<Target>& targets) {
  std::map<std::string, std::string> digests{{"the library", store.info().compounds_digest}};
  for (const Target& target : targets) {
    std::string text;
    for (const Compound& active : target.queries) text += active.smiles + " " + active.id + "\n";
    text += "held back\n";
    for (const Compound& active : target.held_back) text += active.smiles + " " + active.id + "\n";
    digests["the known actives of '" + target.name + "'"] = digest_128(text);
  }
  const bool overlays = campaign.has(StageSpec::Kind::kShape);
  for (const TargetSpec& target : campaign.targets) {
    const bool takes_reference = overlays && target.shape_query.empty();
    if (target.has_receptor() && (takes_reference || campaign.has(StageSpec::Kind::kDock))) {
      std::vector<std::string> files;
      for (const auto& receptor : target.site.receptors) files.push_back(receptor.string());
      files.push_back(target.site.reference);
      digests["the receptor of '" + target.name + "'"] = digest_of_files(files);
    }
    if (!overlays || target.shape_query.empty()) continue;
    std::vector<std::string> files;
    for (const TargetSpec::Molecules& query : target.shape_query) files.push_back(query.text);
    digests["the shape query of '" + target.name + "'"] = digest_of_files(files);
  }
  return digests;
}

/// Weights that every rank needs, from rank 0, which alone has read the tables.
std::vector<OtherWeights> share_weights(MpiWorld& world, Campaign& campaign,
                                        const std::optional<CampaignOutcomes>& outcomes) {
  ByteWriter out;
  if (outcomes) {
    out.put_array(std::span{outcomes->of_target});
    for (const OtherWeights& other : outcomes->others) {
      out.put_string(other.name);
      out.put_array(std::span{other.of_target});
    }
  }
  const std::string bytes = world.broadcast(out.take());
  std::vector<OtherWeights> others;
  if (bytes.empty()) return others;
  ByteReader in{bytes};
  const auto weights = in.get_array<double>();
  for (std::size_t i = 0; i < weights.size(); ++i) campaign.targets[i].weight = weights[i];
  while (!in.at_end()) {
    OtherWeights other{.name = std::string{in.get_string()}, .of_target = {}};
    other.of_target = in.get_array<double>();
    others.push_back(std::move(other));
  }
  return others;
}

/// prepare_library() in one process at a time, of those that share the run; the others wait for it.
bool prepare_among_others(MpiWorld& world, Claims& claims, const LibraryJob& job, Progress& progress, bool quiet) {
  static constexpr const char* kLease = "prepare";
  bool was_told = quiet;
  const auto stops = [&] {
    if (!std::exchange(was_told, true))
      std::cerr << host_name() + ": waits for the process that prepares the library\n";
    return stop_requested() != StopKind::kNone;
  };
  if (!claims.take(kLease) && !claims.wait_for(kLease, stops)) return false;
  const HeldLease lease{claims, kLease};
  return prepare_library(world, job, progress);
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

/// This process stood still so long that others took it for lost: they do its work.
void stop_after_standstill() {
  std::cerr << "stopped: this process stood still, and others take it for lost; run the same command again to go on\n";
  request_stop(StopKind::kAbandonChunks);
}

/// What the process still says in status.json when it ends without unwinding; another thread may be the one that calls
/// it, and the run may be over.
std::function<void()> end_of(const std::weak_ptr<StatusKeeper>& keeper, const char* why) {
  return [keeper, why] {
    if (const auto there = keeper.lock()) there->end("stopped", why);
  };
}

}  // namespace

ScreenEnd screen_campaign(MpiWorld& world, const ScreenRequest& request) {
  start_rdkit();
  const auto start = Clock::now();
  const int threads = request.threads > 0 ? request.threads : default_threads(world);
  RunFolder run{request.out};
  Campaign campaign;
  std::optional<CampaignOutcomes> outcomes;  // rank 0
  governance::GateDecision allowed;          // rank 0
  double budget_core_h = 0;
  bool is_of_group = false;
  std::unique_ptr<Claims> claims;  // of a process that shares the run
  ::umask(0077);                   // a run is its user's alone
  on_first_rank(world, [&] {
    Findings findings;
    campaign = read_campaign(request.campaign, findings);
    if (findings.errors() == 0) (void)check_campaign(campaign, findings);
    if (!request.quiet)
      for (const Finding& finding : findings.all())
        if (finding.kind == Finding::Kind::kWarning) std::cerr << "warning: " << finding.message << '\n';
    findings.throw_if_errors();
    std::optional<HeldLease> one_after_the_other;
    if (request.shares) {
      claims = run.join(campaign, {.patience_s = wanted_patience_s(), .on_standstill = &stop_after_standstill});
      one_after_the_other.emplace(*claims, "start");
    } else {
      run.open(campaign);
    }
    if (const std::string group = group_of(campaign, read_site(findings)); !group.empty()) {
      share_with_group(run.path(), group);
      is_of_group = true;
    }
    findings.throw_if_errors();
    if (run.finished()) {
      if (read_run_status(run.path()).state == "running")
        update_run_status(run.path(), [](RunStatus& status) { status.state = "finished"; });
      return;
    }
    const RunStatus before = read_run_status(run.path());
    budget_core_h = budget_in_force(request.budget_core_h, campaign, before);
    refuse_spent_budget(run.path(), before, budget_core_h);
    outcomes = admit_outcomes(governance::Moment::kStart, campaign, run.path(), allowed);
  });
  if (world.any(is_of_group)) ::umask(0027);  // and its project's: the folder's group is inherited
  if (world.any(world.is_first() && run.finished())) return ScreenEnd::kFoundFinished;
  Findings already_told;
  if (!world.is_first()) campaign = read_campaign(request.campaign, already_told);
  const std::vector<OtherWeights> others = share_weights(world, campaign, outcomes);

  const RunLog log = world.is_first() ? RunLog{run.file("run.log")} : RunLog{};
  log.info("start: " + version_line() + "; campaign '" + campaign.name + "'; host " + host_name() + "; " +
           (claims ? "process " + std::to_string(claims->number()) + " of those that share this run, "
                   : std::to_string(world.size()) + " ranks x ") +
           std::to_string(threads) + " threads");
  world.before_leaving([log](const std::string& why) {
    if (!why.empty()) log.info("stopped: " + why + "; what is finished is in the journal");
  });
  Progress progress =
      world.is_first() && !request.quiet ? Progress{std::cerr, ::isatty(STDERR_FILENO) != 0} : Progress::silent();
  std::shared_ptr<StatusKeeper> keeper;  // rank 0
  if (world.is_first()) {
    keeper = std::make_shared<StatusKeeper>(run.path(),
                                            StatusKeeper::Attempt{campaign.name, stage_names(campaign), world.size(),
                                                                  threads, budget_core_h, world.began(), claims.get()},
                                            [] { request_stop(StopKind::kFinishChunks); });
    progress.observe([&](const Progress::Event& event) { keeper->hear(event); });
    world.before_leaving([end = end_of(keeper, "lost_ranks")](const std::string&) { end(); });
  }
  Findings of_site;
  const Site site = outcomes ? read_site(of_site) : Site{};
  if (outcomes) {
    log.info(allowed.text());
    log.info("audit log: " + record_start(campaign, *outcomes, allowed, site, run.path(), world.size()));
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

  CompoundWalls walls = walls_of(world, campaign.limits, run.file("run.log"), end_of(keeper, "limits"));
  if (campaign.store.empty()) {
    LibraryJob job = library_job_of(campaign, run.store(), threads);
    job.walls = walls;
    if (!(claims ? prepare_among_others(world, *claims, job, progress, request.quiet)
                 : prepare_library(world, job, progress)))
      return stopped("preparation");
    log.info("library prepared after " + std::to_string(static_cast<long>(seconds_since(start))) + " s");
  }
  if (request.only_prepares) {
    if (keeper) keeper->end("stopped", "prepared");
    log.info("stopped after preparation, as asked");
    return ScreenEnd::kPrepared;
  }
  const ScratchStore scratch{world, campaign.store.empty() ? run.store() : campaign.store, request.scratch};
  if (!scratch.problem().empty()) std::cerr << "warning: " + host_name() + ": " + scratch.problem() + "\n";
  const CompoundStore store{scratch.path()};
  if (store.info().compounds == 0)
    throw AgreedUsageError("no record of the library could be read as a compound; hint: see " +
                           (run.store() / "rejects.csv").string());
  const std::vector<Target> targets = prepare_targets(campaign, store.info().preparation, already_told);

  const Sites sites = prepare_sites(campaign);

  on_first_rank(world, [&] {
    std::optional<HeldLease> one_after_the_other;
    if (claims && claims->wait_for("start", [] { return false; })) {
      one_after_the_other.emplace(*claims, "start");
      run.open_existing();  // others may have noted theirs
    }
    auto digests = input_digests(campaign, store, targets);
    if (outcomes)
      for (const auto& [file, digest] : outcomes->digests) digests["'" + file + "' of [outcomes]"] = digest;
    run.agree_on_inputs(digests);
  });

  Funnel funnel{world, campaign, store, targets, sites};
  const std::filesystem::path store_folder = campaign.store.empty() ? run.store() : campaign.store;
  walls.quarantine.insert(walls.quarantine.end(),
                          {"stage", "--campaign", request.campaign.string(), "--store", store_folder.string(),
                           "--identity", digest_128(campaign.identity())});
  funnel.set_walls(std::move(walls));
  if (claims) funnel.share_with(*claims);
  const auto redocked = [&](const Redocking& found) {
    log.info(in_words(found, campaign));
    if (!request.quiet || found.failed())
      std::cerr << (found.failed() ? "warning: " : "") << in_words(found, campaign) << '\n';
  };
  if (!funnel.run(run.journal(), threads, progress, redocked)) return stopped("the funnel");
  std::optional<HeldLease> finishing;  // by one of the processes that share the run; the others wait for it
  if (claims) {
    const auto is_over = [&] {
      run.open_existing();
      return run.finished() || stop_requested() != StopKind::kNone;
    };
    if (!claims->wait_for("finish", is_over)) {
      if (!run.finished()) return stopped("the results");
      keeper->end("finished", "finished");
      log.info("finished by another process");
      return ScreenEnd::kFinished;
    }
    finishing.emplace(*claims, "finish");
  }
  const std::vector<Candidate> best = funnel.best(campaign.max_hits);
  const std::vector<StageSummary> summaries = funnel.summaries();
  std::vector<StageStandings> standings = stage_standings(world, threads, funnel, store, best);
  WeightInfluence influence;
  if (!others.empty())
    influence = weight_influence(world, threads, funnel, store, best, others,
                                 outcomes ? outcomes->draws : WeightDraws{}, kInfluenceAmong);
  log.info("stages finished after " + std::to_string(static_cast<long>(seconds_since(start))) + " s");

  if (world.is_first()) {
    HitTable hits;
    oneapi::tbb::task_arena{threads}.execute(
        [&] { hits = make_hit_table(best, funnel, store, targets, sites, !campaign.forms.as_drawn()); });
    if (outcomes) add_influence(hits, influence);
    write_rejects(run, campaign, funnel, store);
    write_file_atomically(run.file("hits.csv"), to_csv(hits));
    oneapi::tbb::task_arena{threads}.execute(
        [&] { write_file_atomically(run.file("hits.sdf.gz"), gzip(to_sdf(hits))); });
    nlohmann::json results = results_json(store, funnel, summaries, targets, hits.size());
    if (const nlohmann::json docking = docking_json(campaign, funnel, sites); !docking.empty())
      results["docking"] = docking;
    if (campaign.has(StageSpec::Kind::kShape)) results["shape"] = shape_json(campaign, funnel);
    results["nhs_informed"] = outcomes.has_value();
    if (outcomes) results["outcomes"] = to_json(campaign, *outcomes, influence);
    results["ranks"] = world.size();
    results["threads_per_rank"] = threads;
    results["wall_s"] = seconds_since(start);
    RunStatus used = keeper->status();
    used.estimate = read_run_status(run.path()).estimate;
    results["cost"] = {{"core_h", used.core_h()},
                       {"starts", used.attempts.size()},
                       {"estimate_against_used", estimate_against_used(used)}};
    write_results_store(run.file("results.sqlite"), hits, run.file("rejects.csv"),
                        stored_run(campaign, results, targets, sites, std::move(standings)));
    nlohmann::json manifest = run.manifest();
    manifest["results"] = results;
    write_known_actives(run.file("actives.csv"), targets);
    if (results.contains("docking")) write_pockets(run.file("pockets.json"), campaign, sites, funnel.redockings());
    write_run_report(run, manifest, hits, threads);
    const auto counts = exact_counts(store, results);
    run.set_results(std::move(results));
    if (outcomes)
      log.info("audit log: " +
               record_end(campaign, *outcomes, allowed, site, run.path(), world.size(), influence.influence.front()));
    keeper->finish(counts);  // after them: a run that is killed in between is found finished, not the other way round
    log.info("finished: " + std::to_string(hits.size()) + " hits after " +
             std::to_string(static_cast<long>(seconds_since(start))) + " s");
    if (claims) claims->clear();
  }
  world.barrier();
  return ScreenEnd::kFinished;
}

}  // namespace digitalis
