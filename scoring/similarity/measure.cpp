// Compiled without fused multiply-add (see CMakeLists.txt): the same doubles on every processor.
#include "scoring/similarity/measure.hpp"

#include <algorithm>
#include <stdexcept>

namespace digitalis {

double SimilarityMeasure::operator()(std::uint32_t shared, std::uint32_t of_query, std::uint32_t of_compound) const {
  const double both = shared, q = of_query, m = of_compound;
  double numerator = both, denominator = 0.0;
  switch (kind) {
    case Kind::kTanimoto: denominator = q + m - both; break;
    case Kind::kDice: numerator = 2.0 * both, denominator = q + m; break;
    case Kind::kTversky: denominator = alpha * q + beta * m + (1.0 - alpha - beta) * both; break;
  }
  return denominator == 0.0 ? 1.0 : numerator / denominator;
}

// The coefficients grow with the shared bits, but for Tversky's where rounding decides (weights of almost 0): the steps
// at the end leave no bit below the answer that would do, unless one further down has failed.
std::uint32_t SimilarityMeasure::fewest_shared(std::uint32_t of_query, std::uint32_t of_compound,
                                               double threshold) const {
  std::uint32_t low = 0, high = std::min(of_query, of_compound) + 1;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if ((*this)(middle, of_query, of_compound) >= threshold)
      high = middle;
    else
      low = middle + 1;
  }
  while (low > 0 && (*this)(low - 1, of_query, of_compound) >= threshold) --low;
  return low;
}

void SimilarityMeasure::check() const {
  const auto within = [](double weight) { return weight >= 0.0 && weight <= 1.0; };
  if (!within(alpha) || !within(beta)) throw std::invalid_argument("alpha and beta of Tversky's measure are 0 to 1");
}

}  // namespace digitalis
