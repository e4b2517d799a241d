#pragma once
// Finds out from the first lines of a source how its records are written: format, delimiter, header, columns.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "chem/record_reader.hpp"

namespace digitalis {

/// How a source begins.
struct SourceStart {
  RecordLayout layout;
  std::uint64_t header_line = 0;  ///< records start after this line; 0: at once
  std::size_t columns = 0;        ///< usual number of columns; 0 for SDF
};

/// Judges the first `lines` of `source` (blank ones included, so that they can be counted); only complete lines.
///
/// SDF is known by its contents or its ending. Otherwise each delimiter and column is tried: the one whose entries look
/// like SMILES most often holds the structures, and a header's names decide between equals. Sources that show nothing
/// (no lines, or all overlong) get the layout that their ending suggests.
/// Throws UsageError when a column of `options` is not there, or no column holds structures. O(length of the lines).
[[nodiscard]] SourceStart find_layout(const std::string& source, std::span<const std::string_view> lines,
                                      const ReadOptions& options);

}  // namespace digitalis
