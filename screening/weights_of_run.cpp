#include "screening/weights_of_run.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <system_error>

#include "chem/digest.hpp"
#include "chem/file_io.hpp"
#include "chem/sha256.hpp"
#include "screening/campaign_outcomes.hpp"
#include "screening/governance/run_audit.hpp"
#include "screening/run_folder.hpp"

namespace digitalis {
namespace {

using nlohmann::json;

/// Other machines' exp() and log() may differ in the last bits.
constexpr double kTolerance = 1e-9;

bool same(const json& a, const json& b) {
  if (a.is_number() && b.is_number()) return std::abs(a.get<double>() - b.get<double>()) <= kTolerance;
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (a.is_object()) {
    for (const auto& [key, value] : a.items())
      if (!b.contains(key) || !same(value, b.at(key))) return false;
    return true;
  }
  if (!a.is_array()) return a == b;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same(a[i], b[i])) return false;
  return true;
}

/// The tables on record when this run's weights were computed, against those of its manifest.
void compare_tables(const json& kept, const std::string& campaign, std::span<const json> records,
                    std::vector<std::string>& problems) {
  const json* computed = nullptr;
  for (const json& record : records)
    if (record.at("event") == "weights.computed" && record.value("campaign_id", "") == campaign) computed = &record;
  if (computed == nullptr) {
    problems.push_back("the log does not hold that weights of campaign '" + campaign + "' were computed");
    return;
  }
  json listed = json::array(), named = json::array();
  for (const json& input : computed->at("inputs")) listed.push_back(input.at("sha256"));
  for (const json& table : kept.at("tables")) named.push_back(table.at("sha256"));
  if (listed != named)
    problems.push_back("manifest.json names other tables than record " +
                       std::to_string(computed->at("seq").get<std::uint64_t>()));
}

/// Why a file cannot be used again; empty: it is there, and the same.
std::string change_of(const json& file) {
  const std::filesystem::path path = file.at("path").get<std::string>();
  const std::string then = file.at("digest");
  try {
    const std::string now = then.size() == 64 ? to_hex(sha256_of_file(path)) : digest_128(read_file(path));
    return now == then ? "" : path.string() + " is not the file that it was";
  } catch (const std::system_error&) {
    return path.string() + " cannot be read";
  }
}

/// The campaign as far as its weights depend on it, with its files where they were.
Campaign campaign_of(const json& manifest, const json& kept) {
  const json& identity = manifest.at("campaign");
  Campaign campaign;
  campaign.name = identity.at("campaign").at("name");
  campaign.seed = identity.at("campaign").at("seed");
  for (const json& target : identity.at("targets")) {
    TargetSpec& spec = campaign.targets.emplace_back();
    spec.name = target.at("name");
    spec.symbol = target.at("symbol");
  }
  OutcomesSpec& outcomes = campaign.outcomes;
  outcomes = outcomes_of_identity(identity.at("outcomes"), campaign.seed);
  outcomes.settings.top_k = kept.at("top_k");
  outcomes.agreement = kept.at("agreement").get<std::string>();
  const auto place = [&](std::filesystem::path& name) {
    for (const json& file : kept.at("files"))
      if (file.at("name") == name.string()) name = file.at("path").get<std::string>();
  };
  for (std::filesystem::path& table : outcomes.tables) place(table);
  for (std::filesystem::path& file : outcomes.evidence) place(file);
  place(outcomes.disease_map);
  return campaign;
}

}  // namespace

WeightsAudit audit_weights(const std::filesystem::path& run, std::span<const json> records) {
  RunFolder folder{run};
  folder.open_existing();
  const json& manifest = folder.manifest();
  WeightsAudit audit;
  if (!folder.finished() || !manifest.at("results").value("nhs_informed", false)) return audit;
  const json& kept = manifest.at("results").at("outcomes");
  compare_tables(kept, governance::campaign_id_of_run(run), records, audit.problems);
  const std::string not_again = "the weights were not derived again: ";
  if (!kept.contains("files")) {
    audit.note = not_again + "this run does not say where its files were";
    return audit;
  }
  for (const json& file : kept.at("files"))
    if (const std::string change = change_of(file); !change.empty()) {
      audit.note = not_again + change;
      return audit;
    }
  json now;
  try {
    now = weights_json(*read_campaign_outcomes(campaign_of(manifest, kept)));
  } catch (const RefusedTables&) {
    audit.note = not_again + "the tables do not pass the checks of this version and agreement";
    return audit;
  }
  std::size_t compared = 0;
  for (const char* what : {"diseases", "targets", "tables"}) {
    const json &then = kept.at(what), &again = now.at(what);
    if (then.size() != again.size())
      audit.problems.push_back("manifest.json names other " + std::string{what} + " than the tables give");
    else
      for (std::size_t i = 0; i < then.size(); ++i, ++compared)
        if (!same(then[i], again[i]))
          audit.problems.push_back("manifest.json: " + std::string{what} + ", " +
                                   then[i].value("id", then[i].value("table_id", "")) +
                                   ": not what the run's tables, evidence and settings give");
  }
  audit.note = "the weights were derived again from the run's " + std::to_string(kept.at("files").size()) +
               " files: " + std::to_string(compared) + " figures of diseases, targets and tables compared";
  return audit;
}

}  // namespace digitalis
