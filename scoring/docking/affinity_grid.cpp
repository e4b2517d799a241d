#include "scoring/docking/affinity_grid.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "chem/digest.hpp"
#include "scoring/docking/affinity_block.hpp"
#include "scoring/docking/affinity_kernel.hpp"
#include "scoring/docking/affinity_maps.hpp"
#include "scoring/docking/half.hpp"

namespace digitalis {

using namespace affinity_block;

static_assert(AffinityGrid::kAlignment == affinity_block::kAlignment);

AffinityGrid::AffinityGrid(const ReceptorCells& receptor, const Box& box, const ScoringFunction& function,
                           std::span<const AtomType> wanted, const GridOptions& options)
    : AffinityGrid(receptor, box, function, wanted, options, allocate(bytes_needed(box, wanted, options))) {}

AffinityGrid::AffinityGrid(const ReceptorCells& receptor, const Box& box, const ScoringFunction& function,
                           std::span<const AtomType> wanted, const GridOptions& options, std::shared_ptr<void> memory) {
  const Lattice lattice = lattice_over(box, options.spacing_A);
  const Types types = types_of(wanted);
  auto* const block = static_cast<std::byte*>(memory.get());
  // What is not computed is padding: it must not differ between runs either.
  std::memset(block, 0, kHeadBytes);
  for (std::size_t end = kHeadBytes + map_bytes(lattice); end <= block_bytes(lattice, types);
       end += map_bytes(lattice)) {
    const std::size_t padding = map_bytes(lattice) - lattice.size() * sizeof(std::uint64_t);
    std::memset(block + end - padding, 0, padding);
  }
  compute_maps(receptor.receptor(), function, options, lattice, types, block + kHeadBytes);

  Head& head = *static_cast<Head*>(memory.get());
  head.format = kFormat;
  head.types = types;
  head.points = lattice.points;
  head.origin_A = lattice.origin_A;
  head.spacing_A = lattice.spacing_A;
  std::ranges::copy(digest(receptor, box, function, wanted, options), head.digest.begin());
  head.magic = kMagic;
  *this = AffinityGrid(std::move(memory));
}

AffinityGrid::AffinityGrid(std::shared_ptr<void> memory) : memory_(std::move(memory)) {
  const Head& head = *static_cast<const Head*>(memory_.get());
  points_ = head.points;
  origin_ = head.origin_A;
  spacing_ = head.spacing_A;
  const std::size_t bytes = map_bytes({points_, origin_, spacing_});
  const std::byte* next = static_cast<const std::byte*>(memory_.get()) + kHeadBytes;
  for (std::size_t t = 0; t < kAtomTypes; ++t) {
    if (!contains(head.types, t)) continue;
    maps_[t] = reinterpret_cast<const std::uint64_t*>(next);
    next += bytes;
  }
}

std::size_t AffinityGrid::bytes_needed(const Box& box, std::span<const AtomType> wanted, const GridOptions& options) {
  return block_bytes(lattice_over(box, options.spacing_A), types_of(wanted));
}

AffinityGrid AffinityGrid::attach(std::shared_ptr<void> memory, std::size_t bytes) {
  if (find_head(memory.get(), bytes) == nullptr)
    throw std::runtime_error("affinity grid: the memory holds no grid of this version");
  return AffinityGrid(std::move(memory));
}

std::string AffinityGrid::digest(const ReceptorCells& receptor, const Box& box, const ScoringFunction& function,
                                 std::span<const AtomType> wanted, const GridOptions& options) {
  const Lattice lattice = lattice_over(box, options.spacing_A);
  std::string bytes;
  const auto add = [&](const auto&... values) {
    (bytes.append(reinterpret_cast<const char*>(&values), sizeof values), ...);
  };
  add(kFormat, types_of(wanted), lattice.points, lattice.origin_A, lattice.spacing_A);
  bytes += affinity_kernel::instruction_set();
  add(function.radius_A, function.repulsion);
  for (const auto& term : function.gauss) add(term.weight, term.offset_A, term.width_A);
  for (const auto& term : {function.hydrophobic, function.hydrogen_bond}) add(term.weight, term.good_A, term.bad_A);
  for (const ContactBias& bias : options.biases)
    add(bias.at_A, bias.wants_acceptor, bias.weight_kcal_mol, bias.best_distance_A, bias.width_A);
  for (const std::uint32_t i : atoms_near(receptor.receptor(), lattice.box()))
    add(receptor.receptor().types[i], receptor.receptor().positions_A[i]);
  return digest_128(bytes);
}

Box AffinityGrid::box() const { return Lattice{points_, origin_, spacing_}.box(); }

std::size_t AffinityGrid::bytes() const {
  return block_bytes({points_, origin_, spacing_}, static_cast<const Head*>(memory_.get())->types);
}

double AffinityGrid::interpolate(AtomType type, const Position& at) const {
  if (!has(type)) throw std::invalid_argument("affinity grid: no map of " + std::string{name_of(type)});
  std::array<std::size_t, 3> cell{};
  Position part{};
  for (std::size_t k = 0; k < 3; ++k) {
    const double place = std::clamp((at[k] - origin_[k]) / spacing_, 0.0, points_[k] - 1.0);
    const double low = std::min(std::floor(place), points_[k] - 2.0);
    cell[k] = static_cast<std::size_t>(low);
    part[k] = place - low;
  }
  const std::uint64_t* const corners =
      map(type) + (cell[0] * static_cast<std::size_t>(points_[1]) + cell[1]) * static_cast<std::size_t>(points_[2]) +
      cell[2];
  double energy = 0.0;
  for (unsigned corner = 0; corner < 8; ++corner) {
    const unsigned x = corner & 1U, y = corner >> 1U & 1U, z = corner >> 2U;
    const auto half = static_cast<std::uint16_t>(corners[z] >> (16U * (corner & 3U)));
    energy += (x != 0 ? part[0] : 1.0 - part[0]) * (y != 0 ? part[1] : 1.0 - part[1]) *
              (z != 0 ? part[2] : 1.0 - part[2]) * static_cast<double>(float_of_half(half));
  }
  return energy;
}

}  // namespace digitalis
