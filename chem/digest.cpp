#include "chem/digest.hpp"

#include <xxhash.h>

namespace digitalis {

std::string hex(std::initializer_list<std::uint64_t> words) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t word : words)
    for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[word >> static_cast<unsigned>(shift) & 15U];
  return text;
}

std::string digest_64(std::string_view bytes) { return hex({XXH3_64bits(bytes.data(), bytes.size())}); }

std::string digest_128(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return hex({hash.high64, hash.low64});
}

}  // namespace digitalis
