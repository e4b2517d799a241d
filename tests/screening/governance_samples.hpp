#pragma once
// An agreement in order, and what uses it: tests change one thing and look what is said.

#include <nlohmann/json.hpp>
#include <string>

#include "screening/governance/gate.hpp"

namespace digitalis::governance::testing {

inline const std::string kDigest(64, 'a');
inline const std::string kOtherDigest(64, 'b');

inline nlohmann::json agreement_json() {
  return nlohmann::json::parse(R"({
    "agreement_id": "DSA-1", "version": 1, "status": "active",
    "controller": {"name": "Example NHS Trust", "sole_or_joint": "sole", "contact": "dpo@example.nhs.uk"},
    "partner": {"name": "Acme", "type": "commercial"},
    "signatories": [{"name": "A. Signer", "organisation": "Acme", "role": "director", "date": "2025-12-01"}],
    "purpose": {"text": "find inhibitors", "aim_patient_benefit": "treatments for dementia",
                "duo": ["DUO:0000007 MONDO_0004975"], "disease_scope": ["MONDO_0004975", "MONDO_0005148"],
                "prohibited": ["re-identification", "onward sharing of tables"]},
    "datasets": [{"table_id": "deaths-2019", "licence": "OGL-UK-3.0",
                  "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}],
    "legal_basis": "anonymous aggregate, not personal data", "opt_outs_applied": "not applicable to aggregates",
    "valid_from": "2026-01-01", "valid_to": "2026-12-31", "max_campaigns": 2,
    "sublicensing": false, "exclusivity": false,
    "sdc": {"min_count": 8, "levels": ["national", "region"], "national_exempt": true},
    "benefit": {"type": "revenue_share", "terms": "2 % of net sales", "measure": "influence figure",
                "review_date": "2026-12-01"},
    "ip": {"background": "each keeps its own", "foreground_owner": "Acme", "nhs_rights": "free use in the NHS"},
    "publication": {"register_entry": "https://example.nhs.uk/register/1", "results_by": "2027-06-30"},
    "approver": {"name": "B. Approver", "role": "Caldicott guardian", "date": "2025-12-02"}
  })");
}

inline Agreement agreement(const nlohmann::json& json = agreement_json()) {
  Findings findings;
  auto read = parse_agreement(json.dump(), "dsa.json", findings);
  findings.throw_if_errors();
  return std::move(*read);
}

/// agreement_json() with one value replaced.
inline nlohmann::json with(const char* pointer, nlohmann::json value) {
  nlohmann::json json = agreement_json();
  json[nlohmann::json::json_pointer(pointer)] = std::move(value);
  return json;
}

inline GateRequest request() {
  return {.partner = "Acme",
          .campaign_id = "aurora-0123456789ab",
          .diseases = {"MONDO_0004975"},
          .tables = {{"deaths-2019", kDigest}}};
}

inline Time at(const char* text) { return *parse_time(text); }
inline const Time kToday = at("2026-06-15T12:00:00Z");

inline AuditContext context() {
  AuditContext context;
  context.uid = 1000;
  context.role = "submitter";
  return context;
}

/// A record like any other.
inline AuditEntry entry(std::uint64_t seed = 7) {
  AuditEntry entry;
  entry.event = AuditEntry::Event::kRunStart;
  entry.context = context();
  entry.campaign_id = "aurora-0123456789ab";
  entry.seed = seed;
  return entry;
}

}  // namespace digitalis::governance::testing
