#pragma once
// What the columns of a hit table become in results.sqlite.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "screening/results_schema.hpp"
#include "screening/results_store.hpp"

namespace digitalis {

/// One for each column of the table, in its order: known ones by their names, others by what stands in their cells.
[[nodiscard]] std::vector<HitColumn> columns_of(const HitTable& hits, const StoredRun& run);

/// A whole cell as a number; nothing when it is none, or an ID that looks like one ("007").
[[nodiscard]] std::optional<double> number_in(const std::string& cell);

/// Number of the entry of that name, from 1; 0: none.
template <class Named>
std::int64_t number_of(const std::vector<Named>& all, const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
  return found == all.end() ? 0 : found - all.begin() + 1;
}

}  // namespace digitalis
