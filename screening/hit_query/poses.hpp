#pragma once
// Poses out of results.sqlite.

#include <cstdint>
#include <optional>

#include "screening/database.hpp"
#include "screening/hit_table.hpp"

namespace digitalis {

/// The pose of a hit that its SD record shows, with what docking says of it; places to 0.01 Å. Nothing for a hit that
/// was not docked.
/// @throws std::runtime_error  the table is damaged
[[nodiscard]] std::optional<HitPose> pose_of(Database& results, std::int64_t place);

}  // namespace digitalis
