// Version 1, little-endian:
//   Head | (BlockHead, block)...   blocks of ConformerBlock::to_bytes(), one to each chunk of the store, in order
// A block says which compounds it is of and carries a checksum, so that an unfinished file is as good as its last whole
// block, and one of a store that has grown since serves for the chunks that it had.

#include "screening/search/store_conformers.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/digest.hpp"
#include "chem/known_ring_shapes.hpp"
#include "chem/usage_error.hpp"
#include "scheduler/stop_request.hpp"
#include "screening/rejects_csv.hpp"

namespace digitalis {
namespace {

namespace tbb = oneapi::tbb;
static_assert(std::endian::native == std::endian::little, "conformers are written as they lie");

struct Head {
  std::array<char, 8> magic{'D', 'G', 'L', 'C', 'O', 'N', 'F', 'S'};
  std::uint32_t version = 1;
  std::uint32_t most = 0;
  friend bool operator==(const Head&, const Head&) = default;
};
struct BlockHead {
  std::array<char, 16> checksum{}, compounds{};  // digest_64
  std::uint64_t bytes = 0;
};

std::array<char, 16> digest_of(std::string_view bytes) {
  std::array<char, 16> digest{};
  std::ranges::copy(digest_64(bytes), digest.begin());
  return digest;
}

/// Conformers depend on nothing else.
std::array<char, 16> digest_of(const CompoundBlock& chunk) {
  std::string smiles;
  for (std::size_t i = 0; i < chunk.size(); ++i) smiles.append(chunk.smiles(i)) += '\n';
  return digest_of(smiles);
}

template <class T>
std::string_view bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}
template <class T>
T value_at(const RandomAccessFile& file, std::uint64_t offset) {
  T value;
  std::memcpy(static_cast<void*>(&value), file.read(offset, sizeof value).data(), sizeof value);
  return value;
}

/// Where blocks begin, as far as they are whole by their lengths, and where the last one ends; empty for what is no
/// such file.
std::vector<std::uint64_t> block_bounds(const RandomAccessFile& file) {
  if (file.size() < sizeof(Head)) return {};
  std::vector<std::uint64_t> bounds{sizeof(Head)};
  while (file.size() - bounds.back() >= sizeof(BlockHead)) {
    const std::uint64_t bytes = value_at<BlockHead>(file, bounds.back()).bytes;
    if (bytes > file.size() - bounds.back() - sizeof(BlockHead)) break;
    bounds.push_back(bounds.back() + sizeof(BlockHead) + bytes);
  }
  return bounds;
}

/// Head and bytes of a block when both are sound and of `compounds`.
std::optional<std::string> sound_block(const RandomAccessFile& file, std::uint64_t at,
                                       const std::array<char, 16>& compounds) {
  const auto head = value_at<BlockHead>(file, at);
  if (head.compounds != compounds) return std::nullopt;
  std::string all = file.read(at, sizeof head + head.bytes);
  if (digest_of(std::string_view{all}.substr(sizeof head)) != head.checksum) return std::nullopt;
  return all;
}

ConformerBlock conformers_of(const CompoundBlock& chunk, const EnsembleOptions& options) {
  ConformerBlock block;
  for (std::size_t i = 0; i < chunk.size(); ++i)
    add_conformers(block, chunk.smiles(i), std::string{chunk.id(i)}, options);
  return block;
}

std::string block_with_head(const CompoundBlock& chunk, const ConformerBlock& block) {
  const std::string bytes = block.to_bytes();
  const BlockHead head{digest_of(bytes), digest_of(chunk), bytes.size()};
  return std::string{bytes_of(head)} + bytes;
}

std::string rejects_of(const CompoundStore& store, const CompoundBlock& chunk, const ConformerBlock& block) {
  std::string rows;
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (!block.is_reject(i)) continue;
    const bool is_large = block.reject(i) == RejectCode::kTooLarge;
    const auto& sources = store.info().sources;
    const std::string source = chunk.source(i) < sources.size() ? sources[chunk.source(i)] : "";
    rows += rejects_row({block.reject(i),
                         {source, chunk.line(i)},
                         std::string{chunk.id(i)},
                         why_no_conformers(block.reject(i)),
                         is_large ? "" : "check its stereocentres and rings, and that the library was standardised"},
                        "conformers");
  }
  return rows;
}

