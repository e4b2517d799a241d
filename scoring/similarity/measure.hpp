#pragma once
// Similarity coefficients as exact doubles of integer counts.

#include <cstdint>

namespace digitalis {

/// How alike a query with q on-bits and a compound with m are that share c of them. All are 1 when nothing is on in
/// either, as in RDKit, whose values these are to the last bit.
struct SimilarityMeasure {
  enum class Kind {
    kTanimoto,  ///< c / (q + m - c)
    kDice,      ///< 2 c / (q + m)
    kTversky,   ///< c / (alpha q + beta m + (1 - alpha - beta) c), A. Tversky, Psychol. Rev. 84 (1977) 327-352
  };
  Kind kind = Kind::kTanimoto;
  double alpha = 1.0;  ///< weight of what only the query has, 0 to 1; Tversky only
  double beta = 0.0;   ///< weight of what only the compound has, 0 to 1; (1, 0) asks for the query as a part

  /// @param shared  at most the lesser of both
  [[nodiscard]] double operator()(std::uint32_t shared, std::uint32_t of_query, std::uint32_t of_compound) const;

  /// Least number of shared bits whose similarity is at least `threshold`; one more than the lesser of both where none
  /// is. O(log).
  [[nodiscard]] std::uint32_t fewest_shared(std::uint32_t of_query, std::uint32_t of_compound, double threshold) const;

  /// @throws std::invalid_argument  alpha or beta is not within 0 to 1
  void check() const;
};

}  // namespace digitalis
