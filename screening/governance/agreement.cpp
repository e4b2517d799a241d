#include "screening/governance/agreement.hpp"

#include <algorithm>
#include <set>

#include "chem/file_io.hpp"
#include "screening/governance/audit_log.hpp"
#include "screening/governance/json_fields.hpp"

namespace digitalis::governance {
namespace {

constexpr std::size_t kMaxFileBytes = 1U << 20;

/// An id that goes into the audit log as it is.
std::string read_id(JsonFields& fields, const char* key) {
  std::string id = fields.text(key);
  if (!id.empty() && record_name(id) != id)
    fields.error(key, "expected at most 200 of letters, digits and \" ._:/@+,'&-\"");
  return id;
}

Agreement::Person read_person(JsonFields fields, bool with_organisation) {
  Agreement::Person person;
  person.name = fields.text("name");
  if (with_organisation) person.organisation = fields.text("organisation");
  person.role = fields.text("role");
  person.date = fields.date("date");
  fields.finish();
  return person;
}

Agreement::Controller read_controller(JsonFields fields) {
  Agreement::Controller controller;
  controller.name = fields.text("name");
  controller.joint = fields.word("sole_or_joint", {"sole", "joint"}) == "joint";
  controller.contact = fields.text("contact");
  fields.finish();
  return controller;
}

Agreement::Partner read_partner(JsonFields fields) {
  Agreement::Partner partner;
  partner.name = fields.text("name");
  partner.type = fields.word("type", {"commercial", "academic", "charity", "public_body", "any"});
  if (!partner.type.empty() && (partner.name == "*") != (partner.type == "any"))
    fields.error("type", "\"any\" and the name \"*\" belong together");
  fields.finish();
  return partner;
}

/// "DUO:0000007 MONDO_0004975": seven digits, then for some a disease, a place or a date.
bool is_duo(const std::string& term) {
  return term.starts_with("DUO:") && term.size() >= 11 && (term.size() == 11 || term[11] == ' ') &&
         std::all_of(term.begin() + 4, term.begin() + 11, [](char c) { return c >= '0' && c <= '9'; });
}

Agreement::Purpose read_purpose(JsonFields fields) {
  Agreement::Purpose purpose;
  purpose.text = fields.text("text");
  purpose.aim_patient_benefit = fields.text_or_empty("aim_patient_benefit");
  purpose.duo = fields.texts("duo", 0);
  for (std::size_t i = 0; i < purpose.duo.size(); ++i)
    if (!is_duo(purpose.duo[i])) fields.error("duo/" + std::to_string(i), "expected DUO: and seven digits");
  purpose.disease_scope = fields.texts("disease_scope", 1);
  purpose.prohibited = fields.texts("prohibited", 1);
  for (const char* must : {"re-identification", "onward sharing of tables"})
    if (!purpose.prohibited.empty() &&
        std::find(purpose.prohibited.begin(), purpose.prohibited.end(), must) == purpose.prohibited.end())
      fields.error("prohibited", std::string{"\""} + must + "\" is not in it", "every agreement prohibits it");
  fields.finish();
  return purpose;
}

std::vector<Agreement::Dataset> read_datasets(std::vector<JsonFields> list) {
  std::vector<Agreement::Dataset> datasets;
  std::set<std::string> ids;
  for (JsonFields& fields : list) {
    Agreement::Dataset dataset;
    dataset.table_id = read_id(fields, "table_id");
    dataset.sha256 = fields.text("sha256");
    dataset.licence = fields.text("licence");
    if (!dataset.sha256.empty() && !from_hex(dataset.sha256))
      fields.error("sha256", "expected 64 hexadecimal digits in lower case", "sha256sum TABLE.csv");
    if (!dataset.table_id.empty() && !ids.insert(dataset.table_id).second)
      fields.error("table_id", "'" + dataset.table_id + "' is listed twice");
    fields.finish();
    datasets.push_back(std::move(dataset));
  }
  return datasets;
}

Agreement::DisclosureControl read_sdc(JsonFields fields) {
  Agreement::DisclosureControl sdc;
  sdc.min_count = fields.whole("min_count", 8);
  sdc.levels = fields.texts("levels", 1);
  for (const std::string& level : sdc.levels)
    if (level != "national" && level != "region") fields.error("levels", "expected national or region");
  sdc.national_exempt = fields.flag("national_exempt");
  fields.finish();
  return sdc;
}

Agreement::Benefit read_benefit(JsonFields fields) {
  Agreement::Benefit benefit;
  benefit.type = fields.word("type", {"fee", "revenue_share", "access_price", "open_publication", "return_of_results"});
  benefit.terms = fields.text_or_empty("terms");
  benefit.measure = fields.text("measure");
  benefit.review_date = fields.date_or_null("review_date");
  fields.finish();
  return benefit;
}

Agreement::IntellectualProperty read_ip(JsonFields fields) {
  Agreement::IntellectualProperty ip;
  ip.background = fields.text("background");
  ip.foreground_owner = fields.text("foreground_owner");
  ip.nhs_rights = fields.text("nhs_rights");
  fields.finish();
  return ip;
}

Agreement::Publication read_publication(JsonFields fields) {
  Agreement::Publication publication;
  publication.register_entry = fields.text("register_entry");
  publication.results_by = fields.date_or_null("results_by");
  fields.finish();
  return publication;
}

Agreement::Status status_of(const std::string& word) {
  if (word == "suspended") return Agreement::Status::kSuspended;
  return word == "revoked" ? Agreement::Status::kRevoked : Agreement::Status::kActive;
}

}  // namespace

std::optional<Agreement> parse_agreement(std::string_view bytes, const std::filesystem::path& file,
                                         Findings& findings) {
  const std::size_t before = findings.errors();
  if (bytes.size() > kMaxFileBytes) {
    findings.error(file.string() + ": larger than 1 MiB; hint: is this the agreement?");
    return std::nullopt;
  }
  const std::optional<nlohmann::json> json = parse_object(bytes, file.string(), findings);
  if (!json) return std::nullopt;
  Agreement agreement;
  agreement.file = file;
  agreement.sha256 = sha256({bytes});
  JsonFields fields{*json, "", file.string(), findings};
  agreement.id = read_id(fields, "agreement_id");
  agreement.version = fields.whole("version", 1);
  agreement.status = status_of(fields.word("status", {"active", "suspended", "revoked"}));
  agreement.controller = read_controller(fields.object("controller"));
  agreement.partner = read_partner(fields.object("partner"));
  for (JsonFields& person : fields.objects("signatories", 1))
    agreement.signatories.push_back(read_person(std::move(person), true));
  agreement.purpose = read_purpose(fields.object("purpose"));
  agreement.datasets = read_datasets(fields.objects("datasets", 1));
  agreement.legal_basis = fields.text("legal_basis");
  agreement.opt_outs_applied = fields.text("opt_outs_applied");
  agreement.valid_from = fields.date("valid_from");
  agreement.valid_to = fields.date("valid_to");
  if (findings.errors() == before && agreement.valid_to < agreement.valid_from)
    fields.error("valid_to", "before valid_from");
  if (const auto most = fields.whole_or_null("max_campaigns", 1))
    agreement.max_campaigns = static_cast<std::uint64_t>(*most);
  agreement.sublicensing = fields.flag("sublicensing");
  agreement.exclusivity = fields.flag("exclusivity");
  agreement.sdc = read_sdc(fields.object("sdc"));
  agreement.benefit = read_benefit(fields.object("benefit"));
  agreement.ip = read_ip(fields.object("ip"));
  agreement.publication = read_publication(fields.object("publication"));
  agreement.approver = read_person(fields.object("approver"), false);
  fields.finish();
  if (findings.errors() > before) return std::nullopt;
  return agreement;
}

std::optional<Agreement> read_agreement(const std::filesystem::path& file, Findings& findings) {
  return parse_agreement(read_file(file), file, findings);
}

}  // namespace digitalis::governance
