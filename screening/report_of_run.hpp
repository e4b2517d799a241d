#pragma once
// report.html from what a finished run holds: its manifest and its hits.

#include <filesystem>
#include <nlohmann/json.hpp>

#include "screening/hit_table.hpp"
#include "screening/report/report.hpp"

namespace digitalis {

/// `manifest` is the run's manifest.json with results. Draws the hits on `threads` threads; about 1 ms each.
[[nodiscard]] ReportData report_of_run(const nlohmann::json& manifest, const HitTable& hits, int threads);

/// Writes the report, or nothing when this program was built without it.
void write_run_report(const std::filesystem::path& file, const nlohmann::json& manifest, const HitTable& hits,
                      int threads);

}  // namespace digitalis
