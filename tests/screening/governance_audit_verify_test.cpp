#include "screening/governance/audit_verify.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "chem/usage_error.hpp"
#include "screening/governance/audit_export.hpp"
#include "screening/governance/audit_record.hpp"
#include "tests/scheduler/scratch_folder.hpp"
#include "tests/screening/governance_samples.hpp"

namespace digitalis::governance {
namespace {

using ::digitalis::testing::read_file;
using ::digitalis::testing::ScratchFolder;
using ::digitalis::testing::write_file;
using testing::entry;
using testing::kToday;

class AuditVerification : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kRecords = 5;
  AuditVerification() {
    for (std::uint64_t i = 1; i <= kRecords; ++i) heads_.push_back(AuditLog{file_}.append(entry(i), kToday));
    std::istringstream in{whole_ = read_file(file_)};
    for (std::string line; std::getline(in, line);) lines_.push_back(line);
  }
  std::string verdict(const std::optional<HeldHead>& held = {}) {
    const AuditVerdict found = verify_log(file_, held);
    return found.intact() ? "whole" : found.problem;
  }
  std::string verdict_of(const std::string& bytes) {
    write_file(file_, bytes);
    return verdict();
  }
  static std::string text_of(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
  }
  ScratchFolder folder_;
  std::filesystem::path file_ = folder_.path() / "audit.jsonl", head_ = folder_.path() / "audit.jsonl.head";
  std::vector<AuditHead> heads_;
  std::string whole_;
  std::vector<std::string> lines_;
};

TEST_F(AuditVerification, TakesAWholeLog) {
  const AuditVerdict found = verify_log(file_);
  EXPECT_TRUE(found.intact());
  EXPECT_EQ(found.notes, std::vector<std::string>{});
  EXPECT_EQ(found.head.text(), heads_.back().text());
}

TEST_F(AuditVerification, NamesTheRecordOfEveryFlippedByte) {
  const std::size_t second = lines_[0].size() + 1, third = second + lines_[1].size() + 1;
  for (std::size_t at = 0; at < whole_.size(); at += at >= second && at < third ? 1 : 13) {
    std::string flipped = whole_;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    write_file(file_, flipped);
    const AuditVerdict found = verify_log(file_);
    const auto record =
        1 + static_cast<std::uint64_t>(std::count(whole_.begin(), whole_.begin() + static_cast<long>(at), '\n'));
    ASSERT_FALSE(found.intact()) << "byte " << at;
    ASSERT_EQ(found.bad_record, record) << "byte " << at << ": " << found.problem;
  }
}

TEST_F(AuditVerification, NamesAChangedRecord) {
  std::vector<std::string> lines = lines_;
  lines[2].replace(lines[2].find("\"seed\":\"3\""), 10, "\"seed\":\"9\"");
  EXPECT_EQ(verdict_of(text_of(lines)),
            "record 3 (line 3): its content does not match its hash: it was changed after it was written");
}

TEST_F(AuditVerification, NamesARecordThatWasReplacedWithItsHash) {
  std::vector<std::string> lines = lines_;
  nlohmann::json record = nlohmann::json::parse(lines[2]);
  record["seed"] = "9";
  record["hash"] = record_hash(record);
  lines[2] = canonical(record);
  EXPECT_EQ(verdict_of(text_of(lines)),
            "record 4 (line 4) does not follow record 3: its prev is not that hash: one of the two was replaced");
}

TEST_F(AuditVerification, NamesADeletedLastRecord) {
  std::vector<std::string> lines = lines_;
  lines.pop_back();
  EXPECT_EQ(verdict_of(text_of(lines)), "record 5 is missing: the log's head counts 5, the log ends after 4");
  lines.pop_back();
  EXPECT_EQ(verdict_of(text_of(lines)), "records 4 to 5 are missing: the log's head counts 5, the log ends after 3");
}

TEST_F(AuditVerification, NamesDeletedRecordsInTheMiddle) {
  std::vector<std::string> lines = lines_;
  lines.erase(lines.begin() + 1, lines.begin() + 3);
  EXPECT_EQ(verdict_of(text_of(lines)), "records 2 to 3 are missing: record 4 follows record 1 (line 2)");
  lines.erase(lines.begin());
  EXPECT_EQ(verdict_of(text_of(lines)), "records 1 to 3 are missing: record 4 follows the log's beginning (line 1)");
}

TEST_F(AuditVerification, NamesSwappedRecords) {
  std::vector<std::string> lines = lines_;
  std::swap(lines[1], lines[2]);
  EXPECT_EQ(verdict_of(text_of(lines)), "records 2 and 3 are swapped (line 2)");
}

TEST_F(AuditVerification, NamesAMovedRecord) {
  std::vector<std::string> lines = lines_;
  std::rotate(lines.begin() + 1, lines.begin() + 2, lines.end());
  EXPECT_EQ(verdict_of(text_of(lines)), "record 2 was moved: it stands on line 5, and record 3 in its place (line 2)");
}

TEST_F(AuditVerification, NamesARepeatedRecord) {
  std::vector<std::string> lines = lines_;
  lines.insert(lines.begin() + 3, lines[1]);
  EXPECT_EQ(verdict_of(text_of(lines)), "record 2 stands again (line 4), where record 4 is due");
}

TEST_F(AuditVerification, FindsEveryTruncation) {
  const std::size_t last = whole_.size() - lines_.back().size() - 2;
  for (std::size_t size = 0; size < whole_.size(); size += size < last ? 13 : 1) {
    write_file(file_, whole_.substr(0, size));
    const AuditVerdict found = verify_log(file_);
    ASSERT_FALSE(found.intact()) << size << " bytes";
    const std::string said = found.problem;
    ASSERT_TRUE(said.find("missing") != std::string::npos || said.find("truncated") != std::string::npos) << said;
  }
}

TEST_F(AuditVerification, NamesTheRecordInWhichAFileWasTruncated) {
  EXPECT_EQ(
      verdict_of(whole_.substr(0, whole_.size() - 30)),
      "record 5 (line 5) is cut off after " + std::to_string(lines_[4].size() - 29) + " bytes: the file was truncated");
  EXPECT_EQ(verdict_of(whole_.substr(0, whole_.size() - 1)),
            "record 5 is cut off: the log is 1 bytes shorter than its head says: the file was truncated");
}

TEST_F(AuditVerification, DoesNotTrustALogWhoseHeadIsGone) {
  std::filesystem::remove(head_);
  EXPECT_EQ(verdict(), file_.string() +
                           ".head is missing: whether records are missing at the end cannot be seen; hint: --head with "
                           "a head that was kept outside");
}

TEST_F(AuditVerification, FindsALogThatWasWrittenAnewByAHeadHeldOutside) {
  std::filesystem::remove(file_);
  std::filesystem::remove(head_);
  for (std::uint64_t i = 1; i <= kRecords; ++i) AuditLog{file_}.append(entry(i + 10), kToday);
  EXPECT_EQ(verdict(), "whole") << "a chain alone cannot tell";
  EXPECT_EQ(verdict(HeldHead::parse(heads_[2].text())),
            "record 3 is not the one that the head given names: the log was written anew");
  EXPECT_EQ(verdict(HeldHead::parse(heads_[2].hash)),
            "no record has the hash of the head given: records were changed or taken away since it was noted");
}

TEST_F(AuditVerification, TakesAnEarlierHeadHeldOutside) {
  const AuditVerdict found = verify_log(file_, HeldHead::parse(heads_[2].hash));
  EXPECT_TRUE(found.intact());
  EXPECT_EQ(found.notes, std::vector<std::string>{"the first 3 records are those of the head given"});
}

TEST_F(AuditVerification, FindsATruncationWithLogAndHeadCutTogether) {
  std::vector<std::string> lines{lines_.begin(), lines_.begin() + 3};
  write_file(folder_.path() / "held", read_file(head_));
  std::filesystem::remove(head_);
  std::filesystem::remove(file_);
  for (std::uint64_t i = 1; i <= 3; ++i) AuditLog{file_}.append(entry(i), kToday);
  EXPECT_EQ(verdict(), "whole");
  EXPECT_EQ(verdict(HeldHead::parse((folder_.path() / "held").string())),
            "records 4 to 5 are missing: the head given counts 5, the log ends after 3");
}

TEST_F(AuditVerification, RefusesAHeadThatIsNone) {
  EXPECT_THROW((void)HeldHead::parse("12"), UsageError);
  write_file(folder_.path() / "held", "{}");
  EXPECT_THROW((void)HeldHead::parse((folder_.path() / "held").string()), UsageError);
}

TEST(AuditExport, IsAnInTotoStatementAboutTheResultFiles) {
  AuditEntry end = entry();
  end.event = AuditEntry::Event::kRunEnd;
  end.outputs = {{"hits.csv", testing::kDigest}};
  end.merkle = {{testing::kOtherDigest, 12}};
  end.nhs_informed = true;
  end.influence_ppm = 250'000;
  const nlohmann::json record = sealed(fields_of(end), 1, kToday, kNoHash);
  AuditHead head;
  head.count = 1;
  head.hash = record.at("hash");
  head.root = record.at("hash");
  const nlohmann::json statement = in_toto_statement(std::vector{record}, head, "");
  EXPECT_EQ(statement.at("_type"), "https://in-toto.io/Statement/v1");
  EXPECT_EQ(statement.at("subject").dump(),
            R"([{"digest":{"sha256":")" + testing::kDigest + R"("},"name":"hits.csv"}])");
  EXPECT_EQ(statement.at("predicate").at("merkle").at("leaves"), 12);
  EXPECT_EQ(statement.at("predicate").at("influence_ppm"), 250'000);
  EXPECT_EQ(statement.at("predicate").at("audit").at("head").at("hash"), head.hash);
  EXPECT_THROW((void)in_toto_statement(std::vector{record}, head, "other"), UsageError);
}

TEST(AuditExport, ListsEachCampaignOnceInTheRegister) {
  const auto gate = [](const char* moment, std::uint64_t seq) {
    AuditEntry entry = testing::entry();
    entry.event = AuditEntry::Event::kGateAllow;
    entry.moment = moment;
    entry.agreement_id = "DSA-1";
    entry.agreement_sha256 = testing::kDigest;
    return sealed(fields_of(entry), seq, kToday + std::chrono::hours{seq}, kNoHash);
  };
  AuditEntry out = testing::entry();
  out.event = AuditEntry::Event::kExport;
  out.outputs = {{"hits.csv", testing::kDigest}, {"hits.sdf.gz", testing::kDigest}};
  const std::vector<nlohmann::json> records{gate("submit", 1), gate("start", 2),
                                            sealed(fields_of(out), 3, kToday + std::chrono::hours{3}, kNoHash)};
  const std::string table =
      data_use_register(records, testing::agreement(testing::with("/purpose/text", "=SUM(A1), inhibitors")));
  EXPECT_EQ(table.substr(table.find('\n') + 1).substr(0, 24), "aurora-0123456789ab,DSA-");
  EXPECT_NE(
      table.find(",2026-01-01,2026-12-31,Example NHS Trust,sole,Acme,commercial,\"'=SUM(A1), inhibitors\",treatments "
                 "for dementia,revenue_share,2 % of net sales,deaths-2019,OGL-UK-3.0,"
                 "\"anonymous aggregate, not personal data\",no,yes,not applicable to aggregates,"
                 "https://example.nhs.uk/register/1,2026-06-15T13:00:00Z,hits.csv; hits.sdf.gz,"
                 "2026-06-15T15:00:00Z\n"),
      std::string::npos)
      << table;
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 2);
}

}  // namespace
}  // namespace digitalis::governance
