#include <gtest/gtest.h>

#include <cmath>

#include "docking_pocket.hpp"

namespace digitalis {
namespace {

DockingResult docked(const Pocket& pocket, const DockingLigand& ligand, std::uint64_t seed,
                     const std::function<void(std::size_t, const std::function<void(std::size_t)>&)>& parallel = {},
                     DockingEffort effort = DockingEffort::fast()) {
  DockingOptions options;
  options.effort = effort;
  return dock(pocket.target, ligand, options, seed, parallel);
}

double deviation_A(const DockingLigand& ligand, const DockedPose& a, const DockedPose& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < ligand.atoms(); ++i) sum += squared_distance(a.positions[i], b.positions[i]);
  return std::sqrt(sum / static_cast<double>(ligand.atoms()));
}

TEST(Dock, GivesTheSameBytesWhoeverRunsTheBlocks) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(3);
  const auto backwards = [](std::size_t count, const std::function<void(std::size_t)>& work) {
    for (std::size_t k = count; k-- > 0;) work(k);
  };
  const DockingResult here = docked(pocket, ligand, 7), there = docked(pocket, ligand, 7, backwards);
  ASSERT_EQ(here.poses.size(), there.poses.size());
  EXPECT_EQ(here.evaluations, there.evaluations);
  for (std::size_t k = 0; k < here.poses.size(); ++k) EXPECT_EQ(here.poses[k].positions, there.poses[k].positions);
}

TEST(Dock, FindsTheSameBestEnergyFromAnySeed) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(2);
  const auto best_kcal_mol = [&](std::uint64_t seed) {
    return docked(pocket, ligand, seed, {}, DockingEffort::balanced()).poses.front().score.total_kcal_mol();
  };
  EXPECT_NEAR(best_kcal_mol(2), best_kcal_mol(1), 0.1);
}

TEST(Dock, ListsDistinctPosesBestFirst) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(3);
  const DockingResult result = docked(pocket, ligand, 3);
  ASSERT_GT(result.poses.size(), 1u);
  EXPECT_LE(result.poses.size(), 9u);
  for (std::size_t k = 1; k < result.poses.size(); ++k) {
    EXPECT_LE(result.poses[k - 1].score.affinity_kcal_mol, result.poses[k].score.affinity_kcal_mol);
    for (std::size_t other = 0; other < k; ++other)
      EXPECT_GE(deviation_A(ligand, result.poses[k], result.poses[other]), 2.0) << k << ", " << other;
  }
}

TEST(Dock, FillsTheListWithOtherBindingModes) {
  const Pocket pocket;
  // Many minima of the best mode are better than the best of the ninth.
  for (std::uint64_t seed = 1; seed <= 4; ++seed) EXPECT_EQ(docked(pocket, zigzag(4), seed).poses.size(), 9u) << seed;
}

TEST(Dock, ScoresItsPosesAsScorePoseDoes) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(3);
  for (const DockedPose& pose : docked(pocket, ligand, 3).poses) {
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
  // What a whole tournament of `fast` and one torsion takes: 7 steps of 192, 96, 48 and 24 chains, then 8 rounds of 16.
  EXPECT_LT(held.local_searches, 7u * (192 + 96 + 48 + 24 + 8 * 16));
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
  const std::vector<Position> best = docked(pocket, ligand, 1).poses.front().positions;
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
  EXPECT_LT(docked(pocket, ligand, 1).poses.front().score.inter_kcal_mol, 0.0);
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
  const DockedPose best = docked(pocket, ligand, 1).poses.front();
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
