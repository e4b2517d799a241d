#pragma once
// How a frame looks on disk, shared by the journal's writer and reader:
//
//   file  = head frame*                              named rank-00003.attempt-0002.journal
//   head  = Head (32 bytes) nothing (32 bytes) Mark[head.slots], padded to whole pages: head.head_bytes
//   frame = header (48 bytes) payload (header.payload_bytes bytes)
//
// A mark is written over in place when a thread begins and ends a chunk; frames are only ever appended. Head, marks and
// headers have checksums of their own, so that a damaged length is never believed. Numbers are in the machine's byte
// order; the magic number read on a machine of the other order is wrong, and what it heads is refused.

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace digitalis::journal_frame {

inline constexpr std::uint64_t kFirstVersionMagic = 0x314C4E524A544744;  // "DGTJRNL1": such files had no head
inline constexpr std::uint64_t kHeadMagic = 0x324C4E524A544744;          // "DGTJRNL2"
inline constexpr std::uint64_t kMagic = 0x324D415246544744;              // "DGTFRAM2"
inline constexpr std::uint32_t kVersion = 2;
inline constexpr std::uint64_t kPageBytes = 4096;
inline constexpr std::uint64_t kMarksAt = 64;

struct Head {
  std::uint64_t magic = kHeadMagic;
  std::uint32_t version = kVersion;
  std::uint32_t slots = 0;
  std::uint64_t head_bytes = 0;
  std::uint64_t head_xxh3 = 0;  ///< of the fields above
};
static_assert(sizeof(Head) == 32 && std::is_trivially_copyable_v<Head>);

/// A chunk that a thread has in work; all zero: the thread has none.
struct Mark {
  std::uint64_t chunk = 0;
  std::uint32_t stage = 0;
  std::uint32_t check = 0;  ///< of the fields above, never 0
};
static_assert(sizeof(Mark) == 16 && std::is_trivially_copyable_v<Mark>);

/// Slots that fill whole pages and are at least so many: 252 in the first page.
[[nodiscard]] std::uint32_t slots_for(std::uint32_t at_least);
[[nodiscard]] Head make_head(std::uint32_t slots);
[[nodiscard]] bool is_whole(const Head& head);
[[nodiscard]] Mark make_mark(std::uint32_t stage, std::uint64_t chunk);
/// Set, and not torn.
[[nodiscard]] bool is_set(const Mark& mark);

struct Header {
  std::uint64_t magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t stage = 0;
  std::uint64_t chunk = 0;
  std::uint64_t payload_bytes = 0;
  std::uint64_t payload_xxh3 = 0;
  std::uint64_t header_xxh3 = 0;  ///< of the fields above
};
static_assert(sizeof(Header) == 48 && std::is_trivially_copyable_v<Header>);

[[nodiscard]] std::uint64_t checksum(std::string_view bytes);
[[nodiscard]] std::uint64_t header_checksum(const Header& header);
/// Magic, version and the header's own checksum; says nothing about the payload.
[[nodiscard]] bool is_whole(const Header& header);

/// A file's rank and attempt.
struct FileName {
  int rank = 0;
  int attempt = 0;
  bool operator==(const FileName&) const = default;
};
[[nodiscard]] std::string to_string(const FileName& name);
/// Nothing for files that are not a journal's.
[[nodiscard]] std::optional<FileName> parse_file_name(const std::string& name);

/// Closes a file descriptor; -1: none.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// Opens for reading. Throws std::system_error naming the file.
[[nodiscard]] Descriptor open_for_reading(const std::filesystem::path& path);
/// Reads up to `bytes` bytes; fewer at the file's end. Throws std::system_error naming the file.
[[nodiscard]] std::uint64_t read_at(const Descriptor& file, const std::filesystem::path& path, std::uint64_t offset,
                                    char* to, std::uint64_t bytes);

}  // namespace digitalis::journal_frame
