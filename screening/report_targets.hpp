#pragma once
// What a run found out about its targets, for the report: weights, enrichment, redocking.

#include <nlohmann/json.hpp>

#include "screening/report/report.hpp"

namespace digitalis {

/// Fills in targets, diseases and tables. `campaign` and `results` as manifest.json has them.
void add_targets(ReportData& data, const nlohmann::json& campaign, const nlohmann::json& results);

}  // namespace digitalis
