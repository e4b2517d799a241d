#pragma once
// SHA-256: how tables and agreements name each other (FIPS 180-4, by OpenSSL).

#include <string>
#include <string_view>

namespace digitalis {

/// 64 lower-case hexadecimal digits. Safe to call concurrently.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace digitalis
