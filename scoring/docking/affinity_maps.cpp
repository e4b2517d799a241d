#include "scoring/docking/affinity_maps.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

#include "scoring/docking/affinity_kernel.hpp"

namespace digitalis {
namespace {

using namespace affinity_block;

/// The part of an energy that depends on more than radii.
double extra_energy(const ScoringFunction& function, AtomType a, AtomType b, double r_A) {
  const auto terms = pair_terms(function, a, b, r_A);
  return terms[static_cast<std::size_t>(Term::kHydrophobic)] + terms[static_cast<std::size_t>(Term::kHydrogenBond)];
}

double steric_energy(const ScoringFunction& function, AtomType a, AtomType b, double r_A) {
  const auto terms = pair_terms(function, a, b, r_A);
  return terms[0] + terms[1] + terms[2];
}

affinity_kernel::Class class_of(AtomType type) {
  using enum affinity_kernel::Class;
  if (is_hydrophobic(type)) return kHydrophobic;
  if (is_donor(type)) return is_acceptor(type) ? kDonorAndAcceptor : kDonor;
  return is_acceptor(type) ? kAcceptor : kPlain;
}

/// Whether extra_energy() of a ligand's atom with receptor atoms of a class is not always 0.
bool has_extra(AtomType ligand_type, std::size_t receptor_class) {
  using enum affinity_kernel::Class;
  switch (receptor_class) {
    case kHydrophobic: return is_hydrophobic(ligand_type);
    case kDonor: return is_acceptor(ligand_type);
    case kAcceptor: return is_donor(ligand_type);
    case kDonorAndAcceptor: return is_donor(ligand_type) || is_acceptor(ligand_type);
    default: return false;
  }
}

/// Which lane of a table's row holds what: first a steric energy per radius, then the extra energies of the class.
struct Lanes {
  std::vector<AtomType> steric;                                          ///< one type of each radius
  std::array<std::vector<AtomType>, affinity_kernel::kClasses> extra{};  ///< the same among those that have it

