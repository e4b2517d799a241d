#include "scoring/docking/lane_model.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace digitalis {
namespace {

std::array<float, 3> to_float(const Position& at) {
  return {static_cast<float>(at[0]), static_cast<float>(at[1]), static_cast<float>(at[2])};
}

/// The search's pair energy at a distance between surfaces. The types stand for their class; radii do not matter.
PairTable make_table(const ScoringFunction& function, AtomType a, AtomType b) {
  const double contact =
      function.radius_A[static_cast<std::size_t>(a)] + function.radius_A[static_cast<std::size_t>(b)];
  // The cutoff is the caller's; here the function goes on.
  const auto energy = [&](double d) {
    const double r = std::clamp(contact + d, 1e-3, kCutoff_A - 1e-6);
    return soften(pair_energy(function, a, b, r), kSearchSoftening);
  };
  const auto slope = [&](double d) { return (energy(d + 1e-3) - energy(d - 1e-3)) / 2e-3; };
  PairTable table{};
  const double h = PairTable::kStep_A;
  for (std::size_t s = 0; s < PairTable::kSegments; ++s) {
    const double low = PairTable::kLow_A + static_cast<double>(s) * h, high = low + h;
    const double e0 = energy(low), e1 = energy(high), m0 = h * slope(low), m1 = h * slope(high);
    if (s == 0) {
      table.c[0][s] = static_cast<float>(e1 - m1);
      table.c[1][s] = static_cast<float>(m1);
      continue;
    }
    table.c[0][s] = static_cast<float>(e0);
    table.c[1][s] = static_cast<float>(m0);
    table.c[2][s] = static_cast<float>(3 * (e1 - e0) - 2 * m0 - m1);
    table.c[3][s] = static_cast<float>(2 * (e0 - e1) + m0 + m1);
  }
  return table;
}

void add_pairs(LaneModel& model, const DockingLigand& ligand) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> all = ligand.pairs;
  all.insert(all.end(), ligand.side_chain_pairs.begin(), ligand.side_chain_pairs.end());
  std::sort(all.begin(), all.end());
  const auto radius = [&](std::uint32_t i) {
    return model.function->radius_A[static_cast<std::size_t>(ligand.types[i])];
  };
  for (std::size_t wanted = 0; wanted < LaneModel::kPairClasses; ++wanted)
    for (const auto& [i, j] : all) {
      if (class_of(ligand.types[i], ligand.types[j]) != wanted) continue;
      auto& groups = model.groups[wanted];
      const auto next = static_cast<std::uint32_t>(model.other.size());
      if (groups.empty() || groups.back().atom != i) groups.push_back({i, next, next});
      groups.back().end = next + 1;
      model.other.push_back(j);
      model.contact_A.push_back(static_cast<float>(radius(i) + radius(j)));
    }
  using enum AtomType;
  model.tables = {make_table(*model.function, kCarbonPolar, kCarbonPolar),
                  make_table(*model.function, kCarbonHydrophobic, kCarbonHydrophobic),
                  make_table(*model.function, kOxygenDonor, kOxygenAcceptor)};
}

/// How far all atoms together move per unit of each degree of freedom: the square root of the sum of squares.
void set_scale(LaneModel& model, const DockingLigand& ligand, const std::vector<Position>& at) {
  const std::size_t own = ligand.ligand_atoms;
  double spread = 0.0;
  Position middle{};
  for (std::size_t i = 0; i < own; ++i) {
    spread += squared_distance(at[i], at[0]);
    middle = middle + (1.0 / static_cast<double>(own)) * (at[i] - at[0]);
  }
  model.middle = to_float(middle);
  model.gyration_A = static_cast<float>(std::max(1.0, std::sqrt(spread / static_cast<double>(own))));
  const double turned = std::max(1.0, spread * 2.0 / 3.0);
  model.scale.assign(model.dofs(), static_cast<float>(1.0 / std::sqrt(turned)));
  for (std::size_t k = 0; k < 3; ++k) model.scale[k] = static_cast<float>(1.0 / std::sqrt(static_cast<double>(own)));
  for (std::size_t f = 0; f < ligand.fragments.size(); ++f) {
    if (ligand.fragments[f].parent < 0) continue;
    std::vector<bool> moves(ligand.fragments.size());
    moves[f] = true;
    const Position origin = at[ligand.fragments[f].first];
    Position axis = origin - at[ligand.fragments[f].axis_from];
    axis = (1.0 / std::sqrt(dot(axis, axis))) * axis;
    double sum = 0.0;
    for (std::size_t g = f; g < ligand.fragments.size(); ++g) {
      const auto& fragment = ligand.fragments[g];
      if (g > f && (fragment.parent < 0 || !moves[static_cast<std::size_t>(fragment.parent)])) continue;
      moves[g] = true;
      for (std::uint32_t i = fragment.first; i < fragment.end; ++i) {
        const Position arm = cross(axis, at[i] - origin);
        sum += dot(arm, arm);
      }
    }
    model.scale[model.fragments[f].dof] = static_cast<float>(1.0 / std::sqrt(std::max(1.0, sum)));
  }
}

}  // namespace

