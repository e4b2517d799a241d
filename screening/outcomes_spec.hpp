#pragma once
// [outcomes] of a campaign: which outcome tables and evidence give its targets their weights, under which agreement.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "scoring/outcomes/weights.hpp"

namespace digitalis {

class TomlFields;

struct OutcomesSpec {
  std::vector<std::filesystem::path> tables, evidence;
  std::filesystem::path disease_map;
  std::filesystem::path agreement, signature;  ///< empty: none
  WeightSettings settings;                     ///< its seed is the campaign's
  std::string place;                           ///< "campaign.toml:12:1", for messages

  /// Whether the campaign has such a section at all.
  [[nodiscard]] bool given() const { return !tables.empty(); }
};

/// Reads the section's keys; paths are relative to `folder`. What is wrong goes to the fields' findings.
[[nodiscard]] OutcomesSpec read_outcomes(TomlFields& fields, const std::filesystem::path& folder, std::uint64_t seed);
/// Everything that changes results.
[[nodiscard]] nlohmann::json identity_of(const OutcomesSpec& outcomes);
/// The settings of such an identity, as manifest.json keeps it; its files are named as they were then.
/// @throws nlohmann::json::exception  it is none
[[nodiscard]] OutcomesSpec outcomes_of_identity(const nlohmann::json& identity, std::uint64_t seed);

}  // namespace digitalis
