#pragma once
// The report's data as JSON, as the page reads it.

#include <nlohmann/json.hpp>

#include "screening/report/pose_block.hpp"
#include "screening/report/report.hpp"

namespace digitalis {

/// Keeps the order in which it was filled: equal data, equal bytes.
using ReportJson = nlohmann::ordered_json;

/// Everything but drawings and poses.
/// @param labels  of the drawings of hits and actives
/// @throws std::invalid_argument  when a hit has not one value per column
[[nodiscard]] ReportJson report_json(const ReportData& data, const std::vector<std::string>& labels);

/// What is said of poses and pockets; the positions are in the block.
/// @throws std::invalid_argument  when a pose has not one value per pose column
[[nodiscard]] ReportJson poses_json(const ReportData& data, const PoseBlock& block);

}  // namespace digitalis
