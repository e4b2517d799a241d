#include "screening/slurm_job.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>

#include "chem/file_io.hpp"
#include "chem/suggest.hpp"
#include "chem/usage_error.hpp"
#include "screening/child_process.hpp"
#include "screening/job_template.hpp"

namespace digitalis {
namespace {

bool is_plain(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-'; }

/// A path in double quotes on a line that both sbatch and people read. Backslashes and quotes mean something there.
std::string sbatch_path(const std::filesystem::path& path) {
  const std::string text = path.string();
  const bool good = std::none_of(text.begin(), text.end(), [](char c) {
    return c == '"' || c == '\\' || std::iscntrl(static_cast<unsigned char>(c)) != 0;
  });
  if (!good)
    throw UsageError(text +
                     ": a batch script cannot name this folder; hint: choose an --out without quotes, backslashes "
                     "and line breaks");
  return text;
}

std::string lines(const std::vector<std::string>& all, std::string_view prefix) {
  std::string text;
  for (const std::string& line : all) text += (text.empty() ? "" : "\n") + std::string{prefix} + line;
  return text;
}

/// The lines that depend on what is set at all.
std::vector<std::string> sbatch_lines(const Site::Slurm& slurm, bool is_array) {
  std::vector<std::string> all;
  if (!slurm.partition.empty()) all.push_back("--partition=" + slurm.partition);
  if (!slurm.account.empty()) all.push_back("--account=" + slurm.account);
  if (!slurm.qos.empty()) all.push_back("--qos=" + slurm.qos);
  all.push_back(slurm.cpus_per_task > 0 ? "--cpus-per-task=" + std::to_string(slurm.cpus_per_task) : "--exclusive");
  if (slurm.launcher == "srun" && !is_array) all.emplace_back("--no-kill");  // a lost node shall not end the others
  all.insert(all.end(), slurm.sbatch.begin(), slurm.sbatch.end());
  return all;
}

/// Replaces every @WORD@; a line that holds nothing but a word without a value goes.
std::string filled(std::string_view text, const std::map<std::string, std::string>& values, const std::string& source) {
  std::string out;
  int line = 1;
  for (std::size_t at = 0; at < text.size();) {
    const auto is_word = [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; };
    std::size_t end = at + 1;
    if (text[at] == '@')
      while (end < text.size() && is_word(text[end])) ++end;
    if (text[at] != '@' || end == at + 1 || end == text.size() || text[end] != '@') {
      line += text[at] == '\n';
      out += text[at++];
      continue;
    }
    const std::string word{text.substr(at + 1, end - at - 1)};
    const auto found = values.find(word);
    if (found == values.end()) {
      std::vector<std::string> known;
      for (const auto& [name, value] : values) known.push_back(name);
      const std::string nearest = nearest_name(word, known);
      throw UsageError(source + ":" + std::to_string(line) + ": unknown word @" + word + "@; hint: " +
                       (nearest.empty() ? "words are " + join(known) : "did you mean @" + nearest + "@?"));
    }
    out += found->second;
    at = end + 1;
    if (found->second.empty() && (out.empty() || out.back() == '\n') && at < text.size() && text[at] == '\n') {
      ++at;
      ++line;
    }
  }
  return out;
}

std::string without_line_end(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
  return text;
}

ProcessEnd ask_slurm(const std::vector<std::string>& command) {
  try {
    return run_process(command);
  } catch (const std::system_error& error) {
    throw UsageError(std::string{error.what()} + "; hint: run this where Slurm is, usually a login node");
  }
}

[[noreturn]] void refused(const std::string& who, const ProcessEnd& end) {
  std::string said = without_line_end(end.err);
  std::replace(said.begin(), said.end(), '\n', ' ');
  throw UsageError(who + ": " + (said.empty() ? "exit code " + std::to_string(end.code) : said));
}

std::optional<long> whole_number(std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::string job_name(std::string_view campaign_name) {
  constexpr std::size_t kMost = 60;
  std::string name{campaign_name.substr(0, kMost)};
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_plain(c); }, '_');
  return name.empty() || name.front() == '-' ? "digitalis" + name : name;
}

bool is_slurm_name(std::string_view text) {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [](char c) {
    return is_plain(c) || std::string_view{"+,:=@/"}.find(c) != std::string_view::npos;
  });
}

double slurm_minutes(std::string_view time) {
  const std::size_t dash = time.find('-');
  double days = 0;
  if (dash != std::string_view::npos) {
    const auto count = whole_number(time.substr(0, dash));
    if (!count) return 0;
    days = static_cast<double>(*count);
    time.remove_prefix(dash + 1);
  }
  std::vector<double> parts;
  while (true) {
    const std::size_t colon = time.find(':');
    const auto part = whole_number(time.substr(0, colon));
    if (!part || parts.size() == 3) return 0;
    parts.push_back(static_cast<double>(*part));
    if (colon == std::string_view::npos) break;
    time.remove_prefix(colon + 1);
  }
  const std::size_t count = parts.size();
  parts.resize(3, 0.0);
  if (dash != std::string_view::npos) return (days * 24 + parts[0]) * 60 + parts[1] + parts[2] / 60;
  return count == 3 ? parts[0] * 60 + parts[1] + parts[2] / 60 : parts[0] + parts[1] / 60;
}

std::string shell_word(std::string_view text) {
  const bool plain =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_plain(c) || c == '/'; });
  if (plain) return std::string{text};
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return word + "'";
}

