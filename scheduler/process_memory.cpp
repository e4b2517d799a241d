#include "scheduler/process_memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

namespace digitalis {

namespace {

constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();

/// The whole number that a file or variable begins with; kNone: there is none, or it says "max".
std::uint64_t number_in(const std::string& text) {
  char* end = nullptr;
  const unsigned long long number = std::strtoull(text.c_str(), &end, 10);
  return end == text.c_str() ? kNone : number;
}

std::string first_line(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::uint64_t number_in_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? kNone : number_in(value);
}

std::uint64_t given_by_slurm() {
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
  if (const std::uint64_t node = number_in_variable("SLURM_MEM_PER_NODE"); node != kNone && node > 0)
    return node * kMiB;
  const std::uint64_t core = number_in_variable("SLURM_MEM_PER_CPU"), cores = number_in_variable("SLURM_CPUS_ON_NODE");
  return core == kNone || cores == kNone || core == 0 || cores == 0 ? kNone : core * cores * kMiB;
}

std::uint64_t or_none(std::uint64_t bytes) { return bytes == kNone ? 0 : bytes; }

}  // namespace

std::uint64_t memory_bytes_of(pid_t process) {
  std::ifstream statm("/proc/" + std::to_string(process) + "/statm");
  std::uint64_t size = 0, resident = 0, shared = 0;
  if (!(statm >> size >> resident >> shared)) return 0;
  return (resident - std::min(shared, resident)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t own_memory_bytes() { return memory_bytes_of(::getpid()); }

std::uint64_t cgroup_memory_bytes(const std::string& mount, const std::string& cgroup) {
  const std::size_t at = cgroup.find("::/");
  if (at == std::string::npos) return 0;
  std::uint64_t least = kNone;
  std::filesystem::path below = cgroup.substr(at + 3);
  while (true) {
    least = std::min(least, number_in(first_line(std::filesystem::path{mount} / below / "memory.max")));
    if (below.empty()) return or_none(least);
    below = below.parent_path();
  }
}

std::uint64_t memory_bound_of_rank(int ranks_on_node) {
  std::uint64_t node = given_by_slurm();
  if (const std::uint64_t cgroup = cgroup_memory_bytes("/sys/fs/cgroup", first_line("/proc/self/cgroup")); cgroup > 0)
    node = std::min(node, cgroup);
  if (node == kNone) return 0;
  return node / static_cast<std::uint64_t>(std::max(ranks_on_node, 1)) / 20 * 19;
}

std::string in_GiB(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f GiB", static_cast<double>(bytes) / (1024.0 * 1024.0 * 1024.0));
  return text;
}

}  // namespace digitalis