  Lanes(const ScoringFunction& function, Types types) {
    const auto note = [&](std::vector<AtomType>& lanes, AtomType type) {
      if (lane(function, lanes, type) == lanes.size()) lanes.push_back(type);
    };
    for (std::size_t t = 0; t < kAtomTypes; ++t) {
      if (!contains(types, t)) continue;
      const auto type = static_cast<AtomType>(t);
      note(steric, type);
      for (std::size_t c = 0; c < extra.size(); ++c)
        if (has_extra(type, c)) note(extra[c], type);
    }
  }
  /// The lane of a type's radius; lanes.size() when there is none.
  static std::size_t lane(const ScoringFunction& function, const std::vector<AtomType>& lanes, AtomType type) {
    const auto radius = [&](AtomType of) { return function.radius_A[static_cast<std::size_t>(of)]; };
    return static_cast<std::size_t>(
        std::ranges::find_if(lanes, [&](AtomType of) { return radius(of) == radius(type); }) - lanes.begin());
  }
  [[nodiscard]] std::size_t most() const {
    std::size_t most = 0;
    for (const auto& of_class : extra) most = std::max(most, steric.size() + of_class.size());
    return most;
  }
};

/// Tables of the types that the receptor has, one after the other, and where each starts.
struct Tables {
  std::shared_ptr<void> memory;
  std::array<std::int32_t, kAtomTypes> start{};
};

/// Just below the cutoff instead of at it: energies jump to 0 there, and the last row must not slope to that.
double place_of_row(double row) { return std::min(row / affinity_kernel::kRowsPerA, std::nextafter(kCutoff_A, 0.0)); }

Tables make_tables(const ScoringFunction& function, const Lanes& lanes, std::size_t width, Types receptor_types) {
  constexpr auto kRows = static_cast<std::size_t>(kCutoff_A) * affinity_kernel::kRowsPerA;
  const std::size_t floats = kRows * 2 * width;
  Tables tables{allocate(static_cast<std::size_t>(std::popcount(receptor_types)) * floats * sizeof(float)), {}};
  auto* table = static_cast<float*>(tables.memory.get());
  std::memset(table, 0, static_cast<std::size_t>(std::popcount(receptor_types)) * floats * sizeof(float));
  for (std::size_t t = 0, index = 0; t < kAtomTypes; ++t) {
    if (!contains(receptor_types, t)) continue;
    const auto type = static_cast<AtomType>(t);
    tables.start[t] = static_cast<std::int32_t>(index++ * floats);
    const auto fill_lane = [&](std::size_t lane, auto&& energy) {
      double low = energy(0.0);
      for (std::size_t row = 0; row < kRows; ++row) {
        const double high = energy(place_of_row(static_cast<double>(row) + 1.0)),
                     middle = energy(place_of_row(static_cast<double>(row) + 0.5));
        // Two thirds of the way from the chord to the middle: the parabola's best straight line, with no error on
        // average, so that errors of many atoms do not add up.
        const double shift = (middle - 0.5 * (low + high)) * 2.0 / 3.0;
        table[row * 2 * width + lane] = static_cast<float>(low + shift);
        table[row * 2 * width + width + lane] = static_cast<float>(high - low);
        low = high;
      }
    };
    for (std::size_t l = 0; l < lanes.steric.size(); ++l)
      fill_lane(l, [&](double r_A) { return steric_energy(function, lanes.steric[l], type, r_A); });
    const std::vector<AtomType>& extra = lanes.extra[class_of(type)];
    for (std::size_t l = 0; l < extra.size(); ++l)
      fill_lane(lanes.steric.size() + l, [&](double r_A) { return extra_energy(function, extra[l], type, r_A); });
    table += floats;
  }
  return tables;
}

affinity_kernel::Atoms kernel_atoms(const DockingReceptor& receptor, std::span<const std::uint32_t> near,
                                    const Lattice& lattice, const Tables& tables) {
  affinity_kernel::Atoms atoms;
  for (const std::uint32_t i : near) {
    const Position at = receptor.positions_A[i] - lattice.origin_A;
    atoms.x.push_back(static_cast<float>(at[0]));
    atoms.y.push_back(static_cast<float>(at[1]));
    atoms.z.push_back(static_cast<float>(at[2]));
    atoms.table.push_back(tables.start[static_cast<std::size_t>(receptor.types[i])]);
    ++atoms.class_start[class_of(receptor.types[i]) + 1];
  }
  for (std::size_t c = 0; c < affinity_kernel::kClasses; ++c) atoms.class_start[c + 1] += atoms.class_start[c];
  return atoms;
}

/// What biases add to the maps of acceptors or of donors, at every point; empty when nothing.
std::vector<float> bias_field(const Lattice& lattice, std::span<const ContactBias> biases, bool acceptors,
                              bool donors) {
  std::vector<float> field;
  for (const ContactBias& bias : biases) {
    if (!(bias.wants_acceptor ? acceptors : donors)) continue;
    field.resize(lattice.size());
    // Farther off it is less than 1e-6 of its weight.
    const double reach_A = bias.best_distance_A + 3.8 * bias.width_A;
    std::array<std::size_t, 3> from{}, to{};
    for (std::size_t k = 0; k < 3; ++k) {
      const double middle = (bias.at_A[k] - lattice.origin_A[k]) / lattice.spacing_A;
      const double reach = reach_A / lattice.spacing_A;
      const double end = lattice.points[k];
      from[k] = static_cast<std::size_t>(std::clamp(std::ceil(middle - reach), 0.0, end));
      to[k] = static_cast<std::size_t>(std::clamp(std::floor(middle + reach) + 1.0, 0.0, end));
    }
    const auto points_y = static_cast<std::size_t>(lattice.points[1]),
               points_z = static_cast<std::size_t>(lattice.points[2]);
    for (std::size_t x = from[0]; x < to[0]; ++x)
      for (std::size_t y = from[1]; y < to[1]; ++y)
        for (std::size_t z = from[2]; z < to[2]; ++z) {
          const double off = (distance(lattice.at(x, y, z), bias.at_A) - bias.best_distance_A) / bias.width_A;
          field[(x * points_y + y) * points_z + z] += static_cast<float>(bias.weight_kcal_mol * std::exp(-off * off));
        }
  }
  return field;
}

}  // namespace

std::vector<std::uint32_t> atoms_near(const DockingReceptor& receptor, const Box& box) {
  std::vector<std::uint32_t> near;
  for (std::uint32_t i = 0; i < receptor.atoms(); ++i)
    if (box.squared_distance_to(receptor.positions_A[i]) < kCutoff_A * kCutoff_A) near.push_back(i);
  std::ranges::stable_sort(near, {}, [&](std::uint32_t i) {
    return std::pair{class_of(receptor.types[i]), receptor.types[i]};
  });
  return near;
}

void compute_maps(const DockingReceptor& receptor, const ScoringFunction& function, const GridOptions& options,
                  const Lattice& lattice, Types types, std::byte* maps) {
  const Lanes lanes(function, types);
  if (lanes.most() > affinity_kernel::kMostLanes) throw std::logic_error("affinity grid: too many different radii");
  const std::size_t width =
      lanes.most() <= affinity_kernel::kMostLanes / 2 ? affinity_kernel::kMostLanes / 2 : affinity_kernel::kMostLanes;

  const std::vector<std::uint32_t> near = atoms_near(receptor, lattice.box());
  Types receptor_types = 0;
  for (const std::uint32_t i : near) receptor_types |= Types{1} << static_cast<unsigned>(receptor.types[i]);
  const Tables tables = make_tables(function, lanes, width, receptor_types);
  const affinity_kernel::Atoms atoms = kernel_atoms(receptor, near, lattice, tables);
  const std::vector<float> for_acceptors = bias_field(lattice, options.biases, true, false),
                           for_donors = bias_field(lattice, options.biases, false, true),
                           for_both = bias_field(lattice, options.biases, true, true);

  std::vector<affinity_kernel::Map> kernel_maps;
  for (std::size_t t = 0; t < kAtomTypes; ++t) {
    if (!contains(types, t)) continue;
    const auto type = static_cast<AtomType>(t);
    affinity_kernel::Map& map = kernel_maps.emplace_back();
    const auto part = [&](std::size_t c, std::size_t lane) {
      map.parts[map.count++] = static_cast<std::uint32_t>(c * affinity_kernel::kMostLanes + lane);
    };
    part(affinity_kernel::kClasses, Lanes::lane(function, lanes.steric, type));
    for (std::size_t c = 0; c < affinity_kernel::kClasses; ++c)
      if (has_extra(type, c)) part(c, lanes.steric.size() + Lanes::lane(function, lanes.extra[c], type));
    const std::vector<float>& bias = !is_donor(type) ? for_acceptors : is_acceptor(type) ? for_both : for_donors;
    if ((is_donor(type) || is_acceptor(type)) && !bias.empty()) map.bias = bias.data();
    map.corners = reinterpret_cast<std::uint64_t*>(maps + kernel_maps.size() * map_bytes(lattice) - map_bytes(lattice));
  }
  affinity_kernel::fill({lattice.points, static_cast<float>(lattice.spacing_A), width,
                         static_cast<const float*>(tables.memory.get()), &atoms, kernel_maps});
}

}  // namespace digitalis
