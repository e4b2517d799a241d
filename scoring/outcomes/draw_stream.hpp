#pragma once
// Random numbers that depend on nothing but what they are for: the seed, a name, the number of the draw.
// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, SC11 (2011), doi:10.1145/2063384.2063405 (Philox).

#include <Random123/philox.h>

#include <cstdint>
#include <string_view>

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
      : key_{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)}},
        counter_{{0, draw, static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32U)}} {}

  /// In (0, 1), in steps of 2^-52: fine enough for the tails of a quantile function.
  [[nodiscard]] double uniform() {
    if (used_ == 4) {
      block_ = r123::Philox4x32{}(counter_, key_);
      ++counter_[0];
      used_ = 0;
    }
    const std::uint64_t bits = static_cast<std::uint64_t>(block_[used_]) << 32U | block_[used_ + 1];
    used_ += 2;
    return (static_cast<double>(bits >> 12U) + 0.5) * 0x1p-52;
  }
  /// low .. high, each as likely.
  [[nodiscard]] double whole_between(double low, double high) {
    return low + static_cast<double>(static_cast<std::int64_t>(uniform() * (high - low + 1.0)));
  }

 private:
  r123::Philox4x32::key_type key_;
  r123::Philox4x32::ctr_type counter_;
  r123::Philox4x32::ctr_type block_{};
  unsigned used_ = 4;
};

}  // namespace digitalis
