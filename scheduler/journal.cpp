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
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "scheduler/journal_frame.hpp"

namespace digitalis {

namespace {

namespace fs = std::filesystem;
using journal_frame::Descriptor;
using journal_frame::FileName;
using journal_frame::Header;

constexpr std::uint64_t kBlockBytes = std::uint64_t{1} << 20;
constexpr int kMostOpenFiles = 256;  // far below the usual limit of 1,024 per process

/// Where a frame's header stands; what its payload must be.
struct Place {
  std::uint64_t offset = 0;
  std::uint64_t payload_bytes = 0;
  std::uint64_t payload_xxh3 = 0;
  std::uint32_t file = 0;
  std::uint32_t padding = 0;
};

std::uint64_t size_of(const Descriptor& file, const fs::path& path) {
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0)
    throw std::system_error(errno, std::generic_category(), path.string() + ": cannot be read");
  return static_cast<std::uint64_t>(status.st_size);
}

/// Reads a file once from front to back; block by block, so that a frame of any length needs the same memory.
class SequentialReader {
 public:
  SequentialReader(const Descriptor& file, const fs::path& path)
      : file_(file), path_(path), block_(kBlockBytes, '\0') {}

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

bool read_header(SequentialReader& reader, Header& header) {
  char bytes[sizeof header];
  for (std::size_t done = 0; done < sizeof bytes;) {
    const auto part = reader.next(sizeof bytes - done);
    if (part.empty()) return false;
    std::memcpy(bytes + done, part.data(), part.size());
    done += part.size();
  }
  std::memcpy(&header, bytes, sizeof header);
  return journal_frame::is_whole(header);
}

bool payload_is_whole(SequentialReader& reader, const Header& header) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
  if (!state) throw std::bad_alloc();
  XXH3_64bits_reset(state.get());
  for (std::uint64_t left = header.payload_bytes; left > 0;) {
    const auto part = reader.next(left);
    if (part.empty()) return false;
    XXH3_64bits_update(state.get(), part.data(), part.size());
    left -= part.size();
  }
  return XXH3_64bits_digest(state.get()) == header.payload_xxh3;
}

template <class T>
void put(std::string& bytes, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T take(std::string_view& bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (bytes.size() < sizeof(T)) throw std::runtime_error("the journal's index arrived cut short");
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return value;
}

}  // namespace

struct Journal::Index {
  struct File {
    fs::path path;
    FileName name;
    std::shared_ptr<const Descriptor> open;  ///< from its first use on, as long as not too many are
  };
  std::vector<File> files;
  std::map<std::uint32_t, std::unordered_map<std::uint64_t, Place>> stages;
  int attempts = 0;
  std::uint64_t dropped_bytes = 0;
  std::mutex opening;  ///< guards File::open and open_files
  int open_files = 0;

  void add_file(const fs::path& folder, FileName name) {
    files.push_back({folder / journal_frame::to_string(name), name, nullptr});
    attempts = std::max(attempts, name.attempt);
  }

  const Place& place(FrameKey key) const {
    const auto stage = stages.find(key.stage);
    if (stage != stages.end())
      if (const auto found = stage->second.find(key.chunk); found != stage->second.end()) return found->second;
    throw std::out_of_range("the journal has no chunk " + std::to_string(key.chunk) + " of stage " +
                            std::to_string(key.stage));
  }

  void scan_file(std::uint32_t number) {
    const fs::path& path = files[number].path;
    const Descriptor file = journal_frame::open_for_reading(path);
    ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    const std::uint64_t size = size_of(file, path);
    SequentialReader reader(file, path);
    std::uint64_t offset = 0;
    Header header;
    while (read_header(reader, header) && header.payload_bytes <= size && payload_is_whole(reader, header)) {
      stages[header.stage].try_emplace(header.chunk,
                                       Place{offset, header.payload_bytes, header.payload_xxh3, number, 0});
      offset += sizeof header + header.payload_bytes;
    }
    if (size > offset) dropped_bytes += size - offset;
  }

