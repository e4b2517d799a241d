#include "screening/run_results.hpp"

#include <fstream>
#include <stdexcept>

#include "chem/compound_store.hpp"
#include "chem/file_io.hpp"
#include "scoring/shape/overlay.hpp"
#include "screening/enrichment_of_run.hpp"
#include "screening/rejects_csv.hpp"
#include "screening/version.hpp"

namespace digitalis {
namespace {

/// Lists of more actives than these leave their places out of the manifest.
constexpr std::size_t kPlacesKept = 2000;

nlohmann::json enrichment_json(const ColumnEnrichment& found) {
  nlohmann::json json{{"column", found.column},       {"target", found.target}, {"queries", found.queries},
                      {"held_back", found.held_back}, {"found", found.found},   {"listed", found.listed}};
  if (!found.measured()) return json;
  if (found.places.size() <= kPlacesKept) json["places"] = found.places;
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

}  // namespace

void write_rejects(const RunFolder& run, const Campaign& campaign, const Funnel& funnel, const CompoundStore& store) {
  AtomicFile out{run.file("rejects.csv")};
  out.write(kRejectsHeader);
  if (campaign.store.empty()) {
    if (!StoreGeneration{run.store()}.has_whole(store_files::kRejects))
      throw std::runtime_error(
          (run.store() / store_files::kRejects).string() +
          ": does not match the digest in manifest.json; hint: delete the run's store and journal, "
          "and run the same command again");
    std::ifstream prepared{run.store() / store_files::kRejects};
    std::string line;
    for (bool header = true; std::getline(prepared, line); header = false)
      if (!header) out.write(line + "\n");
  }
  for (std::size_t stage = 0; stage < campaign.stages.size(); ++stage) {
    for (std::uint64_t chunk = 0; chunk < store.chunks(); ++chunk) {
      const StageFrame frame = funnel.frame(stage, chunk);
      if (frame.dropped.empty()) continue;
      const CompoundBlock compounds = store.chunk(chunk, {CompoundColumn::kId, CompoundColumn::kOrigin});
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

nlohmann::json shape_json(const Campaign& campaign, const Funnel& funnel) {
  nlohmann::json all = nlohmann::json::array();
  for (std::size_t target = 0; target < campaign.targets.size(); ++target)
    if (const auto queries = funnel.shape_queries(target); !queries.empty())
      all.push_back({{"target", campaign.targets[target].name},
                     {"queries", queries},
                     {"instruction_set", overlay_instruction_set()}});
  return all;
}

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

StoredRun stored_run(const Campaign& campaign, const nlohmann::json& results, const std::vector<Target>& targets,
                     const Sites& sites, std::vector<StageStandings> standings) {
  StoredRun run;
  run.facts = {{"campaign", campaign.name},
               {"software", version_line()},
               {"seed", std::to_string(campaign.seed)},
               {"consensus", std::string{name_of(campaign.consensus)}},
               {"finished", results.at("finished")}};
  const nlohmann::json& library = results.at("library");
  run.stages.push_back({"prepare", "prepare", library.at("records"), library.at("compounds"), library.at("rejects")});
  for (const auto& stage : results.at("funnel")) {
    const std::string name = stage.at("stage");
    run.stages.push_back(
        {name, name.substr(0, name.find('_')), stage.at("entered"), stage.at("passed"), stage.at("reasons")});
  }
  for (StageStandings& one : standings) run.stages.at(one.stage + 1).standings = std::move(one);
  for (std::size_t i = 0; i < campaign.targets.size(); ++i) {
    const bool is_docked = i < sites.size() && sites[i];
    StoredRun::Target& target = run.targets.emplace_back();
    target.name = campaign.targets[i].name;
    target.weight = results.at("targets").at(i).at("weight");
    if (is_docked) target.origin_A = sites[i]->box()->center_A;
    for (const Compound& query : targets[i].queries) target.queries.push_back(query.id);
  }
  return run;
}

}  // namespace digitalis
