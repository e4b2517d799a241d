#include "screening/site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class SiteFile : public ::testing::Test {
 protected:
  SiteFile() { ::setenv("DIGITALIS_SITE", file_.c_str(), 1); }
  ~SiteFile() override { ::unsetenv("DIGITALIS_SITE"); }
  Site read(const std::string& text) {
    testing::write_file(file_, text);
    return read_site(findings_);
  }
  std::vector<std::string> said_about(const std::string& text) {
    (void)read(text);
    std::vector<std::string> messages;
    for (const Finding& finding : findings_.all())
      messages.push_back(finding.message.substr(folder_.path().string().size() + 1));
    return messages;
  }

  testing::ScratchFolder folder_;
  std::filesystem::path file_ = folder_.path() / "site.toml";
  Findings findings_;
};

TEST_F(SiteFile, GivesWhatItSays) {
  const Site site = read(
      "name = \"Here\"\nscratch = \"/local\"\n"
      "[slurm]\npartition = \"long\"\nranks_per_node = 2\ncpus_per_task = 32\nsbatch = [\"--constraint=ib\"]\n"
      "[tariff]\nper_core_hour = 0.01\n"
      "[walls]\nallowed_roots = [\"/data/\"]\n[walls.project_groups]\naurora = \"chem\"\n");
  EXPECT_THAT(findings_.all(), IsEmpty());
  EXPECT_EQ(site.name, "Here");
  EXPECT_EQ(site.scratch, "/local");
  EXPECT_EQ(site.slurm.partition, "long");
  EXPECT_EQ(site.slurm.ranks_per_node, 2);
  EXPECT_EQ(site.slurm.cpus_per_task, 32);
  EXPECT_THAT(site.slurm.sbatch, ElementsAre("--constraint=ib"));
  EXPECT_EQ(site.tariff.per_core_hour, 0.01);
  EXPECT_THAT(site.walls.project_groups, ElementsAre(Pair("aurora", "chem")));
}

TEST_F(SiteFile, KeepsDefaultsForWhatItDoesNotSay) {
  const Site site = read("");
  EXPECT_THAT(findings_.all(), IsEmpty());
  EXPECT_EQ(site.slurm.time, "24:00:00");
  EXPECT_EQ(site.slurm.launcher, "srun");
  EXPECT_EQ(site.tariff.currency, "GBP");
}

TEST_F(SiteFile, NamesPlaceAndNearestKey) {
  EXPECT_THAT(said_about("[slurm]\npartiton = \"long\"\n"),
              ElementsAre("site.toml:2:1: unknown key 'partiton' in [slurm]; hint: did you mean 'partition'?"));
}

TEST_F(SiteFile, RefusesWhatSlurmWouldNotTake) {
  EXPECT_THAT(
      said_about("[slurm]\npartition = \"a b\"\ntime = \"soon\"\nlauncher = \"aprun\"\nsbatch = [\"ib\"]\n"),
      ElementsAre(
          "site.toml:2:13: 'partition' is not a name that Slurm takes; hint: letters, digits and . _ - + , : =",
          "site.toml:3:8: 'time' is 'soon', which is no time limit of Slurm; hint: \"24:00:00\" or \"2-12:00:00\"",
          "site.toml:4:12: 'launcher' is 'aprun', expected srun or mpirun",
          "site.toml:5:10: 'ib' is not an option of sbatch; hint: write it as \"--constraint=avx512\""));
}

TEST_F(SiteFile, RefusesPathsThatDependOnWhereItIsReadFrom) {
  EXPECT_THAT(
      said_about("scratch = \"local\"\n"),
      ElementsAre(
          "site.toml:1:11: 'scratch': 'local' is not an absolute path; hint: paths of a site file begin with /"));
}

TEST_F(SiteFile, MustBeThereWhenItIsNamed) {
  (void)read_site(findings_);
  ASSERT_EQ(findings_.errors(), 1U);
  EXPECT_EQ(findings_.all()[0].message,
            file_.string() +
                ": no such site file; hint: DIGITALIS_SITE names it; unset it, or make the file from "
                "slurm/site.example.toml");
}

}  // namespace
}  // namespace digitalis
