#pragma once
// "did you mean ...?"

#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

/// The candidate nearest to `word` (Levenshtein distance, case ignored), when it is near enough to be a slip; else
/// empty.
[[nodiscard]] std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);

/// "a, b, c".
[[nodiscard]] std::string join(const std::vector<std::string>& words, std::string_view between = ", ");

}  // namespace digitalis
