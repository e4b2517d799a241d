#pragma once
// The poses that the report shows, from the run's hits.sdf.gz and pockets.json.

#include "screening/report/report.hpp"
#include "screening/run_folder.hpp"

namespace digitalis {

/// Adds where docking put the targets' reference ligands, and the poses of every docked hit, with what its records say
/// of them. A record whose atoms are not those of the hit's drawing is left out.
void add_poses(ReportData& data, const RunFolder& run);

}  // namespace digitalis