/// The file while it is made: this process's alone, by a lock on it.
class PartialFile {
 public:
  explicit PartialFile(std::filesystem::path path) : path_(std::move(path)) {
    for (;;) {
      descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
      if (descriptor_ < 0) fail("cannot be written");
      if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const bool is_taken = errno == EWOULDBLOCK;
        if (!is_taken) fail("cannot be locked");
        ::close(descriptor_);
        throw UsageError(path_.string() +
                         ": another process is making these conformers; hint: wait until it has ended");
      }
      struct stat mine {
      }, there{};
      if (::fstat(descriptor_, &mine) == 0 && ::stat(path_.c_str(), &there) == 0 && mine.st_ino == there.st_ino) return;
      ::close(descriptor_);  // the process that had it has finished and renamed it meanwhile
    }
  }
  ~PartialFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  void cut(std::uint64_t size) {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0 || ::lseek(descriptor_, 0, SEEK_END) < 0)
      fail("cannot be cut");
  }
  void append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("cannot be written");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void rename_to(const std::filesystem::path& file, std::filesystem::perms permissions) {
    if (::fsync(descriptor_) != 0) fail("cannot be synced to disk");
    std::error_code ignored;
    std::filesystem::permissions(path_, permissions, ignored);
    std::filesystem::rename(path_, file);
  }

 private:
  [[noreturn]] void fail(const char* what) {
    const int code = errno;
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
    throw std::system_error(code, std::generic_category(), path_.string() + ": " + what);
  }
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// Blocks of an older file, by the number of the chunk.
class OlderFile {
 public:
  OlderFile(const std::filesystem::path& path, const Head& wanted) {
    if (std::error_code ignored; !std::filesystem::exists(path, ignored)) return;
    file_.emplace(path);
    if (file_->size() >= sizeof(Head) && value_at<Head>(*file_, 0) == wanted) bounds_ = block_bounds(*file_);
  }
  [[nodiscard]] std::optional<std::string> block(std::uint64_t number, const std::array<char, 16>& compounds) const {
    if (number + 1 >= bounds_.size()) return std::nullopt;
    return sound_block(*file_, bounds_[number], compounds);
  }
  /// Of the first `blocks` blocks, as many as there are; 0 for what is no such file.
  [[nodiscard]] std::uint64_t end_of(std::uint64_t blocks) const {
    return bounds_.empty() ? 0 : bounds_[std::min<std::uint64_t>(blocks, bounds_.size() - 1)];
  }

 private:
  std::optional<RandomAccessFile> file_;
  std::vector<std::uint64_t> bounds_;
};

/// What is done to a chunk.
struct Made {
  std::uint64_t number = 0;
  std::string bytes = {};  ///< with head
  std::string rejects = {};
  std::uint64_t compounds = 0, reject_count = 0;
  bool is_kept = false;  ///< stands in the partial file already
};

}  // namespace

void add_conformers(ConformerBlock& block, std::string_view smiles, const std::string& id,
                    const EnsembleOptions& options) {
  auto made = conformer_ensemble(smiles, id, options);
  if (!made)
    block.add_reject(made.reject().code);
  else if (!block.add({colour_features(ligand_features(smiles)), std::move(*made)}))
    block.add_reject(RejectCode::kTooLarge);
}

std::string why_no_conformers(RejectCode code) {
  return code == RejectCode::kTooLarge ? "more than " + std::to_string(kMostEnsembleAtoms) + " heavy atoms"
                                       : "no 3D coordinates found, or several parts";
}

std::optional<StoreConformers> StoreConformers::open(const CompoundStore& store, const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kConformersName;
  if (std::error_code ignored; !std::filesystem::exists(path, ignored)) return std::nullopt;
  StoreConformers conformers{path, RandomAccessFile{path}};
  if (conformers.file_.size() < sizeof(Head)) return std::nullopt;
  const auto head = value_at<Head>(conformers.file_, 0);
  if (head != Head{.most = head.most}) return std::nullopt;
  conformers.most_ = head.most;
  conformers.bounds_ = block_bounds(conformers.file_);
  if (conformers.bounds_.size() != store.chunks() + 1) return std::nullopt;
  return conformers;
}

