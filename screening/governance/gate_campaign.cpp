// The gate with its surroundings: the agreement's file, its pin and signature, what used it before, and the record.

#include <grp.h>
#include <unistd.h>

#include <map>
#include <set>
#include <system_error>

#include "chem/file_io.hpp"
#include "screening/governance/gate.hpp"

namespace digitalis::governance {
namespace {

/// The agreement in force, or why there is none.
struct Found {
  std::optional<Agreement> agreement;
  std::string signer;
  std::string why_none;
  std::string id, sha256;  ///< also of one that does not count
};

Found find_agreement(const GateCall& call) {
  Found found;
  if (call.agreement.empty()) return found;
  std::string bytes;
  try {
    bytes = read_file(call.agreement);
  } catch (const std::system_error& error) {
    found.why_none = error.what();
    return found;
  }
  Findings findings;
  std::optional<Agreement> agreement = parse_agreement(bytes, call.agreement, findings);
  if (!agreement) {
    for (const Finding& finding : findings.all())
      found.why_none += (found.why_none.empty() ? "" : ", ") + finding.message;
    return found;
  }
  found.id = agreement->id;
  found.sha256 = to_hex(agreement->sha256);
  if (!call.site.agreements.empty()) {
    const auto pinned = call.site.agreements.find(agreement->id);
    if (pinned == call.site.agreements.end() || pinned->second != found.sha256) {
      found.why_none =
          call.agreement.string() + ": " +
          (pinned == call.site.agreements.end()
               ? "agreement '" + agreement->id + "' is not among those that this site knows"
               : "not the text of agreement '" + agreement->id + "' that this site knows: its SHA-256 is " +
                     found.sha256 + ", the site file says " + pinned->second);
      return found;
    }
  }
  if (!call.site.allowed_signers.empty()) {
    Signature signature = check_signature(
        {.file = call.agreement, .signature = call.signature, .allowed_signers = call.site.allowed_signers}, bytes);
    if (!signature.valid()) {
      found.why_none = std::move(signature.problem);
      return found;
    }
    found.signer = std::move(signature.signer);
  }
  found.agreement = std::move(agreement);
  return found;
}

std::vector<std::string> own_groups() {
  std::vector<gid_t> ids(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  ids.resize(static_cast<std::size_t>(std::max(0, ::getgroups(static_cast<int>(ids.size()), ids.data()))));
  ids.push_back(::getegid());
  std::vector<std::string> names;
  for (const gid_t id : ids) {
    struct group entry {};
    struct group* known = nullptr;
    std::vector<char> buffer(1U << 16U);
    if (::getgrgid_r(id, &entry, buffer.data(), buffer.size(), &known) == 0 && known != nullptr)
      names.emplace_back(entry.gr_name);
  }
  return names;
}

/// What a log says about an agreement and a campaign.
struct History {
  std::set<std::string> campaigns;  ///< others that were allowed under this agreement at submit or start
  std::string last_sha256;          ///< of the agreement that this campaign was last allowed under
};

History history_of(std::span<const nlohmann::json> records, const std::string& agreement_id,
                   const std::string& campaign) {
  History history;
  for (const nlohmann::json& record : records) {
    if (record.at("event") != "gate.allow" || !record.contains("agreement") || !record.contains("campaign_id"))
      continue;
    const std::string moment = record.value("moment", "");
    if (record.at("campaign_id") == campaign)
      history.last_sha256 = record.at("agreement").at("sha256");
    else if (record.at("agreement").at("id") == agreement_id && (moment == "submit" || moment == "start"))
      history.campaigns.insert(record.at("campaign_id").get<std::string>());
  }
  return history;
}

AuditEntry entry_of(AuditEntry::Event event, const GateCall& call, const GateDecision& decision) {
  AuditEntry entry;
  entry.event = event;
  entry.context = call.context;
  entry.moment = to_text(decision.moment);
  entry.agreement_id = decision.agreement_id;
  entry.agreement_sha256 = decision.agreement_sha256;
  if (!decision.signer.empty()) entry.agreement_signer = record_name(decision.signer);
  entry.campaign_id = record_name(call.request.campaign_id);
  return entry;
}

std::vector<AuditEntry> entries_of(const GateCall& call, const GateDecision& decision, const History& history) {
  using enum AuditEntry::Event;
  std::vector<AuditEntry> entries;
  if (!history.last_sha256.empty() && !decision.agreement_id.empty() &&
      history.last_sha256 != decision.agreement_sha256)
    entries.push_back(entry_of(kAgreementChange, call, decision));
  AuditEntry& entry = entries.emplace_back(entry_of(decision.allowed ? kGateAllow : kGateDeny, call, decision));
  for (const NamedDigest& table : call.request.tables) entry.inputs.push_back({record_name(table.name), table.sha256});
  std::map<std::string, std::uint64_t> counts;
  for (const GateFinding& finding : decision.findings) ++counts[finding.code];
  for (const auto& [code, n] : counts) entry.findings.push_back({code, n});
  entry.decision = decision.allowed ? "allow" : "deny";
  entry.nhs_informed = decision.nhs_informed;
  return entries;
}

}  // namespace

GateDecision gate_campaign(Moment moment, const GateCall& call) {
  const Time now = call.now.value_or(governance::now());
  if (call.request.tables.empty()) return decide(moment, nullptr, "", call.request, now, 0, call.site);
  if (call.log.empty() && moment != Moment::kCheck) throw std::logic_error("the gate is asked without an audit log");
  const Found found = find_agreement(call);
  GateRequest request = call.request;
  if (request.groups.empty() && call.site.partner_groups.contains(request.partner)) request.groups = own_groups();
  GateDecision decision;
  const auto judge = [&](std::uint64_t used) {
    decision =
        decide(moment, found.agreement ? &*found.agreement : nullptr, found.why_none, request, now, used, call.site);
    decision.agreement_id = found.id;
    decision.agreement_sha256 = found.sha256;
    decision.signer = found.signer;
  };
  if (call.log.empty()) {
    judge(0);
    return decision;
  }
  const AuditHead head = AuditLog{call.log}.append_after_reading(
      [&](std::span<const nlohmann::json> records) {
        const History history = history_of(records, found.id, record_name(request.campaign_id));
        judge(history.campaigns.size());
        return entries_of(call, decision, history);
      },
      now);
  decision.log_head = head.text();
  return decision;
}

GateDecision require_gate(Moment moment, const GateCall& call) {
  GateDecision decision = gate_campaign(moment, call);
  if (!decision.allowed) throw RefusedByGate{std::move(decision)};
  return decision;
}

std::filesystem::path audit_log_of(const Site::Governance& site, const std::filesystem::path& run) {
  return site.audit_log.empty() ? run / "audit.jsonl" : site.audit_log;
}

std::string campaign_id(const std::string& name, const std::string& identity) {
  return record_name(record_name(name).substr(0, 160) + "-" + to_hex(sha256({identity})).substr(0, 12));
}

}  // namespace digitalis::governance
