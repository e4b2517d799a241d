#pragma once
// How much memory a process holds, and how much a rank may.

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace digitalis {

/// Memory of a process that is its alone: not the files it maps nor what it shares with other ranks. 0 when it is gone.
/// Some microseconds.
[[nodiscard]] std::uint64_t memory_bytes_of(pid_t process);
[[nodiscard]] std::uint64_t own_memory_bytes();

/// What a rank may hold by what the job was given on this machine (Slurm's word, the cgroups' limits): its share among
/// the ranks here, less a twentieth. 0: nobody limits it.
[[nodiscard]] std::uint64_t memory_bound_of_rank(int ranks_on_node);

/// The tightest memory.max of a cgroup (version 2) and those above it; 0: none.
/// @param cgroup  as /proc/self/cgroup names it: "0::/system.slice/job_7"
[[nodiscard]] std::uint64_t cgroup_memory_bytes(const std::string& mount, const std::string& cgroup);

/// "2.00 GiB".
[[nodiscard]] std::string in_GiB(std::uint64_t bytes);

}  // namespace digitalis
