#include <gtest/gtest.h>
#include "scoring/vector_targets.hpp"  // before Highway's

#include <hwy/targets.h>

#include <algorithm>
#include <cmath>

#include "docking_pocket.hpp"
#include "scoring/docking/lane_minimiser.hpp"

namespace digitalis {
namespace {

using Receptor = lane_minimiser::Options::Receptor;

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
  for (std::uint32_t number = 0; number < 12; ++number) {
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

void expect_exact_energies() {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(4);
  const LaneModel model = make_lane_model(pocket.target, ligand, 0, {});
  std::vector<float> gradient(model.dofs());
  const ScoringFunction& vina = ScoringFunction::vina();
  for (std::uint32_t number = 0; number < 12; ++number) {
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

void expect_interpolated_energies() {
  const Pocket pocket;
  DockingLigand ligand = zigzag(4);
  ligand.pairs.clear();
  const LaneModel model = make_lane_model(pocket.target, ligand, 0, {});
  std::vector<float> gradient(model.dofs());
  int compared = 0;
  for (std::uint32_t number = 0; number < 120; ++number) {
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

class LanesOnEachInstructionSet : public ::testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { choose(GetParam()); }
  void TearDown() override { choose(0); }

 private:
  static void choose(std::int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};
INSTANTIATE_TEST_SUITE_P(Docking, LanesOnEachInstructionSet, ::testing::ValuesIn(hwy::SupportedAndGeneratedTargets()),
                         [](const auto& test) { return std::string(hwy::TargetName(test.param)); });

TEST_P(LanesOnEachInstructionSet, AreThoseThatRun) {
  EXPECT_EQ(lane_minimiser::instruction_set(), hwy::TargetName(GetParam()));
}

TEST_P(LanesOnEachInstructionSet, GiveTheExactEnergyOfThePose) { expect_exact_energies(); }

TEST_P(LanesOnEachInstructionSet, InterpolateTheMaps) { expect_interpolated_energies(); }

TEST_P(LanesOnEachInstructionSet, HaveTheGradientOfTheMaps) { EXPECT_GT(share_that_agrees(Receptor::kGrid), 0.9); }

TEST_P(LanesOnEachInstructionSet, HaveTheGradientOfTheReceptorsAtoms) {
  EXPECT_GT(share_that_agrees(Receptor::kAtoms), 0.75);
}

TEST_P(LanesOnEachInstructionSet, ReachTheSameMinimum) {
  const Pocket pocket;
  const DockingLigand ligand = zigzag(1);
  DockingOptions options;
  options.effort = DockingEffort::fast();
  // A single fast search of this shallow bowl ends up to 0.08 kcal/mol above the best.
  const auto best = [&] {
    double lowest = 0.0;
    for (std::uint64_t seed = 1; seed <= 3; ++seed)
      lowest = std::min(lowest, dock(pocket.target, ligand, options, seed).poses.front().score.total_kcal_mol());
    return lowest;
  };
  const double here = best();
  TearDown();
  EXPECT_NEAR(here, best(), 0.05);
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

}  // namespace
}  // namespace digitalis
