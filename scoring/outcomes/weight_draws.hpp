#pragma once
// What the weights are computed from, made ready for drawing. Used by the weights only.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scoring/outcomes/tables.hpp"
#include "scoring/outcomes/weights.hpp"

namespace digitalis {

/// The cells that together are one indicator of one disease: no one is counted twice.
struct PooledIndicator {
  struct Part {
    const OutcomeCell* cell;
    const SdcStatement* sdc;
  };
  std::vector<Part> parts;
  double denominator = 0.0;  ///< 0: none, the reference population is the same for all diseases
};

/// By disease, then indicator.
using PooledTables = std::map<std::string, std::map<std::string, PooledIndicator>>;

/// Of the cells of a disease and indicator the coarsest that have a number, or a suppressed one: a cell whose
/// population another's holds is left out. O(cells^2) per disease and indicator.
[[nodiscard]] PooledTables pool(std::span<const OutcomeTable* const> tables);

/// Indicators that every disease has, in order. When one is not complete: UsageError if `strict`, else left out.
/// UsageError too when an indicator's populations cannot be compared between diseases.
[[nodiscard]] std::vector<std::string> common_indicators(const PooledTables& pooled,
                                                         std::span<const std::string> diseases, bool strict);

/// disease_weights() of these tables for these diseases; equal weights when no indicator is left and not `strict`.
[[nodiscard]] WeightDraws disease_weights_of(std::span<const OutcomeTable* const> tables,
                                             std::span<const std::string> diseases, const WeightSettings& settings,
                                             bool strict);

}  // namespace digitalis
