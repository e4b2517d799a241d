#pragma once
// Random numbers that depend on nothing but what they are for: the seed of the ligand, the chain, the step.
// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, SC11 (2011), doi:10.1145/2063384.2063405 (Philox).

#include <Random123/philox.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace digitalis {

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint32_t chain, std::uint32_t step)
      : key_{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}},
        counter_{{0, step, chain, 0}} {}

  /// In (0, 1).
  [[nodiscard]] float uniform() {
    if (used_ == 4) {
      block_ = r123::Philox4x32{}(counter_, key_);
      ++counter_[0];
      used_ = 0;
    }
    return (static_cast<float>(block_[used_++] >> 9) + 0.5f) * 0x1p-23f;
  }
  [[nodiscard]] float between(float low, float high) { return low + (high - low) * uniform(); }
  [[nodiscard]] float angle() { return between(-std::numbers::pi_v<float>, std::numbers::pi_v<float>); }
  /// 0 to n - 1.
  [[nodiscard]] std::uint32_t below(std::uint32_t n) {
    return std::min(n - 1, static_cast<std::uint32_t>(uniform() * static_cast<float>(n)));
  }
  /// A point in the unit ball.
  [[nodiscard]] std::array<float, 3> in_ball() {
    const float z = between(-1.0f, 1.0f), turn = angle(), radius = std::cbrt(uniform());
    const float flat = std::sqrt(1.0f - z * z);
    return {radius * flat * std::cos(turn), radius * flat * std::sin(turn), radius * z};
  }
  /// A unit quaternion, all orientations alike. K. Shoemake, Graphics Gems III (1992) 124-132.
  [[nodiscard]] std::array<float, 4> orientation() {
    const float u = uniform(), a = angle(), b = angle();
    const float low = std::sqrt(1.0f - u), high = std::sqrt(u);
    return {low * std::sin(a), low * std::cos(a), high * std::sin(b), high * std::cos(b)};
  }

 private:
  r123::Philox4x32::key_type key_;
  r123::Philox4x32::ctr_type counter_;
  r123::Philox4x32::ctr_type block_{};
  unsigned used_ = 4;
};

}  // namespace digitalis
