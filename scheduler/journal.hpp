#pragma once
// The journal: what a run has finished. Every rank of every attempt appends to one file of its own; a file is a row of
// checksummed frames; a frame is one finished chunk of one stage. A run's state is its journal and nothing else:
// whoever starts next, on any number of ranks, reads it and goes on. A torn tail (killed, disk full) is found by its
// checksum and dropped. If a chunk was finished twice the first frame counts; both hold the same bytes.
//
// Each file begins with a page of marks: what the threads of the rank have in work. A process that ends in order leaves
// none, so a mark says what a process was at when it was ended: a chunk that may hold what ended it, a suspect.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
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

/// Appends frames to this rank's file of this attempt; makes the file with the first frame or mark. One thread at a
/// time may append and sync; marks may be set and cleared meanwhile, by any thread.
class JournalWriter {
 public:
  /// @param folder   exists
  /// @param attempt  from Journal::attempts() + 1 of rank 0, the same on every rank
  /// @param slots    chunks that may be marked at a time; whole pages of them are made, 252 at least
  JournalWriter(std::filesystem::path folder, int rank, int attempt, std::uint32_t slots = 1);
  /// For a process that shares the run with others: an attempt of its own, the first from `attempt` on that is free.
  [[nodiscard]] static JournalWriter of_its_own(std::filesystem::path folder, int attempt, std::uint32_t slots = 1);
  /// Syncs and clears the marks: who comes here ends in order, also by an exception.
  ~JournalWriter();
  JournalWriter(JournalWriter&&) noexcept;

  /// One write of header and payload; on disk at the next sync. Throws std::system_error naming the file when the disk
  /// refuses (the half-written frame is cut off again where possible), or when another run has made this file
  /// meanwhile.
  void append(FrameKey key, std::string_view payload);
  /// Notes that a thread begins to work on a chunk, in a slot that is free; nothing when all are taken: then the chunk
  /// is worked on unmarked. One write of 16 bytes, some microseconds; outlives the process, not the machine.
  /// Throws as append() does.
  [[nodiscard]] std::optional<std::uint32_t> mark(FrameKey key);
  /// The thread is done with it, finished or not.
  void unmark(std::uint32_t slot);
  /// Takes all marks back, and sets none any more: what is in work is given up for a reason of our own.
  void clear_marks();

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
  /// Throws std::system_error when the folder cannot be read, std::runtime_error when a file is of another version of
  /// the journal. Cost: one sequential read of the journal; 16 bytes of memory a frame.
  [[nodiscard]] static Journal scan(const std::filesystem::path& folder);

  /// Reads what was appended since and files that are new, and what all have in work now; of a journal that scan()
  /// made. Nobody may read this one meanwhile; others may append. Cost: opens every file.
  void catch_up();

  /// For sending the index to other ranks, so that only one reads the whole journal.
  [[nodiscard]] std::string index_bytes() const;
  [[nodiscard]] static Journal from_index_bytes(const std::filesystem::path& folder, std::string_view bytes);

  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;
  ~Journal();

  [[nodiscard]] bool contains(FrameKey key) const;
  /// Chunks of a stage that are finished, ascending.
  [[nodiscard]] std::vector<std::uint64_t> chunks(std::uint32_t stage) const;
  /// Number of those. O(1).
  [[nodiscard]] std::uint64_t count(std::uint32_t stage) const;
  /// Chunks of a stage that were in work when a process of an earlier attempt was ended, and that nobody has finished
  /// since, ascending.
  [[nodiscard]] std::vector<std::uint64_t> suspects(std::uint32_t stage) const;
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
  /// What the index takes.
  [[nodiscard]] std::uint64_t memory_bytes() const;

 private:
  struct Index;
  explicit Journal(std::unique_ptr<Index> index);
  std::unique_ptr<Index> index_;
};

}  // namespace digitalis
