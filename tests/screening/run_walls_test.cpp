#include "screening/run_walls.hpp"

#include <gtest/gtest.h>

#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

class RunWalls : public ::testing::Test {
 protected:
  RunWalls() {
    for (const char* name : {"allowed", "outside", "run"}) std::filesystem::create_directories(path(name));
    testing::write_file(path("allowed/a.smi"), "C a\n");
    testing::write_file(path("outside/b.smi"), "C b\n");
    campaign_.file = path("c.toml");
    campaign_.partner = "acme";
    site_.walls.allowed_roots = {path("allowed")};
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  [[nodiscard]] std::size_t findings_for(const std::string& file) {
    campaign_.library_files = {file};
    Findings findings;
    check_allowed_roots(campaign_, site_, findings);
    return findings.errors();
  }
  static std::string refusal(const std::filesystem::path& folder) {
    try {
      refuse_unsafe_folder(folder);
    } catch (const UsageError& error) {
      return std::string{error.what()}.substr(folder.string().size());
    }
    return "nothing was thrown";
  }
  testing::ScratchFolder folder_;
  Campaign campaign_;
  Site site_;
};

TEST_F(RunWalls, LetAPartnerNameFilesBelowTheAllowedRoots) { EXPECT_EQ(findings_for(path("allowed/a.smi")), 0U); }

TEST_F(RunWalls, RefuseAPartnersFileElsewhere) {
  EXPECT_EQ(findings_for(path("outside/b.smi")), 1U);
  EXPECT_EQ(findings_for(path("allowed/../outside/b.smi")), 1U);
  EXPECT_EQ(findings_for(path("allowed-too.smi")), 1U);
}

TEST_F(RunWalls, SeeThroughSymlinksAndGlobs) {
  std::filesystem::create_symlink(path("outside/b.smi"), path("allowed/link.smi"));
  EXPECT_EQ(findings_for(path("allowed/link.smi")), 1U);
  EXPECT_EQ(findings_for(path("allowed/*.smi")), 1U);
}

TEST_F(RunWalls, LetOthersNameAnything) {
  campaign_.partner = "";
  EXPECT_EQ(findings_for(path("outside/b.smi")), 0U);
}

TEST_F(RunWalls, RefuseARunFolderThatIsASymlink) {
  std::filesystem::create_directory_symlink(path("outside"), path("link"));
  EXPECT_EQ(refusal(path("link")), ": is a symlink; hint: name the folder it leads to");
  EXPECT_EQ(refusal(path("run")), "nothing was thrown");
}

TEST_F(RunWalls, RefuseARunThatHoldsASymlink) {
  std::filesystem::create_symlink(path("outside/b.smi"), path("run/run.log"));
  EXPECT_EQ(refusal(path("run")),
            "/run.log: is a symlink; hint: a run's files are its own, delete the link or choose another folder");
}

TEST_F(RunWalls, RefuseAJournalThatIsASymlink) {
  std::filesystem::create_directory_symlink(path("outside"), path("run/journal"));
  EXPECT_EQ(refusal(path("run")),
            "/journal: is a symlink; hint: a run's files are its own, delete the link or choose another folder");
}

TEST_F(RunWalls, FindTheGroupOfAProject) {
  site_.walls.project_groups = {{"aurora", "chem"}};
  EXPECT_EQ(group_of(campaign_, site_), "");
  campaign_.project = "aurora";
  EXPECT_EQ(group_of(campaign_, site_), "chem");
}

}  // namespace
}  // namespace digitalis
