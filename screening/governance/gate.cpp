#include "screening/governance/gate.hpp"

#include <algorithm>
#include <initializer_list>

namespace digitalis::governance {
namespace {

/// Licences under which anybody may use a table for anything (SPDX).
constexpr const char* kOpenLicences[] = {"OGL-UK-3.0", "OGL-UK-2.0", "OGL-UK-1.0",
                                         "OPL-UK-3.0", "CC0-1.0",    "CC-BY-4.0"};
/// DUO: not for profit, non-commercial use only; not-for-profit organisation use only; non-commercial use only.
constexpr const char* kNonCommercial[] = {"DUO:0000018", "DUO:0000045", "DUO:0000046"};
constexpr int kYearsCommercial = 1, kYearsOthers = 3;  // DARS standard 1, data sharing agreement length

bool holds(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string quoted(const std::string& text) { return "'" + text + "'"; }

/// The rules, each appending what it finds.
class Rules {
 public:
  Rules(const Agreement& agreement, const GateRequest& request, std::vector<GateFinding>& findings)
      : agreement_(agreement), request_(request), findings_(findings) {}

  void status() {
    if (agreement_.status == Agreement::Status::kActive) return;
    const bool revoked = agreement_.status == Agreement::Status::kRevoked;
    find("G-STATUS", name() + " is " + (revoked ? "revoked" : "suspended"),
         "ask " + agreement_.controller.contact + (revoked ? " for a new one" : " when it takes effect again"));
  }

  void time(Moment moment, Time now) {
    const Time ends = agreement_.valid_to + std::chrono::days{1};
    if (now < agreement_.valid_from)
      find("G-TIME", name() + " is valid from " + to_text(agreement_.valid_from) + " on, not yet", "wait until then");
    if (now >= ends)
      find("G-TIME",
           name() + " ended on " + to_text(agreement_.valid_to) +
               (moment == Moment::kExport ? "; a job that ran may finish, its results may not leave" : ""),
           "have it renewed by " + agreement_.controller.name);
    const bool commercial = agreement_.partner.type == "commercial";
    const int years = commercial ? kYearsCommercial : kYearsOthers;
    const Date latest = years_later(agreement_.valid_from, years) - std::chrono::days{1};
    if (agreement_.valid_to > latest)
      find("G-TIME",
           name() + " runs for longer than " + (commercial ? "the 1 year" : "the 3 years") + " that " +
               (commercial ? "a commercial partner" : "a partner") + " may have",
           "valid_to at most " + to_text(latest));
  }

  void partner(const Site::Governance& site) {
    if (agreement_.is_for_everybody()) return;
    if (request_.partner.empty())
      find("G-PARTNER", "the campaign names no partner, and " + name() + " is for one", "[campaign] partner = \"...\"");
    else if (request_.partner != agreement_.partner.name)  // whose it is, is not for another partner to know
      find("G-PARTNER", "the campaign's partner " + quoted(request_.partner) + " is not the partner of " + name(),
           "name the agreement of that partner");
    const auto group = site.partner_groups.find(request_.partner);
    if (group != site.partner_groups.end() && !holds(request_.groups, group->second))
      find(
          "G-PARTNER",
          "who asks is not in the group " + quoted(group->second) + " of those who act for " + quoted(request_.partner),
          "ask the site's administrator");
  }

  void data() {
    for (const NamedDigest& table : request_.tables) {
      const auto listed =
          std::find_if(agreement_.datasets.begin(), agreement_.datasets.end(),
                       [&](const Agreement::Dataset& dataset) { return dataset.table_id == table.name; });
      if (listed == agreement_.datasets.end())
        find("G-DATA", "table " + quoted(table.name) + " is not in " + name(), "take it out, or have it added");
      else if (listed->sha256 != table.sha256)
        find("G-DATA",
             "table " + quoted(table.name) + " is not the one agreed on: its SHA-256 is " + table.sha256 + ", " +
                 name() + " says " + listed->sha256,
             "use the table as it was released");
      else if (agreement_.is_for_everybody() && std::find(std::begin(kOpenLicences), std::end(kOpenLicences),
                                                          listed->licence) == std::end(kOpenLicences))
        find("G-DATA",
             "table " + quoted(table.name) + " is under the licence " + quoted(listed->licence) +
                 ", and an agreement for everybody covers open licences only",
             "OGL-UK-3.0, CC0-1.0 or CC-BY-4.0; else make an agreement with one partner");
    }
  }

  void purpose() {
    const std::vector<std::string>& scope = agreement_.purpose.disease_scope;
    if (!holds(scope, "*"))
      for (const std::string& disease : request_.diseases)
        if (!holds(scope, disease))
          find("G-PURPOSE", "the disease " + disease + " is outside the scope of " + name(),
               "take it out, or have the scope widened");
    if (agreement_.partner.type != "commercial") return;
    for (const std::string& term : agreement_.purpose.duo)
      if (std::any_of(std::begin(kNonCommercial), std::end(kNonCommercial),
                      [&](const char* code) { return term.starts_with(code); }))
        find("G-PURPOSE", name() + " is with a commercial partner and permits non-commercial use only (" + term + ")",
             "have the permission or the partner corrected");
  }

  void benefit() {
    if (agreement_.purpose.aim_patient_benefit.empty())
      find("G-BENEFIT", name() + " does not say what patients get from it", "purpose.aim_patient_benefit");
    if (agreement_.benefit.terms.empty())
      find("G-BENEFIT", name() + " does not say on which terms the NHS shares in the benefit", "benefit.terms");
    if (!agreement_.benefit.review_date)
      find("G-BENEFIT", name() + " names no day on which the benefit is reviewed", "benefit.review_date");
  }

  void exclusivity() {
    if (agreement_.exclusivity)
      find("G-EXCL", name() + " is exclusive: others could not use the tables for patients' good",
           "exclusivity must be false");
    if (agreement_.sublicensing)
      find("G-EXCL", name() + " lets the partner pass the tables on", "sublicensing must be false");
  }

  void quota(Moment moment, std::uint64_t used) {
    if (moment == Moment::kExport || !agreement_.max_campaigns || used < *agreement_.max_campaigns) return;
    find("G-QUOTA",
         std::to_string(used) + " other campaigns have used " + name() + ", which is for " +
             std::to_string(*agreement_.max_campaigns),
         "have max_campaigns raised");
  }

 private:
  [[nodiscard]] std::string name() const { return "agreement " + quoted(agreement_.id); }
  void find(const char* code, std::string message, std::string hint) {
    findings_.push_back({code, std::move(message), std::move(hint)});
  }
  const Agreement& agreement_;
  const GateRequest& request_;
  std::vector<GateFinding>& findings_;
};

}  // namespace

const char* to_text(Moment moment) {
  switch (moment) {
    case Moment::kCheck: return "check";
    case Moment::kSubmit: return "submit";
    case Moment::kStart: return "start";
    case Moment::kExport: return "export";
  }
  throw std::logic_error("a moment without a name");
}

GateDecision decide(Moment moment, const Agreement* agreement, const std::string& why_none, const GateRequest& request,
                    Time now, std::uint64_t quota_used, const Site::Governance& site) {
  GateDecision decision;
  decision.moment = moment;
  if (request.tables.empty()) return decision;
  if (agreement == nullptr) {
    decision.findings.push_back(
        {"G-NONE", why_none.empty() ? "the campaign uses outcome tables and names no data-use agreement" : why_none,
         "name one that is in force, or take the tables out: every disease then weighs the same"});
  } else {
    decision.agreement_id = agreement->id;
    decision.agreement_sha256 = to_hex(agreement->sha256);
    Rules rules{*agreement, request, decision.findings};
    rules.status();
    rules.time(moment, now);
    rules.partner(site);
    rules.data();
    rules.purpose();
    rules.benefit();
    rules.exclusivity();
    rules.quota(moment, quota_used);
  }
  decision.allowed = decision.findings.empty();
  decision.nhs_informed = decision.allowed;
  return decision;
}

std::string GateDecision::text() const {
  std::string text;
  for (const GateFinding& finding : findings)
    text += (text.empty() ? "" : "\n") + finding.code + ": " + finding.message + "; hint: " + finding.hint;
  if (!text.empty()) return text;
  if (!nhs_informed) return std::string{"allowed at "} + to_text(moment) + ": no outcome table is used";
  return std::string{"allowed at "} + to_text(moment) + " under agreement '" + agreement_id + "'" +
         (signer.empty() ? "" : ", signed by " + signer) + (log_head.empty() ? "" : "; audit log head " + log_head);
}

nlohmann::json GateDecision::to_json() const {
  nlohmann::json json{{"moment", to_text(moment)},
                      {"allowed", allowed},
                      {"nhs_informed", nhs_informed},
                      {"findings", nlohmann::json::array()}};
  if (!agreement_id.empty()) json["agreement"] = {{"id", agreement_id}, {"sha256", agreement_sha256}};
  if (!signer.empty()) json["agreement"]["signer"] = signer;
  for (const GateFinding& finding : findings)
    json["findings"].push_back({{"code", finding.code}, {"message", finding.message}, {"hint", finding.hint}});
  if (!log_head.empty()) json["log_head"] = log_head;
  return json;
}

RefusedByGate::RefusedByGate(GateDecision decision) : Refusal(decision.text()), decision_(std::move(decision)) {}

}  // namespace digitalis::governance
