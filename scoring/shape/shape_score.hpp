#pragma once
// What an overlay makes the most of, and is scored by.

#include <cstdint>
#include <optional>
#include <string_view>

#include "scoring/shape/overlay.hpp"

namespace digitalis {

enum class ShapeScore : std::uint8_t { kCombo, kShape, kColour };

/// "combo", "shape", "colour".
[[nodiscard]] std::string_view name_of(ShapeScore score);
[[nodiscard]] std::optional<ShapeScore> find_shape_score(std::string_view name);

[[nodiscard]] OverlayOptions weights_of(ShapeScore score);
/// Higher is better: combo 0 to 2, the others 0 to 1.
[[nodiscard]] double score_of(const Overlay& overlay, ShapeScore score);

}  // namespace digitalis
