#pragma once
// gzip files.

#include <string>
#include <string_view>

namespace digitalis {

/// One gzip member without name or time: equal bytes in, equal bytes out.
[[nodiscard]] std::string gzip(std::string_view bytes);

/// What gzip() packed, any number of members. Throws std::exception when the bytes are damaged.
[[nodiscard]] std::string gunzip(std::string_view bytes);

}  // namespace digitalis