std::string job_script(const Site& site, const JobRequest& request) {
  const Site::Slurm& slurm = site.slurm;
  const bool is_array = request.array > 0;
  const bool is_ours = is_array || slurm.job_template.empty();  // a site's template knows one job
  const std::string_view ours = is_array ? array_template() : job_template();
  return filled(is_ours ? std::string{ours} : read_file(slurm.job_template),
                {{"NAME", job_name(request.campaign_name)},
                 {"RUN", sbatch_path(request.run)},
                 {"RUN_WORD", shell_word(request.run.string())},
                 {"CAMPAIGN", shell_word(request.campaign.string())},
                 {"PROGRAM", shell_word(request.program.string())},
                 {"NODES", std::to_string(request.nodes)},
                 {"TASKS", std::to_string(request.array)},
                 {"RANKS_PER_NODE", std::to_string(slurm.ranks_per_node)},
                 {"TIME", slurm.time},
                 {"SBATCH_LINES", lines(sbatch_lines(slurm, is_array), "#SBATCH ")},
                 {"SETUP_LINES", lines(slurm.setup, "")},
                 {"LAUNCHER", slurm.launcher},
                 {"MPI", slurm.mpi},
                 {"MAX_RESTARTS", std::to_string(slurm.max_restarts)},
                 {"SCRATCH", shell_word(site.scratch.string())}},
                is_array  ? "slurm/array.sbatch.in"
                : is_ours ? "slurm/job.sbatch.in"
                          : slurm.job_template.string());
}

std::string submit_job(const std::filesystem::path& script, const std::vector<std::string>& options,
                       const std::vector<std::string>& arguments) {
  std::vector<std::string> command{"sbatch", "--parsable"};
  command.insert(command.end(), options.begin(), options.end());
  command.push_back(script.string());
  command.insert(command.end(), arguments.begin(), arguments.end());
  const ProcessEnd end = ask_slurm(command);
  const std::string job = end.out.substr(0, end.out.find_first_of(";\n"));  // "4711" or "4711;cluster"
  if (end.code != 0 || job.empty()) refused("sbatch refused the job", end);
  return job;
}

std::string job_state(const std::string& job) {
  const ProcessEnd end = ask_slurm({"squeue", "--noheader", "--jobs=" + job, "--format=%T"});
  if (end.code != 0 && end.err.find("Invalid job id") == std::string::npos) refused("squeue", end);
  constexpr std::array<std::string_view, 10> kEnded{"COMPLETED", "FAILED",    "CANCELLED", "TIMEOUT",       "NODE_FAIL",
                                                    "PREEMPTED", "BOOT_FAIL", "DEADLINE",  "OUT_OF_MEMORY", "REVOKED"};
  std::string furthest;
  std::istringstream states{end.out};  // one a line, of an array several
  for (std::string state; std::getline(states, state);) {
    state = without_line_end(state);
    if (state.empty() || std::find(kEnded.begin(), kEnded.end(), state) != kEnded.end()) continue;
    if (furthest.empty() || state == "RUNNING") furthest = state;
  }
  return furthest;
}

void cancel_job(const std::string& job, bool now) {
  if (!now) (void)ask_slurm({"scancel", "--state=PENDING", job});
  std::vector<std::string> command{"scancel"};
  if (!now) command.insert(command.end(), {"--signal=USR1", "--full"});
  command.push_back(job);
  const ProcessEnd end = ask_slurm(command);
  if (end.code != 0) refused("scancel", end);
}

int array_tasks(const std::filesystem::path& script) {
  constexpr std::string_view kLine = "#SBATCH --array=1-";
  std::istringstream all{read_file(script)};
  for (std::string line; std::getline(all, line);)
    if (line.starts_with(kLine)) return static_cast<int>(whole_number(line.substr(kLine.size())).value_or(0));
  return 0;
}

std::string slurm_version() {
  try {
    const ProcessEnd end = run_process({"srun", "--version"});
    return end.code == 0 ? without_line_end(end.out) : "";
  } catch (const std::system_error&) {
    return "";
  }
}

bool srun_has_mpi(const std::string& name) {
  const ProcessEnd end = ask_slurm({"srun", "--mpi=list"});
  std::istringstream words{end.out + " " + end.err};  // one a line; older ones write "srun: pmix"
  for (std::string word; words >> word;)
    if (word == name) return true;
  return false;
}

}  // namespace digitalis
