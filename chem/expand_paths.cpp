#include <glob.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <set>
#include <stdexcept>
#include <system_error>

#include "chem/record_reader.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;

bool has_wildcard(const std::string& path) { return path.find_first_of("*?[") != std::string::npos; }

/// The paths a glob matches, sorted by their bytes whatever the locale.
std::set<std::string> matches_of(const std::string& pattern) {
  glob_t found{};
  const int code = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
  const std::unique_ptr<glob_t, void (*)(glob_t*)> guard(&found, ::globfree);
  if (code == GLOB_NOMATCH) throw UsageError(pattern + ": no file matches; hint: look at the folder and the ending");
  if (code != 0) throw std::runtime_error(pattern + ": the folder cannot be read");
  return {found.gl_pathv, found.gl_pathv + found.gl_pathc};
}

void check_readable(const std::string& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) throw UsageError(path + ": no such file; hint: check the path");
  if (fs::is_directory(status))
    throw UsageError(path + ": is a folder; hint: name its files, for example " + path + "/*.smi.gz");
  if (::access(path.c_str(), R_OK) != 0) throw UsageError(path + ": cannot be read; hint: check its permissions");
}

}  // namespace

std::vector<std::string> expand_paths(const std::vector<std::string>& paths) {
  std::vector<std::string> sources;
  std::set<std::string> seen;
  const auto add = [&](const std::string& path) {
    if (path != "-") check_readable(path);
    std::error_code error;
    const auto real = path == "-" ? fs::path(path) : fs::canonical(path, error);
    if (seen.insert(error ? path : real.string()).second) sources.push_back(path);
  };
  for (const auto& path : paths) {
    std::error_code error;
    // A file may well be called "set[1].smi": what is there under the name as it stands is meant.
    if (path == "-" || !has_wildcard(path) || fs::exists(path, error)) {
      add(path);
      continue;
    }
    for (const auto& match : matches_of(path)) add(match);
  }
  return sources;
}

}  // namespace digitalis
