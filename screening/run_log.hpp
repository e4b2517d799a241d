#pragma once
// run.log: what happened in a run and when, for admins. No structure and no table cell is ever written to it.

#include <filesystem>
#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace digitalis {

/// Appends timestamped lines; a default-made one (other ranks) drops them. Safe to call concurrently.
class RunLog {
 public:
  RunLog() = default;
  /// Throws std::system_error naming the file.
  explicit RunLog(const std::filesystem::path& file);
  void info(const std::string& message) const;

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace digitalis
