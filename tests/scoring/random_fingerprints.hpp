#pragma once
// Fingerprints for tests: some bits common, most rare, as in real ones, and families of similar rows.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <random>
#include <set>
#include <vector>

namespace digitalis::testing {

using FingerprintLists = std::vector<std::vector<std::uint16_t>>;

/// About 45 bits on; every third row is another one with a few bits changed.
inline FingerprintLists random_fingerprints(std::uint32_t seed, std::size_t rows, std::uint32_t bits = 2048) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform;
  // Bit b is drawn with a probability that falls as 1 / b.
  const auto draw_bit = [&] {
    return static_cast<std::uint16_t>(std::min(bits - 1.0, std::pow(bits, uniform(random)) - 1.0));
  };
  FingerprintLists lists;
  while (lists.size() < rows) {
    std::set<std::uint16_t> on;
    if (!lists.empty() && lists.size() % 3 == 0) {
      const auto& parent = lists[random() % lists.size()];
      on.insert(parent.begin(), parent.end());
      for (auto changes = random() % 15; changes > 0; --changes) {
        const std::uint16_t bit = draw_bit();
        if (on.erase(bit) == 0) on.insert(bit);
      }
    } else {
      for (auto draws = 20 + random() % 60; draws > 0; --draws) on.insert(draw_bit());
    }
    lists.emplace_back(on.begin(), on.end());
  }
  return lists;
}

inline std::uint32_t shared_bits(const std::vector<std::uint16_t>& a, const std::vector<std::uint16_t>& b) {
  std::vector<std::uint16_t> both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return static_cast<std::uint32_t>(both.size());
}

inline double tanimoto(const std::vector<std::uint16_t>& a, const std::vector<std::uint16_t>& b) {
  const auto shared = shared_bits(a, b);
  const double either = static_cast<double>(a.size() + b.size() - shared);
  return either == 0.0 ? 1.0 : shared / either;
}

}  // namespace digitalis::testing
