#pragma once
// Where the report's hits stood after every stage.

#include <nlohmann/json.hpp>

#include "screening/report/report.hpp"
#include "screening/run_folder.hpp"

namespace digitalis {

/// Fills in the standings of data.hits out of the run's results.sqlite; leaves them out where that is gone, or was
/// written by another version. `campaign` as manifest.json has it.
void add_standings(ReportData& data, const nlohmann::json& campaign, const RunFolder& run);

}  // namespace digitalis
