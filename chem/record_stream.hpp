#pragma once
// The raw records of one source.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "chem/byte_source.hpp"
#include "chem/line_reader.hpp"
#include "chem/record_layout.hpp"
#include "chem/record_reader.hpp"

namespace digitalis {

/// Reads one source from front to end. Not for concurrent use.
class RecordStream {
 public:
  using Item = std::variant<RawRecord, Reject>;

  /// Opens `source` and finds its layout. Errors as ByteSource's and find_layout()'s.
  RecordStream(const std::string& source, const ReadOptions& options, std::atomic<std::uint64_t>& file_bytes_read);

  /// The next record, or the reason why there is none; nothing at the end.
  [[nodiscard]] std::optional<Item> next();

  [[nodiscard]] const RecordLayout& layout() const { return start_.layout; }

 private:
  [[nodiscard]] std::optional<Item> next_line_record();
  [[nodiscard]] std::optional<Item> next_sdf_record();
  [[nodiscard]] std::optional<Item> unfinished_sdf_record(RawRecord record);
  [[nodiscard]] std::optional<Item> end_of_source(std::uint64_t line);
  [[nodiscard]] std::string with_quoted_lines(std::string_view line);
  [[nodiscard]] Item checked(RawRecord record) const;
  [[nodiscard]] Reject reject(RejectCode code, std::uint64_t line, std::string detail, std::string hint) const;

  std::string source_;
  ByteSource bytes_;
  LineReader lines_;
  SourceStart start_;
  std::optional<Reject> refusal_;  ///< of a source that is no text
  std::uint64_t records_ = 0;
  bool finished_ = false;
};

}  // namespace digitalis
