#include "screening/governance/site_governance.hpp"

#include <gtest/gtest.h>

#include <string>

namespace digitalis::governance {
namespace {

Site::Governance read(const char* text, Findings& findings) {
  const toml::table table = toml::parse(text);
  return read_site_governance({table, "[governance]", "site.toml", findings}, "/etc/digitalis");
}

TEST(SiteGovernance, IsReadWithPathsFromItsFolder) {
  Findings findings;
  const std::string pin(64, 'a');
  const Site::Governance site =
      read(("audit_log = \"/var/audit.jsonl\"\naccepted_tables = \"accepted\"\nallowed_signers = \"signers\"\n"
            "agreements = {\"DSA-1\" = \"" +
            pin + "\"}\npartner_groups = {Acme = \"acme-users\"}\n")
               .c_str(),
           findings);
  EXPECT_EQ(findings.errors(), 0U);
  EXPECT_EQ(site.audit_log, "/var/audit.jsonl");
  EXPECT_EQ(site.accepted_tables, "/etc/digitalis/accepted");
  EXPECT_EQ(site.allowed_signers, "/etc/digitalis/signers");
  EXPECT_EQ(site.agreements.at("DSA-1"), pin);
  EXPECT_EQ(site.partner_groups.at("Acme"), "acme-users");
}

TEST(SiteGovernance, NamesWhatIsWrong) {
  Findings findings;
  (void)read("audit_logs = \"a\"\nagreements = {\"DSA-1\" = \"abc\"}\npartner_groups = {Acme = 7}\n", findings);
  std::string said;
  for (const Finding& finding : findings.all()) said += finding.message + "\n";
  EXPECT_EQ(said,
            "site.toml:2:14: agreements: 'DSA-1': expected the SHA-256 of its file, 64 hexadecimal digits\n"
            "site.toml:3:18: partner_groups: 'Acme': expected the name of a Unix group\n"
            "site.toml:1:1: unknown key 'audit_logs' in [governance]; hint: did you mean 'audit_log'?\n");
}

}  // namespace
}  // namespace digitalis::governance
