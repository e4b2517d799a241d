#include "screening/report_of_run.hpp"

#include <algorithm>
#include <fstream>
#include <map>

#include <oneapi/tbb/task_arena.h>

#include "screening/csv.hpp"
#include "screening/known_actives.hpp"
#include "screening/quantities.hpp"
#include "screening/report_columns.hpp"
#include "screening/report_groups.hpp"
#include "screening/report_methods.hpp"
#include "screening/report_poses.hpp"
#include "screening/report_standings.hpp"
#include "screening/report_targets.hpp"

namespace digitalis {
namespace {

/// The report holds at most so many hits: it stays small enough to mail; hits.csv has them all.
constexpr std::size_t kReportHits = 10'000;
/// So many compounds are named for each reason to drop some.
constexpr std::size_t kNamedRejects = 12;

void add_funnel(ReportData& data, const nlohmann::json& results) {
  const auto add = [&](std::string name, const nlohmann::json& in, const nlohmann::json& out,
                       const nlohmann::json& reasons) {
    ReportFunnelStage stage{.name = std::move(name), .in = in, .out = out, .reasons = {}};
    for (const auto& [reason, count] : reasons.items()) stage.reasons.push_back({reason, count, {}});
    std::ranges::stable_sort(stage.reasons, {}, [](const auto& reason) { return -static_cast<double>(reason.count); });
    data.funnel.push_back(std::move(stage));
  };
  const nlohmann::json& library = results.at("library");
  add("prepare", library.at("records"), library.at("compounds"), library.at("rejects"));
  for (const auto& stage : results.at("funnel"))
    add(stage.at("stage"), stage.at("entered"), stage.at("passed"), stage.at("reasons"));
}

/// IDs of the first compounds that were dropped for each reason. rejects.csv is read no further than these.
void name_rejects(ReportData& data, const std::filesystem::path& file) {
  std::map<std::pair<std::string, std::string>, ReportFunnelStage::Reason*> wanted;
  for (ReportFunnelStage& stage : data.funnel)
    for (auto& reason : stage.reasons)
      if (reason.text != kBelowCut) wanted.emplace(std::pair{stage.name, reason.text}, &reason);
  std::ifstream in{file};
  CsvReader rows{in, file.string()};
  std::vector<std::string> fields;
  constexpr std::size_t kId = 2, kStage = 3, kReason = 4, kDetail = 5;
  while (!wanted.empty() && rows.next(fields)) {
    if (fields.size() <= kDetail) continue;
    // A stage counts its drops by what was wrong, the preparation by the reason's code.
    auto found = wanted.find({fields[kStage], reason_category(fields[kDetail])});
    if (found == wanted.end()) found = wanted.find({fields[kStage], fields[kReason]});
    if (found == wanted.end()) continue;
    auto& [text, count, ids] = *found->second;
    ids.push_back(fields[kId]);
    if (ids.size() >= std::min<std::uint64_t>(count, kNamedRejects)) wanted.erase(found);
  }
}

void add_provenance(ReportData& data, const nlohmann::json& manifest) {
  const nlohmann::json& campaign = manifest.at("campaign");
  const nlohmann::json& results = manifest.at("results");
  data.provenance = {{"date", results.at("finished")},
                     {"software", manifest.at("software")},
                     {"campaign file", manifest.at("campaign_file")},
                     {"seed", std::to_string(campaign.at("campaign").at("seed").get<std::uint64_t>())},
                     {"library digest", results.at("library").at("compounds_digest")},
                     {"ranks x threads", std::to_string(results.at("ranks").get<int>()) + " x " +
                                             std::to_string(results.at("threads_per_rank").get<int>())},
                     {"wall time", fixed(results.at("wall_s").get<double>(), 1) + " s (last attempt)"}};
  if (results.contains("cost")) {
    const nlohmann::json& cost = results.at("cost");
    std::string said = three_figures(cost.at("core_h")) + " in all " + std::to_string(cost.at("starts").get<int>()) +
                       (cost.at("starts") == 1 ? " start" : " starts");
    if (const nlohmann::json& compared = cost.at("estimate_against_used"); compared.is_object()) {
      const nlohmann::json& core_h = compared.at("core_h");
      said += "; estimated " + with_bounds({core_h.at("low"), core_h.at("mid"), core_h.at("high")}, &three_figures);
    }
    data.provenance.emplace_back("core-hours", said);
  }
  for (const auto& source : results.at("library").at("sources")) data.provenance.emplace_back("library", source);
}

}  // namespace

ReportData report_of_run(const nlohmann::json& manifest, const HitTable& hits, const RunFolder& run, int threads) {
  const nlohmann::json& campaign = manifest.at("campaign");
  const nlohmann::json& results = manifest.at("results");
  const auto text_of = [&](const char* key) { return campaign.at("campaign").at(key).get<std::string>(); };
  ReportData data;
  data.title = text_of("name");
  data.subtitle =
      text_of("partner") + (text_of("partner").empty() || text_of("project").empty() ? "" : " · ") + text_of("project");
  if (!text_of("partner").empty()) data.confidentiality = "Confidential: " + text_of("partner");
  const std::vector<std::size_t> order = report_order(hits);
  data.columns = report_columns(hits, order);
  data.hits_in_all = hits.size();
  data.hits.resize(std::min(hits.size(), kReportHits));
  for (std::size_t i = 0; i < data.hits.size(); ++i) {
    const auto& row = hits.table.rows[i];
    ReportHit& hit = data.hits[i];
    hit.place = i + 1;
    hit.compound_id = row[1];
    hit.smiles = row[2];
    for (const std::size_t column : order) hit.values.push_back(row[column]);
  }
  const auto nearest = std::ranges::find(data.columns, "nearest_active", &ReportColumn::key) - data.columns.begin();
  const std::map<std::string, std::string> actives = read_known_actives(run.file("actives.csv"));
  oneapi::tbb::task_arena{threads}.execute([&] { group_and_draw(data, static_cast<std::size_t>(nearest), actives); });
  add_funnel(data, results);
  name_rejects(data, run.file("rejects.csv"));
  add_targets(data, campaign, results);
  add_standings(data, campaign, run);
  add_poses(data, run);
  add_provenance(data, manifest);
  data.notes = reading_notes(results);
  data.methods = methods_paragraph(manifest);
  return data;
}

void write_run_report(const RunFolder& run, const nlohmann::json& manifest, const HitTable& hits, int threads) {
  if (!report_available()) return;
  write_report(run.file("report.html"), report_of_run(manifest, hits, run, threads));
}

}  // namespace digitalis
