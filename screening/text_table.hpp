#pragma once
// Tables for terminals.

#include <string>
#include <vector>

namespace digitalis {

/// Rows under a header, columns aligned: numbers to the right, text to the left; cells longer than `widest` are cut
/// with "...".
[[nodiscard]] std::string text_table(const std::vector<std::string>& header,
                                     const std::vector<std::vector<std::string>>& rows, std::size_t widest = 40);

/// 1234567 -> "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t value);

}  // namespace digitalis
