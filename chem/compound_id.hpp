#pragma once
// Compound IDs that can stand in any file and on any screen.

#include <string>
#include <string_view>

namespace digitalis {

/// The ID without surrounding blanks, at most 200 bytes of valid UTF-8: control characters become '_', bytes that are
/// not UTF-8 become U+FFFD, and a longer ID is cut before the character that does not fit. Safe to call concurrently.
[[nodiscard]] std::string clean_id(std::string_view id);

}  // namespace digitalis
