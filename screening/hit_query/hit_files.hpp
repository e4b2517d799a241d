#pragma once
// Hits as files for other programs.

#include <cstddef>
#include <string>

#include "screening/hit_query/hit_query.hpp"
#include "screening/run_folder.hpp"

namespace digitalis {

/// Writes the hits of a question in the format that the file's ending names: .csv, .tsv, .smi, .sdf, each also .gz;
/// .pml for PyMOL and .mol2 for ChimeraX's ViewDock, which hold docked hits only. Gives how many.
/// @throws UsageError  an ending that means nothing; no docked hit for a viewer
[[nodiscard]] std::size_t write_hits(HitQuery& query, const RunFolder& run, const std::string& file);

}  // namespace digitalis
