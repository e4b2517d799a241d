#include "screening/governance/audit_export.hpp"

#include <map>

#include "chem/suggest.hpp"
#include "chem/usage_error.hpp"
#include "screening/csv.hpp"

namespace digitalis::governance {
namespace {

using Json = nlohmann::json;

constexpr const char* kPredicateType = "https://github.com/digitalis-screening/digitalis/run/v1";

/// A field for a table that people open in a spreadsheet: what would be taken for a formula becomes text.
std::string cell(const std::string& text) {
  return !text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos ? "'" + text : text;
}

std::string yes_or_no(bool yes) { return yes ? "yes" : "no"; }

/// What the log says about one campaign's use of the tables.
struct Use {
  std::string first_use_utc, last_release_utc;
  std::vector<std::string> files;
};

std::map<std::string, Use> uses_of(std::span<const Json> records, const std::string& agreement_id) {
  std::map<std::string, Use> uses;
  for (const Json& record : records) {
    if (record.at("event") != "gate.allow" || !record.contains("agreement") || !record.contains("campaign_id"))
      continue;
    const std::string moment = record.value("moment", "");
    if (record.at("agreement").at("id") != agreement_id || (moment != "submit" && moment != "start")) continue;
    Use& use = uses[record.at("campaign_id").get<std::string>()];
    if (use.first_use_utc.empty()) use.first_use_utc = record.at("time_utc");
  }
  for (const Json& record : records) {
    if (record.at("event") != "export" || !record.contains("campaign_id") || !record.contains("outputs")) continue;
    const auto use = uses.find(record.at("campaign_id").get<std::string>());
    if (use == uses.end()) continue;
    use->second.last_release_utc = record.at("time_utc");
    for (const Json& output : record.at("outputs")) use->second.files.push_back(output.at("name"));
  }
  return uses;
}

}  // namespace

Json in_toto_statement(std::span<const Json> records, const AuditHead& head, const std::string& campaign) {
  const Json* end = nullptr;
  for (const Json& record : records)
    if (record.at("event") == "run.end" && record.contains("outputs") &&
        (campaign.empty() || record.value("campaign_id", "") == campaign))
      end = &record;
  if (end == nullptr)
    throw UsageError("the log holds no finished run" + (campaign.empty() ? "" : " of campaign '" + campaign + "'") +
                     "; hint: give the log of a run that came to its end");
  Json subjects = Json::array();
  for (const Json& output : end->at("outputs"))
    subjects.push_back({{"name", output.at("name")}, {"digest", {{"sha256", output.at("sha256")}}}});
  Json predicate;
  for (const char* field : {"campaign_id", "agreement", "software", "site", "params_sha256", "seed", "inputs", "merkle",
                            "nhs_informed", "influence_ppm", "ranks"})
    if (end->contains(field)) predicate[field] = end->at(field);
  predicate["finished_utc"] = end->at("time_utc");
  predicate["audit"] = {{"record", end->at("seq")},
                        {"record_hash", end->at("hash")},
                        {"head", {{"count", head.count}, {"hash", head.hash}, {"root", head.root}}}};
  return {{"_type", "https://in-toto.io/Statement/v1"},
          {"subject", std::move(subjects)},
          {"predicateType", kPredicateType},
          {"predicate", std::move(predicate)}};
}

std::string data_use_register(std::span<const Json> records, const Agreement& agreement) {
  std::vector<std::string> datasets, licences;
  for (const Agreement::Dataset& dataset : agreement.datasets) {
    datasets.push_back(dataset.table_id);
    licences.push_back(dataset.licence);
  }
  std::string text = csv_line({"project_id",
                               "agreement_id",
                               "agreement_sha256",
                               "dsa_start_date",
                               "dsa_end_date",
                               "data_controllers",
                               "sole_or_joint",
                               "organisation_name",
                               "organisation_sector",
                               "purpose",
                               "public_benefit_statement",
                               "benefit_type",
                               "benefit_terms",
                               "datasets",
                               "licences",
                               "legal_basis",
                               "sub_licensing",
                               "commercial_purpose",
                               "opt_outs_applied",
                               "register_entry",
                               "first_use_utc",
                               "files_released",
                               "last_release_utc"});
  for (const auto& [campaign, use] : uses_of(records, agreement.id)) {
    std::vector<std::string> row{campaign,
                                 agreement.id,
                                 to_hex(agreement.sha256),
                                 to_text(agreement.valid_from),
                                 to_text(agreement.valid_to),
                                 agreement.controller.name,
                                 agreement.controller.joint ? "joint" : "sole",
                                 agreement.is_for_everybody() ? "any" : agreement.partner.name,
                                 agreement.partner.type,
                                 agreement.purpose.text,
                                 agreement.purpose.aim_patient_benefit,
                                 agreement.benefit.type,
                                 agreement.benefit.terms,
                                 join(datasets, "; "),
                                 join(licences, "; "),
                                 agreement.legal_basis,
                                 yes_or_no(agreement.sublicensing),
                                 yes_or_no(agreement.partner.type == "commercial"),
                                 agreement.opt_outs_applied,
                                 agreement.publication.register_entry,
                                 use.first_use_utc,
                                 join(use.files, "; "),
                                 use.last_release_utc};
    for (std::string& field : row) field = cell(field);
    text += csv_line(row);
  }
  return text;
}

}  // namespace digitalis::governance
