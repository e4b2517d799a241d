#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "scoring/docking/dock.hpp"
#include "scoring/docking/lane_minimiser.hpp"
#include "scoring/docking/lane_model.hpp"
#include "scoring/docking/random_stream.hpp"

namespace digitalis {
namespace {

using Receptor = lane_minimiser::Options::Receptor;

/// A zigzag of atoms, a fragment each from the second on: `torsions` bonds turn.
DockingLigand zigzag(std::uint32_t torsions) {
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
DockingReceptor bowl() {
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

std::vector<float> somewhere(const DockingLigand& ligand, std::uint32_t number) {
  RandomStream random{11, number, 0};
  Pose pose = pose_of_conformer(ligand);
  pose.position_A = {random.between(-3, 3), random.between(-3, 3), random.between(2, 5)};
  const auto orientation = random.orientation();
  for (std::size_t k = 0; k < 4; ++k) pose.orientation[k] = orientation[k];
  for (double& torsion : pose.torsions_rad) torsion = random.angle();
  return coordinates_of(pose);
}

/// `coordinates` changed by a little of one degree of freedom.
std::vector<float> nudged(std::vector<float> q, std::size_t dof, double by) {
  if (dof < 3) {
    q[dof] += static_cast<float>(by);
  } else if (dof < 6) {
    const auto w = static_cast<float>(std::cos(0.5 * by)), s = static_cast<float>(std::sin(0.5 * by));
    const std::array<float, 3> v{dof == 3 ? s : 0.0f, dof == 4 ? s : 0.0f, dof == 5 ? s : 0.0f};
    const float a = q[3], b = q[4], c = q[5], d = q[6];
    q[3] = w * a - v[0] * b - v[1] * c - v[2] * d;
    q[4] = w * b + v[0] * a + v[1] * d - v[2] * c;
    q[5] = w * c - v[0] * d + v[1] * a + v[2] * b;
    q[6] = w * d + v[0] * c - v[1] * b + v[2] * a;
  } else {
    q[dof + 1] += static_cast<float>(by);
  }
  return q;
}

/// Share of the gradient's components that agree with finite differences. The functions have kinks and a step at the
/// cutoff, which a difference may straddle: not all need to.
double share_that_agrees(Receptor receptor) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(4);
  const LaneModel model = make_lane_model(pocket.target, ligand, 0, {});
  std::vector<float> gradient(model.dofs()), unused(model.dofs());
  int agreeing = 0, all = 0;
  for (std::uint32_t number = 0; number < 20; ++number) {
    const std::vector<float> q = somewhere(ligand, number);
    (void)lane_minimiser::energy_and_gradient(model, receptor, q, gradient);
    for (std::size_t dof = 0; dof < model.dofs(); ++dof) {
      constexpr double kStep = 1e-3;
      const double up = lane_minimiser::energy_and_gradient(model, receptor, nudged(q, dof, kStep), unused);
      const double down = lane_minimiser::energy_and_gradient(model, receptor, nudged(q, dof, -kStep), unused);
      const double slope = (up - down) / (2 * kStep);
      agreeing += std::abs(slope - static_cast<double>(gradient[dof])) < 0.03 + 0.02 * std::abs(slope) ? 1 : 0;
      ++all;
    }
  }
  return static_cast<double>(agreeing) / all;
}

TEST(LaneEnergy, HasTheGradientOfItsMaps) { EXPECT_GT(share_that_agrees(Receptor::kGrid), 0.9); }

TEST(LaneEnergy, HasTheGradientOfTheReceptorsAtoms) { EXPECT_GT(share_that_agrees(Receptor::kAtoms), 0.75); }

TEST(LaneEnergy, OfAtomsIsTheExactEnergyOfThePose) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(4);
  const LaneModel model = make_lane_model(pocket.target, ligand, 0, {});
  std::vector<float> gradient(model.dofs());
  const ScoringFunction& vina = ScoringFunction::vina();
  for (std::uint32_t number = 0; number < 20; ++number) {
    const std::vector<float> q = somewhere(ligand, number);
    const std::vector<Position> at = place_atoms(ligand, pose_of(q, 0));
    double exact = 0.0;
    for (std::size_t i = 0; i < ligand.atoms(); ++i) {
      double sum = 0.0;
      for (std::size_t j = 0; j < pocket.receptor.atoms(); ++j)
        sum += pair_energy(vina, ligand.types[i], pocket.receptor.types[j],
                           distance(at[i], pocket.receptor.positions_A[j]));
      exact += soften(sum, kFinalSoftening);
      for (std::size_t k = 0; k < 3; ++k)
        exact += 100.0 *
                 std::max(0.0, std::abs(at[i][k] - pocket.grid.box().center_A[k]) - 0.5 * pocket.grid.box().size_A[k]);
    }
    for (const auto& [i, j] : ligand.pairs)
      exact += soften(pair_energy(vina, ligand.types[i], ligand.types[j], distance(at[i], at[j])), kFinalSoftening);
    const double energy = lane_minimiser::energy_and_gradient(model, Receptor::kAtoms, q, gradient);
    EXPECT_NEAR(energy, exact, 0.01 + 1e-4 * std::abs(exact)) << number;
  }
}

TEST(LaneEnergy, OfMapsIsTheirInterpolationPlusThePairs) {
  const Pocket pocket;
  DockingLigand ligand = zigzag(4);
  ligand.pairs.clear();
  const LaneModel model = make_lane_model(pocket.target, ligand, 0, {});
  std::vector<float> gradient(model.dofs());
  int compared = 0;
  for (std::uint32_t number = 0; number < 200; ++number) {
    const std::vector<float> q = somewhere(ligand, number);
    const std::vector<Position> at = place_atoms(ligand, pose_of(q, 0));
    if (!std::all_of(at.begin(), at.end(), [&](const Position& p) { return pocket.box.contains(p); })) continue;
    double sum = 0.0;
    for (std::size_t i = 0; i < ligand.atoms(); ++i)
      sum += soften(pocket.grid.interpolate(ligand.types[i], at[i]), kSearchSoftening);
    EXPECT_NEAR(lane_minimiser::energy_and_gradient(model, Receptor::kGrid, q, gradient), sum,
                0.02 + 5e-3 * std::abs(sum));
    ++compared;
  }
  EXPECT_GT(compared, 10);
}

TEST(LaneEnergy, GrowsWithTheDistanceFromARestraint) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(1);
  const std::vector<float> q = somewhere(ligand, 1);
  const Position at = place_atoms(ligand, pose_of(q, 0))[2];
  std::vector<float> gradient(7);
  const auto energy = [&](double off) {
    const LaneModel model = make_lane_model(pocket.target, ligand, 0, {{2, at + Position{off, 0, 0}, 0.5, 10.0}});
    return lane_minimiser::energy_and_gradient(model, Receptor::kGrid, q, gradient);
  };
  EXPECT_NEAR(energy(2.5) - energy(0.4), 10.0 * 2.0 * 2.0, 0.01);
}

TEST(LaneModel, NamesTheMapThatIsMissing) {
  const Pocket pocket;
  const std::vector<AtomType> few{AtomType::kCarbonHydrophobic};
  const AffinityGrid grid{pocket.cells, pocket.box, ScoringFunction::vina(), few};
  const DockingTarget target{&pocket.cells, &grid, &ScoringFunction::vina()};
  try {
    (void)make_lane_model(target, zigzag(1), 0, {});
    FAIL() << "no exception";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "dock: the grid has no map for O_DA");
  }
}

