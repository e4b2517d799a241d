#pragma once
// Numbers as the page's typed arrays read them.

#include <cstddef>
#include <cstdint>
#include <string>

namespace digitalis {

inline void put_u16(std::string& out, unsigned value) {
  out.push_back(static_cast<char>(value & 0xFF));
  out.push_back(static_cast<char>(value >> 8 & 0xFF));
}

inline void put_i16(std::string& out, long value) {
  put_u16(out, static_cast<std::uint16_t>(static_cast<std::int16_t>(value)));
}

inline void put_u32_at(std::string& out, std::size_t at, std::size_t value) {
  for (std::size_t byte = 0; byte < 4; ++byte) out[at + byte] = static_cast<char>(value >> (8 * byte) & 0xFF);
}

}  // namespace digitalis
