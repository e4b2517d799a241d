#pragma once
// A folder of our own below the system's temporary one (TMPDIR), gone with the object.

#include <filesystem>
#include <string>

namespace digitalis {

class TemporaryFolder {
 public:
  /// Under a name that nobody can foresee, for its owner alone: what is made in it follows nobody's symbolic link.
  /// @throws std::system_error  it cannot be made
  explicit TemporaryFolder(const std::string& prefix);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace digitalis
