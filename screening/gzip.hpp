#pragma once
// gzip files.

#include <string>
#include <string_view>

namespace digitalis {

/// One gzip member without name or time: equal bytes in, equal bytes out.
[[nodiscard]] std::string gzip(std::string_view bytes);

}  // namespace digitalis
