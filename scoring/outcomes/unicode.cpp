#include "scoring/outcomes/unicode.hpp"

#include <array>
#include <cstdint>

namespace digitalis {
namespace {

/// The character at `at`, which goes past it; 0xFFFFFFFF when it is not UTF-8.
constexpr char32_t kInvalid = 0xFFFFFFFF;
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at++);
  if (lead < 0x80) return lead;
  const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || at + more > text.size()) return kInvalid;
  char32_t code = static_cast<char32_t>(lead) & (0x3FU >> more);
  for (std::size_t i = 0; i < more; ++i) {
    if ((byte(at) & 0xC0U) != 0x80U) return kInvalid;
    code = code << 6U | (static_cast<char32_t>(byte(at++)) & 0x3FU);
  }
  constexpr std::array<char32_t, 4> kLowest{0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  return code < kLowest[more] || surrogate || code > 0x10FFFF ? kInvalid : code;
}

/// Zeros of scripts whose ten digits follow one another.
constexpr std::array<char32_t, 22> kZeros{0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6,  0x0A66, 0x0AE6, 0x0B66,
                                          0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50,  0x0ED0, 0x0F20, 0x1040,
                                          0x17E0, 0x1810, 0x2080, 0xFF10, 0x104A0, 0x11066};

char plain(char32_t code) {
  if (code < 0x80) {
    const char c = static_cast<char>(code);
    if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
    return c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
  }
  for (const char32_t zero : kZeros)
    if (code >= zero && code < zero + 10) return static_cast<char>('0' + (code - zero));
  if (code >= 0x1D7CE && code <= 0x1D7FF) return static_cast<char>('0' + (code - 0x1D7CE) % 10);  // mathematical
  if (code == 0x2070 || (code >= 0x2074 && code <= 0x2079)) return static_cast<char>('0' + (code - 0x2070));
  if (code == 0xB9) return '1';
  if (code == 0xB2 || code == 0xB3) return static_cast<char>('2' + (code - 0xB2));
  if (code >= 0x2460 && code <= 0x2468) return static_cast<char>('1' + (code - 0x2460));  // in circles
  if (code >= 0xFF21 && code <= 0xFF3A) return static_cast<char>('A' + (code - 0xFF21));  // full width
  if (code >= 0xFF41 && code <= 0xFF5A) return static_cast<char>('A' + (code - 0xFF41));
  if (code == 0xA0 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F || code == 0x205F || code == 0x3000)
    return ' ';
  if ((code >= 0x2010 && code <= 0x2015) || code == 0x2212 || code == 0xFE63 || code == 0xFF0D) return '-';
  if (code == 0xFF20) return '@';
  return '?';
}

bool has_no_width(char32_t code) {
  return code == 0xAD || code == 0x034F || code == 0x061C || code == 0x180E || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x2064) ||
         (code >= 0x2066 && code <= 0x206F) || (code >= 0xFE00 && code <= 0xFE0F) || code == 0xFEFF ||
         (code >= 0x0300 && code <= 0x036F) || (code >= 0x20D0 && code <= 0x20FF);
}

}  // namespace

std::size_t first_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (next_character(text, at) == kInvalid) return begin;
  }
  return text.size();
}

std::string plain_ascii(std::string_view text) {
  std::string plain_text;
  for (std::size_t at = 0; at < text.size();)
    if (const char32_t code = next_character(text, at); !has_no_width(code)) plain_text += plain(code);
  return plain_text;
}

}  // namespace digitalis
