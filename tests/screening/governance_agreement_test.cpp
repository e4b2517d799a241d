#include "screening/governance/agreement.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/scheduler/scratch_folder.hpp"
#include "tests/screening/governance_samples.hpp"

namespace digitalis::governance {
namespace {

using ::digitalis::testing::ScratchFolder;
using ::digitalis::testing::write_file;
using testing::agreement_json;
using testing::with;

/// What is said about an agreement, one finding a line.
std::string said_of(const std::string& bytes) {
  Findings findings;
  const auto agreement = parse_agreement(bytes, "dsa.json", findings);
  EXPECT_EQ(agreement.has_value(), findings.errors() == 0);
  std::string text;
  for (const Finding& finding : findings.all()) text += (text.empty() ? "" : "\n") + finding.message;
  return text;
}
std::string said(const nlohmann::json& json) { return said_of(json.dump()); }

TEST(Agreement, IsReadWithTheDigestOfItsBytes) {
  const Agreement read = testing::agreement();
  EXPECT_EQ(read.id, "DSA-1");
  EXPECT_EQ(read.partner.name, "Acme");
  EXPECT_EQ(to_text(read.valid_to), "2026-12-31");
  EXPECT_EQ(read.max_campaigns, 2U);
  EXPECT_EQ(read.sha256, sha256({agreement_json().dump()}));
}

TEST(Agreement, NamesUnknownFieldsByPointerAndTheNearestKnown) {
  nlohmann::json json = agreement_json();
  json["purpose"]["disease_scop"] = 1;
  json["max_campaings"] = 1;
  EXPECT_EQ(said(json),
            "dsa.json: /purpose/disease_scop: unknown field; hint: did you mean 'disease_scope'?\n"
            "dsa.json: /max_campaings: unknown field; hint: did you mean 'max_campaigns'?");
}

TEST(Agreement, NamesEveryMissingFieldInOneGo) {
  nlohmann::json json = agreement_json();
  json.erase("approver");
  json["datasets"][0].erase("licence");
  json["benefit"].erase("measure");
  EXPECT_EQ(said(json),
            "dsa.json: /datasets/0/licence: missing\n"
            "dsa.json: /benefit/measure: missing\n"
            "dsa.json: /approver: missing");
}

TEST(Agreement, NamesWrongTypesAndValues) {
  EXPECT_EQ(said(with("/status", "activ")),
            "dsa.json: /status: expected one of active, suspended, revoked; hint: did you mean 'active'?");
  EXPECT_EQ(said(with("/valid_to", "2026-02-30")), "dsa.json: /valid_to: expected a date, YYYY-MM-DD");
  EXPECT_EQ(said(with("/valid_to", "2025-12-31")), "dsa.json: /valid_to: before valid_from");
  EXPECT_EQ(said(with("/exclusivity", "no")), "dsa.json: /exclusivity: expected true or false");
  EXPECT_EQ(said(with("/sdc/min_count", 5)), "dsa.json: /sdc/min_count: expected a whole number from 8 on");
  EXPECT_EQ(said(with("/sdc/min_count", 8.5)), "dsa.json: /sdc/min_count: expected a whole number from 8 on");
  EXPECT_EQ(said(with("/sdc/levels", {"practice"})), "dsa.json: /sdc/levels: expected national or region");
  EXPECT_EQ(said(with("/signatories", nlohmann::json::array())), "dsa.json: /signatories: expected at least 1 entry");
  EXPECT_EQ(said(with("/controller", "NHS")), "dsa.json: /controller: expected an object");
  EXPECT_EQ(said(with("/datasets/0/sha256", "ABC")),
            "dsa.json: /datasets/0/sha256: expected 64 hexadecimal digits in lower case; hint: sha256sum TABLE.csv");
  EXPECT_EQ(said(with("/purpose/duo", {"HMB"})), "dsa.json: /purpose/duo/0: expected DUO: and seven digits");
  EXPECT_EQ(said(with("/partner/name", "*")), "dsa.json: /partner/type: \"any\" and the name \"*\" belong together");
  EXPECT_EQ(said(with("/purpose/prohibited", {"re-identification"})),
            "dsa.json: /purpose/prohibited: \"onward sharing of tables\" is not in it; hint: every agreement prohibits "
            "it");
  EXPECT_EQ(said(with("/agreement_id", "DSA\n1")),
            "dsa.json: /agreement_id: expected at most 200 of letters, digits and \" ._:/@+,'&-\"");
}

TEST(Agreement, RefusesARepeatedKey) {
  std::string bytes = agreement_json().dump();
  bytes.insert(1, R"("exclusivity":true,)");
  EXPECT_EQ(said_of(bytes), "dsa.json: 'exclusivity' stands twice in one object; hint: keep one of them");
}

TEST(Agreement, RefusesWhatIsNotJson) {
  EXPECT_EQ(said_of("{\"agreement_id\": \"DSA-1\",\n \"version\" 1}"),
            "dsa.json:2: not JSON; hint: look for a missing comma, quote or bracket");
  EXPECT_EQ(said_of("[]"), "dsa.json: expected an object; hint: { ... }");
  EXPECT_EQ(said_of(std::string(2U << 20U, ' ')), "dsa.json: larger than 1 MiB; hint: is this the agreement?");
}

TEST(Agreement, LeavesAnEmptyBenefitToTheGate) {
  EXPECT_EQ(said(with("/purpose/aim_patient_benefit", "")), "");
  EXPECT_EQ(said(with("/benefit/review_date", nullptr)), "");
}

TEST(Dates, AreDaysThatExist) {
  EXPECT_EQ(parse_date("2025-02-29"), std::nullopt);
  EXPECT_EQ(parse_date("2026-1-1"), std::nullopt);
  EXPECT_EQ(to_text(*parse_date("2024-02-29")), "2024-02-29");
  EXPECT_EQ(to_text(years_later(*parse_date("2024-02-29"), 1)), "2025-02-28");
  EXPECT_EQ(to_text(*parse_time("2026-11-22T09:30:07Z")), "2026-11-22T09:30:07Z");
  EXPECT_EQ(parse_time("2026-11-22 09:30:07Z"), std::nullopt);
}

class Signatures : public ::testing::Test {
 protected:
  void SetUp() override {
    if (shell("ssh-keygen -q -t ed25519 -N '' -C test -f key && ssh-keygen -q -t ed25519 -N '' -C test -f other") != 0)
      GTEST_SKIP() << "no ssh-keygen here";
    write_file(file("dsa.json"), bytes_);
    write_file(file("allowed"), "dpo@example.nhs.uk " + ::digitalis::testing::read_file(file("key.pub")));
  }
  int shell(const std::string& command) {
    return std::system(("cd " + folder_.path().string() + " && { " + command + "; } >/dev/null 2>&1").c_str());
  }
  std::filesystem::path file(const char* name) { return folder_.path() / name; }
  void sign(const char* key, const char* name_space) {
    ASSERT_EQ(
        shell(std::string{"rm -f dsa.json.sig; ssh-keygen -Y sign -q -n "} + name_space + " -f " + key + " dsa.json"),
        0);
  }
  /// The signer, or what is wrong without the folder's name and ssh-keygen's own words.
  std::string outcome(SignatureRequest request = {}) {
    request.file = file("dsa.json");
    if (request.allowed_signers.empty()) request.allowed_signers = file("allowed");
    const Signature signature = check_signature(request, bytes_);
    if (signature.valid()) return "signed by " + signature.signer;
    std::string problem = signature.problem;
    const std::string folder = folder_.path().string() + "/";
    for (std::size_t at = 0; (at = problem.find(folder)) != std::string::npos;) problem.erase(at, folder.size());
    const std::size_t words = problem.find(" (ssh-keygen: ");
    return words == std::string::npos ? problem : problem.substr(0, words);
  }
  ScratchFolder folder_;
  std::string bytes_ = agreement_json().dump();
};

TEST_F(Signatures, OfAnAllowedSignerAreTaken) {
  sign("key", kSignatureNamespace);
  EXPECT_EQ(outcome(), "signed by dpo@example.nhs.uk");
}

TEST_F(Signatures, DoNotFitAChangedAgreement) {
  sign("key", kSignatureNamespace);
  bytes_ += " ";
  EXPECT_EQ(outcome(), "dsa.json.sig: does not fit dsa.json");
}

TEST_F(Signatures, OfSomebodyElseAreRefused) {
  sign("other", kSignatureNamespace);
  EXPECT_EQ(outcome(), "dsa.json.sig: not signed by an allowed signer");
}

TEST_F(Signatures, MadeForAnotherPurposeAreRefused) {
  sign("key", "file");
  EXPECT_EQ(outcome(), "dsa.json.sig: does not fit dsa.json");
}

TEST_F(Signatures, ThatAreMissingOrNoneAreSaidToBe) {
  EXPECT_EQ(outcome(), "dsa.json.sig: no signature; hint: ssh-keygen -Y sign -n digitalis-agreement -f KEY dsa.json");
  write_file(file("dsa.json.sig"), "nonsense");
  EXPECT_EQ(outcome(), "dsa.json.sig: not signed by an allowed signer");
}

TEST_F(Signatures, NeedTheFileOfAllowedSigners) {
  EXPECT_EQ(outcome({.allowed_signers = file("nobody")}),
            "nobody: no such file of allowed signers; hint: check allowed_signers in the site file");
}

TEST_F(Signatures, NeedSshKeygen) {
  sign("key", kSignatureNamespace);
  EXPECT_EQ(outcome({.ssh_keygen = "no-such-program"}),
            "no-such-program is not installed, so the signature cannot be checked; hint: install openssh-client");
}

TEST_F(Signatures, OfFilesWithShellCharactersInTheirNamesRunNoShell) {
  const std::filesystem::path name = file("a;touch pwned;$(touch pwned).json");
  write_file(name, bytes_);
  (void)check_signature({.file = name, .signature = file("allowed"), .allowed_signers = file("allowed")}, bytes_);
  EXPECT_FALSE(std::filesystem::exists(file("pwned")));
  EXPECT_FALSE(std::filesystem::exists("pwned"));
}

}  // namespace
}  // namespace digitalis::governance
