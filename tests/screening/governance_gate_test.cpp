#include "screening/governance/gate.hpp"

#include <gtest/gtest.h>

#include "screening/governance/audit_verify.hpp"
#include "tests/scheduler/scratch_folder.hpp"
#include "tests/screening/governance_samples.hpp"

namespace digitalis::governance {
namespace {

using ::digitalis::testing::ScratchFolder;
using ::digitalis::testing::write_file;
using testing::agreement_json;
using testing::at;
using testing::kToday;
using testing::with;

/// What the rules say; "allowed" when they refuse nothing.
struct Case {
  nlohmann::json agreement = agreement_json();
  GateRequest request = testing::request();
  Time now = kToday;
  Moment moment = Moment::kSubmit;
  std::uint64_t used = 0;
  Site::Governance site = {};
  [[nodiscard]] std::string said() const {
    const Agreement read = testing::agreement(agreement);
    const GateDecision decision = decide(moment, &read, "", request, now, used, site);
    EXPECT_EQ(decision.allowed, decision.findings.empty());
    EXPECT_EQ(decision.nhs_informed, decision.allowed && !request.tables.empty());
    return decision.allowed ? "allowed" : decision.text();
  }
};

TEST(Gate, AllowsWhatWasAgreed) { EXPECT_EQ(Case{}.said(), "allowed"); }

TEST(Gate, NeedsAnAgreementForTables) {
  const GateDecision decision = decide(Moment::kSubmit, nullptr, "", testing::request(), kToday, 0, {});
  EXPECT_EQ(
      decision.text(),
      "G-NONE: the campaign uses outcome tables and names no data-use agreement; hint: name one that is in force, "
      "or take the tables out: every disease then weighs the same");
  EXPECT_FALSE(decision.nhs_informed);
}

TEST(Gate, LetsACampaignWithoutTablesPassUninformed) {
  GateRequest request = testing::request();
  request.tables.clear();
  const GateDecision decision = decide(Moment::kSubmit, nullptr, "", request, kToday, 0, {});
  EXPECT_TRUE(decision.allowed);
  EXPECT_FALSE(decision.nhs_informed);
  EXPECT_EQ(decision.text(), "allowed at submit: no outcome table is used");
}

TEST(Gate, RefusesASuspendedOrRevokedAgreement) {
  EXPECT_EQ(Case{.agreement = with("/status", "suspended")}.said(),
            "G-STATUS: agreement 'DSA-1' is suspended; hint: ask dpo@example.nhs.uk when it takes effect again");
  EXPECT_EQ(Case{.agreement = with("/status", "revoked")}.said(),
            "G-STATUS: agreement 'DSA-1' is revoked; hint: ask dpo@example.nhs.uk for a new one");
}

TEST(Gate, CountsBothDaysOfTheValidity) {
  EXPECT_EQ(Case{.now = at("2026-01-01T00:00:00Z")}.said(), "allowed");
  EXPECT_EQ(Case{.now = at("2026-12-31T23:59:59Z")}.said(), "allowed");
  EXPECT_EQ(Case{.now = at("2025-12-31T23:59:59Z")}.said(),
            "G-TIME: agreement 'DSA-1' is valid from 2026-01-01 on, not yet; hint: wait until then");
  EXPECT_EQ(Case{.now = at("2027-01-01T00:00:00Z")}.said(),
            "G-TIME: agreement 'DSA-1' ended on 2026-12-31; hint: have it renewed by Example NHS Trust");
}

TEST(Gate, RefusesExportAfterTheEnd) {
  EXPECT_EQ(
      (Case{.now = at("2027-01-01T00:00:00Z"), .moment = Moment::kExport}.said()),
      "G-TIME: agreement 'DSA-1' ended on 2026-12-31; a job that ran may finish, its results may not leave; hint: "
      "have it renewed by Example NHS Trust");
}

TEST(Gate, RefusesAnAgreementThatIsTooLong) {
  EXPECT_EQ(Case{.agreement = with("/valid_to", "2027-01-01")}.said(),
            "G-TIME: agreement 'DSA-1' runs for longer than the 1 year that a commercial partner may have; hint: "
            "valid_to at most 2026-12-31");
  nlohmann::json academic = with("/valid_to", "2028-12-31");
  academic["partner"]["type"] = "academic";
  EXPECT_EQ(Case{.agreement = academic}.said(), "allowed");
  academic["valid_to"] = "2029-01-01";
  EXPECT_EQ(
      Case{.agreement = academic}.said(),
      "G-TIME: agreement 'DSA-1' runs for longer than the 3 years that a partner may have; hint: valid_to at most "
      "2028-12-31");
}

TEST(Gate, RefusesAnotherPartnerWithoutNamingTheRightOne) {
  Case other;
  other.request.partner = "Umbrella";
  EXPECT_EQ(other.said(),
            "G-PARTNER: the campaign's partner 'Umbrella' is not the partner of agreement 'DSA-1'; hint: name the "
            "agreement of that partner");
  other.request.partner = "";
  EXPECT_EQ(other.said(),
            "G-PARTNER: the campaign names no partner, and agreement 'DSA-1' is for one; hint: [campaign] partner = "
            "\"...\"");
}

TEST(Gate, RefusesAPersonWhoDoesNotActForThePartner) {
  Case person;
  person.site.partner_groups = {{"Acme", "acme-users"}};
  person.request.groups = {"users"};
  EXPECT_EQ(person.said(),
            "G-PARTNER: who asks is not in the group 'acme-users' of those who act for 'Acme'; hint: ask the site's "
            "administrator");
  person.request.groups = {"users", "acme-users"};
  EXPECT_EQ(person.said(), "allowed");
}

TEST(Gate, RefusesATableThatIsNotListedOrNotTheOneAgreedOn) {
  Case table;
  table.request.tables = {{"births", testing::kDigest}, {"deaths-2019", testing::kOtherDigest}};
  EXPECT_EQ(table.said(),
            "G-DATA: table 'births' is not in agreement 'DSA-1'; hint: take it out, or have it added\n"
            "G-DATA: table 'deaths-2019' is not the one agreed on: its SHA-256 is " +
                testing::kOtherDigest + ", agreement 'DSA-1' says " + testing::kDigest +
                "; hint: use the table as it was released");
}

TEST(Gate, RefusesADiseaseOutsideTheScope) {
  Case disease;
  disease.request.diseases = {"MONDO_0004975", "MONDO_0005090"};
  EXPECT_EQ(
      disease.said(),
      "G-PURPOSE: the disease MONDO_0005090 is outside the scope of agreement 'DSA-1'; hint: take it out, or have "
      "the scope widened");
}

TEST(Gate, RefusesCommercialUseOfANonCommercialPermission) {
  EXPECT_EQ(Case{.agreement = with("/purpose/duo", {"DUO:0000018"})}.said(),
            "G-PURPOSE: agreement 'DSA-1' is with a commercial partner and permits non-commercial use only "
            "(DUO:0000018); hint: have the permission or the partner corrected");
}

TEST(Gate, RefusesAnAgreementWithoutABenefit) {
  nlohmann::json json = agreement_json();
  json["purpose"]["aim_patient_benefit"] = " ";
  json["benefit"]["terms"] = "";
  json["benefit"]["review_date"] = nullptr;
  EXPECT_EQ(Case{.agreement = json}.said(),
            "G-BENEFIT: agreement 'DSA-1' does not say what patients get from it; hint: purpose.aim_patient_benefit\n"
            "G-BENEFIT: agreement 'DSA-1' does not say on which terms the NHS shares in the benefit; hint: "
            "benefit.terms\n"
            "G-BENEFIT: agreement 'DSA-1' names no day on which the benefit is reviewed; hint: benefit.review_date");
}

TEST(Gate, RefusesExclusivityAndSublicensing) {
  EXPECT_EQ(Case{.agreement = with("/exclusivity", true)}.said(),
            "G-EXCL: agreement 'DSA-1' is exclusive: others could not use the tables for patients' good; hint: "
            "exclusivity must be false");
  EXPECT_EQ(Case{.agreement = with("/sublicensing", true)}.said(),
            "G-EXCL: agreement 'DSA-1' lets the partner pass the tables on; hint: sublicensing must be false");
}

TEST(Gate, RefusesMoreCampaignsThanAgreedButNotTheirExport) {
  EXPECT_EQ(Case{.used = 1}.said(), "allowed");
  EXPECT_EQ(Case{.used = 2}.said(),
            "G-QUOTA: 2 other campaigns have used agreement 'DSA-1', which is for 2; hint: have max_campaigns raised");
  EXPECT_EQ((Case{.moment = Moment::kExport, .used = 2}.said()), "allowed");
}

TEST(Gate, TakesAStandingAgreementForOpenDataOnly) {
  nlohmann::json open = agreement_json();
  open["partner"] = {{"name", "*"}, {"type", "any"}};
  open["purpose"]["disease_scope"] = {"*"};
  open["max_campaigns"] = nullptr;
  Case anybody{.agreement = open, .used = 1000};
  anybody.request.partner = "";
  anybody.request.diseases = {"MONDO_0000001"};
  EXPECT_EQ(anybody.said(), "allowed");
  anybody.agreement["datasets"][0]["licence"] = "by arrangement";
  EXPECT_EQ(anybody.said(),
            "G-DATA: table 'deaths-2019' is under the licence 'by arrangement', and an agreement for everybody covers "
            "open licences only; hint: OGL-UK-3.0, CC0-1.0 or CC-BY-4.0; else make an agreement with one partner");
}

TEST(Gate, SaysEverythingThatIsWrongInOneGo) {
  nlohmann::json json = with("/status", "revoked");
  json["exclusivity"] = true;
  Case all{.agreement = json, .now = at("2030-01-01T00:00:00Z"), .used = 5};
  all.request.partner = "Umbrella";
  all.request.diseases = {"X"};
  all.request.tables = {{"y", testing::kDigest}};
  const Agreement read = testing::agreement(all.agreement);
  std::vector<std::string> codes;
  for (const GateFinding& finding : decide(all.moment, &read, "", all.request, all.now, all.used, {}).findings)
    codes.push_back(finding.code);
  EXPECT_EQ(codes,
            (std::vector<std::string>{"G-STATUS", "G-TIME", "G-PARTNER", "G-DATA", "G-PURPOSE", "G-EXCL", "G-QUOTA"}));
}

class GateOfACampaign : public ::testing::Test {
 protected:
  GateOfACampaign() { write(agreement_json()); }
  void write(const nlohmann::json& json) { write_file(call_.agreement = folder_.path() / "dsa.json", json.dump()); }
  GateDecision ask(Moment moment, const char* time = "2026-06-15T12:00:00Z") {
    call_.log = folder_.path() / "audit.jsonl";
    call_.context = testing::context();
    call_.now = at(time);
    return gate_campaign(moment, call_);
  }
  std::string codes(const GateDecision& decision) {
    std::string text;
    for (const GateFinding& finding : decision.findings) text += finding.code + " ";
    return text;
  }
  /// "gate.allow submit" of each record.
  std::vector<std::string> log() {
    const AuditVerdict verdict = verify_log(folder_.path() / "audit.jsonl");
    EXPECT_TRUE(verdict.intact()) << verdict.problem;
    std::vector<std::string> lines;
    for (const nlohmann::json& record : verdict.records) {
      lines.push_back(record.at("event").get<std::string>() + " " + record.value("moment", ""));
      for (const nlohmann::json& finding : record.value("findings", nlohmann::json::array()))
        lines.back() += " " + finding.at("code").get<std::string>();
    }
    return lines;
  }
  ScratchFolder folder_;
  GateCall call_{
      .agreement = {}, .signature = {}, .request = testing::request(), .site = {}, .log = {}, .context = {}, .now = {}};
};

TEST_F(GateOfACampaign, DeniesAtStartWhatEndedInTheQueue) {
  EXPECT_TRUE(ask(Moment::kSubmit, "2026-12-30T12:00:00Z").allowed);
  const GateDecision start = ask(Moment::kStart, "2027-01-02T12:00:00Z");
  EXPECT_FALSE(start.allowed);
  EXPECT_EQ(codes(start), "G-TIME ");
  EXPECT_EQ(log(), (std::vector<std::string>{"gate.allow submit", "gate.deny start G-TIME"}));
}

TEST_F(GateOfACampaign, RefusesExportAfterTheEndAndLogsIt) {
  EXPECT_TRUE(ask(Moment::kStart, "2026-12-31T23:00:00Z").allowed);
  EXPECT_THROW(
      (void)[&] {
        call_.now = at("2027-01-01T01:00:00Z");
        return require_gate(Moment::kExport, call_);
      }(),
      RefusedByGate);
  EXPECT_EQ(log().back(), "gate.deny export G-TIME");
}

TEST_F(GateOfACampaign, TellsTheHeadOfTheLogWithItsDecision) {
  const GateDecision decision = ask(Moment::kSubmit);
  const AuditVerdict verdict = verify_log(call_.log, HeldHead::parse(decision.log_head));
  EXPECT_TRUE(verdict.intact()) << verdict.problem;
  EXPECT_EQ(verdict.records.at(0).at("inputs").dump(),
            R"([{"name":"deaths-2019","sha256":")" + testing::kDigest + R"("}])");
  EXPECT_EQ(decision.text(), "allowed at submit under agreement 'DSA-1'; audit log head " + verdict.head.text());
}

TEST_F(GateOfACampaign, CountsOtherCampaignsOnceEach) {
  for (const char* campaign : {"one", "two"}) {
    call_.request.campaign_id = campaign;
    EXPECT_TRUE(ask(Moment::kSubmit).allowed);
    EXPECT_TRUE(ask(Moment::kStart).allowed);
  }
  call_.request.campaign_id = "three";
  EXPECT_EQ(codes(ask(Moment::kCheck)), "G-QUOTA ");
  EXPECT_EQ(codes(ask(Moment::kSubmit)), "G-QUOTA ");
  call_.request.campaign_id = "two";
  EXPECT_TRUE(ask(Moment::kStart).allowed);
}

TEST_F(GateOfACampaign, NotesAnAgreementThatChangedSinceItWasLastAllowed) {
  EXPECT_TRUE(ask(Moment::kSubmit).allowed);
  write(with("/status", "suspended"));
  EXPECT_FALSE(ask(Moment::kStart).allowed);
  EXPECT_EQ(log(),
            (std::vector<std::string>{"gate.allow submit", "agreement.change start", "gate.deny start G-STATUS"}));
}

TEST_F(GateOfACampaign, RefusesAnAgreementThatTheSiteDoesNotKnow) {
  call_.site.agreements = {{"DSA-2", testing::kDigest}};
  EXPECT_EQ(ask(Moment::kSubmit).findings.at(0).message,
            call_.agreement.string() + ": agreement 'DSA-1' is not among those that this site knows");
  call_.site.agreements = {{"DSA-1", testing::kDigest}};
  EXPECT_EQ(ask(Moment::kSubmit).findings.at(0).message,
            call_.agreement.string() + ": not the text of agreement 'DSA-1' that this site knows: its SHA-256 is " +
                to_hex(sha256({agreement_json().dump()})) + ", the site file says " + testing::kDigest);
  call_.site.agreements = {{"DSA-1", to_hex(sha256({agreement_json().dump()}))}};
  EXPECT_TRUE(ask(Moment::kSubmit).allowed);
  EXPECT_EQ(log(),
            (std::vector<std::string>{"gate.deny submit G-NONE", "gate.deny submit G-NONE", "gate.allow submit"}));
}

TEST_F(GateOfACampaign, RefusesAnUnsignedAgreementWhereTheSiteWantsSignatures) {
  call_.site.allowed_signers = folder_.path() / "allowed";
  write_file(call_.site.allowed_signers, "");
  EXPECT_EQ(codes(ask(Moment::kSubmit)), "G-NONE ");
}

TEST_F(GateOfACampaign, RefusesAnAgreementThatCannotBeRead) {
  write(with("/status", "activ"));
  EXPECT_EQ(codes(ask(Moment::kSubmit)), "G-NONE ");
  call_.agreement = folder_.path() / "missing.json";
  EXPECT_EQ(codes(ask(Moment::kSubmit)), "G-NONE ");
  EXPECT_EQ(log().size(), 2U);
}

TEST_F(GateOfACampaign, ChecksWithoutALogButDoesNothingElseWithoutOne) {
  call_.now = kToday;
  EXPECT_TRUE(gate_campaign(Moment::kCheck, call_).allowed);
  EXPECT_THROW((void)gate_campaign(Moment::kStart, call_), std::logic_error);
}

TEST_F(GateOfACampaign, DoesNotAllowWhatItCannotLog) {
  call_.log = folder_.path() / "no" / "such" / "folder" / "audit.jsonl";
  call_.now = kToday;
  EXPECT_THROW((void)gate_campaign(Moment::kStart, call_), std::system_error);
}

TEST(CampaignId, TellsCampaignsOfOneNameApart) {
  EXPECT_EQ(campaign_id("aurora", "{}"), "aurora-44136fa355b3");
  EXPECT_EQ(campaign_id("C1=CC=CC=C1(O)", "{}"), "C1_CC_CC_C1_O_-44136fa355b3");
}

}  // namespace
}  // namespace digitalis::governance
