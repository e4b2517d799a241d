#include "screening/governance/audit_log.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "screening/governance/audit_record.hpp"
#include "screening/governance/audit_verify.hpp"
#include "tests/scheduler/scratch_folder.hpp"
#include "tests/screening/governance_samples.hpp"

namespace digitalis::governance {
namespace {

using ::digitalis::testing::read_file;
using ::digitalis::testing::ScratchFolder;
using ::digitalis::testing::write_file;
using testing::entry;
using testing::kToday;

class AuditLogs : public ::testing::Test {
 protected:
  AuditHead append(std::uint64_t seed) { return AuditLog{file_}.append(entry(seed), kToday); }
  void append_several(int count) {
    for (int i = 1; i <= count; ++i) append(static_cast<std::uint64_t>(i));
  }
  /// A child process ends here, whatever happens: it must not go on with the other tests.
  [[noreturn]] void append_in_child(int count) {
    try {
      append_several(count);
    } catch (...) {
      _exit(1);
    }
    _exit(0);
  }
  [[nodiscard]] std::string log() const { return read_file(file_); }
  [[nodiscard]] std::string head() const { return read_file(head_); }
  void put(const std::string& log_bytes, const std::string& head_bytes) {
    write_file(file_, log_bytes);
    std::filesystem::remove(head_);
    if (!head_bytes.empty()) write_file(head_, head_bytes);
  }
  /// "whole", with the notes in brackets; or the problem.
  std::string verdict() {
    const AuditVerdict found = verify_log(file_);
    if (!found.intact()) return found.problem;
    std::string text = "whole";
    for (const std::string& note : found.notes) text += " [" + note + "]";
    return text;
  }
  std::string refusal(const std::function<void()>& work) {
    try {
      work();
    } catch (const AuditLogError& error) {
      return std::string{error.what()}.substr(file_.string().size());
    }
    return "nothing was thrown";
  }
  ScratchFolder folder_;
  std::filesystem::path file_ = folder_.path() / "audit.jsonl", head_ = folder_.path() / "audit.jsonl.head";
};

TEST_F(AuditLogs, HoldCanonicalRecordsThatChain) {
  const AuditHead first = append(1), second = append(2);
  const std::string hash = to_hex(leaf_hash(
      R"({"actor":{"role":"submitter","uid":1000},"campaign_id":"aurora-0123456789ab","event":"run.start","prev":")" +
      std::string(64, '0') + R"(","seed":"1","seq":1,"time_utc":"2026-06-15T12:00:00Z"})"));
  EXPECT_EQ(first.text(), "1 " + hash);
  EXPECT_EQ(
      log().substr(0, log().find('\n')),
      R"({"actor":{"role":"submitter","uid":1000},"campaign_id":"aurora-0123456789ab","event":"run.start","hash":")" +
          hash + R"(","prev":")" + std::string(64, '0') + R"(","seed":"1","seq":1,"time_utc":"2026-06-15T12:00:00Z"})");
  EXPECT_EQ(second.root, to_hex(node_hash(*from_hex(first.hash), *from_hex(second.hash))));
  EXPECT_EQ(verdict(), "whole");
}

TEST_F(AuditLogs, TakeNoStructureNoFloatAndNoUnknownField) {
  AuditEntry structure = entry();
  structure.campaign_id = "CC(=O)Oc1ccccc1";
  EXPECT_THROW(AuditLog{file_}.append(structure), std::invalid_argument);
  nlohmann::json fields = fields_of(entry());
  const auto problem = [&](const char* key, nlohmann::json value) {
    nlohmann::json changed = fields;
    changed[key] = std::move(value);
    try {
      (void)sealed(changed, 1, kToday, kNoHash);
    } catch (const std::invalid_argument& error) {
      return std::string{error.what()};
    }
    return std::string{"taken"};
  };
  EXPECT_EQ(problem("ranks", 4.0), "an audit record does not take /ranks: expected a whole number from 0 to 2^53");
  EXPECT_EQ(problem("ranks", -1), "an audit record does not take /ranks: expected a whole number from 0 to 2^53");
  EXPECT_EQ(problem("value", 12), "an audit record does not take /value: unknown field");
  EXPECT_EQ(problem("inputs", {{{"name", "t"}, {"sha256", testing::kDigest}, {"rows", 3}}}),
            "an audit record does not take /inputs/0/rows: unknown field");
  EXPECT_EQ(problem("outputs", {{{"name", "t"}, {"sha256", "12"}}}),
            "an audit record does not take /outputs/0/sha256: expected 64 hexadecimal digits");
  EXPECT_EQ(problem("influence_ppm", 1'000'001),
            "an audit record does not take /influence_ppm: expected at most 1000000");
  EXPECT_EQ(problem("slurm_job_id", "a\nb"),
            "an audit record does not take /slurm_job_id: expected 1 to 200 of letters, digits and \" ._:/@+,'&-\"");
  EXPECT_EQ(problem("ranks", 4), "taken");
  EXPECT_EQ(record_name("deaths[1]=3\n.csv"), "deaths_1__3_.csv");
}

