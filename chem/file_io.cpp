#include "chem/file_io.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace digitalis {
namespace {

constexpr std::size_t kBufferBytes = 1 << 20;

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  const int code = errno;
  throw std::system_error(code, std::generic_category(), file.string() + ": " + what);
}

int open_or_fail(const std::filesystem::path& file, int flags, const char* what) {
  const int descriptor = ::open(file.c_str(), flags | O_CLOEXEC, 0666);
  if (descriptor < 0) fail(file, what);
  return descriptor;
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path file) : file_(std::move(file)), partial_(file_) {
  partial_ += ".partial";
  descriptor_ = open_or_fail(partial_, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, "cannot be written");
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : file_(std::move(other.file_)),
      partial_(std::move(other.partial_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)) {}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(partial_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= kBufferBytes) flush();
}

void AtomicFile::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(partial_, "cannot be written");
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

void AtomicFile::commit() {
  flush();
  if (::fsync(descriptor_) != 0) fail(partial_, "cannot be synced to disk");
  ::close(std::exchange(descriptor_, -1));
  std::error_code failure;
  std::filesystem::rename(partial_, file_, failure);
  if (!failure) return;
  ::unlink(partial_.c_str());
  throw std::system_error(failure, file_.string() + ": cannot be moved into place");
}

void write_file_atomically(const std::filesystem::path& file, std::string_view bytes) {
  AtomicFile out{file};
  out.write(bytes);
  out.commit();
}

RandomAccessFile::RandomAccessFile(std::filesystem::path file) : file_(std::move(file)) {
  descriptor_ = open_or_fail(file_, O_RDONLY, "cannot be opened");
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) {
    ::close(std::exchange(descriptor_, -1));
    fail(file_, "cannot be examined");
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

RandomAccessFile::RandomAccessFile(RandomAccessFile&& other) noexcept
    : file_(std::move(other.file_)), descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

RandomAccessFile::~RandomAccessFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string RandomAccessFile::read(std::uint64_t offset, std::uint64_t bytes) const {
  if (offset > size_ || bytes > size_ - offset)
    throw std::runtime_error(file_.string() + ": ends at byte " + std::to_string(size_) +
                             ", before what is asked of it");
  std::string content(bytes, '\0');
  std::uint64_t done = 0;
  while (done < bytes) {
    const ssize_t got = ::pread(descriptor_, content.data() + done, bytes - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(file_, "cannot be read");
    if (got == 0) throw std::runtime_error(file_.string() + ": became shorter while it was read");
    done += static_cast<std::uint64_t>(got);
  }
  return content;
}

std::string read_file(const std::filesystem::path& file) {
  const RandomAccessFile in{file};
  return in.read(0, in.size());
}

}  // namespace digitalis
