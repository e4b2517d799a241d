#pragma once
// pockets.json of a run: the surroundings in which the report shows poses, kept so that it can be written again without
// the receptors.

#include <filesystem>
#include <vector>

#include "screening/campaign.hpp"
#include "screening/docking_stage.hpp"

namespace digitalis {

/// Per target that was docked into: "pocket_pdb", the receptor's atoms near its box; "reference_sdf", the reference
/// ligand where it was found (absent when there is none); "redocked_sdf", by reference, where docking put it.
void write_pockets(const std::filesystem::path& file, const Campaign& campaign, const Sites& sites,
                   const std::vector<Redocking>& redockings);

}  // namespace digitalis
