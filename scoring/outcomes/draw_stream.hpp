#pragma once
// What weights are drawn from: the seed, a name and the number of the draw name the stream (random_words.hpp).

#include <cstdint>
#include <string_view>

#include "scoring/random_words.hpp"

namespace digitalis {

/// 64 bits of a name (FNV-1a and a finaliser): which stream a purpose has. The same on every machine.
[[nodiscard]] constexpr std::uint64_t stream_of(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  hash = (hash ^ (hash >> 33U)) * 0xFF51AFD7ED558CCD;
  hash = (hash ^ (hash >> 33U)) * 0xC4CEB9FE1A85EC53;
  return hash ^ (hash >> 33U);
}

class DrawStream {
 public:
  DrawStream(std::uint64_t seed, std::uint64_t stream, std::uint32_t draw)
      : words_{seed, draw, static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32U)} {}

  /// In (0, 1), in steps of 2^-52: fine enough for the tails of a quantile function.
  [[nodiscard]] double uniform() {
    const std::uint64_t high = words_.next(), bits = high << 32U | words_.next();
    return (static_cast<double>(bits >> 12U) + 0.5) * 0x1p-52;
  }
  /// low .. high, each as likely.
  [[nodiscard]] double whole_between(double low, double high) {
    return low + static_cast<double>(static_cast<std::int64_t>(uniform() * (high - low + 1.0)));
  }

 private:
  RandomWords words_;
};

}  // namespace digitalis
