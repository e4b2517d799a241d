#include "scoring/outcomes/strict_csv.hpp"

#include <algorithm>
#include <optional>

#include "scoring/outcomes/unicode.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kMostProblems = 1000;  // a file with so many is no table, and is read no further

class Reader {
 public:
  Reader(std::string_view text, const CsvLimits& limits, CsvText& out) : text_(text), limits_(limits), out_(out) {}

  void read() {
    bool have_header = false;
    while (at_ < text_.size() && out_.problems.size() < kMostProblems) {
      CsvRow row{line_, {}};
      const std::size_t begin = at_;
      read_row(row);
      if (at_ - begin > limits_.row_bytes) {
        problem(row.line, "a row of more than " + std::to_string(limits_.row_bytes >> 10U) + " kB", "");
        continue;
      }
      if (row.cells.size() == 1 && row.cells.front().empty()) continue;
      if (!have_header) {
        out_.header = std::move(row);
        have_header = true;
        continue;
      }
      if (out_.rows.size() == limits_.rows) {
        problem(0, "more than " + std::to_string(limits_.rows) + " rows", "give several tables, or coarser ones");
        return;
      }
      const std::size_t width = out_.header.cells.size();
      if (row.cells.size() != width)
        problem(row.line, "another number of fields than the header has, " + std::to_string(width), "");
      row.cells.resize(width);
      out_.rows.push_back(std::move(row));
    }
  }

 private:
  void problem(std::uint64_t line, std::string what, std::string hint) {
    if (out_.problems.size() < kMostProblems) out_.problems.push_back({line, std::move(what), std::move(hint)});
  }

  /// Where the line feed stands when there is nothing before it but carriage returns: some tools write two of them.
  [[nodiscard]] std::size_t line_feed_after_returns() const {
    const std::size_t end = text_.find_first_not_of('\r', at_);
    return end != std::string_view::npos && text_[end] == '\n' ? end : std::string_view::npos;
  }

  /// At the end of a line: goes past it.
  bool end_of_line() {
    if (at_ == text_.size()) return true;
    const std::size_t end = line_feed_after_returns();
    if (end == std::string_view::npos) return false;
    at_ = end + 1;
    ++line_;
    return true;
  }

  void read_row(CsvRow& row) {
    for (;;) {
      row.cells.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted() : plain());
      if (end_of_line()) return;
      ++at_;  // the comma
    }
  }

  std::string plain() {
    std::string cell;
    for (; at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n'; ++at_) {
      const char c = text_[at_];
      if (c == '\r') {
        if (line_feed_after_returns() != std::string_view::npos) break;
        problem(line_, "a carriage return inside a line", "end lines with LF or CRLF");
        at_ = std::min(text_.find_first_not_of('\r', at_), text_.size()) - 1;  // one for the whole run
      }
      if (c == '"') problem(line_, "a quote inside an unquoted field", "quote the whole field, and double the quote");
      cell += c;
    }
    return cell;
  }

  std::string quoted() {
    const std::uint64_t began = line_;
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        if (at_ + 1 == text_.size() || text_[at_ + 1] != '"') {
          ++at_;
          return cell + after_quotes();
        }
        ++at_;
      }
      if (c == '\n') ++line_;
      cell += c;
    }
    problem(began, "the table ends inside the quotes that begin here", "");
    return cell;
  }

  /// What stands between a closing quote and the comma: nothing, in a table that is in order.
  std::string after_quotes() {
    const std::uint64_t line = line_;
    const std::string rest = plain();
    if (!rest.empty()) problem(line, "text after a closing quote", "double the quotes inside a field");
    return rest;
  }

  std::string_view text_;
  const CsvLimits& limits_;
  CsvText& out_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
};

/// The line of the first byte that is not text.
std::optional<CsvProblem> not_text(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return CsvProblem{1, "the file is UTF-16, not UTF-8", "save it as \"CSV UTF-8\""};
  const auto line_of = [&](std::size_t at) {
    std::uint64_t line = 1;
    for (const char c : text.substr(0, at)) line += c == '\n';
    return line;
  };
  if (const auto at = text.find('\0'); at != std::string_view::npos)
    return CsvProblem{line_of(at), "a NUL byte: this is no text", "save the table as \"CSV UTF-8\""};
  if (const std::size_t at = first_invalid_utf8(text); at < text.size())
    return CsvProblem{line_of(at), "a byte that is not UTF-8", "save the table as \"CSV UTF-8\""};
  return std::nullopt;
}

}  // namespace

CsvText parse_strict_csv(std::string_view text, const CsvLimits& limits) {
  CsvText out;
  if (text.size() > limits.bytes) {
    out.problems.push_back({0, "more than " + std::to_string(limits.bytes >> 20U) + " MB", ""});
    return out;
  }
  if (auto problem = not_text(text)) {
    out.problems.push_back(std::move(*problem));
    return out;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Reader{text, limits, out}.read();
  if (out.header.cells.empty()) out.problems.push_back({0, "the table is empty", ""});
  return out;
}

}  // namespace digitalis
