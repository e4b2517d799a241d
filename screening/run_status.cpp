#include "screening/run_status.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <optional>
#include <system_error>
#include <thread>

#include "chem/usage_error.hpp"
#include "screening/run_folder.hpp"

namespace digitalis {
namespace {

constexpr const char* kFormat = "digitalis run status";
constexpr int kVersion = 1;
constexpr const char* kFile = "status.json";

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  const int code = errno;
  throw std::system_error(code, std::generic_category(), file.string() + ": " + what);
}

/// Closes what it holds.
class OpenFile {
 public:
  explicit OpenFile(int number) : number_(number) {}
  ~OpenFile() {
    if (number_ >= 0) ::close(number_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

/// status.json.partial, open, empty and locked. It is its own lock: whoever renames it into place lets the next one in,
/// who finds that the file it waited for has gone, and opens the new one. One left by a kill is taken over.
int open_partial(const std::filesystem::path& partial) {
  while (true) {
    const int descriptor = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor < 0) fail(partial, "cannot be written");
    (void)::flock(descriptor, LOCK_EX);  // a file system without locks goes unguarded
    struct stat opened {
    }, there{};
    if (::fstat(descriptor, &opened) == 0 && ::lstat(partial.c_str(), &there) == 0 && opened.st_ino == there.st_ino &&
        opened.st_dev == there.st_dev && ::ftruncate(descriptor, 0) == 0)
      return descriptor;
    ::close(descriptor);
  }
}

nlohmann::json to_json(const StageStatus& stage) {
  nlohmann::json recent = nlohmann::json::array();
  for (const RateSample& sample : stage.recent) recent.push_back({sample.at_s, sample.fraction, sample.items});
  return {{"name", stage.name},         {"noun", stage.noun},
          {"items", stage.items},       {"rejects", stage.rejects},
          {"fraction", stage.fraction}, {"wall_s", stage.wall_s},
          {"core_s", stage.core_s},     {"busy_core_s", stage.busy_core_s},
          {"finished", stage.finished}, {"recent", recent}};
}

StageStatus stage_from(const nlohmann::json& json) {
  StageStatus stage;
  json.at("name").get_to(stage.name);
  json.at("noun").get_to(stage.noun);
  json.at("items").get_to(stage.items);
  json.at("rejects").get_to(stage.rejects);
  json.at("fraction").get_to(stage.fraction);
  json.at("wall_s").get_to(stage.wall_s);
  json.at("core_s").get_to(stage.core_s);
  json.at("busy_core_s").get_to(stage.busy_core_s);
  json.at("finished").get_to(stage.finished);
  for (const auto& sample : json.at("recent")) stage.recent.push_back({sample.at(0), sample.at(1), sample.at(2)});
  return stage;
}

nlohmann::json to_json(const AttemptStatus& attempt) {
  return {{"started", attempt.started}, {"ended", attempt.ended},     {"slurm_job", attempt.slurm_job},
          {"host", attempt.host},       {"ranks", attempt.ranks},     {"threads_per_rank", attempt.threads_per_rank},
          {"wall_s", attempt.wall_s},   {"core_h", attempt.core_h()}, {"busy_core_s", attempt.busy_core_s},
          {"end", attempt.end},         {"process", attempt.process}, {"started_ns", attempt.started_ns}};
}

AttemptStatus attempt_from(const nlohmann::json& json) {
  AttemptStatus attempt;
  json.at("started").get_to(attempt.started);
  json.at("ended").get_to(attempt.ended);
  json.at("slurm_job").get_to(attempt.slurm_job);
  json.at("host").get_to(attempt.host);
  json.at("ranks").get_to(attempt.ranks);
  json.at("threads_per_rank").get_to(attempt.threads_per_rank);
  json.at("wall_s").get_to(attempt.wall_s);
  json.at("busy_core_s").get_to(attempt.busy_core_s);
  json.at("end").get_to(attempt.end);
  attempt.process = json.value("process", 0);
  attempt.started_ns = json.value("started_ns", std::int64_t{0});
  return attempt;
}

nlohmann::json to_json(const RunStatus& status) {
  nlohmann::json json{{"format", kFormat},
                      {"version", kVersion},
                      {"campaign", status.campaign},
                      {"state", status.state},
                      {"updated", status.updated},
                      {"planned", status.planned},
                      {"slurm_jobs", status.slurm_jobs},
                      {"budget_core_h", status.budget_core_h},
                      {"core_h", status.core_h()},
                      {"estimate", status.estimate}};
  json["stages"] = nlohmann::json::array();
  for (const StageStatus& stage : status.stages) json["stages"].push_back(to_json(stage));
  json["attempts"] = nlohmann::json::array();
  for (const AttemptStatus& attempt : status.attempts) json["attempts"].push_back(to_json(attempt));
  return json;
}

RunStatus status_from(const nlohmann::json& json) {
  if (json.at("format") != kFormat || json.at("version") != kVersion)
    throw std::runtime_error("it is of another format");
  RunStatus status;
  json.at("campaign").get_to(status.campaign);
  json.at("state").get_to(status.state);
  json.at("updated").get_to(status.updated);
  json.at("planned").get_to(status.planned);
  json.at("slurm_jobs").get_to(status.slurm_jobs);
  json.at("budget_core_h").get_to(status.budget_core_h);
  status.estimate = json.at("estimate");
  for (const auto& stage : json.at("stages")) status.stages.push_back(stage_from(stage));
  for (const auto& attempt : json.at("attempts")) status.attempts.push_back(attempt_from(attempt));
  return status;
}

std::string read_all(int descriptor, const std::filesystem::path& file) {
  std::string bytes;
  char buffer[65536];
  while (true) {
    const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(file, "cannot be read");
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(file, "cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Whether somebody works in a run directory; nothing where the file system has no locks.
std::optional<bool> is_held(const std::filesystem::path& run) {
  const OpenFile folder{::open(run.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.get() < 0) return std::nullopt;
  // Processes that share a run share its lock, so only this kind tells. A second look: another `status` may just hold
  // it.
  for (int tries = 2; tries > 0; --tries) {
    if (::flock(folder.get(), LOCK_EX | LOCK_NB) == 0) return false;
    if (errno != EWOULDBLOCK) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return true;
}

}  // namespace

RunStatus read_run_status(const std::filesystem::path& run) {
  const std::filesystem::path file = run / kFile;
  const OpenFile in{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  if (in.get() < 0) {
    if (errno == ENOENT) return {};
    if (errno == ELOOP) throw UsageError(file.string() + ": is a symlink; hint: a run's files are its own, delete it");
    fail(file, "cannot be opened");
  }
  try {
    return status_from(nlohmann::json::parse(read_all(in.get(), file)));
  } catch (const nlohmann::json::exception&) {
    throw UsageError(file.string() + ": cannot be understood; hint: delete it, the run itself does not need it");
  } catch (const std::runtime_error& error) {
    throw UsageError(file.string() + ": " + error.what() + "; hint: delete it, the run itself does not need it");
  }
}

void update_run_status(const std::filesystem::path& run, const std::function<void(RunStatus&)>& change) {
  const std::filesystem::path file = run / kFile, partial = run / (std::string{kFile} + ".partial");
  const OpenFile out{open_partial(partial)};
  try {
    RunStatus status = read_run_status(run);
    change(status);
    write_all(out.get(), to_json(status).dump(1) + "\n", partial);
    if (::fdatasync(out.get()) != 0) fail(partial, "cannot be synced to disk");
    if (::rename(partial.c_str(), file.c_str()) != 0) fail(file, "cannot be moved into place");
  } catch (...) {
    ::unlink(partial.c_str());
    throw;
  }
}

void write_run_status(const std::filesystem::path& run, const RunStatus& status) {
  update_run_status(run, [&](RunStatus& there) { there = status; });
}

std::string_view name_of(RunPhase phase) {
  switch (phase) {
    case RunPhase::kNothing: return "not started";
    case RunPhase::kSubmitted: return "submitted";
    case RunPhase::kRunning: return "running";
    case RunPhase::kKilled: return "killed";
    case RunPhase::kStopped: return "stopped";
    case RunPhase::kBudget: return "budget";
    case RunPhase::kCancelled: return "cancelled";
    case RunPhase::kFailed: return "failed";
    case RunPhase::kFinished: return "finished";
  }
  return "";
}

RunPhase phase_of(const RunStatus& status, std::optional<bool> held, double age_s) {
  if (status.state.empty()) return held.value_or(false) ? RunPhase::kRunning : RunPhase::kNothing;
  if (status.state == "submitted") return RunPhase::kSubmitted;
  if (status.state == "stopped") return RunPhase::kStopped;
  if (status.state == "budget") return RunPhase::kBudget;
  if (status.state == "cancelled") return RunPhase::kCancelled;
  if (status.state == "failed") return RunPhase::kFailed;
  if (status.state == "finished") return RunPhase::kFinished;
  constexpr double kSilence_s = 45;
  return held.value_or(age_s < kSilence_s) ? RunPhase::kRunning : RunPhase::kKilled;
}

RunPhase phase_of(const std::filesystem::path& run, const RunStatus& status) {
  std::optional<bool> held = is_held(run);
  // "Free" means little for a run on another node, whose locks many file systems do not show here.
  const std::string here = host_name();
  const bool is_elsewhere =
      std::any_of(status.attempts.begin(), status.attempts.end(),
                  [&](const AttemptStatus& attempt) { return attempt.end.empty() && attempt.host != here; });
  if (is_elsewhere && held == false) held.reset();
  return phase_of(status, held, seconds_since_utc(status.updated));
}

bool is_resumable(RunPhase phase, const RunStatus& status) {
  switch (phase) {
    case RunPhase::kSubmitted:  // a job script asks, none of whose ranks came to begin
    case RunPhase::kStopped:
    case RunPhase::kKilled: return !status.budget_reached();
    default: return false;
  }
}

bool is_joinable(RunPhase phase, const RunStatus& status) {
  return phase == RunPhase::kRunning ? !status.budget_reached() : is_resumable(phase, status);
}

double seconds_since_utc(const std::string& utc) {
  std::tm time{};
  if (::strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time) == nullptr) return 0.0;
  return std::difftime(std::time(nullptr), ::timegm(&time));
}

}  // namespace digitalis
