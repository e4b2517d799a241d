#include "scheduler/journal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <system_error>
#include <tuple>
#include <utility>

#include "scheduler/journal_frame.hpp"
#include "scheduler/journal_index.hpp"

namespace digitalis {

namespace {

namespace fs = std::filesystem;
using journal_frame::Descriptor;
using journal_frame::FileName;
using journal_frame::Head;
using journal_frame::Header;
using journal_frame::Mark;
using journal_index::put;
using journal_index::take;

constexpr std::uint64_t kBlockBytes = std::uint64_t{1} << 20;
constexpr int kMostOpenFiles = 256;  // far below the usual limit of 1,024 per process

std::uint64_t size_of(const Descriptor& file, const fs::path& path) {
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0)
    throw std::system_error(errno, std::generic_category(), path.string() + ": cannot be read");
  return static_cast<std::uint64_t>(status.st_size);
}

/// Reads a file once from front to back; block by block, so that a frame of any length needs the same memory.
class SequentialReader {
 public:
  SequentialReader(const Descriptor& file, const fs::path& path, std::uint64_t from, std::uint64_t block_bytes)
      : file_(file), path_(path), block_(block_bytes, '\0'), offset_(from) {}

  /// The next at most `bytes` bytes; empty at the file's end. Valid until the next call.
  std::string_view next(std::uint64_t bytes) {
    if (at_ == filled_) {
      filled_ = journal_frame::read_at(file_, path_, offset_, block_.data(), block_.size());
      offset_ += filled_;
      at_ = 0;
    }
    const std::string_view part = std::string_view(block_).substr(at_, std::min(bytes, filled_ - at_));
    at_ += part.size();
    return part;
  }

 private:
  const Descriptor& file_;
  const fs::path& path_;
  std::string block_;
  std::uint64_t offset_ = 0, filled_ = 0, at_ = 0;
};

bool read_exactly(SequentialReader& reader, char* to, std::uint64_t bytes) {
  for (std::uint64_t done = 0; done < bytes;) {
    const auto part = reader.next(bytes - done);
    if (part.empty()) return false;
    std::memcpy(to + done, part.data(), part.size());
    done += part.size();
  }
  return true;
}

bool read_header(SequentialReader& reader, Header& header) {
  return read_exactly(reader, reinterpret_cast<char*>(&header), sizeof header) && journal_frame::is_whole(header);
}

bool payload_is_whole(SequentialReader& reader, const Header& header) {
  if (header.payload_bytes == 0) return journal_frame::checksum({}) == header.payload_xxh3;
  auto part = reader.next(header.payload_bytes);
  if (part.size() == header.payload_bytes) return journal_frame::checksum(part) == header.payload_xxh3;
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
  if (!state) throw std::bad_alloc();
  XXH3_64bits_reset(state.get());
  for (std::uint64_t left = header.payload_bytes;; part = reader.next(left)) {
    if (part.empty()) return false;
    XXH3_64bits_update(state.get(), part.data(), part.size());
    left -= part.size();
    if (left == 0) break;
  }
  return XXH3_64bits_digest(state.get()) == header.payload_xxh3;
}

void refuse_other_versions(const Head& head, const fs::path& path) {
  const bool is_older = head.magic == journal_frame::kFirstVersionMagic;
  if (!is_older && (head.magic != journal_frame::kHeadMagic || head.version == journal_frame::kVersion)) return;
  throw std::runtime_error(path.string() + ": is of version " + std::to_string(is_older ? 1 : head.version) +
                           " of the journal, this program reads version " + std::to_string(journal_frame::kVersion) +
                           "; hint: finish the run with the program that began it, or start it anew in another folder");
}

}  // namespace

struct Journal::Index {
  struct File {
    fs::path path;
    FileName name;
    std::shared_ptr<const Descriptor> open;  ///< from its first use on, as long as not too many are
    std::uint64_t next_frame = 0;            ///< where scanning goes on; 0: at the head
    std::uint64_t dropped = 0;               ///< bytes behind that
  };
  fs::path folder;  ///< empty: made from an index that was sent
  std::vector<File> files;
  std::map<std::uint32_t, StageIndex> stages;
  std::map<std::uint32_t, std::vector<std::uint64_t>> marked;  ///< in work when their process ended, ascending
  int attempts = 0;
  std::uint64_t dropped_bytes = 0;
  std::mutex opening;  ///< guards File::open and open_files
  int open_files = 0;

  void add_file(const fs::path& folder, FileName name) {
    files.push_back({folder / journal_frame::to_string(name), name, nullptr});
    attempts = std::max(attempts, name.attempt);
  }

  const FramePlace* find(FrameKey key) const {
    const auto stage = stages.find(key.stage);
    return stage == stages.end() ? nullptr : stage->second.find(key.chunk);
  }

