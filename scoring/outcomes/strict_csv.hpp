#pragma once
// Comma-separated tables from outside (RFC 4180), read so that no other program can read them otherwise: what a lenient
// reader would repair is a problem here. (screening/csv.hpp reads back what we wrote ourselves.)

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

struct CsvLimits {
  std::size_t bytes = std::size_t{16} << 20U;
  std::size_t rows = 5000;
  std::size_t row_bytes = std::size_t{64} << 10U;
};

struct CsvProblem {
  std::uint64_t line = 0;  ///< from 1; 0: the file as a whole
  std::string what, hint;  ///< hold nothing of the table
};

struct CsvRow {
  std::uint64_t line = 0;  ///< on which it begins, from 1
  std::vector<std::string> cells;
};

struct CsvText {
  CsvRow header;
  std::vector<CsvRow> rows;  ///< those of another width than the header are padded or cut to it, and are a problem
  std::vector<CsvProblem> problems;
};

/// UTF-8 with or without a byte-order mark, lines ended by LF, CRLF or CRCRLF, blank lines skipped. Never throws for
/// what is in the text. O(bytes). Safe to call concurrently.
[[nodiscard]] CsvText parse_strict_csv(std::string_view text, const CsvLimits& limits = {});

}  // namespace digitalis
