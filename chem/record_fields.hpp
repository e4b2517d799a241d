#pragma once
// One record of a SMILES or CSV source to its columns.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "chem/record_reader.hpp"

namespace digitalis {

/// The columns of a record, without surrounding blanks and quotes.
///
/// kCsv follows RFC 4180; a quote that is not closed before a delimiter is an ordinary character. Elsewhere quotes have
/// no meaning except around a whole column. A CXSMILES tail (" |...|") belongs to the SMILES before it, with all the
/// blanks and delimiters it holds. O(length), safe to call concurrently.
[[nodiscard]] std::vector<std::string> split_fields(std::string_view text, RecordLayout::Format format, char delimiter);

/// True when a quoted column of the CSV line is still open at its end.
[[nodiscard]] bool ends_in_quotes(std::string_view line, char delimiter);

/// Where the CSV record at the start of `text` ends, when its quoted columns may run over lines: the position of the
/// `line_end` after it, or text.size(). npos when a quoted column is never closed, or closed in the middle of a column.
[[nodiscard]] std::size_t quoted_record_end(std::string_view text, char delimiter, char line_end);

[[nodiscard]] std::string_view without_blanks(std::string_view text);

}  // namespace digitalis
