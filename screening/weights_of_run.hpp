#pragma once
// Do the outcome tables of a finished run give the weights that it worked with? Derived again, by whoever has the
// files.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

namespace digitalis {

struct WeightsAudit {
  std::vector<std::string> problems;  ///< what is not as it was written, a sentence each
  std::string note;                   ///< what was found, or why it cannot be told; empty: no table shaped this run
};

/// Holds the weights in manifest.json against those that its tables, disease map and evidence give, with its settings
/// and seed, where these files still are where they were, byte for byte; and the tables against those on record. It
/// takes a second. @throws UsageError  not a run directory
[[nodiscard]] WeightsAudit audit_weights(const std::filesystem::path& run, std::span<const nlohmann::json> records);

}  // namespace digitalis