TEST(LaneModel, KeepsAPoseThroughItsFlatForm) {
  const DockingLigand ligand = zigzag(3);
  const std::vector<float> q = somewhere(ligand, 3);
  EXPECT_EQ(coordinates_of(pose_of(q, 0)).size(), q.size());
  for (std::size_t k = 0; k < q.size(); ++k) EXPECT_NEAR(coordinates_of(pose_of(q, 0))[k], q[k], 1e-6f);
}

DockingResult quick(const Pocket& pocket, const DockingLigand& ligand, std::uint64_t seed,
                    const std::function<void(std::size_t, const std::function<void(std::size_t)>&)>& parallel = {}) {
  DockingOptions options;
  options.effort = DockingEffort::fast();
  return dock(pocket.target, ligand, options, seed, parallel);
}

TEST(Dock, GivesTheSameBytesWhoeverRunsTheBlocks) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(3);
  const auto backwards = [](std::size_t count, const std::function<void(std::size_t)>& work) {
    for (std::size_t k = count; k-- > 0;) work(k);
  };
  const DockingResult here = quick(pocket, ligand, 7), there = quick(pocket, ligand, 7, backwards);
  ASSERT_EQ(here.poses.size(), there.poses.size());
  EXPECT_EQ(here.evaluations, there.evaluations);
  for (std::size_t k = 0; k < here.poses.size(); ++k) EXPECT_EQ(here.poses[k].positions, there.poses[k].positions);
}