  const FramePlace& place(FrameKey key) const {
    if (const FramePlace* const found = find(key)) return *found;
    throw std::out_of_range("the journal has no chunk " + std::to_string(key.chunk) + " of stage " +
                            std::to_string(key.stage));
  }

  /// What the file's threads had in work. Returns where the first frame stands; 0: no head, so nothing can be read.
  std::uint64_t scan_head(SequentialReader& reader, const fs::path& path) {
    Head head;
    const bool is_there = read_exactly(reader, reinterpret_cast<char*>(&head), sizeof head);
    if (is_there) refuse_other_versions(head, path);
    if (!is_there || !journal_frame::is_whole(head)) return 0;
    std::vector<char> bytes(head.head_bytes - sizeof head);
    if (!read_exactly(reader, bytes.data(), bytes.size())) return 0;
    for (std::uint32_t slot = 0; slot < head.slots; ++slot) {
      Mark mark;
      std::memcpy(&mark, bytes.data() + journal_frame::kMarksAt - sizeof head + slot * sizeof mark, sizeof mark);
      if (journal_frame::is_set(mark)) marked[mark.stage].push_back(mark.chunk);
    }
    return head.head_bytes;
  }

  /// From where it was scanned to; its marks always.
  void scan_file(std::uint32_t number) {
    File& its = files[number];
    const fs::path& path = its.path;
    const Descriptor file = journal_frame::open_for_reading(path);
    ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    const std::uint64_t size = size_of(file, path);
    std::uint64_t offset = its.next_frame;
    const bool is_new = offset == 0;
    std::optional<SequentialReader> reader(std::in_place, file, path, 0,
                                           is_new ? kBlockBytes : journal_frame::kPageBytes);
    const std::uint64_t first_frame = scan_head(*reader, path);
    if (is_new) offset = first_frame;
    if (!is_new && offset < size) reader.emplace(file, path, offset, kBlockBytes);
    Header header;
    while (offset > 0 && offset < size && read_header(*reader, header) && header.payload_bytes <= size &&
           payload_is_whole(*reader, header)) {
      const auto bytes = std::min<std::uint64_t>(header.payload_bytes, FramePlace::kLong);
      stages[header.stage].add(header.chunk, {offset, static_cast<std::uint32_t>(bytes), number});
      offset += sizeof header + header.payload_bytes;
    }
    its.next_frame = offset;
    its.dropped = size > offset ? size - offset : 0;
  }

  /// All files of the folder; those that were scanned before from there on.
  void scan(const fs::path& folder) {
    marked.clear();
    std::vector<FileName> names;
    try {
      for (const auto& entry : fs::directory_iterator(folder))
        if (const auto name = journal_frame::parse_file_name(entry.path().filename().string())) names.push_back(*name);
    } catch (const fs::filesystem_error& error) {
      throw std::system_error(error.code(), folder.string() + ": the journal's folder cannot be read");
    }
    // Which of two equal frames counts must not depend on the order the file system lists them in.
    std::sort(names.begin(), names.end(), [](const FileName& a, const FileName& b) {
      return std::tie(a.attempt, a.rank) < std::tie(b.attempt, b.rank);
    });
    const auto known = static_cast<std::ptrdiff_t>(files.size());
    for (const FileName& name : names) {
      const auto is_it = [&](const File& file) { return file.name == name; };
      if (std::none_of(files.begin(), files.begin() + known, is_it)) add_file(folder, name);
    }
    dropped_bytes = 0;
    for (std::uint32_t number = 0; number < files.size(); ++number) {
      scan_file(number);
      dropped_bytes += files[number].dropped;
    }
    settle_marks();
  }

  /// Marks of chunks that were finished after all, by whomever, tell nothing.
  void settle_marks() {
    for (auto& [stage, chunks] : marked) {
      std::erase_if(chunks, [this, stage = stage](std::uint64_t chunk) { return find({stage, chunk}) != nullptr; });
      std::sort(chunks.begin(), chunks.end());
      chunks.erase(std::unique(chunks.begin(), chunks.end()), chunks.end());
    }
  }

  std::shared_ptr<const Descriptor> open(std::uint32_t number) {
    const std::lock_guard lock(opening);
    File& file = files.at(number);
    if (file.open) return file.open;
    auto opened = std::make_shared<const Descriptor>(journal_frame::open_for_reading(file.path));
    if (open_files < kMostOpenFiles) {
      ++open_files;
      file.open = opened;
    }
    return opened;
  }

  /// `bytes` bytes from `offset` on, counted from the frame's header; fewer at the file's end.
  std::string read(const FramePlace& at, std::uint64_t offset, std::uint64_t bytes) {
    const auto file = open(at.file);
    std::string frame(bytes, '\0');
    frame.resize(journal_frame::read_at(*file, files[at.file].path, at.offset + offset, frame.data(), bytes));
    return frame;
  }

