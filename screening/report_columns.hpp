#pragma once
// Which columns of hits.csv the report shows, in which order, under which names.

#include <cstddef>
#include <string>
#include <vector>

#include "screening/hit_table.hpp"
#include "screening/report/report.hpp"

namespace digitalis {

/// Columns of the table by number, in the report's order: what explains a hit stands next to its score.
[[nodiscard]] std::vector<std::size_t> report_order(const HitTable& hits);

/// What the reader is told of them, in the same order.
[[nodiscard]] std::vector<ReportColumn> report_columns(const HitTable& hits, const std::vector<std::size_t>& order);

/// The checks of its geometry that a pose did not pass, among the report's pose columns.
inline constexpr const char* kPoseFlagsColumn = "pose_flags";

/// What the reader is told of a field of a docked record: "pose_inter_kcal_mol".
[[nodiscard]] ReportColumn pose_column(const std::string& field);

}  // namespace digitalis