TEST_F(AuditLogs, AreWrittenByManyThreadsAtOnce) {
  constexpr int kThreads = 8, kRecords = 3;
  std::vector<std::thread> writers;
  for (int t = 0; t < kThreads; ++t)
    writers.emplace_back([&, t] {
      for (int i = 0; i < kRecords; ++i) append(static_cast<std::uint64_t>(100 * t + i));
    });
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(verdict(), "whole");
  std::set<std::string> seeds;
  for (const nlohmann::json& record : verify_log(file_).records) seeds.insert(record.at("seed"));
  EXPECT_EQ(seeds.size(), static_cast<std::size_t>(kThreads * kRecords));
}

TEST_F(AuditLogs, AreWrittenByManyProcessesAtOnce) {
  constexpr int kProcesses = 8, kRecords = 2;
  for (int p = 0; p < kProcesses; ++p)
    if (fork() == 0) append_in_child(kRecords);
  for (int status = 0, p = 0; p < kProcesses; ++p) {
    wait(&status);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(verdict(), "whole");
  EXPECT_EQ(verify_log(file_).head.count, static_cast<std::uint64_t>(kProcesses * kRecords));
}

TEST_F(AuditLogs, DecideUnderTheirLock) {
  // Each appends only when it finds fewer than three records: without the lock, several would.
  std::vector<std::thread> writers;
  for (int t = 0; t < 8; ++t)
    writers.emplace_back([&] {
      AuditLog{file_}.append_after_reading([](std::span<const nlohmann::json> records) {
        return records.size() < 3 ? std::vector{entry()} : std::vector<AuditEntry>{};
      });
    });
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(verify_log(file_).head.count, 3U);
}

TEST_F(AuditLogs, SurviveWritersThatAreKilledAtAnyMoment) {
  unsigned seed = 12345;
  for (int round = 0; round < 8; ++round) {
    const pid_t writer = fork();
    if (writer == 0) append_in_child(1'000'000);
    seed = seed * 1664525U + 1013904223U;
    usleep(1000 + seed / 65536U % 8000U);
    kill(writer, SIGKILL);
    int status = 0;
    waitpid(writer, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer gave up by itself";
    if (!std::filesystem::exists(file_)) continue;
    const AuditVerdict after = verify_log(file_);
    ASSERT_TRUE(after.intact()) << after.problem;
    append(0);
    const AuditVerdict next = verify_log(file_);
    ASSERT_TRUE(next.intact()) << next.problem;
    ASSERT_GT(next.head.count, after.head.count);
  }
}

TEST_F(AuditLogs, AreWholeAfterACrashThatCutARecordOffAtAnyByte) {
  append_several(2);
  const std::string before = log(), before_head = head();
  append(3);
  const std::string after = log();
  for (std::size_t size = before.size(); size <= after.size(); ++size) {
    put(after.substr(0, size), before_head);
    const AuditVerdict crashed = verify_log(file_);
    ASSERT_TRUE(crashed.intact()) << size << ": " << crashed.problem;
    ASSERT_EQ(crashed.notes.empty(), size == before.size()) << size;
  }
}

TEST_F(AuditLogs, AreRepairedByTheNextWriterAndSaySo) {
  append_several(2);
  const std::string before = log(), before_head = head();
  append(3);
  const std::string after = log();
  for (const std::size_t size : {before.size() + 1, before.size() + 99, after.size() - 2, after.size() - 1}) {
    put(after.substr(0, size), before_head);
    append(4);
    const AuditVerdict repaired = verify_log(file_);
    ASSERT_TRUE(repaired.intact()) << size << ": " << repaired.problem;
    const bool was_whole = size + 1 == after.size();  // all but its line end
    ASSERT_EQ(repaired.records.size(), was_whole ? 5U : 4U) << size;
    const nlohmann::json& repair = repaired.records[repaired.records.size() - 2].at("repair");
    ASSERT_EQ(repair.at("adopted"), was_whole ? 1U : 0U);
    ASSERT_EQ(repair.at("bytes"), was_whole ? 0U : size + 1 - before.size());
    ASSERT_EQ(log().substr(0, size), after.substr(0, size)) << "something was written over";
  }
}

TEST_F(AuditLogs, AreRepairedAfterARecordThatItsHeadDoesNotKnow) {
  append(1);
  const std::string before_head = head();
  append(2);
  put(log(), before_head);
  EXPECT_EQ(verdict(),
            "whole [record 2 is not in the head file yet: a writer was cut short; the next one will say so]");
  append(3);
  EXPECT_EQ(verdict(), "whole [record 3 repaired the log at 2026-06-15T12:00:00Z: a writer had been cut short]");
}

TEST_F(AuditLogs, AreRepairedAfterTheVeryFirstRecordWasCutOff) {
  append(1);
  const std::string whole = log();
  for (std::size_t size = 0; size <= whole.size(); size += 79) {
    put(whole.substr(0, size), "");
    append(2);
    const AuditVerdict found = verify_log(file_);
    ASSERT_TRUE(found.intact()) << size << ": " << found.problem;
  }
}

TEST_F(AuditLogs, AreRepairedWhenTheRepairItselfWasCutOff) {
  append_several(2);
  const std::string before_head = head();
  write_file(file_, log() + R"({"actor":{"ro)");
  const std::string torn = log();
  append(3);
  const std::string repaired = log();
  for (std::size_t size = torn.size(); size < repaired.size(); size += 149) {
    put(repaired.substr(0, size), before_head);
    append(4);
    const AuditVerdict found = verify_log(file_);
    ASSERT_TRUE(found.intact()) << size << ": " << found.problem;
  }
}

TEST_F(AuditLogs, AreRepairedAfterAPowerCutThatLeftZeros) {
  append(1);
  write_file(file_, log() + std::string(300, '\0'));
  append(2);
  EXPECT_EQ(
      verdict(),
      "whole [record 2 repaired the log at 2026-06-15T12:00:00Z: a writer had been cut short; 301 bytes of remains "
      "stand before it]");
}

TEST_F(AuditLogs, AreNotGoneOnWithWhenTheyAreShorterThanTheirHead) {
  append_several(3);
  const std::string whole = log();
  for (std::size_t size = 0; size < whole.size(); size += 11) {
    write_file(file_, whole.substr(0, size));
    ASSERT_EQ(refusal([&] { append(4); }),
              ": shorter than its head says, records are missing; hint: see 'digitalis "
              "audit verify " +
                  file_.string() + "'")
        << size;
    ASSERT_EQ(log(), whole.substr(0, size));
  }
}

TEST_F(AuditLogs, AreNotGoneOnWithWithoutTheirHead) {
  append_several(3);
  std::filesystem::remove(head_);
  EXPECT_EQ(refusal([&] { append(4); }),
            ": its head file is missing; hint: see 'digitalis audit verify " + file_.string() + "'");
}

TEST_F(AuditLogs, AreNotGoneOnWithWhenARecordWasChanged) {
  append_several(3);
  std::string changed = log();
  changed[changed.find("\"seed\":\"3\"") + 8] = '9';
  write_file(file_, changed);
  EXPECT_NE(refusal([&] { append(4); }), "nothing was thrown");
}

TEST_F(AuditLogs, GoOnWhenAPersonSaysSoAndTellOfIt) {
  append_several(3);
  const std::string whole = log();
  write_file(file_, whole.substr(0, whole.rfind("{\"actor")));
  AuditLog{file_}.repair(testing::context(), kToday);
  append(5);
  EXPECT_EQ(verdict(),
            "whole [record 3 repaired the log at 2026-06-15T12:00:00Z: a person went on although the head counted 3 "
            "records]");
  EXPECT_EQ(refusal([&] { AuditLog{file_}.repair(testing::context()); }), ": there is nothing to repair");
}

TEST_F(AuditLogs, CannotBeRepairedWhenTheirRecordsDoNotChain) {
  append_several(3);
  std::string changed = log();
  changed[changed.find("\"seed\":\"2\"") + 8] = '9';
  write_file(file_, changed);
  EXPECT_EQ(refusal([&] { AuditLog{file_}.repair(testing::context()); }),
            ": its records do not chain; hint: see 'digitalis audit verify " + file_.string() + "'");
}

}  // namespace
}  // namespace digitalis::governance