LaneModel make_lane_model(const DockingTarget& target, const DockingLigand& ligand, std::uint32_t conformer,
                          const std::vector<PlaceRestraint>& restraints) {
  const std::vector<Position>& at = ligand.conformers.at(conformer);
  LaneModel model;
  model.atoms = ligand.atoms();
  model.torsions = ligand.turning();
  model.types = ligand.types;
  model.restraints = restraints;
  model.cells = target.cells;
  model.function = target.function;
  std::uint32_t dof = 6;
  for (const DockingLigand::Fragment& fragment : ligand.fragments) {
    LaneModel::Fragment flat{fragment.parent, fragment.first, fragment.end, 0, to_float(at[fragment.first]), {}};
    if (fragment.parent >= 0) {
      flat.dof = dof++;
      const Position axis = at[fragment.first] - at[fragment.axis_from];
      flat.axis = to_float((1.0 / std::sqrt(dot(axis, axis))) * axis);
      flat.offset =
          to_float(at[fragment.first] - at[ligand.fragments[static_cast<std::size_t>(fragment.parent)].first]);
    }
    model.fragments.push_back(flat);
    for (std::uint32_t i = fragment.first; i < fragment.end; ++i) {
      const Position local = at[i] - at[fragment.first];
      model.x.push_back(static_cast<float>(local[0]));
      model.y.push_back(static_cast<float>(local[1]));
      model.z.push_back(static_cast<float>(local[2]));
    }
  }
  for (const AtomType type : ligand.types) {
    if (!target.grid->has(type))
      throw std::invalid_argument("dock: the grid has no map for " + std::string{name_of(type)});
    model.map.push_back(target.grid->map(type));
  }
  add_pairs(model, ligand);
  set_scale(model, ligand, at);
  model.grid_origin = to_float(target.grid->origin_A());
  model.grid_points = target.grid->points();
  model.grid_spacing = static_cast<float>(target.grid->spacing_A());
  return model;
}

std::vector<float> coordinates_of(const Pose& pose) {
  std::vector<float> flat;
  for (const double value : pose.position_A) flat.push_back(static_cast<float>(value));
  for (const double value : pose.orientation) flat.push_back(static_cast<float>(value));
  for (const double value : pose.torsions_rad) flat.push_back(static_cast<float>(value));
  return flat;
}

Pose pose_of(std::span<const float> coordinates, std::uint32_t conformer) {
  Pose pose;
  pose.conformer = conformer;
  double norm = 0.0;
  for (std::size_t k = 0; k < 3; ++k) pose.position_A[k] = static_cast<double>(coordinates[k]);
  for (std::size_t k = 0; k < 4; ++k)
    norm += static_cast<double>(coordinates[3 + k]) * static_cast<double>(coordinates[3 + k]);
  for (std::size_t k = 0; k < 4; ++k) pose.orientation[k] = static_cast<double>(coordinates[3 + k]) / std::sqrt(norm);
  for (const float torsion : coordinates.subspan(7)) pose.torsions_rad.push_back(static_cast<double>(torsion));
  return pose;
}

}  // namespace digitalis
