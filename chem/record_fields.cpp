#include "chem/record_fields.hpp"

#include <algorithm>

#include "chem/smiles_shape.hpp"

namespace digitalis {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";
constexpr auto kNone = std::string_view::npos;

/// Position of the quote that closes the one at `open`, kNone when there is none; "" is a quote within the column.
std::size_t closing_quote(std::string_view text, std::size_t open) {
  auto at = text.find('"', open + 1);
  while (at != kNone && at + 1 < text.size() && text[at + 1] == '"') at = text.find('"', at + 2);
  return at;
}

std::string without_quotes(std::string_view quoted) {
  std::string plain;
  plain.reserve(quoted.size());
  for (std::size_t at = 1; at + 1 < quoted.size(); ++at) {
    plain += quoted[at];
    if (quoted[at] == '"' && quoted[at + 1] == '"') ++at;
  }
  return plain;
}

/// Where the CXSMILES tail that begins with the '|' at `bar` ends (after its closing '|'), kNone when it does not.
std::size_t tail_end(std::string_view text, std::size_t bar) {
  const auto close = text.find('|', bar + 1);
  return close == kNone ? kNone : close + 1;
}

std::vector<std::string> split_at_blanks(std::string_view text) {
  std::vector<std::string> fields;
  for (auto at = text.find_first_not_of(kBlanks); at != kNone; at = text.find_first_not_of(kBlanks, at)) {
    auto end = std::min(text.find_first_of(kBlanks, at), text.size());
    if (text[at] == '|' && !fields.empty()) {
      if (const auto close = tail_end(text, at);
          close != kNone && (close == text.size() || kBlanks.find(text[close]) != kNone)) {
        fields.back().append(" ").append(text.substr(at, close - at));
        at = close;
        continue;
      }
    }
    fields.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return fields;
}

/// Where the column that starts at `start` ends, quotes aside.
std::size_t plain_field_end(std::string_view text, std::size_t start, char delimiter) {
  const auto end = std::min(text.find(delimiter, start), text.size());
  const auto bar = text.substr(start, end - start).find(" |");
  if (bar == kNone || !looks_like_smiles(without_blanks(text.substr(start, bar)))) return end;
  const auto close = tail_end(text, start + bar + 1);
  return close == kNone ? end : std::min(text.find(delimiter, close), text.size());
}

/// The end of a quoted column: where its delimiter or line end (or the end of the text) is.
struct QuotedEnd {
  enum class Kind { kClosed, kMalformed, kOpen } kind;
  std::size_t at;
};

QuotedEnd quoted_field_end(std::string_view text, std::size_t open, std::string_view ends) {
  const auto close = closing_quote(text, open);
  if (close == kNone) return {QuotedEnd::Kind::kOpen, text.size()};
  auto at = close + 1;
  while (at < text.size() && ends.find(text[at]) == kNone && (text[at] == ' ' || text[at] == '\r')) ++at;
  if (at < text.size() && ends.find(text[at]) == kNone) return {QuotedEnd::Kind::kMalformed, at};
  return {QuotedEnd::Kind::kClosed, at};
}

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(' ', at), text.size());
}

std::vector<std::string> split_at(std::string_view text, char delimiter, bool csv_quotes) {
  std::vector<std::string> fields;
  std::size_t at = 0;
  while (true) {
    const auto start = skip_spaces(text, at);
    std::size_t end = 0;
    if (csv_quotes && start < text.size() && text[start] == '"') {
      const auto quoted = quoted_field_end(text, start, {&delimiter, 1});
      end = quoted.kind == QuotedEnd::Kind::kClosed ? quoted.at : plain_field_end(text, start, delimiter);
    } else {
      end = plain_field_end(text, at, delimiter);
    }
    const auto field = without_blanks(text.substr(at, end - at));
    const bool in_quotes = field.size() >= 2 && field.front() == '"' && closing_quote(field, 0) == field.size() - 1;
    fields.push_back(in_quotes ? std::string(without_blanks(without_quotes(field))) : std::string(field));
    if (end >= text.size()) return fields;
    at = end + 1;
  }
}

}  // namespace

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == kNone) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string> split_fields(std::string_view text, RecordLayout::Format format, char delimiter) {
  if (delimiter == 0) return split_at_blanks(text);
  return split_at(text, delimiter, format == RecordLayout::Format::kCsv);
}

bool ends_in_quotes(std::string_view line, char delimiter) {
  std::size_t at = 0;
  while (at < line.size()) {
    const auto start = skip_spaces(line, at);
    if (start < line.size() && line[start] == '"') {
      const auto quoted = quoted_field_end(line, start, {&delimiter, 1});
      if (quoted.kind == QuotedEnd::Kind::kOpen) return true;
      at = quoted.kind == QuotedEnd::Kind::kClosed ? quoted.at : plain_field_end(line, start, delimiter);
    } else {
      at = plain_field_end(line, at, delimiter);
    }
    ++at;
  }
  return false;
}

std::size_t quoted_record_end(std::string_view text, char delimiter, char line_end) {
  const std::string ends{delimiter, line_end};
  std::size_t at = 0;
  while (true) {
    const auto start = skip_spaces(text, at);
    if (start < text.size() && text[start] == '"') {
      const auto quoted = quoted_field_end(text, start, ends);
      if (quoted.kind != QuotedEnd::Kind::kClosed) return kNone;
      at = quoted.at;
    } else {
      const auto line_stop = std::min(text.find(line_end, at), text.size());
      at = plain_field_end(text.substr(0, line_stop), at, delimiter);
    }
    if (at >= text.size() || text[at] == line_end) return at;
    ++at;
  }
}

}  // namespace digitalis
