#pragma once
// The journal: what a run has finished. Every rank of every attempt appends to one file of its own; a file is a row of
// checksummed frames; a frame is one finished chunk of one stage. A run's state is its journal and nothing else:
// whoever starts next, on any number of ranks, reads it and goes on. A torn tail (killed, disk full) is found by its
// checksum and dropped. If a chunk was finished twice the first frame counts; both hold the same bytes.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

/// A chunk of a stage.
struct FrameKey {
  std::uint32_t stage = 0;
  std::uint64_t chunk = 0;
  bool operator==(const FrameKey&) const = default;
};

/// Appends frames to this rank's file of this attempt; makes the file with the first frame. Not for concurrent use.
class JournalWriter {
 public:
  /// @param folder   exists
  /// @param attempt  from Journal::attempts() + 1 of rank 0, the same on every rank
  JournalWriter(std::filesystem::path folder, int rank, int attempt);
  ~JournalWriter();
  JournalWriter(JournalWriter&&) noexcept;

  /// One write of header and payload; on disk at the next sync. Throws std::system_error naming the file when the disk
  /// refuses (the half-written frame is cut off again where possible), or when another run has made this file
  /// meanwhile.
  void append(FrameKey key, std::string_view payload);
  /// fdatasync; also done by append() when the last was more than five seconds ago, and by the destructor.
  void sync();

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// The frames of a journal folder. Reading is safe to call concurrently.
class Journal {
 public:
  /// Reads every file of the folder, checks every header and payload, and indexes what is whole.
  /// Throws std::system_error when the folder cannot be read. Cost: one sequential read of the journal.
  [[nodiscard]] static Journal scan(const std::filesystem::path& folder);

  /// For sending the index to other ranks, so that only one reads the whole journal.
  [[nodiscard]] std::string index_bytes() const;
  [[nodiscard]] static Journal from_index_bytes(const std::filesystem::path& folder, std::string_view bytes);

  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  ~Journal();

  [[nodiscard]] bool contains(FrameKey key) const;
  /// Chunks of a stage that are finished, ascending.
  [[nodiscard]] std::vector<std::uint64_t> chunks(std::uint32_t stage) const;
  /// The payload, checked. Throws std::out_of_range for a frame that is not there, std::runtime_error naming the
  /// file when it changed under us.
  [[nodiscard]] std::string read(FrameKey key) const;
  /// `bytes` bytes of the payload from `offset` on, fewer where it ends; not checked against its checksum, which scan()
  /// did.
  [[nodiscard]] std::string read_range(FrameKey key, std::uint64_t offset, std::uint64_t bytes) const;
  /// Highest attempt number in the folder; 0: none yet.
  [[nodiscard]] int attempts() const;
  /// Bytes of torn tails that were dropped, over all files.
  [[nodiscard]] std::uint64_t dropped_bytes() const;

 private:
  struct Index;
  explicit Journal(std::unique_ptr<Index> index);
  std::unique_ptr<Index> index_;
};

}  // namespace digitalis
