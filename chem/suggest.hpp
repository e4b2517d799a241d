#pragma once
// "did you mean ...?"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

/// Levenshtein's distance, case ignored.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word` (Levenshtein distance, case ignored), when it is near enough to be a slip; else
/// empty.
[[nodiscard]] std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);

/// "a, b, c".
[[nodiscard]] std::string join(const std::vector<std::string>& words, std::string_view between = ", ");

}  // namespace digitalis
