#pragma once
// Small libraries on disk for the reader's tests, and what a reader makes of them as plain text.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "chem/record_reader.hpp"
#include "chem/usage_error.hpp"

namespace digitalis::testing {

/// A folder that goes with the test.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "digitalis-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }

  [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }
  /// `text` without this folder's name.
  [[nodiscard]] std::string shortened(std::string text) const {
    const auto prefix = path_ + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
      text.erase(at, prefix.size());
    return text;
  }

 private:
  std::string path_;
};

[[nodiscard]] std::string gzipped(const std::string& text);
[[nodiscard]] std::string bzipped(const std::string& text);
[[nodiscard]] std::string zstded(const std::string& text);

/// Everything a reader gives, one line each: "record@line text" or a reject's message; each in file order.
struct Contents {
  std::vector<std::string> records;
  std::vector<std::string> rejects;
  RecordLayout layout;
};

inline Contents contents_of(LibraryReader& reader) {
  Contents contents;
  while (const auto batch = reader.next(1000, 1 << 20)) {
    contents.layout = batch->layout;
    for (const auto& record : batch->records) {
      contents.records.push_back(std::to_string(record.record) + "@" + std::to_string(record.line) + " " + record.text);
    }
    for (const auto& reject : batch->rejects) contents.rejects.push_back(reject.message());
  }
  return contents;
}

/// The same for one file that holds `bytes`.
inline Contents read(const std::string& name, const std::string& bytes, const ReadOptions& options = {}) {
  const TempFolder folder;
  LibraryReader reader({folder.write(name, bytes)}, options);
  auto contents = contents_of(reader);
  for (auto& reject : contents.rejects) reject = folder.shortened(reject);
  return contents;
}

/// The message of the UsageError that reading such a file throws; empty when there is none.
inline std::string usage_error(const std::string& name, const std::string& bytes, const ReadOptions& options = {}) {
  const TempFolder folder;
  LibraryReader reader({folder.write(name, bytes)}, options);
  try {
    (void)contents_of(reader);
  } catch (const UsageError& error) {
    return folder.shortened(error.what());
  }
  return {};
}

}  // namespace digitalis::testing
