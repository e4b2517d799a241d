#include "screening/slurm_queue.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <sstream>
#include <system_error>

#include "screening/child_process.hpp"

namespace digitalis {
namespace {

constexpr std::chrono::seconds kPatience{10};

}  // namespace

std::map<std::string, QueuedJob> ask_queue(const std::vector<std::string>& jobs) {
  std::string list;
  for (const std::string& job : jobs) {
    const bool is_id = !job.empty() && std::all_of(job.begin(), job.end(),
                                                   [](unsigned char c) { return std::isdigit(c) != 0 || c == '_'; });
    if (is_id) list += (list.empty() ? "" : ",") + job;
  }
  std::map<std::string, QueuedJob> found;
  if (list.empty()) return found;
  std::string text;
  try {
    text = run_process({"squeue", "--noheader", "--format=%i|%T|%r", "--jobs=" + list}, {.patience = kPatience}).out;
  } catch (const std::system_error&) {
    return found;  // no Slurm here
  }
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find('|'), second = line.find('|', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    // "4711_3", "4711_[4-9]": tasks of an array, which is as far as the task that is furthest on.
    QueuedJob& job = found[line.substr(0, std::min(first, line.find('_')))];
    if (job.state != "RUNNING") job = {line.substr(first + 1, second - first - 1), line.substr(second + 1)};
  }
  return found;
}

}  // namespace digitalis
