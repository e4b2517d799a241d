#include "screening/outcomes_spec.hpp"

#include <nlohmann/json.hpp>

#include "chem/usage_error.hpp"
#include "screening/toml_fields.hpp"

namespace digitalis {

namespace {

/// A sub-table of names of the user's own, each with a number.
std::map<std::string, double> read_numbers(TomlFields& fields, const char* key, double low, double high) {
  std::map<std::string, double> all;
  const toml::table* table = fields.table(key);
  if (table == nullptr) return all;
  TomlFields inner = fields.inner(*table, std::string{"["} + key + "]");
  for (const auto& [name, node] : *table)
    if (const auto number = inner.number(name.str(), low, high)) all.emplace(name.str(), *number);
  inner.finish();
  return all;
}

}  // namespace

OutcomesSpec read_outcomes(TomlFields& fields, const std::filesystem::path& folder, std::uint64_t seed) {
  OutcomesSpec outcomes;
  outcomes.place = fields.place();
  const auto paths = [&](const char* key) {
    std::vector<std::filesystem::path> all;
    for (const auto& path : fields.texts(key)) all.push_back((folder / path.value).lexically_normal());
    return all;
  };
  const auto path = [&](const char* key) {
    const auto text = fields.text(key);
    return text ? (folder / *text).lexically_normal() : std::filesystem::path{};
  };
  outcomes.tables = paths("tables");
  outcomes.evidence = paths("evidence");
  outcomes.disease_map = path("disease_map");
  outcomes.agreement = path("agreement");
  outcomes.signature = path("signature");
  WeightSettings& settings = outcomes.settings;
  settings.seed = seed;
  settings.draws = static_cast<std::uint32_t>(fields.whole("draws", 1, 100'000).value_or(settings.draws));
  settings.lambda = fields.number("lambda", 0.0, 1.0).value_or(settings.lambda);
  settings.kappa = fields.number("kappa", 0.0, 1e6).value_or(settings.kappa);
  settings.preference = read_numbers(fields, "preference", 0.0, 1e6);
  settings.severity = read_numbers(fields, "severity", 1.0, 1.7);
  settings.overdispersion = read_numbers(fields, "overdispersion", 1.0, 1e3);
  for (const auto& indicator : fields.texts("higher_is_better")) settings.higher_is_better.insert(indicator.value);
  if (fields.has("drop_sources")) {
    settings.dropped_sources.clear();
    for (const auto& source : fields.texts("drop_sources")) settings.dropped_sources.insert(source.value);
  }
  if (!fields.has("tables")) fields.error("", "[outcomes] names no tables", "tables = [\"outcomes.csv\"]");
  if (!fields.has("evidence"))
    fields.error("", "[outcomes] names no evidence that ties diseases to targets", "evidence = [\"evidence.tsv\"]");
  if (!fields.has("disease_map"))
    fields.error("", "[outcomes] does not say which ontology ids its diseases have",
                 "disease_map = \"disease_map.csv\"");
  fields.finish();
  return outcomes;
}

nlohmann::json identity_of(const OutcomesSpec& outcomes) {
  const auto texts = [](const std::vector<std::filesystem::path>& paths) {
    nlohmann::json all = nlohmann::json::array();
    for (const auto& path : paths) all.push_back(path.string());
    return all;
  };
  const WeightSettings& settings = outcomes.settings;
  return {{"tables", texts(outcomes.tables)},
          {"evidence", texts(outcomes.evidence)},
          {"disease_map", outcomes.disease_map.string()},
          {"draws", settings.draws},
          {"lambda", settings.lambda},
          {"kappa", settings.kappa},
          {"preference", settings.preference},
          {"severity", settings.severity},
          {"overdispersion", settings.overdispersion},
          {"higher_is_better", settings.higher_is_better},
          {"drop_sources", settings.dropped_sources}};
}

OutcomesSpec outcomes_of_identity(const nlohmann::json& identity, std::uint64_t seed) {
  OutcomesSpec outcomes;
  const auto paths = [&](const char* key) {
    const auto texts = identity.at(key).get<std::vector<std::string>>();
    return std::vector<std::filesystem::path>(texts.begin(), texts.end());
  };
  outcomes.tables = paths("tables");
  outcomes.evidence = paths("evidence");
  outcomes.disease_map = identity.at("disease_map").get<std::string>();
  WeightSettings& settings = outcomes.settings;
  settings.seed = seed;
  identity.at("draws").get_to(settings.draws);
  identity.at("lambda").get_to(settings.lambda);
  identity.at("kappa").get_to(settings.kappa);
  identity.at("preference").get_to(settings.preference);
  identity.at("severity").get_to(settings.severity);
  identity.at("overdispersion").get_to(settings.overdispersion);
  identity.at("higher_is_better").get_to(settings.higher_is_better);
  identity.at("drop_sources").get_to(settings.dropped_sources);
  return outcomes;
}

}  // namespace digitalis
