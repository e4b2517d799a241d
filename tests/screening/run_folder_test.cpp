#include "screening/run_folder.hpp"

#include <gtest/gtest.h>

#include "chem/usage_error.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

class RunFolders : public ::testing::Test {
 protected:
  Campaign campaign(std::uint64_t seed = 1, const std::string& target = "T") {
    Campaign campaign;
    campaign.file = folder_.path() / "campaign.toml";
    testing::write_file(campaign.file, "# the campaign\n");
    campaign.name = "c";
    campaign.seed = seed;
    campaign.targets.emplace_back().name = target;
    return campaign;
  }
  /// What open() says, without the path in front.
  std::string refusal(const Campaign& campaign) {
    try {
      RunFolder{run_}.open(campaign);
    } catch (const UsageError& error) {
      return std::string{error.what()}.substr(run_.string().size());
    }
    return "nothing was thrown";
  }
  testing::ScratchFolder folder_;
  std::filesystem::path run_ = folder_.path() / "deep" / "run";
};

TEST_F(RunFolders, AreMadeWithTheCampaignInThem) {
  RunFolder run{run_};
  run.open(campaign());
  EXPECT_EQ(testing::read_file(run.file("campaign.toml")), "# the campaign\n");
  EXPECT_TRUE(std::filesystem::is_directory(run.journal()));
  EXPECT_FALSE(run.finished());
}

TEST_F(RunFolders, BelongToTheCampaignThatMadeThem) {
  { RunFolder{run_}.open(campaign()); }
  RunFolder again{run_};
  again.open_existing();
  EXPECT_EQ(again.manifest().at("campaign"), nlohmann::json::parse(campaign().identity()));
}

TEST_F(RunFolders, TakeTheSameCampaignAgain) {
  { RunFolder{run_}.open(campaign()); }
  EXPECT_EQ(refusal(campaign()), "nothing was thrown");
}

TEST_F(RunFolders, OfAnotherCampaignAreRefusedNamingWhatDiffers) {
  { RunFolder{run_}.open(campaign()); }
  EXPECT_EQ(refusal(campaign(2)),
            ": holds the run of another campaign ([campaign] differ); hint: choose another --out, or delete this one");
  EXPECT_EQ(refusal(campaign(2, "U")),
            ": holds the run of another campaign ([campaign], [targets] differ); hint: choose another --out, or delete "
            "this one");
}

TEST_F(RunFolders, KeepTheirResults) {
  RunFolder run{run_};
  run.open(campaign());
  run.set_results({{"hits", 3}});
  RunFolder again{run_};
  again.open_existing();
  EXPECT_TRUE(again.finished());
  EXPECT_EQ(again.manifest().at("results").at("hits"), 3);
}

TEST_F(RunFolders, AreWorkedInByOneProcess) {
  RunFolder run{run_};
  run.open(campaign());
  EXPECT_EQ(refusal(campaign()),
            ": another process works in this run directory; hint: wait for it, or choose another --out");
}

TEST_F(RunFolders, ThatHoldOtherThingsAreRefused) {
  std::filesystem::create_directories(run_);
  testing::write_file(run_ / "thesis.tex", "");
  EXPECT_EQ(refusal(campaign()), ": is not empty and holds no run; hint: choose another --out");
}

TEST_F(RunFolders, ThatAreFilesAreRefused) {
  std::filesystem::create_directories(run_.parent_path());
  testing::write_file(run_, "");
  EXPECT_EQ(refusal(campaign()), ": is a file; hint: --out names a directory");
}

TEST_F(RunFolders, BelowAFileAreRefused) {
  testing::write_file(folder_.path() / "deep", "");
  EXPECT_EQ(refusal(campaign()), ": cannot be made: Not a directory; hint: choose another --out");
}

TEST_F(RunFolders, OfAnotherProgramAreRefused) {
  std::filesystem::create_directories(run_);
  testing::write_file(run_ / "manifest.json", R"({"format": "cargo", "version": 1})");
  EXPECT_EQ(refusal(campaign()),
            ": not a run directory of this program (its manifest is of another format); hint: give the --out of "
            "'digitalis screen'");
}

TEST(UtcNow, IsADateAndATime) {
  const std::string now = utc_now();
  ASSERT_EQ(now.size(), 20U);
  EXPECT_EQ(now[10], 'T');
  EXPECT_EQ(now.back(), 'Z');
}

}  // namespace
}  // namespace digitalis
