#include "screening/text_table.hpp"

#include <algorithm>
#include <cstdint>

namespace digitalis {
namespace {

/// Whether a byte begins a character of UTF-8.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

/// Characters a terminal shows.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string shortened(const std::string& text, std::size_t widest) {
  if (width_of(text) <= widest) return text;
  std::size_t end = 0;
  for (std::size_t characters = 0; end < text.size(); ++end)
    if (begins_character(text[end]) && ++characters > widest - 3) break;
  return text.substr(0, end) + "...";
}

bool is_number(const std::string& text) { return text.find_first_not_of("0123456789.,-+ %()to") == std::string::npos; }

}  // namespace

std::string text_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows,
                       std::size_t widest) {
  std::vector<std::size_t> widths;
  std::vector<bool> right;
  for (std::size_t column = 0; column < header.size(); ++column) {
    std::size_t width = width_of(header[column]);
    bool numbers = true;
    for (const auto& row : rows) {
      width = std::max(width, width_of(shortened(row[column], widest)));
      numbers = numbers && is_number(row[column]);
    }
    widths.push_back(width);
    right.push_back(numbers);
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const std::string cell = shortened(cells[column], widest);
      const std::string padding(widths[column] - width_of(cell), ' ');
      text += (column == 0 ? "" : "  ") + (right[column] ? padding + cell : cell + padding);
    }
    while (text.ends_with(' ')) text.pop_back();
    return text + "\n";
  };
  std::string text = line(header);
  for (const auto& row : rows) text += line(row);
  return text;
}

std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

}  // namespace digitalis
