#pragma once
// Words of randomness that depend on nothing but what they are for: a seed and three numbers that name the purpose. The
// same on every machine, for any number of ranks and threads.
// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, SC11 (2011), doi:10.1145/2063384.2063405 (Philox).

#include <Random123/philox.h>

#include <cstdint>

namespace digitalis {

/// A stream of 2^34 words. Streams of different purposes share none. Not for concurrent use: make one where it is
/// needed, that costs nothing.
class RandomWords {
 public:
  RandomWords(std::uint64_t seed, std::uint32_t first, std::uint32_t second, std::uint32_t third)
      : key_{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)}},
        counter_{{0, first, second, third}} {}

  [[nodiscard]] std::uint32_t next() {
    if (used_ == 4) {
      block_ = r123::Philox4x32{}(counter_, key_);
      ++counter_[0];
      used_ = 0;
    }
    return block_[used_++];
  }

 private:
  r123::Philox4x32::key_type key_;
  r123::Philox4x32::ctr_type counter_;
  r123::Philox4x32::ctr_type block_{};
  unsigned used_ = 4;
};

}  // namespace digitalis