  std::shared_ptr<const Descriptor> open(std::uint32_t number) {
    const std::lock_guard lock(opening);
    File& file = files[number];
    if (file.open) return file.open;
    auto opened = std::make_shared<const Descriptor>(journal_frame::open_for_reading(file.path));
    if (open_files < kMostOpenFiles) {
      ++open_files;
      file.open = opened;
    }
    return opened;
  }

  std::string read(const Place& at, std::uint64_t bytes) {
    const auto file = open(at.file);
    std::string payload(bytes, '\0');
    payload.resize(
        journal_frame::read_at(*file, files[at.file].path, at.offset + sizeof(Header), payload.data(), bytes));
    return payload;
  }
};

Journal::Journal(std::unique_ptr<Index> index) : index_(std::move(index)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;
Journal::~Journal() = default;

Journal Journal::scan(const fs::path& folder) {
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
  auto index = std::make_unique<Index>();
  for (const FileName& name : names) {
    index->add_file(folder, name);
    index->scan_file(static_cast<std::uint32_t>(index->files.size() - 1));
  }
  return Journal(std::move(index));
}

std::string Journal::index_bytes() const {
  std::string bytes;
  put(bytes, index_->dropped_bytes);
  put(bytes, static_cast<std::uint64_t>(index_->files.size()));
  for (const Index::File& file : index_->files) put(bytes, file.name);
  put(bytes, static_cast<std::uint64_t>(index_->stages.size()));
  for (const auto& [stage, places] : index_->stages) {
    put(bytes, stage);
    put(bytes, static_cast<std::uint64_t>(places.size()));
    for (const auto& [chunk, at] : places) {
      put(bytes, chunk);
      put(bytes, at);
    }
  }
  return bytes;
}

Journal Journal::from_index_bytes(const fs::path& folder, std::string_view bytes) {
  auto index = std::make_unique<Index>();
  index->dropped_bytes = take<std::uint64_t>(bytes);
  for (auto files = take<std::uint64_t>(bytes); files > 0; --files) index->add_file(folder, take<FileName>(bytes));
  for (auto stages = take<std::uint64_t>(bytes); stages > 0; --stages) {
    auto& places = index->stages[take<std::uint32_t>(bytes)];
    for (auto chunks = take<std::uint64_t>(bytes); chunks > 0; --chunks) {
      const auto chunk = take<std::uint64_t>(bytes);
      const auto at = take<Place>(bytes);
      if (at.file >= index->files.size()) throw std::runtime_error("the journal's index arrived damaged");
      places.emplace(chunk, at);
    }
  }
  return Journal(std::move(index));
}

bool Journal::contains(FrameKey key) const {
  const auto stage = index_->stages.find(key.stage);
  return stage != index_->stages.end() && stage->second.contains(key.chunk);
}

std::vector<std::uint64_t> Journal::chunks(std::uint32_t stage) const {
  std::vector<std::uint64_t> chunks;
  if (const auto found = index_->stages.find(stage); found != index_->stages.end()) {
    chunks.reserve(found->second.size());
    for (const auto& [chunk, at] : found->second) chunks.push_back(chunk);
  }
  std::sort(chunks.begin(), chunks.end());
  return chunks;
}

std::string Journal::read(FrameKey key) const {
  const Place& at = index_->place(key);
  std::string payload = index_->read(at, at.payload_bytes);
  if (payload.size() != at.payload_bytes || journal_frame::checksum(payload) != at.payload_xxh3)
    throw std::runtime_error(index_->files[at.file].path.string() + ": the frame at byte " + std::to_string(at.offset) +
                             " is not what it was when the run started; hint: start again, the chunk will be redone");
  return payload;
}

std::string Journal::read_prefix(FrameKey key, std::uint64_t bytes) const {
  const Place& at = index_->place(key);
  return index_->read(at, std::min(bytes, at.payload_bytes));
}

int Journal::attempts() const { return index_->attempts; }

std::uint64_t Journal::dropped_bytes() const { return index_->dropped_bytes; }

}  // namespace digitalis