TEST(Dock, FindsTheSameBestEnergyFromAnySeed) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(2);
  const double best = quick(pocket, ligand, 1).poses.front().score.total_kcal_mol();
  EXPECT_NEAR(quick(pocket, ligand, 2).poses.front().score.total_kcal_mol(), best, 0.1);
}

TEST(Dock, ListsDistinctPosesBestFirst) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(3);
  const DockingResult result = quick(pocket, ligand, 3);
  ASSERT_GT(result.poses.size(), 1u);
  EXPECT_LE(result.poses.size(), 9u);
  for (std::size_t k = 1; k < result.poses.size(); ++k) {
    EXPECT_LE(result.poses[k - 1].score.affinity_kcal_mol, result.poses[k].score.affinity_kcal_mol);
    double sum = 0.0;
    for (std::size_t i = 0; i < ligand.atoms(); ++i)
      sum += squared_distance(result.poses[k].positions[i], result.poses[0].positions[i]);
    EXPECT_GE(std::sqrt(sum / static_cast<double>(ligand.atoms())), 1.0) << k;
  }
}

TEST(Dock, ScoresItsPosesAsScorePoseDoes) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(3);
  for (const DockedPose& pose : quick(pocket, ligand, 3).poses) {
    EXPECT_EQ(pose.positions, place_atoms(ligand, pose.pose));
    EXPECT_EQ(score_pose(pocket.cells, ligand, pose.positions, ScoringFunction::vina()).total_kcal_mol(),
              pose.score.total_kcal_mol());
  }
}

TEST(Dock, StopsEarlyWhenChainsAgree) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(1);
  DockingOptions options;
  options.effort = DockingEffort::fast();
  // With an atom held in its place, few poses are left, and the chains soon agree on the best.
  options.restraints = {{2, {0.5, 0.5, 3.0}, 0.1, 50.0}, {4, {2.0, -1.0, 4.0}, 0.1, 50.0}};
  const DockingResult held = dock(pocket.target, ligand, options, 1);
  EXPECT_TRUE(held.converged);
  EXPECT_LT(held.evaluations, quick(pocket, ligand, 1).evaluations);
}

TEST(Dock, KeepsARestrainedAtomInItsPlace) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(2);
  DockingOptions options;
  options.effort = DockingEffort::fast();
  const Position wanted{2.0, 1.0, 3.0};
  options.restraints = {{3, wanted, 0.3, 20.0}};
  EXPECT_LT(distance(dock(pocket.target, ligand, options, 1).poses.front().positions[3], wanted), 1.0);
}

TEST(Dock, MovesLittleWhenAskedForTheNearestMinimumOnly) {
  const Pocket pocket;
  DockingLigand ligand = zigzag(2);
  const std::vector<Position> best = quick(pocket, ligand, 1).poses.front().positions;
  ligand.conformers = {best};
  DockingOptions options;
  options.local_only = true;
  const DockingResult result = dock(pocket.target, ligand, options, 1);
  ASSERT_EQ(result.poses.size(), 1u);
  for (std::size_t i = 0; i < ligand.atoms(); ++i) EXPECT_LT(distance(result.poses[0].positions[i], best[i]), 0.3);
}

