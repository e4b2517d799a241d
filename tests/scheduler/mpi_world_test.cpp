// In a world of one rank; tests/mpi/collectives_check.cpp has the claims about several.

#include "scheduler/mpi_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "tests/scheduler/one_rank_world.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using testing::world;

TEST(MpiWorld, AloneIsAWorldOfOneRank) {
  EXPECT_EQ(world().rank(), 0);
  EXPECT_EQ(world().size(), 1);
  EXPECT_EQ(world().ranks_on_node(), 1);
  EXPECT_EQ(world().broadcast("bytes"), "bytes");
  EXPECT_THAT(world().gather("bytes"), ::testing::ElementsAre("bytes"));
  EXPECT_THAT(world().sum({1, 2}), ::testing::ElementsAre(1, 2));
}

TEST(MpiWorld, NamesTheLibrary) {
  EXPECT_THAT(MpiWorld::library_version(), ::testing::MatchesRegex("[A-Za-z ]+ [0-9.]+.*"));
}

TEST(DefaultThreads, AreWhatSlurmGaveWhenItGaveANumber) {
  setenv("SLURM_CPUS_PER_TASK", "17", 1);
  EXPECT_EQ(default_threads(world()), 17);
  unsetenv("SLURM_CPUS_PER_TASK");
  const int threads = default_threads(world());
  EXPECT_GE(threads, 1);
  for (const char* nonsense : {"", "0", "-3", "4x"}) {
    setenv("SLURM_CPUS_PER_TASK", nonsense, 1);
    EXPECT_EQ(default_threads(world()), threads) << nonsense;
  }
  unsetenv("SLURM_CPUS_PER_TASK");
}

TEST(MpiWorld, AloneWatchesNobody) {
  EXPECT_FALSE(world().watches_ranks());
  EXPECT_EQ(world().lost_ranks(), 0);
  EXPECT_FALSE(world().must_leave());
}

TEST(CgroupCpus, AreTheLeastOfTheGroupsAroundAProcess) {
  const testing::ScratchFolder folder;
  const auto own = folder.path() / "own", cgroups = folder.path() / "cgroups";
  std::filesystem::create_directories(cgroups / "job" / "step");
  testing::write_file(own, "0::/job/step\n");
  EXPECT_FALSE(cgroup_cpus(cgroups, own));
  testing::write_file(cgroups / "job" / "step" / "cpu.max", "max 100000\n");
  EXPECT_FALSE(cgroup_cpus(cgroups, own));
  testing::write_file(cgroups / "job" / "cpu.max", "150000 100000\n");
  EXPECT_DOUBLE_EQ(cgroup_cpus(cgroups, own).value(), 1.5);
  testing::write_file(cgroups / "job" / "step" / "cpu.max", "400000 100000\n");
  EXPECT_DOUBLE_EQ(cgroup_cpus(cgroups, own).value(), 1.5);
}

}  // namespace
}  // namespace digitalis
