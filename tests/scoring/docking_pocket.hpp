#pragma once
// A small ligand and a small pocket for tests of the docking search.

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "scoring/docking/dock.hpp"
#include "scoring/docking/lane_model.hpp"
#include "scoring/docking/random_stream.hpp"

namespace digitalis {

/// A zigzag of atoms, a fragment each from the second on: `torsions` bonds turn.
inline DockingLigand zigzag(std::uint32_t torsions) {
  DockingLigand ligand;
  const std::vector<AtomType> kinds{AtomType::kCarbonHydrophobic, AtomType::kOxygenBoth, AtomType::kNitrogenDonor,
                                    AtomType::kCarbonPolar};
  const std::uint32_t atoms = 3 + 2 * torsions;
  std::vector<Position> at;
  for (std::uint32_t i = 0; i < atoms; ++i) {
    at.push_back({1.25 * i, i % 2 == 0 ? 0.0 : 0.8, 0.1 * (i % 3)});
    ligand.types.push_back(kinds[i % kinds.size()]);
    ligand.source.push_back(i);
  }
  ligand.fragments.push_back({DockingLigand::kFree, 0, 0, 3});
  for (std::uint32_t t = 0; t < torsions; ++t)
    ligand.fragments.push_back({static_cast<std::int32_t>(t), 2 + 2 * t, 3 + 2 * t, 5 + 2 * t});
  for (std::uint32_t i = 0; i < atoms; ++i)
    for (std::uint32_t j = i + 4; j < atoms; ++j) ligand.pairs.emplace_back(i, j);
  ligand.conformers.push_back(at);
  ligand.effective_torsions = torsions;
  ligand.torsions = torsions;
  ligand.ligand_atoms = atoms;
  check_invariants(ligand);
  return ligand;
}

/// A bowl of atoms, open to +z: near enough to a pocket that there is a best place.
inline DockingReceptor bowl() {
  DockingReceptor receptor;
  std::mt19937 random{5};
  std::uniform_real_distribution<double> jitter{-0.4, 0.4};
  for (double x = -9; x <= 9; x += 3)
    for (double y = -9; y <= 9; y += 3)
      for (double z = -6; z <= 3; z += 3) {
        const Position at{x + jitter(random), y + jitter(random), z + jitter(random)};
        if (std::hypot(at[0] / 1.3, at[1], at[2] - 4) < 5.5) continue;
        receptor.positions_A.push_back(at);
        const auto n = receptor.types.size();
        receptor.types.push_back(n % 5 == 0   ? AtomType::kOxygenAcceptor
                                 : n % 5 == 1 ? AtomType::kNitrogenDonor
                                 : n % 5 == 2 ? AtomType::kCarbonPolar
                                              : AtomType::kCarbonHydrophobic);
        receptor.names.emplace_back("X");
        receptor.residue_of.push_back(0);
      }
  receptor.residues.push_back({"A", "BOW", "1"});
  return receptor;
}

struct Pocket {
  DockingReceptor receptor = bowl();
  ReceptorCells cells{receptor};
  Box box{{0, 0, 3}, {16, 14, 12}};
  AffinityGrid grid{cells, box, ScoringFunction::vina(), {}};
  DockingTarget target{&cells, &grid, &ScoringFunction::vina()};
};

inline std::vector<float> somewhere(const DockingLigand& ligand, std::uint32_t number) {
  RandomStream random{11, number, 0};
  Pose pose = pose_of_conformer(ligand);
  pose.position_A = {random.between(-3, 3), random.between(-3, 3), random.between(2, 5)};
  const auto orientation = random.orientation();
  for (std::size_t k = 0; k < 4; ++k) pose.orientation[k] = orientation[k];
  for (double& torsion : pose.torsions_rad) torsion = random.angle();
  return coordinates_of(pose);
}

}  // namespace digitalis
