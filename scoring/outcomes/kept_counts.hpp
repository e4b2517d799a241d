#pragma once
// What a site keeps of a table that it accepted, so that later tables can be held against it (E-DIFF): the counts, and
// whom they count. Rates, limits, denominators and notes are not kept, and nothing of a rounded table: the difference
// of two rounded counts says nothing about a few people.

#include <string>
#include <string_view>

#include "scoring/outcomes/tables.hpp"

namespace digitalis {

/// JSON, one line; empty when there is nothing to keep. O(cells).
[[nodiscard]] std::string counts_to_keep(const OutcomeTable& table);

/// A table with only those counts, for check_tables(..., earlier). Messages call it by its table_id.
/// @param sha256  of the table's file
/// @throws std::runtime_error  naming `file`, when the text is not one of counts_to_keep()
[[nodiscard]] OutcomeTable table_of_kept_counts(const std::string& file, const std::string& sha256,
                                                std::string_view text);

}  // namespace digitalis
