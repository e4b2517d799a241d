#include "scoring/similarity/similarity.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <new>
#include <numeric>
#include <stdexcept>
#include <string>

#include <hwy/aligned_allocator.h>

#include "scoring/similarity/kernel.hpp"

namespace digitalis {
namespace {

using similarity_kernel::ActiveMatrix;

// Any on-bit that 16 bits can name finds an entry, so that a damaged list cannot read beyond the table.
constexpr std::size_t kLongestFingerprint = 65'536;

// Up to so many actives are counted in the bytes of one word, a look-up per on-bit, with no vector to fill or search.
constexpr std::size_t kFewActives = 4;

// find_nearest() multiplies in 16 bits.
constexpr std::uint64_t kLargestProduct = 32'767;

std::size_t round_up(std::size_t value, std::size_t to) { return (value + to - 1) / to * to; }

// RDKit calls two empty bit vectors the same, and one empty and one not without anything in common.
double tanimoto(std::int32_t shared, std::int32_t of_active, std::int32_t of_compound) {
  const std::int32_t either = of_active + of_compound - shared;
  return either == 0 ? 1.0 : static_cast<double>(shared) / static_cast<double>(either);
}

void check(const std::vector<std::vector<std::uint16_t>>& actives, std::uint32_t bits, const Fusion& fusion) {
  if (actives.empty()) throw std::invalid_argument("similarity needs at least one known active");
  if (fusion.nearest == 0) throw std::invalid_argument("similarity needs at least one nearest active to fuse");
  if (bits == 0 || bits > kLongestFingerprint)
    throw std::invalid_argument("a fingerprint has 1 to 65536 bits, not " + std::to_string(bits));
  for (std::size_t i = 0; i < actives.size(); ++i) {
    const auto& on_bits = actives[i];
    const std::string which = "active " + std::to_string(i + 1) + " of " + std::to_string(actives.size());
    if (std::ranges::adjacent_find(on_bits, std::greater_equal{}) != on_bits.end())
      throw std::invalid_argument(which + ": its on-bits are not ascending");
    if (!on_bits.empty() && on_bits.back() >= bits)
      throw std::invalid_argument(which + ": on-bit " + std::to_string(on_bits.back()) + " in a fingerprint of " +
                                  std::to_string(bits) + " bits");
  }
}

template <class Value>
hwy::AlignedFreeUniquePtr<Value[]> zeros(std::size_t count) {
  auto values = hwy::AllocateAligned<Value>(count);
  if (!values) throw std::bad_alloc();
  std::fill_n(values.get(), count, Value{0});
  return values;
}

}  // namespace

struct SimilarityQueries::Impl {
  Fusion fusion;
  std::size_t count = 0;
  std::size_t stride = 0;
  std::uint64_t most_on_bits = 0;
  std::vector<std::uint32_t> row_of_bit;              // row 0: no active has the bit
  hwy::AlignedFreeUniquePtr<std::int32_t[]> on_bits;  // of each active
  hwy::AlignedFreeUniquePtr<std::int16_t[]> short_on_bits;
  hwy::AlignedFreeUniquePtr<std::uint8_t[]> rows;
  std::vector<std::uint32_t> few;  // of each bit, a byte per active: whether it has it; empty where there are more

  [[nodiscard]] ActiveMatrix matrix() const {
    return {rows.get(), row_of_bit.data(), stride, on_bits.get(), short_on_bits.get()};
  }

  [[nodiscard]] bool fits_short_integers(std::size_t compound_bits) const {
    return compound_bits > 0 && stride <= similarity_kernel::kMostActives &&
           compound_bits <= similarity_kernel::kMostRowsPerSum &&
           (most_on_bits + compound_bits) * std::min<std::uint64_t>(most_on_bits, compound_bits) <= kLargestProduct;
  }

  // Calls visit(index, similarity) for every active in order.
  template <class Visit>
  void visit_similarities(std::span<const std::uint16_t> compound, const Visit& visit) const {
    using similarity_kernel::kBlock;
    if (compound.empty()) {
      for (std::size_t i = 0; i < count; ++i) visit(i, tanimoto(0, on_bits[i], 0));
      return;
    }
    alignas(64) std::array<double, kBlock> block;
    for (std::size_t first = 0; first < count; first += kBlock) {
      const std::size_t lanes = std::min(kBlock, stride - first), here = std::min(lanes, count - first);
      similarity_kernel::similarities(matrix(), compound, first, std::span(block).first(lanes));
      for (std::size_t i = 0; i < here; ++i) visit(first + i, block[i]);
    }
  }

  // The nearest of few, by integers as find_nearest() decides.
  [[nodiscard]] Score nearest_of_few(std::span<const std::uint16_t> compound) const {
    std::array<std::uint32_t, 4> sums{};  // several: each addition waits for the one before
    std::size_t i = 0;
    for (; i + sums.size() <= compound.size(); i += sums.size())
      for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += few[compound[i + j]];
    for (; i < compound.size(); ++i) sums[0] += few[compound[i]];
    const std::uint32_t counts = sums[0] + sums[1] + sums[2] + sums[3];
    const auto bits = static_cast<std::int32_t>(compound.size());
    std::size_t best = 0;
    std::int32_t best_shared = 0, best_total = 1;
    for (std::size_t active = 0; active < count; ++active) {
      const auto shared = static_cast<std::int32_t>(counts >> (8 * active) & 0xffU), total = on_bits[active] + bits;
      if (shared * best_total <= best_shared * total) continue;
      best = active, best_shared = shared, best_total = total;
    }
    return {tanimoto(best_shared, on_bits[best], bits), static_cast<std::uint32_t>(best)};
  }

