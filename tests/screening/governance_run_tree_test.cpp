#include "screening/governance/run_tree.hpp"

#include <gtest/gtest.h>

#include "chem/usage_error.hpp"
#include "screening/governance/gate.hpp"
#include "screening/governance/run_audit.hpp"
#include "screening/run_folder.hpp"
#include "tests/scheduler/scratch_folder.hpp"
#include "tests/screening/governance_samples.hpp"

namespace digitalis::governance {
namespace {

using ::digitalis::testing::ScratchFolder;
using ::digitalis::testing::write_file;

/// Chunks 0 to 9 of stages 1 and 2, dealt to `ranks` ranks in turn.
void write_journal(const std::filesystem::path& folder, int ranks, const std::string& changed = "") {
  std::filesystem::create_directories(folder);
  for (int rank = 0; rank < ranks; ++rank) {
    JournalWriter writer{folder, rank, 1};
    for (std::uint32_t stage = 2; stage >= 1; --stage)
      for (std::uint64_t chunk = static_cast<std::uint64_t>(rank); chunk < 10;
           chunk += static_cast<std::uint64_t>(ranks))
        writer.append({stage, chunk},
                      std::to_string(stage) + "/" + std::to_string(chunk) + (chunk == 7 ? changed : ""));
  }
}

class RunTrees : public ::testing::Test {
 protected:
  ScratchFolder folder_;
  std::filesystem::path run_ = folder_.path() / "run";
};

TEST_F(RunTrees, AreTheSameForAnyNumberOfRanks) {
  std::string roots[3];
  for (int i = 0; i < 3; ++i) {
    const std::filesystem::path journal = folder_.path() / std::to_string(i);
    write_journal(journal, i == 0 ? 1 : 2 * i + 1);
    roots[i] = run_tree(journal).entry().root;
  }
  EXPECT_EQ(roots[0], roots[1]);
  EXPECT_EQ(roots[0], roots[2]);
}

TEST_F(RunTrees, AreOthersWhenAChunkIsAnother) {
  write_journal(folder_.path() / "a", 2);
  write_journal(folder_.path() / "b", 2, "!");
  EXPECT_NE(run_tree(folder_.path() / "a").root(), run_tree(folder_.path() / "b").root());
}

TEST_F(RunTrees, ProveEachOfTheirChunks) {
  write_journal(run_, 2);
  const Journal journal = Journal::scan(run_);
  const std::string root = run_tree(journal).entry().root;
  for (const FrameKey key : run_tree(journal).keys) EXPECT_EQ(root_of_proof(prove_chunk(journal, key)), root);
  EXPECT_THROW((void)prove_chunk(journal, {3, 0}), UsageError);
}

TEST_F(RunTrees, ProveNothingElse) {
  write_journal(run_, 2);
  const nlohmann::json proof = prove_chunk(Journal::scan(run_), {1, 4});
  for (const char* field : {"chunk", "stage", "index"}) {
    nlohmann::json changed = proof;
    changed[field] = proof.at(field).get<std::uint64_t>() ^ 1U;
    EXPECT_THROW((void)root_of_proof(changed), UsageError) << field;
  }
  nlohmann::json changed = proof;
  changed["payload_sha256"] = testing::kDigest;
  EXPECT_THROW((void)root_of_proof(changed), UsageError);
  changed = proof;
  changed["path"].erase(changed["path"].begin());
  EXPECT_THROW((void)root_of_proof(changed), UsageError);
  for (const nlohmann::json& nonsense : {nlohmann::json{}, nlohmann::json::array(), nlohmann::json{{"format", 1}}})
    EXPECT_THROW((void)root_of_proof(nonsense), UsageError);
}

TEST_F(RunTrees, ShowWhatChangedInARunDirectory) {
  Campaign campaign;
  campaign.file = folder_.path() / "campaign.toml";
  write_file(campaign.file, "# the campaign\n");
  campaign.name = "aurora";
  { RunFolder{run_}.open(campaign); }
  write_journal(run_ / "journal", 2);
  for (const char* name : {"hits.csv", "rejects.csv"}) write_file(run_ / name, name);
  AuditEntry common = testing::entry();
  common.campaign_id = campaign_id("aurora", campaign.identity());
  const AuditEntry end = end_of_run(common, run_);
  AuditLog{run_ / "audit.jsonl"}.append(end);
  std::vector<nlohmann::json> records;
  AuditLog{run_ / "audit.jsonl"}.append_after_reading([&](std::span<const nlohmann::json> all) {
    records.assign(all.begin(), all.end());
    return std::vector<AuditEntry>{};
  });
  EXPECT_EQ(campaign_id_of_run(run_), end.campaign_id);
  EXPECT_EQ(problems_of_run(run_, records), std::vector<std::string>{});

  write_file(run_ / "hits.csv", "others");
  std::filesystem::remove(run_ / "rejects.csv");
  std::filesystem::remove_all(run_ / "journal");
  write_journal(run_ / "journal", 2, "!");
  EXPECT_EQ(problems_of_run(run_, records),
            (std::vector<std::string>{"hits.csv is not the file that record 1 lists: it was changed",
                                      "rejects.csv is missing; record 1 lists it",
                                      "the journal's chunks are not those of record 1: their Merkle root differs"}));
}

TEST_F(RunTrees, MakeNoRunFolderTheRunOfAnotherAfterARefusal) {
  std::filesystem::create_directories(run_);
  AuditLog{run_ / "audit.jsonl"}.append(testing::entry());
  Campaign campaign;
  campaign.file = folder_.path() / "campaign.toml";
  write_file(campaign.file, "# the campaign\n");
  EXPECT_NO_THROW(RunFolder{run_}.open(campaign));
}

}  // namespace
}  // namespace digitalis::governance
