#include "screening/report_standings.hpp"

#include "scoring/consensus.hpp"
#include "screening/database.hpp"
#include "screening/results_store.hpp"

namespace digitalis {

void add_standings(ReportData& data, const nlohmann::json& campaign, const RunFolder& run) {
  const std::filesystem::path file = run.file("results.sqlite");
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return;
  Database results = Database::read(file);
  if (results.version() != kResultsSchema) return;
  const auto consensus = find_consensus(campaign.at("ranking").at("consensus").get<std::string>());
  const bool has_units = consensus == Consensus::kBest || consensus == Consensus::kWeighted;
  Statement stages{
      results, "SELECT stage, name, kind, scored, passed, cut_score FROM stages WHERE scored IS NOT NULL ORDER BY 1"};
  if (!stages.step()) return;  // and then there is no such view
  Statement standings{
      results, "SELECT stage_score, stage_place FROM standings_of_hits WHERE stage = ? AND place <= ? ORDER BY place"};
  do {
    const bool is_affinity = has_units && stages.text(2) == "dock";
    const double sign = is_affinity ? -1 : 1;
    ReportStandings& of_stage = data.standings.emplace_back();
    of_stage.stage = stages.text(1);
    of_stage.unit = is_affinity ? "kcal/mol" : "";
    of_stage.scored = static_cast<std::uint64_t>(stages.integer(3));
    of_stage.kept = static_cast<std::uint64_t>(stages.integer(4));
    if (!stages.is_null(5)) of_stage.cut_score = sign * stages.number(5);
    standings.bind(1, stages.text(1)).bind(2, static_cast<std::int64_t>(data.hits.size()));
    while (standings.step())
      of_stage.of_hits.push_back({sign * standings.number(0), static_cast<std::uint64_t>(standings.integer(1))});
  } while (stages.step());
}

}  // namespace digitalis