  [[nodiscard]] Score mean_of_nearest(std::span<const std::uint16_t> compound) const {
    const std::size_t wanted = std::min<std::size_t>(fusion.nearest, count);
    std::vector<double> nearest;  // descending
    nearest.reserve(wanted + 1);
    Score score{-1.0, 0};
    visit_similarities(compound, [&](std::size_t index, double similarity) {
      if (nearest.size() == wanted && similarity <= nearest.back()) return;
      if (similarity > score.similarity) score = {similarity, static_cast<std::uint32_t>(index)};
      nearest.insert(std::ranges::upper_bound(nearest, similarity, std::greater{}), similarity);
      if (nearest.size() > wanted) nearest.pop_back();
    });
    score.similarity = std::accumulate(nearest.begin(), nearest.end(), 0.0) / static_cast<double>(wanted);
    return score;
  }
};

SimilarityQueries::SimilarityQueries(const std::vector<std::vector<std::uint16_t>>& actives, std::uint32_t bits,
                                     Fusion fusion)
    : impl_(std::make_unique<Impl>()) {
  check(actives, bits, fusion);
  impl_->fusion = fusion;
  impl_->count = actives.size();
  impl_->stride =
      round_up(actives.size(), actives.size() <= 2 * similarity_kernel::kNarrowLane ? similarity_kernel::kNarrowLane
                                                                                    : similarity_kernel::kWideLane);
  impl_->row_of_bit.resize(kLongestFingerprint);
  for (const auto& active : actives) {
    impl_->most_on_bits = std::max<std::uint64_t>(impl_->most_on_bits, active.size());
    for (const std::uint16_t bit : active) impl_->row_of_bit[bit] = 1;
  }
  // Rows only for bits that occur, in their order, after the empty one that all others share.
  const auto row_units = static_cast<std::uint32_t>(impl_->stride / similarity_kernel::kNarrowLane);
  std::uint32_t rows = 1;
  for (std::uint32_t& row : impl_->row_of_bit)
    if (row != 0) row = rows++ * row_units;

  impl_->rows = zeros<std::uint8_t>(std::size_t{rows} * impl_->stride);
  impl_->on_bits = zeros<std::int32_t>(impl_->stride);
  impl_->short_on_bits = zeros<std::int16_t>(impl_->stride);
  constexpr std::size_t kLargestShort = std::numeric_limits<std::int16_t>::max();
  for (std::size_t i = 0; i < actives.size(); ++i) {
    impl_->on_bits[i] = static_cast<std::int32_t>(actives[i].size());
    // Where this cuts off, fits_short_integers() says no.
    impl_->short_on_bits[i] = static_cast<std::int16_t>(std::min(actives[i].size(), kLargestShort));
    for (const std::uint16_t bit : actives[i])
      impl_->rows[std::size_t{impl_->row_of_bit[bit]} * similarity_kernel::kNarrowLane + i] = 1;
  }
  if (actives.size() > kFewActives) return;
  impl_->few.resize(kLongestFingerprint);
  for (std::size_t i = 0; i < actives.size(); ++i)
    for (const std::uint16_t bit : actives[i]) impl_->few[bit] |= std::uint32_t{1} << (8 * i);
}

SimilarityQueries::~SimilarityQueries() = default;
SimilarityQueries::SimilarityQueries(SimilarityQueries&&) noexcept = default;

void SimilarityQueries::similarities(std::span<const std::uint16_t> on_bits, std::span<double> out) const {
  if (out.size() != impl_->count) throw std::invalid_argument("similarities need one place per known active");
  impl_->visit_similarities(on_bits, [&](std::size_t index, double similarity) { out[index] = similarity; });
}

SimilarityQueries::Score SimilarityQueries::score(std::span<const std::uint16_t> on_bits) const {
  assert(std::ranges::adjacent_find(on_bits, std::greater_equal{}) == on_bits.end());
  if (impl_->fusion.nearest > 1 || !impl_->fits_short_integers(on_bits.size())) return impl_->mean_of_nearest(on_bits);
  if (!impl_->few.empty()) return impl_->nearest_of_few(on_bits);
  const auto nearest = similarity_kernel::find_nearest(impl_->matrix(), on_bits);
  return {tanimoto(static_cast<std::int32_t>(nearest.shared), impl_->on_bits[nearest.active],
                   static_cast<std::int32_t>(on_bits.size())),
          nearest.active};
}

std::size_t SimilarityQueries::size() const { return impl_->count; }

std::string_view similarity_instruction_set() { return similarity_kernel::instruction_set(); }

}  // namespace digitalis
