#include "screening/run_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <ctime>
#include <thread>
#include <utility>

#include "chem/file_io.hpp"
#include "screening/run_walls.hpp"
#include "screening/version.hpp"

namespace digitalis {
namespace {

constexpr const char* kFormat = "digitalis run";
constexpr int kVersion = 1;

/// Names of the parts of a campaign in which two identities differ: "library, targets".
std::string differing_parts(const nlohmann::json& a, const nlohmann::json& b) {
  std::string parts;
  for (const auto& [key, value] : a.items())
    if (!b.contains(key) || b.at(key) != value) parts += (parts.empty() ? "[" : ", [") + key + "]";
  return parts;
}

/// Whether a folder without a manifest holds nothing but what open() makes before it: a run that ended in its first
/// moments (killed, disk full) left it, and the same command must be able to begin again.
bool is_barely_begun(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool is_ours = name == "journal" ? entry.is_directory() && std::filesystem::is_empty(entry)
                                           : name == "campaign.toml" || name == "claims" ||
                                                 name == "campaign.toml.partial" || name == "manifest.json.partial" ||
                                                 name == "status.json" || name == "status.json.partial" ||
                                                 name == "job.sbatch" || name.starts_with("slurm-") ||
                                                 name.starts_with("audit.jsonl");  // a refusal is logged there
    if (!is_ours) return false;
  }
  return true;
}

}  // namespace

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

std::string host_name() {
  char name[256] = "unknown";
  ::gethostname(name, sizeof name - 1);
  return name;
}

void RunFolder::lock(bool is_shared) {
  // Guards against a second 'screen' on the same folder; those that share it lock out only the others. File systems
  // without locks go unguarded.
  const int descriptor = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  lock_ = {new int{descriptor}, [](int* open) {
             ::close(*open);
             delete open;
           }};
  // Tried for a while: `status` holds it for an instant when it looks.
  for (int attempt = 0; ::flock(descriptor, (is_shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 && errno == EWOULDBLOCK;
       ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    if (attempt < 10) continue;
    throw UsageError(folder_.string() +
                     (is_shared ? ": a process that does not share it works in this run directory; hint: wait for it; "
                                  "--shared joins only those that were started with --shared"
                                : ": another process works in this run directory; hint: wait for it, or choose "
                                  "another --out"));
  }
}

void RunFolder::write_manifest() const { write_file_atomically(file("manifest.json"), manifest_.dump(2) + "\n"); }

void RunFolder::open_existing() {
  try {
    manifest_ = nlohmann::json::parse(read_file(file("manifest.json")));
    if (manifest_.at("format") != kFormat || manifest_.at("version") != kVersion)
      throw std::runtime_error("its manifest is of another format");
  } catch (const std::exception& error) {
    throw UsageError(folder_.string() + ": not a run directory of this program (" + error.what() +
                     "); hint: give the --out of 'digitalis screen'");
  }
}

void RunFolder::open_finished() {
  open_existing();
  if (!finished())
    throw UsageError(folder_.string() + ": the run is not finished; hint: run 'digitalis screen' to its end first");
}

void RunFolder::make() {
  if (std::filesystem::exists(folder_) && !std::filesystem::is_directory(folder_))
    throw UsageError(folder_.string() + ": is a file; hint: --out names a directory");
  refuse_unsafe_folder(folder_);
  try {
    std::filesystem::create_directories(folder_);
  } catch (const std::filesystem::filesystem_error& error) {
    throw UsageError(folder_.string() + ": cannot be made: " + error.code().message() + "; hint: choose another --out");
  }
}

void RunFolder::open(const Campaign& campaign) {
  make();
  lock(false);
  if (Claims::is_in_use(claims(), wanted_patience_s()))
    throw UsageError(folder_.string() +
                     ": processes that share this run work in it; hint: wait for them, or join them with --shared");
  std::filesystem::remove_all(claims());  // of some that were killed
  begin(campaign);
}

std::unique_ptr<Claims> RunFolder::join(const Campaign& campaign, Claims::Settings settings) {
  make();
  lock(true);
  // Before anything is made in a folder that may be somebody's photographs.
  if (!std::filesystem::exists(file("manifest.json"))) refuse_strange_folder();
  auto claims_of_run = std::make_unique<Claims>(claims(), std::move(settings));
  (void)claims_of_run->wait_for("start", [] { return false; });
  try {
    begin(campaign);
  } catch (...) {
    claims_of_run->give_back("start");
    throw;
  }
  return claims_of_run;
}

void RunFolder::refuse_strange_folder() const {
  if (!is_barely_begun(folder_))
    throw UsageError(folder_.string() + ": is not empty and holds no run; hint: choose another --out");
}

void RunFolder::begin(const Campaign& campaign) {
  const auto identity = nlohmann::json::parse(campaign.identity());
  if (std::filesystem::exists(file("manifest.json"))) {
    open_existing();
    const std::string parts = differing_parts(identity, manifest_.at("campaign"));
    if (!parts.empty())
      throw UsageError(folder_.string() + ": holds the run of another campaign (" + parts +
                       " differ); hint: choose another --out, or delete this one");
    return;
  }
  refuse_strange_folder();
  std::filesystem::create_directories(journal());
  write_file_atomically(file("campaign.toml"), read_file(campaign.file));
  manifest_ = {{"format", kFormat},
               {"version", kVersion},
               {"software", version_line()},
               {"started", utc_now()},
               {"campaign_file", std::filesystem::absolute(campaign.file).string()},
               {"campaign", identity}};
  write_manifest();
}

void RunFolder::agree_on_inputs(const std::map<std::string, std::string>& inputs) {
  if (!manifest_.contains("inputs")) {
    manifest_["inputs"] = inputs;
    write_manifest();
    return;
  }
  const nlohmann::json& before = manifest_.at("inputs");
  for (const auto& [name, digest] : inputs)
    if (before.value(name, "") != digest)
      throw UsageError(folder_.string() + ": " + name +
                       " changed since this run began; hint: put the old files back, or choose another --out");
}

void RunFolder::set_results(nlohmann::json results) {
  manifest_["results"] = std::move(results);
  write_manifest();
}

}  // namespace digitalis
