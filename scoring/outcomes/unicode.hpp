#pragma once
// As much of Unicode as it takes to look through a disguise.

#include <string>
#include <string_view>

namespace digitalis {

/// Offset of the first byte that is not UTF-8 (overlong forms and surrogates are not); the size when all is.
[[nodiscard]] std::size_t first_invalid_utf8(std::string_view text);

/// The text as a reader sees it, in ASCII: letters in upper case, digits of any script as 0-9, spaces and dashes of any
/// kind as one space or hyphen each, what has no width left out, every other character as '?'. `text` is UTF-8.
[[nodiscard]] std::string plain_ascii(std::string_view text);

}  // namespace digitalis
