#pragma once
// Tanimoto similarity of one compound to all known actives of a target at once.
//
// The actives' fingerprints are kept transposed: a row per fingerprint bit, a counter per active. A compound's on-bits (about 45 of
// 2048) then select 45 rows whose sum is the number of shared bits with every active: the hot loop is a handful of vector additions per bit, and
// touches only rows that matter, instead of 256 bytes per pair.

#include <cstdint>
#include <memory>
#include <optional>
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
  /// @throws std::invalid_argument  no active, or a bit beyond `bits`
  SimilarityQueries(const std::vector<std::vector<std::uint16_t>>& actives, std::uint32_t bits, Fusion fusion = {});
  ~SimilarityQueries();
  SimilarityQueries(SimilarityQueries&&) noexcept;

  /// Tanimoto coefficients to each active, in their order: shared / (a + b - shared), 0 when both are empty (as RDKit gives... see .cpp);
  /// doubles computed from integer counts, the same on every instruction set. `out` has one place per active.
  void similarities(std::span<const std::uint16_t> on_bits, std::span<double> out) const;

  struct Score {
    double similarity = 0.0;    ///< fused, 0 to 1
    std::uint32_t nearest = 0;  ///< index of the nearest active, the first among equals
  };
  [[nodiscard]] Score score(std::span<const std::uint16_t> on_bits) const;
  [[nodiscard]] std::size_t size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Instruction set that the kernel chose on this machine, as Highway names it ("AVX3_ZEN4", "AVX2", "NEON").
[[nodiscard]] std::string_view similarity_instruction_set();

}  // namespace digitalis
