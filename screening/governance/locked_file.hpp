#pragma once
// A file that one writer at a time has: threads, processes, and hosts that share its file system.

#include <cstdint>
#include <filesystem>
#include <string_view>

#include <sys/types.h>

namespace digitalis::governance {

/// Locked for the life of this object. flock() belongs to the open file, so threads exclude each other too; NFS clients
/// turn it into a lock at the server, and read afresh after taking it.
class LockedFile {
 public:
  /// Makes the file (`mode`, less the umask) when it is not there.
  /// @throws std::system_error   it cannot be opened
  /// @throws std::runtime_error  it stays locked for a minute, or its file system has no locks
  explicit LockedFile(const std::filesystem::path& path, mode_t mode = 0666);
  ~LockedFile();
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;

  [[nodiscard]] std::uint64_t size() const;
  /// On disk when this returns. @throws std::system_error  naming the file
  void append(std::string_view bytes);

 private:
  void lock() const;
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace digitalis::governance
