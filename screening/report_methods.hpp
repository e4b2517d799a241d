#pragma once
// What the report says in whole sentences: methods for a paper, and what to know before trusting the list.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace digitalis {

/// A paragraph ready for a paper: what was done, with options, citations, version, seed and cost. `manifest` has
/// results.
[[nodiscard]] std::string methods_paragraph(const nlohmann::json& manifest);

/// What a reader must know first, one paragraph each.
[[nodiscard]] std::vector<std::string> reading_notes(const nlohmann::json& results);

}  // namespace digitalis