ConformerBlock StoreConformers::block(std::uint64_t number, const CompoundBlock& chunk) const {
  const auto bytes = sound_block(file_, bounds_.at(number), digest_of(chunk));
  if (!bytes)
    throw std::runtime_error(
        path_.string() + ": block " + std::to_string(number) +
        " is damaged or of other compounds; hint: delete the file, and the next search makes it again");
  ConformerBlock block = ConformerBlock::from_bytes(std::string_view{*bytes}.substr(sizeof(BlockHead)));
  if (block.size() != chunk.size())
    throw std::runtime_error(path_.string() + ": block " + std::to_string(number) + " has another number of compounds");
  return block;
}

ConformersMade make_conformers_of_store(const CompoundStore& store, std::uint32_t most, int threads,
                                        Progress& progress) {
  const std::filesystem::path path = store.folder() / kConformersName;
  std::filesystem::path partial_path = path;
  partial_path += ".partial";
  const Head head{.most = most};
  PartialFile partial(partial_path);
  const OlderFile begun(partial_path, head), older(path, head);
  bool is_intact = begun.end_of(0) > 0;  // every block so far came from the partial file itself
  if (!is_intact) {
    partial.cut(0);
    partial.append(bytes_of(head));
  }

  ConformersMade end;
  std::uint64_t next = 0, taken_over = 0;
  std::string rejects;
  const EnsembleOptions options{.most = most, .known_ring_shapes = std::make_shared<KnownRingShapes>()};
  const auto make = [&](std::uint64_t number) {
    const CompoundBlock chunk = store.chunk(number);
    const auto compounds = digest_of(chunk);
    Made made{.number = number, .compounds = chunk.size()};
    std::optional<std::string> ready = begun.block(number, compounds);
    made.is_kept = ready.has_value();
    if (!ready) ready = older.block(number, compounds);
    made.bytes = ready ? std::move(*ready) : block_with_head(chunk, conformers_of(chunk, options));
    const auto block = ConformerBlock::from_bytes(std::string_view{made.bytes}.substr(sizeof(BlockHead)));
    made.rejects = rejects_of(store, chunk, block);
    for (std::size_t i = 0; i < block.size(); ++i) made.reject_count += block.is_reject(i) ? 1 : 0;
    return made;
  };
  const auto keep = [&](const Made& made) {
    if (is_intact && !made.is_kept) {
      is_intact = false;
      partial.cut(begun.end_of(made.number));
    }
    if (is_intact)
      taken_over += made.compounds;
    else
      partial.append(made.bytes);
    rejects += made.rejects;
    end.compounds += made.compounds;
    end.rejects += made.reject_count;
    progress.update({.items = end.compounds - taken_over,
                     .items_before = taken_over,
                     .rejects = end.rejects,
                     .fraction = static_cast<double>(end.compounds) /
                                 static_cast<double>(std::max<std::uint64_t>(store.info().compounds, 1))});
  };
  progress.begin("conformers", "compounds");
  tbb::task_arena{threads}.execute([&] {
    tbb::parallel_pipeline(2 * static_cast<std::size_t>(threads),
                           tbb::make_filter<void, std::uint64_t>(tbb::filter_mode::serial_in_order,
                                                                 [&](tbb::flow_control& flow) {
                                                                   end.is_stopped = next < store.chunks() &&
                                                                                    stop_requested() != StopKind::kNone;
                                                                   if (next == store.chunks() || end.is_stopped)
                                                                     flow.stop();
                                                                   return next++;
                                                                 }) &
                               tbb::make_filter<std::uint64_t, Made>(tbb::filter_mode::parallel, make) &
                               tbb::make_filter<Made, void>(tbb::filter_mode::serial_in_order, keep));
  });
  progress.end({.items = end.compounds, .rejects = end.rejects, .fraction = 1.0});
  if (end.is_stopped) return end;
  if (is_intact) partial.cut(begun.end_of(store.chunks()));
  const auto permissions = std::filesystem::status(store.folder() / "compounds.bin").permissions();
  write_file_atomically(store.folder() / kConformerRejectsName, kRejectsHeader + rejects);
  std::error_code ignored;
  std::filesystem::permissions(store.folder() / kConformerRejectsName, permissions, ignored);
  partial.rename_to(path, permissions);
  return end;
}

}  // namespace digitalis