TEST(Dock, TakesALigandOfOneAtom) {
  const Pocket pocket;
  DockingLigand ligand;
  ligand.fragments.push_back({DockingLigand::kFree, 0, 0, 1});
  ligand.types = {AtomType::kMetal};
  ligand.source = {0};
  ligand.conformers = {{{0, 0, 0}}};
  ligand.ligand_atoms = 1;
  EXPECT_LT(quick(pocket, ligand, 1).poses.front().score.inter_kcal_mol, 0.0);
}

TEST(Dock, TakesABoxThatIsSmallerThanTheLigand) {
  const Pocket pocket;
  const AffinityGrid small{pocket.cells, {{0, 0, 3}, {3, 3, 3}}, ScoringFunction::vina(), {}};
  const DockingTarget target{&pocket.cells, &small, &ScoringFunction::vina()};
  DockingOptions options;
  options.effort = DockingEffort::fast();
  const DockingResult result = dock(target, zigzag(4), options, 1);
  EXPECT_TRUE(std::isfinite(result.poses.front().score.total_kcal_mol()));
}

TEST(Dock, TakesFortyTorsions) {
  const Pocket pocket;
  DockingOptions options;
  options.effort = {0.25};
  EXPECT_TRUE(std::isfinite(dock(pocket.target, zigzag(40), options, 1).poses.front().score.total_kcal_mol()));
}

TEST(Dock, LeavesFixedAtomsOfASideChainWhereTheyAre) {
  const Pocket pocket;
  DockingLigand ligand = zigzag(1);
  // A side chain of three atoms: one fixed, two that turn about the first bond of the three.
  const auto first = static_cast<std::uint32_t>(ligand.atoms());
  const auto root = static_cast<std::int32_t>(ligand.fragments.size());
  for (const Position& at : {Position{0, 5.5, 4}, Position{0, 5.0, 5.4}, Position{1.2, 4.2, 5.8}}) {
    ligand.types.push_back(AtomType::kCarbonHydrophobic);
    ligand.source.push_back(0);
    ligand.conformers[0].push_back(at);
  }
  ligand.fragments.push_back({DockingLigand::kFixed, 0, first, first + 1});
  ligand.fragments.push_back({root, first, first + 1, first + 3});
  for (std::uint32_t i = 0; i < first; ++i) ligand.side_chain_pairs.emplace_back(i, first + 2);
  check_invariants(ligand);
  const DockedPose best = quick(pocket, ligand, 1).poses.front();
  EXPECT_EQ(best.positions[first], (Position{0, 5.5, 4}));
  EXPECT_EQ(best.pose.torsions_rad.size(), 2u);
}

TEST(DockingEffort, NamesThePresetsItKnows) {
  EXPECT_EQ(DockingEffort::by_name("balanced").exhaustiveness, 8.0);
  try {
    (void)DockingEffort::by_name("best");
    FAIL() << "no exception";
  } catch (const std::exception& error) {
    EXPECT_STREQ(error.what(), "no docking effort 'best'; hint: fast, balanced or thorough");
  }
}

TEST(RandomStream, DependsOnSeedChainAndStepAlone) {
  RandomStream a{1, 2, 3}, b{1, 2, 3}, c{1, 2, 4};
  const float first = a.uniform();
  EXPECT_EQ(first, b.uniform());
  EXPECT_NE(first, c.uniform());
}

TEST(RandomStream, StaysInsideTheOpenUnitInterval) {
  RandomStream random{1, 2, 3};
  for (int k = 0; k < 10'000; ++k) {
    const float value = random.uniform();
    ASSERT_GT(value, 0.0f);
    ASSERT_LT(value, 1.0f);
  }
}

}  // namespace
}  // namespace digitalis
