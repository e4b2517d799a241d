#include "scoring/shape/shape_score.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace digitalis {
namespace {

constexpr std::array<std::string_view, 3> kNames{"combo", "shape", "colour"};

}  // namespace

std::string_view name_of(ShapeScore score) { return kNames[static_cast<std::size_t>(score)]; }

std::optional<ShapeScore> find_shape_score(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<ShapeScore>(found - kNames.begin());
}

OverlayOptions weights_of(ShapeScore score) {
  return {.shape_weight = score == ShapeScore::kColour ? 0.0 : 1.0,
          .colour_weight = score == ShapeScore::kShape ? 0.0 : 1.0};
}

double score_of(const Overlay& overlay, ShapeScore score) {
  switch (score) {
    case ShapeScore::kShape: return overlay.shape;
    case ShapeScore::kColour: return overlay.colour;
    case ShapeScore::kCombo: break;
  }
  return overlay.combo();
}

}  // namespace digitalis
