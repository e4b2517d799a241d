#pragma once
// Poses out of results.sqlite.

#include <cstdint>
#include <vector>

#include "screening/database.hpp"
#include "screening/hit_table.hpp"

namespace digitalis {

/// The poses of a hit, in the order of its SD records, with what docking says of them; places to 0.01 Å, energies to
/// 0.001 kcal/mol. What holds them is in contacts_of_hits. Empty for a hit that was not docked.
/// @throws std::runtime_error  the table is damaged
[[nodiscard]] std::vector<HitPose> poses_of(Database& results, std::int64_t place);

}  // namespace digitalis
