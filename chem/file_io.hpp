#pragma once
// Small files, written so that they are either whole or not there.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace digitalis {

/// Throws std::system_error naming the file.
[[nodiscard]] std::string read_file(const std::filesystem::path& file);

/// Writes beside the file, syncs, renames. Throws std::system_error naming the file.
void write_file_atomically(const std::filesystem::path& file, std::string_view bytes);

/// An output file that appears under its name only when it is finished; gone otherwise. Not for concurrent use.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path file);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  /// Buffered. Throws std::system_error naming the file when the disk refuses.
  void write(std::string_view bytes);
  /// Flushes, syncs and renames into place.
  void commit();

 private:
  void flush();
  std::filesystem::path file_, partial_;
  int descriptor_ = -1;
  std::string buffer_;
};

/// A file open for reading at any offset; safe to call concurrently.
class RandomAccessFile {
 public:
  explicit RandomAccessFile(std::filesystem::path file);
  ~RandomAccessFile();
  RandomAccessFile(RandomAccessFile&& other) noexcept;
  RandomAccessFile& operator=(RandomAccessFile&&) = delete;
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Exactly `bytes` bytes. Throws std::runtime_error naming the file when it ends earlier.
  [[nodiscard]] std::string read(std::uint64_t offset, std::uint64_t bytes) const;

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace digitalis
