// In a world of one rank; tests/mpi/collectives_check.cpp has the claims about several.

#include "scheduler/mpi_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "tests/scheduler/one_rank_world.hpp"

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

}  // namespace
}  // namespace digitalis
