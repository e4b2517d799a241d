#pragma once
// What a finished run writes about itself.

#include <nlohmann/json.hpp>
#include <vector>

#include "screening/campaign.hpp"
#include "screening/funnel.hpp"
#include "screening/results_store.hpp"
#include "screening/run_folder.hpp"

namespace digitalis {

/// rejects.csv of the run: what preparation rejected (when the run prepared the library itself), then what the stages
/// dropped.
void write_rejects(const RunFolder& run, const Campaign& campaign, const Funnel& funnel, const CompoundStore& store);

/// How docking was set up and checked, one entry per docking stage and target with a reference.
[[nodiscard]] nlohmann::json docking_json(const Campaign& campaign, const Funnel& funnel, const Sites& sites);

/// What compounds were overlaid on, one entry per target with a query.
[[nodiscard]] nlohmann::json shape_json(const Campaign& campaign, const Funnel& funnel);

/// What manifest.json keeps of a finished run; the report and `validate` read it from there.
[[nodiscard]] nlohmann::json results_json(const CompoundStore& store, const Funnel& funnel,
                                          const std::vector<StageSummary>& summaries,
                                          const std::vector<Target>& targets, std::size_t hits);

/// What results.sqlite keeps of a finished run beside its hits and rejects. `results` are results_json(), `standings`
/// those of the hits.
[[nodiscard]] StoredRun stored_run(const Campaign& campaign, const nlohmann::json& results,
                                   const std::vector<Target>& targets, const Sites& sites,
                                   std::vector<StageStandings> standings);

}  // namespace digitalis
