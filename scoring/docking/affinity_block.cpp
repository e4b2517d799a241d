#include "scoring/docking/affinity_block.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <new>
#include <stdexcept>

namespace digitalis::affinity_block {
namespace {

constexpr std::int32_t kMostPoints = 1 << 28;  // the search gathers with 32-bit indices

std::size_t round_up(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

}  // namespace

Types types_of(std::span<const AtomType> wanted) {
  if (wanted.empty()) return (Types{1} << kAtomTypes) - 1;
  Types types = 0;
  for (const AtomType type : wanted) types |= Types{1} << static_cast<unsigned>(type);
  return types;
}

Box Lattice::box() const {
  Box box;
  for (std::size_t k = 0; k < 3; ++k) box.size_A[k] = (points[k] - 1) * spacing_A;
  box.center_A = origin_A + 0.5 * box.size_A;
  return box;
}

Lattice lattice_over(const Box& box, double spacing_A) {
  if (!(spacing_A > 0.0 && std::isfinite(spacing_A))) throw std::invalid_argument("affinity grid: no such spacing");
  Lattice lattice{.spacing_A = spacing_A};
  double points = 1.0;
  for (std::size_t k = 0; k < 3; ++k) {
    if (!(box.size_A[k] >= 0.0 && std::isfinite(box.size_A[k]) && std::isfinite(box.center_A[k])))
      throw std::invalid_argument("affinity grid: no such box");
    const double cells = std::max(1.0, std::ceil(box.size_A[k] / spacing_A));
    points *= cells + 1.0;
    if (points > kMostPoints) throw std::invalid_argument("affinity grid: too many points");
    lattice.points[k] = static_cast<std::int32_t>(cells) + 1;
    lattice.origin_A[k] = box.center_A[k] - 0.5 * cells * spacing_A;
  }
  return lattice;
}

std::size_t map_bytes(const Lattice& lattice) {
  return round_up((lattice.size() + 1) * sizeof(std::uint64_t), kAlignment);
}

std::size_t block_bytes(const Lattice& lattice, Types types) {
  return kHeadBytes + static_cast<std::size_t>(std::popcount(types)) * map_bytes(lattice);
}

const Head* find_head(const void* block, std::size_t bytes) {
  if (block == nullptr || bytes < kHeadBytes) return nullptr;
  const Head* const head = static_cast<const Head*>(block);
  if (head->magic != kMagic || head->format != kFormat) return nullptr;
  if (head->types == 0 || head->types >= Types{1} << kAtomTypes) return nullptr;
  double points = 1.0;
  for (const std::int32_t along : head->points) {
    if (along < 2) return nullptr;
    points *= along;
  }
  if (points > kMostPoints || block_bytes(head->lattice(), head->types) > bytes) return nullptr;
  return head;
}

std::shared_ptr<void> allocate(std::size_t bytes) {
  constexpr std::size_t kLargePage = std::size_t{2} << 20U;
  const bool large = bytes >= kLargePage;
  const std::size_t rounded = round_up(bytes, large ? kLargePage : kAlignment);
  void* const memory = std::aligned_alloc(large ? kLargePage : kAlignment, rounded);
  if (memory == nullptr) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  if (large) madvise(memory, rounded, MADV_HUGEPAGE);  // a wish: what the system answers does not matter
#endif
  return {memory, [](void* block) { std::free(block); }};
}

}  // namespace digitalis::affinity_block
