#include "scheduler/journal_frame.hpp"

#include <fcntl.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <system_error>

namespace digitalis::journal_frame {

namespace {

/// Takes `word` and then a number from the front of `text`.
bool take(std::string_view& text, std::string_view word, int& number) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::uint64_t header_checksum(const Header& header) { return XXH3_64bits(&header, offsetof(Header, header_xxh3)); }

bool is_whole(const Header& header) {
  return header.magic == kMagic && header.version == kVersion && header.header_xxh3 == header_checksum(header);
}

std::uint32_t slots_for(std::uint32_t at_least) {
  const std::uint64_t bytes = kMarksAt + std::uint64_t{std::max(at_least, 1U)} * sizeof(Mark);
  const std::uint64_t pages = (bytes + kPageBytes - 1) / kPageBytes;
  return static_cast<std::uint32_t>((pages * kPageBytes - kMarksAt) / sizeof(Mark));
}

Head make_head(std::uint32_t slots) {
  Head head;
  head.slots = slots;
  head.head_bytes = kMarksAt + std::uint64_t{slots} * sizeof(Mark);
  head.head_xxh3 = XXH3_64bits(&head, offsetof(Head, head_xxh3));
  return head;
}

bool is_whole(const Head& head) {
  return head.magic == kHeadMagic && head.version == kVersion &&
         head.head_bytes == kMarksAt + std::uint64_t{head.slots} * sizeof(Mark) &&
         head.head_xxh3 == XXH3_64bits(&head, offsetof(Head, head_xxh3));
}

Mark make_mark(std::uint32_t stage, std::uint64_t chunk) {
  Mark mark{chunk, stage, 0};
  mark.check = static_cast<std::uint32_t>(XXH3_64bits(&mark, offsetof(Mark, check))) | 1U;
  return mark;
}

bool is_set(const Mark& mark) { return mark.check != 0 && mark.check == make_mark(mark.stage, mark.chunk).check; }

std::string to_string(const FileName& name) {
  char text[64];
  std::snprintf(text, sizeof text, "rank-%05d.attempt-%04d.journal", name.rank, name.attempt);
  return text;
}

std::optional<FileName> parse_file_name(const std::string& name) {
  FileName parsed;
  std::string_view rest = name;
  if (!take(rest, "rank-", parsed.rank) || !take(rest, ".attempt-", parsed.attempt)) return std::nullopt;
  if (to_string(parsed) != name) return std::nullopt;
  return parsed;
}

Descriptor open_for_reading(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.is_open()) throw std::system_error(errno, std::generic_category(), path.string() + ": cannot be opened");
  return file;
}

std::uint64_t read_at(const Descriptor& file, const std::filesystem::path& path, std::uint64_t offset, char* to,
                      std::uint64_t bytes) {
  std::uint64_t done = 0;
  while (done < bytes) {
    const ssize_t got = ::pread(file.get(), to + done, bytes - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::system_error(errno, std::generic_category(), path.string() + ": cannot be read");
    if (got == 0) break;
    done += static_cast<std::uint64_t>(got);
  }
  return done;
}

}  // namespace digitalis::journal_frame
