#pragma once
// SHA-256 (FIPS 180-4), by OpenSSL: what outcome tables, agreements, records and results are pinned with. digest.hpp
// has the faster kind, for what nobody would forge.

#include <array>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace digitalis {

using Sha256 = std::array<std::uint8_t, 32>;

/// Of the parts one after another, without joining them. Safe to call concurrently.
[[nodiscard]] Sha256 sha256(std::initializer_list<std::string_view> parts);
/// Of a file's bytes, read in pieces of 1 MiB. Throws std::system_error naming the file.
[[nodiscard]] Sha256 sha256_of_file(const std::filesystem::path& file);

/// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string to_hex(const Sha256& digest);
/// Of exactly 64 lower-case hexadecimal digits; else nothing.
[[nodiscard]] std::optional<Sha256> from_hex(std::string_view text);

[[nodiscard]] inline std::string_view as_bytes(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace digitalis
