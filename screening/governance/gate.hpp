#pragma once
// The gate: may this campaign use these tables, here and now? Asked when a campaign is checked, when it is submitted,
// when its job starts (it may have waited for weeks) and when results leave. Every answer is a record of the audit log.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "screening/governance/agreement.hpp"
#include "screening/governance/audit_log.hpp"
#include "screening/refusal.hpp"
#include "screening/site.hpp"

namespace digitalis::governance {

enum class Moment : std::uint8_t { kCheck, kSubmit, kStart, kExport };
[[nodiscard]] const char* to_text(Moment moment);  ///< "check", "submit", "start", "export"

struct GateRequest {
  std::string partner = {};                ///< as the campaign file says
  std::string campaign_id = {};            ///< campaign_id() below
  std::vector<std::string> diseases = {};  ///< ontology ids that get a weight from the tables: "MONDO_0004975"
  std::vector<NamedDigest> tables = {};    ///< table id and SHA-256 of its file, 64 hexadecimal digits
  std::vector<std::string> groups = {};    ///< Unix groups of who asks; empty: those of this process
};

struct GateFinding {
  std::string code;     ///< G-NONE, G-TIME, ...
  std::string message;  ///< a sentence for a person
  std::string hint;     ///< what to do about it
};

struct GateDecision {
  Moment moment = Moment::kCheck;
  bool allowed = true;
  /// Whether NHS tables may shape the ranking: false when the campaign names none, and when refused. A run without
  /// tables is always allowed: its weights are neutral.
  bool nhs_informed = false;
  std::string agreement_id, agreement_sha256;  ///< empty: none could be read
  std::string signer;                          ///< who signed it, where the site asks for that
  std::vector<GateFinding> findings;           ///< all of them; none when allowed
  std::string log_head;                        ///< head of the audit log with this decision; empty: not logged

  /// "error: ..." lines for a terminal, or one line that says what was allowed.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] nlohmann::json to_json() const;
};

/// Refused by governance: the program ends with exit code 3.
class RefusedByGate : public Refusal {
 public:
  explicit RefusedByGate(GateDecision decision);
  [[nodiscard]] const GateDecision& decision() const { return decision_; }

 private:
  GateDecision decision_;
};

/// The rules, a pure function.
///
/// | code      | refused because                                                                                   |
/// |-----------|---------------------------------------------------------------------------------------------------|
/// | G-NONE    | tables are used and there is no agreement, or the one there is not that which the site knows      |
/// | G-STATUS  | suspended or revoked                                                                              |
/// | G-TIME    | not yet or no longer valid, or longer than 1 year (commercial) or 3 years (others)                |
/// | G-PARTNER | the campaign's partner is not the agreement's, or who asks does not belong to that partner        |
/// | G-DATA    | a table or its digest is not listed, or "for everybody" covers a table without an open licence    |
/// | G-PURPOSE | a disease is outside the scope, or a commercial partner under a non-commercial permission         |
/// | G-BENEFIT | no aim for patients, no terms of the benefit, or no day on which it is reviewed                   |
/// | G-EXCL    | exclusive or sublicensed                                                                          |
/// | G-QUOTA   | as many other campaigns as agreed have used it (not asked at export)                              |
///
/// @param agreement    nullptr: none; `why_none` then says why
/// @param quota_used   other campaigns that were allowed at submit or start under this agreement's id
[[nodiscard]] GateDecision decide(Moment moment, const Agreement* agreement, const std::string& why_none,
                                  const GateRequest& request, Time now, std::uint64_t quota_used,
                                  const Site::Governance& site);

struct GateCall {
  std::filesystem::path agreement = {};  ///< the JSON file; empty: the campaign names none
  std::filesystem::path signature = {};  ///< empty: beside it, with .sig
  GateRequest request = {};
  Site::Governance site = {};
  std::filesystem::path log = {};  ///< audit_log_of(): empty only at kCheck, then the answer is not logged
  AuditContext context = {};       ///< who and where
  std::optional<Time> now = {};    ///< empty: the clock
};

/// Reads and pins the agreement, counts what used it before, decides and logs in one go under the log's lock, so that
/// two campaigns cannot both take the last place of a quota. Refusals are logged too; an agreement whose text differs
/// from what this campaign was last allowed under gets an agreement.change record first. A request without tables is
/// allowed and not logged. On one rank only. Cost: one reading of the log, one fsync or two.
/// @throws std::system_error, AuditLogError  when it cannot be logged: what is not on record does not happen
[[nodiscard]] GateDecision gate_campaign(Moment moment, const GateCall& call);
/// The same, and throws RefusedByGate when refused.
GateDecision require_gate(Moment moment, const GateCall& call);

/// Where the log of a run is: the site's, else RUN/audit.jsonl.
[[nodiscard]] std::filesystem::path audit_log_of(const Site::Governance& site, const std::filesystem::path& run);

/// "NAME-0123456789ab": the campaign's name and the first digits of its identity's SHA-256. Characters that records do
/// not take become '_'.
[[nodiscard]] std::string campaign_id(const std::string& name, const std::string& identity);

}  // namespace digitalis::governance
