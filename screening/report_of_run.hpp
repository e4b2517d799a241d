#pragma once
// report.html from what a finished run holds: its manifest and its hits.

#include <filesystem>
#include <nlohmann/json.hpp>

#include "screening/hit_table.hpp"
#include "screening/report/report.hpp"
#include "screening/run_folder.hpp"

namespace digitalis {

/// `manifest` is the run's manifest.json with results. Draws the hits on `threads` threads; about 1 ms each.
[[nodiscard]] ReportData report_of_run(const nlohmann::json& manifest, const HitTable& hits, int threads);

/// The poses that the report shows: those of the best docked hits, from the run's hits.sdf.gz and pockets.json.
void add_poses(ReportData& data, const RunFolder& run);

/// Writes a run's report.html, or nothing when this program was built without it.
void write_run_report(const RunFolder& run, const nlohmann::json& manifest, const HitTable& hits, int threads);

}  // namespace digitalis
