#pragma once
// A run's directory: which campaign it belongs to, where its files are, what came of it.

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "scheduler/claims.hpp"
#include "screening/campaign.hpp"

namespace digitalis {

class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Makes the directory, or finds it holding this same campaign's run; locks it for the life of this object. Rank 0.
  /// @throws UsageError  it holds another campaign's run (naming what differs), is not empty, or another process works
  /// in it
  void open(const Campaign& campaign);
  /// The same for a process that shares the run with others (scheduler/claims.hpp): locks it against those that do not.
  /// Returns its place among them, and holds the lease "start": for what must be written by one after the other.
  [[nodiscard]] std::unique_ptr<Claims> join(const Campaign& campaign, Claims::Settings settings);
  /// An existing run, finished or not. @throws UsageError  it is not one
  void open_existing();
  /// The same, and finished.
  void open_finished();

  [[nodiscard]] const std::filesystem::path& path() const { return folder_; }
  [[nodiscard]] std::filesystem::path journal() const { return folder_ / "journal"; }
  [[nodiscard]] std::filesystem::path store() const { return folder_ / "store"; }
  [[nodiscard]] std::filesystem::path claims() const { return folder_ / "claims"; }
  [[nodiscard]] std::filesystem::path file(const char* name) const { return folder_ / name; }

  /// What manifest.json says; `results` is null until the run is finished.
  [[nodiscard]] const nlohmann::json& manifest() const { return manifest_; }
  [[nodiscard]] bool finished() const { return manifest_.contains("results"); }
  /// Notes digests of what the campaign's files hold, or compares with those noted when the run began. Rank 0.
  /// @param inputs  name of an input -> digest
  /// @throws UsageError  naming the inputs that changed: old and new results must not mix
  void agree_on_inputs(const std::map<std::string, std::string>& inputs);
  void set_results(nlohmann::json results);

 private:
  void make();
  void lock(bool is_shared);
  void refuse_strange_folder() const;
  void begin(const Campaign& campaign);
  void write_manifest() const;
  std::filesystem::path folder_;
  nlohmann::json manifest_;
  std::shared_ptr<int> lock_;  // the descriptor that holds the lock; closed with the last copy
};

/// "2026-11-22T09:30:00Z".
[[nodiscard]] std::string utc_now();
/// This machine's name.
[[nodiscard]] std::string host_name();

}  // namespace digitalis
