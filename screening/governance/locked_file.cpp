#include "screening/governance/locked_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace digitalis::governance {
namespace {

constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::milliseconds kPoll{5};

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  const int code = errno;
  throw std::system_error(code, std::generic_category(), file.string() + ": " + what);
}

}  // namespace

LockedFile::LockedFile(const std::filesystem::path& path, mode_t mode) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, mode);
  if (descriptor_ < 0) fail(path, "cannot be opened for appending");
  try {
    lock();
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

LockedFile::~LockedFile() { ::close(descriptor_); }

std::uint64_t LockedFile::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) fail(path_, "cannot be examined");
  return static_cast<std::uint64_t>(status.st_size);
}

void LockedFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path_, "cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(descriptor_) != 0) fail(path_, "cannot be synced to disk");
}

void LockedFile::lock() const {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      throw std::runtime_error(path_.string() + ": cannot be locked (" + std::generic_category().message(errno) +
                               "); hint: keep it on a file system with locks, Lustre mounted with -o flock");
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error(path_.string() + ": another process has held its lock for a minute; hint: 'fuser " +
                               path_.string() + "' names it on its host");
    std::this_thread::sleep_for(kPoll);
  }
}

}  // namespace digitalis::governance
