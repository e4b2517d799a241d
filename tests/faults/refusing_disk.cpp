// A disk that refuses, for LD_PRELOAD: writes and syncs of files whose path matches the pattern DISK_REFUSES fail with
// the error number DISK_ERROR, in the places a quota, a read-only remount or a lost file server would make them fail.
// DISK_CALLS: "write" (default) or "sync"; DISK_AFTER: so many of these calls of the process succeed first.

#include <dlfcn.h>
#include <fnmatch.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

bool refuses(int file, const char* call) {
  static const char* const pattern = std::getenv("DISK_REFUSES");
  static const char* const calls = std::getenv("DISK_CALLS");
  static const char* const after = std::getenv("DISK_AFTER");
  static const char* const error = std::getenv("DISK_ERROR");
  static std::atomic<long> left{after != nullptr ? std::atol(after) : 0};
  if (pattern == nullptr || error == nullptr || std::strcmp(calls != nullptr ? calls : "write", call) != 0)
    return false;
  char link[64], path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t size = ::readlink(link, path, sizeof path - 1);
  if (size < 0) return false;
  path[size] = '\0';
  if (::fnmatch(pattern, path, 0) != 0 || left.fetch_sub(1) > 0) return false;
  errno = std::atoi(error);
  return true;
}

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  return refuses(file, "write") ? -1 : real<decltype(write)>("write")(file, bytes, size);
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t offset) {
  return refuses(file, "write") ? -1 : real<decltype(pwrite64)>("pwrite64")(file, bytes, size, offset);
}
ssize_t pwritev(int file, const iovec* parts, int count, off_t offset) {
  return refuses(file, "write") ? -1 : real<decltype(pwritev)>("pwritev")(file, parts, count, offset);
}
ssize_t pwritev64(int file, const iovec* parts, int count, off64_t offset) {
  return refuses(file, "write") ? -1 : real<decltype(pwritev64)>("pwritev64")(file, parts, count, offset);
}
int fsync(int file) { return refuses(file, "sync") ? -1 : real<decltype(fsync)>("fsync")(file); }
int fdatasync(int file) { return refuses(file, "sync") ? -1 : real<decltype(fdatasync)>("fdatasync")(file); }
}
