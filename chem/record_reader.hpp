#pragma once
// Streams the raw records of a compound library, without parsing chemistry: SMILES, CSV and SDF files,
// plain, gzip, bzip2 or zstd, standard input. One reader feeds many workers, so it only finds where records end.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chem/result.hpp"

namespace digitalis {

/// How the records of one source are to be read.
struct RecordLayout {
  enum class Format : std::uint8_t { kSmiles, kCsv, kSdf };
  Format format = Format::kSmiles;
  char delimiter = 0;              ///< 0: runs of spaces and tabs
  std::int32_t smiles_column = 0;  ///< from 0; not used for SDF
  std::int32_t id_column = -1;     ///< from 0; -1: the records have no ID (SDF: the title line is the ID)
  std::string id_property;         ///< SDF only: data field that holds the ID; empty: the title line
};

/// One record as it stands in the file.
struct RawRecord {
  std::uint64_t record = 0;  ///< from 1 within the source, rejects included, header and blank lines not
  std::uint64_t line = 0;    ///< line of the source where it starts, from 1
  std::string text;          ///< without the line end; for SDF without "$$$$"
};

/// Consecutive records of one source: the unit of work that is handed to a rank.
struct RecordBatch {
  std::uint32_t source = 0;  ///< index into LibraryReader::sources()
  RecordLayout layout;
  std::vector<RawRecord> records;
  std::vector<Reject> rejects;  ///< records the reader itself could not pass on, in file order

  [[nodiscard]] std::string to_bytes() const;
  /// Throws std::runtime_error when the bytes are damaged.
  [[nodiscard]] static RecordBatch from_bytes(std::string_view bytes);
};

/// What the user may say about the columns; empty: found out from the file.
struct ReadOptions {
  std::string smiles_column;  ///< header name, or a number from 1
  std::string id_column;      ///< header name, a number from 1, or an SDF data field
};

/// The files a list of paths and globs ("lib/*.smi.gz") stands for, sorted within each glob, each once; "-" is standard
/// input. Throws UsageError naming the path when a file is missing, unreadable, a folder, or a glob matches nothing.
[[nodiscard]] std::vector<std::string> expand_paths(const std::vector<std::string>& paths);

/// Reads sources one after the other in bounded memory. The batches depend on the content, `max_records` and
/// `max_bytes` only. Not for concurrent use.
class LibraryReader {
 public:
  /// Opens nothing yet. `sources` as from expand_paths().
  LibraryReader(std::vector<std::string> sources, ReadOptions options = {});
  ~LibraryReader();
  LibraryReader(LibraryReader&&) noexcept;

  /// The next batch: at most `max_records` records and about `max_bytes` of text, from one source; nothing at the end.
  /// A damaged or truncated source yields what can be read, then a reject, then the next source.
  /// Throws UsageError when a column asked for is not there.
  [[nodiscard]] std::optional<RecordBatch> next(std::size_t max_records, std::size_t max_bytes);

  [[nodiscard]] const std::vector<std::string>& sources() const;

  /// Share of the sources' bytes that was read, 0 to 1; negative when it cannot be known (standard input).
  /// Safe to call from another thread while next() runs.
  [[nodiscard]] double fraction_read() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace digitalis
