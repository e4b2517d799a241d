#include "screening/governance/site_governance.hpp"

#include "chem/sha256.hpp"

namespace digitalis::governance {
namespace {

/// A table of one's own keys, all of them texts.
std::map<std::string, std::string> read_map(TomlFields& fields, const char* key, const char* expected,
                                            bool (*right)(const std::string&)) {
  std::map<std::string, std::string> map;
  const toml::table* table = fields.table(key);
  if (table == nullptr) return map;
  for (const auto& [name, node] : *table) {
    const std::optional<std::string> text = node.value<std::string>();
    if (text && right(*text))
      map.emplace(name.str(), *text);
    else
      fields.error(key, std::string{key} + ": '" + std::string{name.str()} + "': expected " + expected);
  }
  return map;
}

std::filesystem::path read_path(TomlFields& fields, const char* key, const std::filesystem::path& folder) {
  const std::optional<std::string> text = fields.text(key);
  return text && !text->empty() ? folder / *text : std::filesystem::path{};
}

}  // namespace

Site::Governance read_site_governance(TomlFields fields, const std::filesystem::path& folder) {
  Site::Governance governance;
  governance.audit_log = read_path(fields, "audit_log", folder);
  governance.accepted_tables = read_path(fields, "accepted_tables", folder);
  governance.allowed_signers = read_path(fields, "allowed_signers", folder);
  governance.agreements = read_map(fields, "agreements", "the SHA-256 of its file, 64 hexadecimal digits",
                                   [](const std::string& text) { return from_hex(text).has_value(); });
  governance.partner_groups = read_map(fields, "partner_groups", "the name of a Unix group",
                                       [](const std::string& text) { return !text.empty(); });
  fields.finish();
  return governance;
}

}  // namespace digitalis::governance
