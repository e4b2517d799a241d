#include "screening/slurm_job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chem/usage_error.hpp"
#include "screening/child_process.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const JobRequest kRequest{.program = "/opt/bin/digitalis",
                          .campaign = "/data/our campaign.toml",
                          .run = "/scratch/our run",
                          .campaign_name = "aurora",
                          .nodes = 8};

/// What job_script() throws.
std::string thrown_for(const Site& site, const JobRequest& request) {
  try {
    (void)job_script(site, request);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(JobScript, HoldsWhatTheJobNeedsQuotedForItsReaders) {
  const std::string script = job_script({}, kRequest);
  EXPECT_THAT(script, HasSubstr("\n#SBATCH --job-name=aurora\n"));
  EXPECT_THAT(script, HasSubstr("\n#SBATCH --nodes=8\n"));
  EXPECT_THAT(script, HasSubstr("\n#SBATCH --chdir=\"/scratch/our run\"\n"));
  EXPECT_THAT(script, HasSubstr("\nprogram=/opt/bin/digitalis\n"));
  EXPECT_THAT(script, HasSubstr("\ncampaign='/data/our campaign.toml'\n"));
}

TEST(JobScript, LeavesOutWhatNobodySet) {
  const std::string script = job_script({}, kRequest);
  EXPECT_THAT(script, Not(HasSubstr("--partition")));
  EXPECT_THAT(script, Not(HasSubstr("--account")));
  EXPECT_THAT(script, HasSubstr("\n#SBATCH --exclusive\n"));
}

TEST(JobScript, TakesTheSitesLines) {
  Site site;
  site.slurm.partition = "long";
  site.slurm.cpus_per_task = 32;
  site.slurm.sbatch = {"--constraint=ib"};
  site.slurm.setup = {"module load digitalis"};
  const std::string script = job_script(site, kRequest);
  EXPECT_THAT(script, HasSubstr("\n#SBATCH --partition=long\n#SBATCH --cpus-per-task=32\n"));
  EXPECT_THAT(script, HasSubstr("\n#SBATCH --constraint=ib\n"));
  EXPECT_THAT(script, HasSubstr("\nmodule load digitalis\n"));
}

TEST(JobScript, IsTheSitesOwnWhereThereIsOne) {
  const testing::ScratchFolder folder;
  Site site;
  site.slurm.job_template = folder.path() / "job";
  testing::write_file(site.slurm.job_template, "run @RUN@ by mail to a@b.c\n@SETUP_LINES@\nend\n");
  EXPECT_EQ(job_script(site, kRequest), "run /scratch/our run by mail to a@b.c\nend\n");
}

TEST(JobScript, NamesAnUnknownWordOfTheSitesTemplate) {
  const testing::ScratchFolder folder;
  Site site;
  site.slurm.job_template = folder.path() / "job";
  testing::write_file(site.slurm.job_template, "#!/bin/sh\n@NODE@\n");
  EXPECT_EQ(thrown_for(site, kRequest),
            site.slurm.job_template.string() + ":2: unknown word @NODE@; hint: did you mean @NODES@?");
}

TEST(JobScript, RefusesAFolderThatSbatchCannotName) {
  JobRequest request = kRequest;
  request.run = "/scratch/\"x";
  EXPECT_EQ(
      thrown_for({}, request),
      "/scratch/\"x: a batch script cannot name this folder; hint: choose an --out without quotes, backslashes and "
      "line breaks");
}

TEST(JobName, IsOneWordThatIsNoOption) {
  EXPECT_EQ(job_name("aurora-2"), "aurora-2");
  EXPECT_EQ(job_name("our best; rm x"), "our_best__rm_x");
  EXPECT_EQ(job_name("--x"), "digitalis--x");
  EXPECT_EQ(job_name(std::string(100, 'a')).size(), 60U);
}

TEST(SlurmMinutes, ReadsEveryFormThatSlurmTakes) {
  EXPECT_EQ(slurm_minutes("90"), 90);
  EXPECT_EQ(slurm_minutes("90:30"), 90.5);
  EXPECT_EQ(slurm_minutes("2:00:00"), 120);
  EXPECT_EQ(slurm_minutes("1-2"), 26 * 60);
  EXPECT_EQ(slurm_minutes("1-2:30"), 26 * 60 + 30);
  EXPECT_EQ(slurm_minutes("1-00:00:30"), 24 * 60 + 0.5);
}

TEST(SlurmMinutes, IsZeroForAnythingElse) {
  for (const char* text : {"", "soon", "1:2:3:4", "1-", "-1", "1d", "1:", "12:00 x"})
    EXPECT_EQ(slurm_minutes(text), 0) << text;
}

TEST(ShellWord, IsReadBackByAShell) {
  for (const std::string text : {"plain", "", "two words", "it's", "$HOME `x` \"y\" \\z"})
    EXPECT_EQ(run_process({"sh", "-c", "printf %s " + shell_word(text)}).out, text);
}

TEST(RunProcess, GivesExitCodeAndBothOutputs) {
  const ProcessEnd end = run_process({"sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(end.code, 3);
  EXPECT_EQ(end.out, "out\n");
  EXPECT_EQ(end.err, "err\n");
}

TEST(RunProcess, GivesItsInput) {
  const std::string more_than_a_pipe_holds(100'000, 'x');
  EXPECT_EQ(run_process({"cat"}, {.input = more_than_a_pipe_holds}).out, more_than_a_pipe_holds);
  EXPECT_EQ(run_process({"cat"}).out, "");
}

TEST(RunProcess, EndsWhatTakesTooLong) {
  EXPECT_FALSE(run_process({"true"}, {.patience = std::chrono::seconds{20}}).timed_out);
  const ProcessEnd end = run_process({"sleep", "60"}, {.patience = std::chrono::milliseconds{50}});
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(end.code, 128 + SIGKILL);
}

TEST(RunProcess, SaysWhatCannotBeStarted) {
  EXPECT_THROW((void)run_process({"no-such-program-anywhere"}), std::system_error);
}

}  // namespace
}  // namespace digitalis
