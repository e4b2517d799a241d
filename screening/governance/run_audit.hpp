#pragma once
// A run directory and its records: what to write when a run ends, and whether the directory is still what was written.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "screening/governance/audit_log.hpp"

namespace digitalis::governance {

/// The result files that are there, with their digests: hits.csv, hits.sdf.gz, rejects.csv, results.sqlite,
/// pockets.json, report.html.
[[nodiscard]] std::vector<NamedDigest> outputs_of_run(const std::filesystem::path& run);

/// The record of a run's end: `common` (who, campaign, seed, inputs, agreement, influence) with the result files and the
/// Merkle root of the journal. Call it when both are on disk. Cost: one reading of each.
[[nodiscard]] AuditEntry end_of_run(AuditEntry common, const std::filesystem::path& run);

/// campaign_id() of the campaign that a run directory belongs to. @throws UsageError  it is not one
[[nodiscard]] std::string campaign_id_of_run(const std::filesystem::path& run);

/// Compares a run directory with the last run.end of its campaign: every file's digest, and the Merkle root of its
/// journal, computed again. What differs, one sentence each; none: all is as it was written.
/// Cost: one reading of the journal and the results.
[[nodiscard]] std::vector<std::string> problems_of_run(const std::filesystem::path& run,
                                                       std::span<const nlohmann::json> records);

}  // namespace digitalis::governance
