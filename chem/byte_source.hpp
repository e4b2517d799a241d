#pragma once
// The plain bytes of one file or of standard input, whatever it is packed with.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "chem/decompressor.hpp"

namespace digitalis {

/// Reads one source from front to end in bounded memory. Not for concurrent use.
class ByteSource {
 public:
  enum class End {
    kNotYet,
    kComplete,
    kTruncated,  ///< the archive ends in the middle of a member
    kDamaged,    ///< the archive cannot be unpacked any further
  };

  /// Opens `path`; "-" is standard input. The bytes taken from the file are added to `file_bytes_read`, which must
  /// outlive the source. Throws UsageError when the file cannot be opened, std::runtime_error when it cannot be read.
  ByteSource(const std::string& path, std::atomic<std::uint64_t>& file_bytes_read);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Up to out.size() bytes into `out`; returns how many, 0 only at the end. Throws std::runtime_error when the disk
  /// fails.
  [[nodiscard]] std::size_t read(std::span<char> out);

  [[nodiscard]] End end() const { return end_; }
  [[nodiscard]] Compression compression() const { return compression_; }

 private:
  [[nodiscard]] std::size_t read_file(std::span<char> out);
  [[nodiscard]] std::size_t unpack(std::span<char> out);
  [[nodiscard]] bool refill();

  std::string path_;
  int descriptor_ = -1;
  std::atomic<std::uint64_t>& file_bytes_read_;
  std::unique_ptr<char[]> buffer_;
  std::span<const char> packed_;  ///< what is in the buffer and not used yet
  Compression compression_ = Compression::kNone;
  std::unique_ptr<Decompressor> decompressor_;
  bool between_members_ = false;
  End end_ = End::kNotYet;
};

}  // namespace digitalis
