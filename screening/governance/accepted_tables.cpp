#include "screening/governance/accepted_tables.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "chem/file_io.hpp"
#include "chem/sha256.hpp"
#include "chem/usage_error.hpp"
#include "scoring/outcomes/kept_counts.hpp"

namespace digitalis::governance {
namespace {

namespace fs = std::filesystem;

mode_t mode_of(const fs::path& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
    throw UsageError(folder.string() +
                     ": no such folder of accepted tables; hint: the administrator makes it, with mode 2770 and the "
                     "group of those who use outcome tables");
  if ((status.st_mode & S_IRWXO) != 0)
    throw UsageError(folder.string() + ": everybody may look into it, and it holds counts of outcome tables; hint: " +
                     "chmod o= " + folder.string());
  return status.st_mode;
}

/// Opens for its owner, and where `is_shared` for the group that the folder hands on, in spite of the umask.
void set_mode(const fs::path& file, bool is_shared, mode_t of_group) {
  const mode_t mode = S_IRUSR | S_IWUSR | (is_shared ? of_group : 0U);
  if (::chmod(file.c_str(), mode) != 0 && errno != EPERM)  // EPERM: another user's lock, open for us already
    throw std::system_error(errno, std::generic_category(), file.string() + ": its permissions cannot be set");
}

}  // namespace

AcceptedTables::AcceptedTables(fs::path folder) : folder_(std::move(folder)) {
  if (folder_.empty()) return;
  is_shared_ = (mode_of(folder_) & S_ISGID) != 0;
  const fs::path lock = folder_ / "lock";
  lock_ = std::make_unique<LockedFile>(lock, S_IRUSR | S_IWUSR);
  set_mode(lock, is_shared_, S_IRGRP | S_IWGRP);
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{folder_})
    if (entry.path().extension() == ".json" && from_hex(entry.path().stem().string())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files)
    tables_.push_back(table_of_kept_counts(file.string(), file.stem().string(), read_file(file)));
}

void AcceptedTables::keep(const std::map<std::string, std::string>& counts) const {
  if (folder_.empty()) return;
  for (const auto& [sha256, text] : counts) {
    const fs::path file = folder_ / (sha256 + ".json");
    if (text.empty() || fs::exists(file)) continue;
    write_file_atomically(file, text);
    set_mode(file, is_shared_, S_IRGRP);
  }
}

}  // namespace digitalis::governance
