#pragma once
// What a search draws: the seed of the ligand, the chain and the step name the stream (random_words.hpp).

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "scoring/random_words.hpp"

namespace digitalis {

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint32_t chain, std::uint32_t step) : words_{seed, step, chain, 0} {}

  /// In (0, 1).
  [[nodiscard]] float uniform() { return (static_cast<float>(words_.next() >> 9) + 0.5f) * 0x1p-23f; }
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
  RandomWords words_;
};

}  // namespace digitalis
