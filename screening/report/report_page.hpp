#pragma once
// The page as esbuild bundled it, compiled into the program.

#include <string_view>

namespace digitalis {

/// Stands once in the page, where the data go.
inline constexpr std::string_view kDataMarker = "<!--digitalis:data-->";

/// The page's HTML; empty when built with -DDIGITALIS_REPORT=OFF.
[[nodiscard]] std::string_view report_page();

/// The script that draws poses, twice as large as the page: only pages with poses carry it.
[[nodiscard]] std::string_view report_viewer();

}  // namespace digitalis
