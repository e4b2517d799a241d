#include "screening/governance/audit_record.hpp"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

namespace digitalis::governance {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kLargestWhole = 1ULL << 53U;  // beyond it, readers that know doubles only would round
constexpr std::size_t kLongestName = 200;

constexpr std::pair<AuditEntry::Event, const char*> kEvents[] = {
    {AuditEntry::Event::kTableAccepted, "table.accepted"},
    {AuditEntry::Event::kTableRefused, "table.refused"},
    {AuditEntry::Event::kGateAllow, "gate.allow"},
    {AuditEntry::Event::kGateDeny, "gate.deny"},
    {AuditEntry::Event::kWeightsComputed, "weights.computed"},
    {AuditEntry::Event::kRunStart, "run.start"},
    {AuditEntry::Event::kRunEnd, "run.end"},
    {AuditEntry::Event::kExport, "export"},
    {AuditEntry::Event::kAgreementChange, "agreement.change"},
    {AuditEntry::Event::kLogRepair, "log.repair"},
};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view{" ._:/@+,'&-"}.find(c) != std::string_view::npos;
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// What a text field takes; empty: it is right.
using Rule = const char* (*)(const std::string&);

const char* name_rule(const std::string& text) {
  const bool right =
      !text.empty() && text.size() <= kLongestName && std::all_of(text.begin(), text.end(), is_name_character);
  return right ? "" : "expected 1 to 200 of letters, digits and \" ._:/@+,'&-\"";
}
const char* digest_rule(const std::string& text) { return from_hex(text) ? "" : "expected 64 hexadecimal digits"; }
const char* time_rule(const std::string& text) { return parse_time(text) ? "" : "expected YYYY-MM-DDThh:mm:ssZ"; }
const char* seed_rule(const std::string& text) {
  const bool right = !text.empty() && text.size() <= 20 && (text == "0" || text.front() != '0') &&
                     std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return right ? "" : "expected a whole number as text";
}
const char* event_rule(const std::string& text) {
  for (const auto& [event, name] : kEvents)
    if (text == name) return "";
  return "no such event";
}
const char* moment_rule(const std::string& text) {
  return is_one_of(text, {"check", "submit", "start", "export"}) ? "" : "expected check, submit, start or export";
}
const char* decision_rule(const std::string& text) {
  return is_one_of(text, {"allow", "deny"}) ? "" : "expected allow or deny";
}
const char* reason_rule(const std::string& text) {
  return is_one_of(text, {"unfinished", "head missing", "shorter than head"}) ? "" : "no such reason";
}

struct Field {
  const char* name;
  enum Kind : std::uint8_t { kText, kWhole, kFlag, kObject, kList } kind;
  bool required = false;
  Rule rule = nullptr;                ///< of a text
  std::span<const Field> inner = {};  ///< of an object, or of each entry of a list
};

constexpr Field kActor[] = {{"uid", Field::kWhole, true}, {"role", Field::kText, true, name_rule}};
constexpr Field kAgreement[] = {{"id", Field::kText, true, name_rule},
                                {"sha256", Field::kText, true, digest_rule},
                                {"signer", Field::kText, false, name_rule}};
constexpr Field kNamedDigest[] = {{"name", Field::kText, true, name_rule}, {"sha256", Field::kText, true, digest_rule}};
constexpr Field kTree[] = {{"root", Field::kText, true, digest_rule}, {"leaves", Field::kWhole, true}};
constexpr Field kCount[] = {{"code", Field::kText, true, name_rule}, {"n", Field::kWhole, true}};
constexpr Field kSoftware[] = {{"version", Field::kText, false, name_rule},
                               {"commit", Field::kText, false, name_rule},
                               {"binary_sha256", Field::kText, false, digest_rule}};
constexpr Field kRepair[] = {{"reason", Field::kText, true, reason_rule},
                             {"adopted", Field::kWhole, true},
                             {"bytes", Field::kWhole, true},
                             {"sha256", Field::kText, true, digest_rule},
                             {"head_count", Field::kWhole, false},
                             {"head_hash", Field::kText, false, digest_rule}};
constexpr Field kRecord[] = {
    {"seq", Field::kWhole, true},
    {"time_utc", Field::kText, true, time_rule},
    {"event", Field::kText, true, event_rule},
    {"prev", Field::kText, true, digest_rule},
    {"hash", Field::kText, true, digest_rule},
    {"actor", Field::kObject, true, nullptr, kActor},
    {"site", Field::kText, false, name_rule},
    {"moment", Field::kText, false, moment_rule},
    {"agreement", Field::kObject, false, nullptr, kAgreement},
    {"campaign_id", Field::kText, false, name_rule},
    {"slurm_job_id", Field::kText, false, name_rule},
    {"ranks", Field::kWhole, false},
    {"software", Field::kObject, false, nullptr, kSoftware},
    {"params_sha256", Field::kText, false, digest_rule},
    {"seed", Field::kText, false, seed_rule},
    {"inputs", Field::kList, false, nullptr, kNamedDigest},
    {"outputs", Field::kList, false, nullptr, kNamedDigest},
    {"merkle", Field::kObject, false, nullptr, kTree},
    {"findings", Field::kList, false, nullptr, kCount},
    {"decision", Field::kText, false, decision_rule},
    {"nhs_informed", Field::kFlag, false},
    {"influence_ppm", Field::kWhole, false},
    {"repair", Field::kObject, false, nullptr, kRepair},
};

std::string problem_of_object(const Json& object, std::span<const Field> fields, const std::string& at);

std::string problem_of_value(const Json& value, const Field& field, const std::string& at) {
  switch (field.kind) {
    case Field::kText:
      if (!value.is_string()) return at + ": expected text";
      if (const std::string wrong = field.rule(value.get_ref<const std::string&>()); !wrong.empty())
        return at + ": " + wrong;
      return {};
    case Field::kWhole:
      if (!value.is_number_integer() || value < 0 || value > kLargestWhole)
        return at + ": expected a whole number from 0 to 2^53";
      return {};
    case Field::kFlag: return value.is_boolean() ? "" : at + ": expected true or false";
    case Field::kObject: return problem_of_object(value, field.inner, at);
    case Field::kList:
      if (!value.is_array()) return at + ": expected a list";
      for (std::size_t i = 0; i < value.size(); ++i)
        if (std::string wrong = problem_of_object(value[i], field.inner, at + "/" + std::to_string(i)); !wrong.empty())
          return wrong;
      return {};
  }
  return at + ": no such kind of field";
}

std::string problem_of_object(const Json& object, std::span<const Field> fields, const std::string& at) {
  if (!object.is_object()) return (at.empty() ? "/" : at) + ": expected an object";
  for (const auto& [key, value] : object.items())
    if (std::none_of(fields.begin(), fields.end(), [&, &key = key](const Field& field) { return key == field.name; }))
      return at + "/" + record_name(key) + ": unknown field";
  for (const Field& field : fields) {
    const auto found = object.find(field.name);
    const std::string place = at + "/" + field.name;
    if (found == object.end()) {
      if (field.required) return place + ": missing";
      continue;
    }
    if (std::string wrong = problem_of_value(*found, field, place); !wrong.empty()) return wrong;
  }
  return {};
}

Json to_json(const std::vector<NamedDigest>& list) {
  Json all = Json::array();
  for (const NamedDigest& entry : list) all.push_back({{"name", entry.name}, {"sha256", entry.sha256}});
  return all;
}

void set(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

}  // namespace

const char* to_text(AuditEntry::Event event) {
  for (const auto& [known, name] : kEvents)
    if (known == event) return name;
  throw std::logic_error("an audit event without a name");
}

std::string record_name(const std::string& name) {
  std::string clean = name.substr(0, kLongestName);
  for (char& c : clean)
    if (!is_name_character(c)) c = '_';
  return clean.empty() ? "_" : clean;
}

std::string canonical(const Json& record) { return record.dump(-1, ' ', true); }

std::string schema_problem(const Json& record) {
  std::string problem = problem_of_object(record, kRecord, "");
  if (!problem.empty()) return problem;
  if (record.at("seq") == 0) return "/seq: expected a whole number from 1";
  if (record.contains("influence_ppm") && record.at("influence_ppm") > 1'000'000)
    return "/influence_ppm: expected at most 1000000";
  if ((record.at("event") == "log.repair") != record.contains("repair"))
    return "/repair: belongs to log.repair and to nothing else";
  return {};
}

std::string record_hash(Json record) {
  record.erase("hash");
  return to_hex(leaf_hash(canonical(record)));
}

Json fields_of(const AuditEntry& entry) {
  Json json;
  json["event"] = to_text(entry.event);
  json["actor"] = {{"uid", entry.context.uid}, {"role", entry.context.role}};
  set(json, "site", entry.context.site);
  set(json, "slurm_job_id", entry.context.slurm_job_id);
  if (entry.context.ranks > 0) json["ranks"] = entry.context.ranks;
  Json software;
  set(software, "version", entry.context.software_version);
  set(software, "commit", entry.context.software_commit);
  set(software, "binary_sha256", entry.context.binary_sha256);
  if (!software.is_null()) json["software"] = std::move(software);
  set(json, "moment", entry.moment);
  if (!entry.agreement_id.empty()) {
    json["agreement"] = {{"id", entry.agreement_id}, {"sha256", entry.agreement_sha256}};
    set(json["agreement"], "signer", entry.agreement_signer);
  }
  set(json, "campaign_id", entry.campaign_id);
  set(json, "params_sha256", entry.params_sha256);
  if (entry.seed) json["seed"] = std::to_string(*entry.seed);
  if (!entry.inputs.empty()) json["inputs"] = to_json(entry.inputs);
  if (!entry.outputs.empty()) json["outputs"] = to_json(entry.outputs);
  if (entry.merkle) json["merkle"] = {{"root", entry.merkle->root}, {"leaves", entry.merkle->leaves}};
  for (const AuditEntry::Count& count : entry.findings)
    json["findings"].push_back({{"code", count.code}, {"n", count.n}});
  set(json, "decision", entry.decision);
  if (entry.nhs_informed) json["nhs_informed"] = *entry.nhs_informed;
  if (entry.influence_ppm) json["influence_ppm"] = *entry.influence_ppm;
  return json;
}

Json sealed(Json fields, std::uint64_t seq, Time time, const std::string& prev) {
  fields["seq"] = seq;
  fields["time_utc"] = to_text(time);
  fields["prev"] = prev;
  fields["hash"] = kNoHash;
  if (const std::string problem = schema_problem(fields); !problem.empty())
    throw std::invalid_argument("an audit record does not take " + problem);
  fields["hash"] = record_hash(fields);
  if (canonical(fields).size() > kMaxRecordBytes)
    throw std::invalid_argument("an audit record is longer than " + std::to_string(kMaxRecordBytes) + " bytes");
  return fields;
}

ParsedRecord parse_record(std::string_view line) {
  ParsedRecord parsed;
  if (line.size() > kMaxRecordBytes) {
    parsed.problem = "longer than a record may be";
    return parsed;
  }
  parsed.record = Json::parse(line, nullptr, false);
  if (parsed.record.is_discarded())
    parsed.problem = "not JSON";
  else if (canonical(parsed.record) != line)
    parsed.problem = "not written in the form of records";
  else
    parsed.problem = schema_problem(parsed.record);
  if (parsed.problem.empty() && record_hash(parsed.record) != parsed.text("hash"))
    parsed.problem = "its content does not match its hash";
  return parsed;
}

}  // namespace digitalis::governance
