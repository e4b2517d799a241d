#pragma once
// report.html from what a finished run holds: its manifest and its hits.

#include <filesystem>
#include <nlohmann/json.hpp>

#include "screening/hit_table.hpp"
#include "screening/report/report.hpp"
#include "screening/run_folder.hpp"

namespace digitalis {

/// `manifest` is the run's manifest.json with results; poses, known actives and the names of rejects come from the
/// run's files, as far as they are there. Draws the hits on `threads` threads; about 2 ms each.
[[nodiscard]] ReportData report_of_run(const nlohmann::json& manifest, const HitTable& hits, const RunFolder& run,
                                       int threads);

/// Writes a run's report.html, or nothing when this program was built without it.
void write_run_report(const RunFolder& run, const nlohmann::json& manifest, const HitTable& hits, int threads);

}  // namespace digitalis
