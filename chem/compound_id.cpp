#include "chem/compound_id.hpp"

#include <algorithm>
#include <cstddef>

#include "chem/record_fields.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kMaxId_bytes = 200;

/// Length of the valid UTF-8 character that `text` begins with; 0 when it does not begin with one (RFC 3629).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(at < text.size() ? text[at] : '\0'); };
  const auto continues = [&](std::size_t at, unsigned low = 0x80, unsigned high = 0xbf) {
    return byte(at) >= low && byte(at) <= high;
  };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80;   // no overlong forms
    const unsigned high = first == 0xed ? 0x9f : 0xbf;  // no surrogates
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xf4 ? 0x8f : 0xbf;  // up to U+10FFFF
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7f;
  return character.size() == 2 && first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
}

}  // namespace

std::string clean_id(std::string_view id) {
  std::string clean;
  for (auto rest = without_blanks(id); !rest.empty();) {
    const auto length = utf8_length(rest);
    std::string_view character = length == 0 ? std::string_view("\xef\xbf\xbd") : rest.substr(0, length);
    if (length > 0 && is_control(character)) character = "_";
    if (clean.size() + character.size() > kMaxId_bytes) break;
    clean += character;
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return clean;
}

}  // namespace digitalis
