#pragma once
// The bytes of a table and of its statement as cells and fields; whatever does not fit is a finding. Used by the checks
// only.

#include <string>
#include <string_view>

#include "scoring/outcomes/finding.hpp"
#include "scoring/outcomes/tables.hpp"

namespace digitalis {

/// The cells of the rows that could be read. Makes the checks that need the text: E-SCHEMA, E-ROWLEVEL but for repeated
/// keys, and the form of the area code (E-AREA). O(bytes).
[[nodiscard]] std::vector<OutcomeCell> read_cells(const std::string& file, std::string_view csv,
                                                  TableFindings& findings);

/// `file` is what messages call the statement. Findings are E-META, and E-ROWLEVEL for identifiers in it.
[[nodiscard]] TableMeta read_meta(const std::string& file, std::string_view json, Day today, TableFindings& findings);

/// As DeclaredTotal writes it: "disease_id|indicator|area_code|period_start|period_end|sex|age_band".
[[nodiscard]] std::string key_of(const OutcomeCell& cell);

/// Letters, digits, '_', '.', '-'; begins with a letter or digit; at most 64: what a disease, indicator or table is
/// called.
[[nodiscard]] bool is_plain_id(std::string_view text);

}  // namespace digitalis
