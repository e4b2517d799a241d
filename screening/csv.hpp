#pragma once
// Comma-separated tables (RFC 4180): how every table we write looks.

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace digitalis {

/// One line with its end; a field with a comma, quote or line end stands in quotes.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& fields);

/// Reads a table record by record; a quoted field may run over lines. Not for concurrent use.
class CsvReader {
 public:
  /// `name` is what messages call the table.
  explicit CsvReader(std::istream& in, std::string name = "table") : in_(in), name_(std::move(name)) {}
  /// The next record's fields; false at the end. Throws std::runtime_error "name:line: ..." when the table ends inside
  /// quotes.
  [[nodiscard]] bool next(std::vector<std::string>& fields);
  /// Line on which the last record ended, from 1.
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  std::istream& in_;
  std::string name_;
  std::size_t line_ = 0;
};

/// A whole table: header and rows. Throws std::runtime_error "name:line: ..." when a row has another number of fields.
struct CsvTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  /// Index of a column; throws std::runtime_error when there is none.
  [[nodiscard]] std::size_t column(std::string_view name) const;
};
[[nodiscard]] CsvTable parse_csv(std::string_view text, const std::string& name);

/// `value` with `decimals` digits after the point, "." as the point; "-0.0" is written "0.0"; NaN is empty.
[[nodiscard]] std::string fixed(double value, int decimals);

}  // namespace digitalis
