#include "screening/csv.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <istream>
#include <sstream>
#include <stdexcept>

namespace digitalis {

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char c : fields[i]) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  return line + '\n';
}

std::size_t CsvTable::column(std::string_view name) const {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) throw std::runtime_error("a table has no column '" + std::string{name} + "'");
  return static_cast<std::size_t>(found - header.begin());
}

bool CsvReader::next(std::vector<std::string>& fields) {
  fields.clear();
  std::string line, field;
  bool quoted = false;
  while (std::getline(in_, line)) {
    ++line_;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (c == '"') {
        const bool doubled = quoted && i + 1 < line.size() && line[i + 1] == '"';
        if (doubled)
          field += line[++i];
        else
          quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.push_back(std::move(field));
        field.clear();
      } else if (c != '\r' || quoted || i + 1 < line.size()) {  // a line may end in "\r\n"
        field += c;
      }
    }
    if (quoted) {
      field += '\n';
      continue;
    }
    fields.push_back(std::move(field));
    return true;
  }
  if (quoted) throw std::runtime_error(name_ + ":" + std::to_string(line_) + ": the table ends inside quotes");
  return false;
}

CsvTable parse_csv(std::string_view text, const std::string& name) {
  std::istringstream in{std::string{text}};
  CsvReader reader{in, name};
  CsvTable table;
  if (!reader.next(table.header)) return table;
  for (std::vector<std::string> row; reader.next(row);) {
    if (row.size() != table.header.size())
      throw std::runtime_error(name + ":" + std::to_string(reader.line()) + ": " + std::to_string(row.size()) +
                               " fields, the header has " + std::to_string(table.header.size()));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string fixed(double value, int decimals) {
  if (std::isnan(value)) return "";
  std::array<char, 400> digits{};
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, decimals);
  std::string text{digits.data(), end};
  if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  return text;
}

}  // namespace digitalis
