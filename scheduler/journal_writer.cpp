#include <fcntl.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <system_error>
#include <utility>

#include "scheduler/journal.hpp"
#include "scheduler/journal_frame.hpp"

namespace digitalis {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kSyncEvery{5};

[[noreturn]] void refuse(int error, const std::filesystem::path& path, const std::string& what) {
  throw std::system_error(error, std::generic_category(), path.string() + ": " + what);
}

/// Writes all of it; a signal or the kernel's limit of 2 GiB per call may cut one writev short.
bool write_fully(int fd, std::array<iovec, 2> parts) {
  std::size_t at = 0;
  while (at < parts.size()) {
    const ssize_t wrote = ::writev(fd, parts.data() + at, static_cast<int>(parts.size() - at));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    auto left = static_cast<std::size_t>(wrote);
    while (at < parts.size() && left >= parts[at].iov_len) left -= parts[at++].iov_len;
    if (at < parts.size()) {
      parts[at].iov_base = static_cast<char*>(parts[at].iov_base) + left;
      parts[at].iov_len -= left;
    }
  }
  return true;
}

}  // namespace

struct JournalWriter::File {
  std::filesystem::path folder;
  std::filesystem::path path;
  journal_frame::Descriptor fd;
  std::uint64_t good_bytes = 0;  ///< up to the end of the last whole frame
  bool dirty = false;
  Clock::time_point synced;

  void create() {
    // Never opens a file that is there: two runs in one folder would write over each other.
    fd = journal_frame::Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644));
    if (!fd.is_open() && errno == EEXIST) refuse(EEXIST, path, "another run works in this folder");
    if (!fd.is_open()) refuse(errno, path, "cannot be made");
    synced = Clock::now();
    // The name must survive a crash as well as the bytes. Some file systems cannot sync a folder: no reason to stop.
    const journal_frame::Descriptor parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (parent.is_open()) ::fsync(parent.get());
  }
};

JournalWriter::JournalWriter(std::filesystem::path folder, int rank, int attempt) : file_(std::make_unique<File>()) {
  file_->path = folder / journal_frame::to_string({rank, attempt});
  file_->folder = std::move(folder);
}

JournalWriter::JournalWriter(JournalWriter&&) noexcept = default;

JournalWriter::~JournalWriter() {
  if (!file_ || !file_->fd.is_open()) return;
  try {
    sync();
  } catch (const std::system_error&) {
    // Whoever needed to know has called sync(); what is not on disk is found by its checksum and done again.
  }
}

void JournalWriter::append(FrameKey key, std::string_view payload) {
  File& file = *file_;
  if (!file.fd.is_open()) file.create();
  journal_frame::Header header;
  header.stage = key.stage;
  header.chunk = key.chunk;
  header.payload_bytes = payload.size();
  header.payload_xxh3 = journal_frame::checksum(payload);
  header.header_xxh3 = journal_frame::header_checksum(header);
  // writev only reads; its interface is older than const.
  const std::array<iovec, 2> parts{{{&header, sizeof header}, {const_cast<char*>(payload.data()), payload.size()}}};
  file.dirty = true;
  if (!write_fully(file.fd.get(), parts)) {
    const int error = errno;
    // So that frames appended after this one can be found. If it fails too, the checksums find the torn frame.
    [[maybe_unused]] const int cut = ::ftruncate(file.fd.get(), static_cast<off_t>(file.good_bytes));
    refuse(error, file.path, "a finished chunk could not be written");
  }
  file.good_bytes += sizeof header + payload.size();
  if (Clock::now() - file.synced > kSyncEvery) sync();
}

void JournalWriter::sync() {
  File& file = *file_;
  if (!file.dirty) return;
  if (::fdatasync(file.fd.get()) != 0) refuse(errno, file.path, "finished chunks could not be flushed to disk");
  file.dirty = false;
  file.synced = Clock::now();
}

}  // namespace digitalis
