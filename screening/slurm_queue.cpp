#include "screening/slurm_queue.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <memory>
#include <sstream>

namespace digitalis {

std::map<std::string, QueuedJob> ask_queue(const std::vector<std::string>& jobs) {
  std::string list;
  for (const std::string& job : jobs) {
    const bool is_id = !job.empty() && std::all_of(job.begin(), job.end(),
                                                   [](unsigned char c) { return std::isdigit(c) != 0 || c == '_'; });
    if (is_id) list += (list.empty() ? "" : ",") + job;
  }
  std::map<std::string, QueuedJob> found;
  if (list.empty()) return found;
  const std::string command = "timeout 10 squeue --noheader --format='%i|%T|%r' --jobs=" + list + " 2>/dev/null";
  const auto close = [](std::FILE* pipe) { ::pclose(pipe); };
  const std::unique_ptr<std::FILE, decltype(close)> pipe{::popen(command.c_str(), "re"), close};
  if (!pipe) return found;
  std::string text;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe.get())) text.append(buffer, got);
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find('|'), second = line.find('|', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    found[line.substr(0, first)] = {line.substr(first + 1, second - first - 1), line.substr(second + 1)};
  }
  return found;
}

}  // namespace digitalis
