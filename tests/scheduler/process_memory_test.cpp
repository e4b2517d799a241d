#include "scheduler/process_memory.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using testing::ScratchFolder;
using testing::write_file;

TEST(ProcessMemory, SeesWhatThisProcessTook) {
  const std::uint64_t before = own_memory_bytes();
  const std::string taken(std::size_t{32} << 20U, 'x');
  EXPECT_GE(own_memory_bytes(), before + (std::uint64_t{30} << 20U));
  EXPECT_EQ(taken.back(), 'x');
}

TEST(ProcessMemory, OfNoProcessIsNothing) { EXPECT_EQ(memory_bytes_of(-1), 0U); }

TEST(ProcessMemory, TakesTheTightestOfNestedCgroups) {
  const ScratchFolder mount;
  const auto folder = mount.path() / "slurm" / "job_7" / "step_0";
  std::filesystem::create_directories(folder);
  write_file(mount.path() / "slurm" / "memory.max", "8000000\n");
  write_file(mount.path() / "slurm" / "job_7" / "memory.max", "5000000\n");
  write_file(folder / "memory.max", "max\n");
  EXPECT_EQ(cgroup_memory_bytes(mount.path().string(), "0::/slurm/job_7/step_0"), 5000000U);
  EXPECT_EQ(cgroup_memory_bytes(mount.path().string(), "0::/slurm"), 8000000U);
  EXPECT_EQ(cgroup_memory_bytes(mount.path().string(), "0::/"), 0U);
  EXPECT_EQ(cgroup_memory_bytes(mount.path().string(), ""), 0U);
}

TEST(ProcessMemory, GivesARankItsShareOfWhatSlurmGave) {
  ::unsetenv("SLURM_MEM_PER_NODE");
  const std::uint64_t otherwise = memory_bound_of_rank(1);
  ::setenv("SLURM_MEM_PER_NODE", "400", 1);
  const std::uint64_t share = memory_bound_of_rank(4);
  ::unsetenv("SLURM_MEM_PER_NODE");
  EXPECT_EQ(share, (std::uint64_t{100} << 20U) / 20 * 19);
  EXPECT_TRUE(otherwise == 0 || otherwise > share);
}

TEST(ProcessMemory, IsToldInGibibytes) { EXPECT_EQ(in_GiB(std::uint64_t{3} << 29U), "1.50 GiB"); }

}  // namespace
}  // namespace digitalis