  std::uint64_t payload_bytes(const FramePlace& at) {
    if (at.payload_bytes != FramePlace::kLong) return at.payload_bytes;
    Header header;
    const std::string bytes = read(at, 0, sizeof header);
    if (bytes.size() == sizeof header) std::memcpy(&header, bytes.data(), sizeof header);
    return header.payload_bytes;
  }
};

Journal::Journal(std::unique_ptr<Index> index) : index_(std::move(index)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

Journal Journal::scan(const fs::path& folder) {
  auto index = std::make_unique<Index>();
  index->scan(folder);
  index->folder = folder;
  return Journal(std::move(index));
}

void Journal::catch_up() {
  if (index_->folder.empty()) throw std::logic_error("a journal's index that was sent cannot catch up");
  index_->scan(index_->folder);
}

std::string Journal::index_bytes() const {
  std::string bytes;
  put(bytes, index_->dropped_bytes);
  put(bytes, static_cast<std::uint64_t>(index_->files.size()));
  for (const Index::File& file : index_->files) put(bytes, file.name);
  put(bytes, static_cast<std::uint64_t>(index_->stages.size()));
  for (const auto& [stage, frames] : index_->stages) {
    put(bytes, stage);
    frames.append_to(bytes);
  }
  put(bytes, static_cast<std::uint64_t>(index_->marked.size()));
  for (const auto& [stage, chunks] : index_->marked) {
    put(bytes, stage);
    put(bytes, static_cast<std::uint64_t>(chunks.size()));
    for (const std::uint64_t chunk : chunks) put(bytes, chunk);
  }
  return bytes;
}

Journal Journal::from_index_bytes(const fs::path& folder, std::string_view bytes) {
  auto index = std::make_unique<Index>();
  index->dropped_bytes = take<std::uint64_t>(bytes);
  for (auto files = take<std::uint64_t>(bytes); files > 0; --files) index->add_file(folder, take<FileName>(bytes));
  for (auto stages = take<std::uint64_t>(bytes); stages > 0; --stages) {
    const auto stage = take<std::uint32_t>(bytes);
    index->stages.emplace(stage, StageIndex::taken_from(bytes));
  }
  for (auto stages = take<std::uint64_t>(bytes); stages > 0; --stages) {
    auto& chunks = index->marked[take<std::uint32_t>(bytes)];
    for (auto left = take<std::uint64_t>(bytes); left > 0; --left) chunks.push_back(take<std::uint64_t>(bytes));
  }
  return Journal(std::move(index));
}

bool Journal::contains(FrameKey key) const { return index_->find(key) != nullptr; }

std::vector<std::uint64_t> Journal::chunks(std::uint32_t stage) const {
  const auto found = index_->stages.find(stage);
  return found == index_->stages.end() ? std::vector<std::uint64_t>{} : found->second.chunks();
}

std::uint64_t Journal::count(std::uint32_t stage) const {
  const auto found = index_->stages.find(stage);
  return found == index_->stages.end() ? 0 : found->second.size();
}

std::vector<std::uint64_t> Journal::suspects(std::uint32_t stage) const {
  const auto found = index_->marked.find(stage);
  return found == index_->marked.end() ? std::vector<std::uint64_t>{} : found->second;
}

std::string Journal::read(FrameKey key) const {
  const FramePlace& at = index_->place(key);
  const std::uint64_t bytes = index_->payload_bytes(at);
  std::string frame = index_->read(at, 0, sizeof(Header) + bytes);
  Header header;
  if (frame.size() >= sizeof header) std::memcpy(&header, frame.data(), sizeof header);
  if (frame.size() != sizeof header + bytes || !journal_frame::is_whole(header) ||
      FrameKey{header.stage, header.chunk} != key || header.payload_bytes != bytes ||
      header.payload_xxh3 != journal_frame::checksum(std::string_view(frame).substr(sizeof header)))
    throw std::runtime_error(index_->files[at.file].path.string() + ": the frame at byte " + std::to_string(at.offset) +
                             " is not what it was when the run started; hint: start again, the chunk will be redone");
  frame.erase(0, sizeof header);
  return frame;
}

std::string Journal::read_range(FrameKey key, std::uint64_t offset, std::uint64_t bytes) const {
  const FramePlace& at = index_->place(key);
  const std::uint64_t all = index_->payload_bytes(at);
  offset = std::min(offset, all);
  return index_->read(at, sizeof(Header) + offset, std::min(bytes, all - offset));
}

std::uint64_t Journal::memory_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [stage, frames] : index_->stages) bytes += frames.memory_bytes();
  return bytes;
}

int Journal::attempts() const { return index_->attempts; }

std::uint64_t Journal::dropped_bytes() const { return index_->dropped_bytes; }

}  // namespace digitalis
