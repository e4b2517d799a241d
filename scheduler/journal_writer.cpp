#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "scheduler/journal.hpp"
#include "scheduler/journal_frame.hpp"

namespace digitalis {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kSyncEvery{5};

[[noreturn]] void refuse(int error, const std::filesystem::path& path, const std::string& what) {
  throw std::system_error(error, std::generic_category(), path.string() + ": " + what);
}

/// Writes all of it; a signal or the kernel's limit of 2 GiB per call may cut one call short.
bool write_fully(int fd, std::uint64_t offset, std::array<iovec, 2> parts) {
  std::size_t at = 0;
  while (at < parts.size()) {
    const ssize_t wrote =
        ::pwritev(fd, parts.data() + at, static_cast<int>(parts.size() - at), static_cast<off_t>(offset));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    auto left = static_cast<std::size_t>(wrote);
    offset += left;
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
  journal_frame::FileName name;
  bool takes_next_attempt = false;
  journal_frame::Descriptor fd;
  std::uint64_t good_bytes = 0;  ///< up to the end of the last whole frame
  bool dirty = false;
  Clock::time_point synced;
  std::mutex marking;       ///< guards the making of the file and what follows
  std::vector<bool> taken;  ///< slots
  bool marks_no_more = false;

  void create() {
    const std::lock_guard lock(marking);
    create_locked();
  }

  void create_locked() {
    if (fd.is_open()) return;
    // Never opens a file that is there: two runs in one folder would write over each other.
    const auto try_to_make = [&] {
      path = folder / journal_frame::to_string(name);
      return journal_frame::Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    };
    journal_frame::Descriptor made = try_to_make();
    for (; !made.is_open() && errno == EEXIST && takes_next_attempt; made = try_to_make()) ++name.attempt;
    if (!made.is_open() && errno == EEXIST) refuse(EEXIST, path, "another run works in this folder");
    if (!made.is_open()) refuse(errno, path, "cannot be made");
    journal_frame::Head head = journal_frame::make_head(static_cast<std::uint32_t>(taken.size()));
    std::string free_slots(head.head_bytes - sizeof head, '\0');
    if (!write_fully(made.get(), 0, {{{&head, sizeof head}, {free_slots.data(), free_slots.size()}}}))
      refuse(errno, path, "its head could not be written");
    good_bytes = head.head_bytes;
    synced = Clock::now();
    // The name must survive a crash as well as the bytes. Some file systems cannot sync a folder: no reason to stop.
    const journal_frame::Descriptor parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (parent.is_open()) ::fsync(parent.get());
    fd = std::move(made);
  }

  void write_mark(std::uint32_t slot, journal_frame::Mark mark) const {
    const std::uint64_t offset = journal_frame::kMarksAt + std::uint64_t{slot} * sizeof mark;
    if (!write_fully(fd.get(), offset, {{{&mark, sizeof mark}, {nullptr, 0}}}))
      refuse(errno, path, "a mark of a chunk in work could not be written");
  }

  void clear_marks() {
    const std::lock_guard lock(marking);
    marks_no_more = true;
    for (std::uint32_t slot = 0; slot < taken.size(); ++slot) {
      if (!taken[slot]) continue;
      write_mark(slot, {});
      taken[slot] = false;
    }
  }
};

JournalWriter::JournalWriter(std::filesystem::path folder, int rank, int attempt, std::uint32_t slots)
    : file_(std::make_unique<File>()) {
  file_->name = {rank, attempt};
  file_->folder = std::move(folder);
  file_->taken.resize(journal_frame::slots_for(slots));
}

JournalWriter JournalWriter::of_its_own(std::filesystem::path folder, int attempt, std::uint32_t slots) {
  JournalWriter writer(std::move(folder), 0, attempt, slots);
  writer.file_->takes_next_attempt = true;
  return writer;
}

JournalWriter::JournalWriter(JournalWriter&&) noexcept = default;

JournalWriter::~JournalWriter() {
  if (!file_ || !file_->fd.is_open()) return;
  try {
    file_->clear_marks();
    sync();
  } catch (const std::system_error&) {
    // Whoever needed to know has called sync(); what is not on disk is found by its checksum and done again.
  }
}

std::optional<std::uint32_t> JournalWriter::mark(FrameKey key) {
  File& file = *file_;
  const std::lock_guard lock(file.marking);
  if (file.marks_no_more) return std::nullopt;
  file.create_locked();
  const auto free = std::find(file.taken.begin(), file.taken.end(), false);
  if (free == file.taken.end()) return std::nullopt;
  const auto slot = static_cast<std::uint32_t>(free - file.taken.begin());
  file.write_mark(slot, journal_frame::make_mark(key.stage, key.chunk));
  *free = true;
  return slot;
}

void JournalWriter::unmark(std::uint32_t slot) {
  const std::lock_guard lock(file_->marking);
  if (!file_->taken.at(slot)) return;  // taken back meanwhile
  file_->write_mark(slot, {});
  file_->taken[slot] = false;
}

void JournalWriter::clear_marks() { file_->clear_marks(); }

void JournalWriter::append(FrameKey key, std::string_view payload) {
  File& file = *file_;
  file.create();
  journal_frame::Header header;
  header.stage = key.stage;
  header.chunk = key.chunk;
  header.payload_bytes = payload.size();
  header.payload_xxh3 = journal_frame::checksum(payload);
  header.header_xxh3 = journal_frame::header_checksum(header);
  // pwritev only reads; its interface is older than const.
  const std::array<iovec, 2> parts{{{&header, sizeof header}, {const_cast<char*>(payload.data()), payload.size()}}};
  file.dirty = true;
  if (!write_fully(file.fd.get(), file.good_bytes, parts)) {
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
