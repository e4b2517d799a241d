#pragma once
// Tanimoto similarity of one compound to all known actives of a target at once.
//
// The actives' fingerprints are kept transposed: a row per fingerprint bit, a counter per active. A compound's on-bits
// (about 45 of 2048) then select 45 rows whose sum is the number of shared bits with every active: the hot loop is a
// handful of vector additions per bit, and touches only rows that matter, instead of 256 bytes per pair.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace digitalis {

/// How similarities to several actives become one score.
struct Fusion {
  /// 1: the nearest active (MAX fusion); k: mean of the k nearest (all, when there are fewer).
  std::uint32_t nearest = 1;
};

/// The known actives of one target. Immutable; safe to call concurrently.
class SimilarityQueries {
 public:
  /// @param actives  on-bits of each active, ascending; at least one active
  /// @param bits     length of the fingerprints
  /// @throws std::invalid_argument  no active, on-bits not ascending or beyond `bits`, `bits` not 1 to 65536, nearest 0
  /// Memory: a byte per active and bit that any active has, and 256 KiB; 512 KiB for up to four.
  SimilarityQueries(const std::vector<std::vector<std::uint16_t>>& actives, std::uint32_t bits, Fusion fusion = {});
  ~SimilarityQueries();
  SimilarityQueries(SimilarityQueries&&) noexcept;

  /// Tanimoto coefficients to each active, in their order: shared / (a + b - shared), 1 when both are empty, as in
  /// RDKit; doubles computed from integer counts, the same on every instruction set.
  ///
  /// @param on_bits  ascending, each below the length of the fingerprints
  /// @param out      shape (size()); std::invalid_argument else
  void similarities(std::span<const std::uint16_t> on_bits, std::span<double> out) const;

  struct Score {
    double similarity = 0.0;    ///< fused, 0 to 1
    std::uint32_t nearest = 0;  ///< index of the nearest active, the first among equals
  };
  /// Same arguments. Allocates nothing for drug-like compounds (up to 255 on-bits) and MAX fusion; the mean of the k
  /// nearest is summed from the largest down.
  [[nodiscard]] Score score(std::span<const std::uint16_t> on_bits) const;
  [[nodiscard]] std::size_t size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Instruction set that the kernel chose on this machine, as Highway names it ("AVX3_ZEN4", "AVX2", "NEON").
[[nodiscard]] std::string_view similarity_instruction_set();

}  // namespace digitalis
