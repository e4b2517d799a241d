#pragma once
// Lines of a text of any size in bounded memory.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "chem/byte_source.hpp"

namespace digitalis {

/// Cuts a source into lines. A line ends at LF or CRLF, or at CR in a text whose first 64 KiB have CR but no LF.
/// A UTF-8 byte order mark is skipped. The result does not depend on how the bytes arrive. Not for concurrent use.
class LineReader {
 public:
  /// The longest line, and the furthest look ahead, that can be asked for.
  static constexpr std::size_t kMaxLine_bytes = std::size_t{4} << 20;

  struct Line {
    std::string_view text;     ///< without line end; valid until the next call of any member function
    std::uint64_t number = 0;  ///< from 1
    bool too_long = false;     ///< over the limit: `text` is empty, the line was skipped
  };

  /// `source` must outlive the reader.
  explicit LineReader(ByteSource& source);

  /// The next line; false at the end. `limit` is in bytes, at most kMaxLine_bytes. The piece of a line that stands
  /// before a damaged spot is not a line.
  [[nodiscard]] bool next(std::size_t limit, Line& line);

  /// What comes next, up to `count` bytes (at most kMaxLine_bytes), without taking it; less only at the end.
  [[nodiscard]] std::string_view peek(std::size_t count);
  /// Takes `count` bytes of what peek() gave; they must end with a line, or at the end of the source.
  void skip(std::size_t count);

  /// '\n' or '\r'.
  [[nodiscard]] char line_end() const { return line_end_; }
  /// The number of the line that next() gives next.
  [[nodiscard]] std::uint64_t next_number() const { return lines_ + 1; }
  /// How the source ended, once next() gave false.
  [[nodiscard]] ByteSource::End end() const { return source_.end(); }

 private:
  [[nodiscard]] bool read_more();
  void skip_rest_of_line();

  ByteSource& source_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;  ///< the bytes not taken yet are [begin_, end_) of the buffer
  std::size_t end_ = 0;
  std::uint64_t lines_ = 0;
  char line_end_ = '\n';
};

}  // namespace digitalis
