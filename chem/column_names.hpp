#pragma once
// What the columns and data fields of compound libraries are called.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace digitalis {

/// How well a header name fits; lower is better, nothing: not at all. Upper case, blanks, '_', '-' and '.' do not
/// count.
[[nodiscard]] std::optional<std::size_t> rank_as_smiles(std::string_view name);
[[nodiscard]] std::optional<std::size_t> rank_as_id(std::string_view name);

/// The position of `name` in `names`: exact, else in another case; nothing when it is in neither.
[[nodiscard]] std::optional<std::size_t> find_name(std::span<const std::string> names, std::string_view name);

/// "'smiles', 'id', 'score'", at most twelve of them.
[[nodiscard]] std::string quoted_list(std::span<const std::string> names);

}  // namespace digitalis
