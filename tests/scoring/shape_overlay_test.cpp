#include <gtest/gtest.h>
#include "scoring/vector_targets.hpp"  // before Highway's

#include <hwy/targets.h>

#include <algorithm>
#include <cmath>

#include "scoring/shape/overlay.hpp"
#include "scoring/shape/overlay_kernel.hpp"
#include "shape_samples.hpp"

namespace digitalis {
namespace {

using overlay_kernel::LanePose;
using overlay_kernel::Objective;

RigidMotion motion_of(const LanePose& pose) {
  return {{pose[3], pose[4], pose[5], pose[6]}, {pose[0], pose[1], pose[2]}};
}

/// In double precision, at a pose nudged by one degree of freedom.
double objective_at(const Shape& query, const Shape& library, const LanePose& pose, std::size_t dof, double by) {
  RigidMotion nudge;
  if (dof < 3) {
    nudge.shift_A[dof] = by;
    const Overlay moved = overlay_at(query, library, nudge.after(motion_of(pose)));
    return moved.combo();
  }
  nudge.turn[0] = std::cos(0.5 * by);
  nudge.turn[dof - 2] = std::sin(0.5 * by);
  RigidMotion turned = motion_of(pose);
  turned.turn = nudge.after({turned.turn, {}}).turn;  // about the library shape's own origin
  return overlay_at(query, library, turned).combo();
}

TEST(ShapeKernel, GradientIsThatOfTheScoreOnEveryInstructionSet) {
  const Shape query = random_chain(1, 23).shape(), library = random_chain(2, 27).shape();
  const LanePose pose{0.4f, -0.3f, 0.2f, 0.8f, 0.4f, 0.4f, -0.2f};
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    std::array<float, 6> gradient{};
    const float value = overlay_kernel::value_and_gradient(query, library, Objective{}, pose, gradient);
    EXPECT_NEAR(value, objective_at(query, library, pose, 0, 0.0), 2e-5) << hwy::TargetName(target);
    for (std::size_t dof = 0; dof < 6; ++dof) {
      constexpr double kStep = 1e-4;
      const double slope =
          (objective_at(query, library, pose, dof, kStep) - objective_at(query, library, pose, dof, -kStep)) /
          (2 * kStep);
      EXPECT_NEAR(gradient[dof], slope, 2e-5) << hwy::TargetName(target) << ", degree of freedom " << dof;
    }
    hwy::SetSupportedTargetsForTest(0);
  }
}

TEST(ShapeKernel, InstructionSetsAgreeOnTheBestOverlay) {
  const Shape query = random_chain(3, 22).shape();
  std::vector<Shape> library;
  for (unsigned i = 0; i < 5; ++i) library.push_back(random_chain(10 + i, 20 + i).shape());
  const auto expected = overlay(query, library);
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    const auto found = overlay(query, library);
    hwy::SetSupportedTargetsForTest(0);
    for (std::size_t i = 0; i < library.size(); ++i)
      EXPECT_NEAR(found[i].combo(), expected[i].combo(), 5e-3) << hwy::TargetName(target);
  }
}

TEST(ShapeKernel, AnAnswerDoesNotDependOnTheOthersInItsBatch) {
  const Shape query = random_chain(4, 25).shape();
  std::vector<Shape> library;
  for (unsigned i = 0; i < 7; ++i) library.push_back(random_chain(30 + i, 10 + 5 * i).shape());
  const auto together = overlay(query, library);
  for (std::size_t i = 0; i < library.size(); ++i) {
    const auto alone = overlay(query, std::span{library}.subspan(i, 1));
    EXPECT_EQ(alone[0].combo(), together[i].combo());
    EXPECT_EQ(alone[0].motion.turn, together[i].motion.turn);
    EXPECT_EQ(alone[0].motion.shift_A, together[i].motion.shift_A);
  }
}

TEST(Overlay, OfAMovedCopyIsPerfect) {
  for (unsigned seed = 0; seed < 5; ++seed) {
    const Drawn drawn = random_chain(seed, 12 + 4 * seed);
    const std::vector<Shape> moved{drawn.moved(random_motion(seed)).shape()};
    const Overlay found = overlay(drawn.shape(), moved)[0];
    EXPECT_NEAR(found.shape, 1.0, 1e-3);
    EXPECT_NEAR(found.colour, 1.0, 1e-3);
  }
}

TEST(Overlay, DoesNotDependOnWhereTheTwoLie) {
  const Drawn query = random_chain(6, 24), library = random_chain(7, 20);
  const std::vector<Shape> here{library.shape()}, elsewhere{library.moved(random_motion(1)).shape()};
  const double expected = overlay(query.shape(), here)[0].combo();
  EXPECT_NEAR(overlay(query.moved(random_motion(2)).shape(), elsewhere)[0].combo(), expected, 2e-3);
}

TEST(Overlay, OfAOnBAndOfBOnAScoreTheSame) {
  double difference = 0.0;
  constexpr unsigned kPairs = 20;
  for (unsigned i = 0; i < kPairs; ++i) {
    const std::vector<Shape> a{random_chain(100 + i, 18 + i % 9).shape()}, b{random_chain(200 + i, 22).shape()};
    difference += std::abs(overlay(a[0], b)[0].combo() - overlay(b[0], a)[0].combo());
  }
  EXPECT_LT(difference / kPairs, 0.01);  // the starts are the same, the paths differ, and may end in other optima
}

TEST(Overlay, DoesNotDependOnTheOrderOfAtoms) {
  const Drawn query = random_chain(8, 20), library = random_chain(9, 21);
  Drawn reversed = library;
  std::ranges::reverse(reversed.atoms);
  std::ranges::reverse(reversed.colours);
  EXPECT_NEAR(overlay(query.shape(), std::vector{library.shape()})[0].combo(),
              overlay(query.shape(), std::vector{reversed.shape()})[0].combo(), 2e-3);
}

TEST(Overlay, NeverFallsBehindTheInertialOne) {
  for (unsigned i = 0; i < 20; ++i) {
    const Shape query = random_chain(300 + i, 20).shape(), library = random_chain(400 + i, 25).shape();
    EXPECT_GE(overlay(query, std::vector{library})[0].combo(), overlay_at(query, library, {}).combo() - 1e-4);
  }
}

TEST(Overlay, TellsTheMotionOfTheMoleculesAsTheyWereGiven) {
  const Drawn drawn = random_chain(11, 22);
  const Drawn moved = drawn.moved(random_motion(3));
  const Shape query = drawn.shape(), library = moved.shape();
  const RigidMotion motion =
      query.to_frame.inverse().after(overlay(query, std::vector{library})[0].motion).after(library.to_frame);
  for (std::size_t i = 0; i < drawn.atoms.size(); ++i)
    EXPECT_LT(distance(motion(moved.atoms[i]), drawn.atoms[i]), 0.05);
}

TEST(Overlay, WithoutColourMakesTheMostOfShape) {
  for (unsigned i = 0; i < 5; ++i) {
    const Shape query = random_chain(500 + i, 20).shape();
    const std::vector<Shape> library{random_chain(600 + i, 24).shape()};
    EXPECT_GE(overlay(query, library, {.colour_weight = 0.0})[0].shape, overlay(query, library)[0].shape - 1e-3);
  }
}

struct Special {
  const char* name;
  std::vector<Position> atoms;
};
class SpecialShapes : public testing::TestWithParam<Special> {};

TEST_P(SpecialShapes, MatchThemselvesWhereverTheyLie) {
  const Drawn drawn{GetParam().atoms, {{Colour::kRing, GetParam().atoms.front()}}};
  const std::vector<Shape> moved{drawn.moved(random_motion(5)).shape()};
  const Overlay found = overlay(drawn.shape(), moved)[0];
  EXPECT_NEAR(found.shape, 1.0, 2e-3);
  EXPECT_NEAR(found.colour, 1.0, 2e-3);
}

INSTANTIATE_TEST_SUITE_P(
    Overlay, SpecialShapes,
    testing::Values(
        Special{"one_atom", {{1, 2, 3}}}, Special{"two_atoms", {{0, 0, 0}, {1.5, 0, 0}}},
        Special{"linear", {{0, 0, 0}, {1.2, 0, 0}, {2.4, 0, 0}, {3.6, 0, 0}, {4.8, 0, 0}}},
        Special{"flat_ring",
                {{1.4, 0, 0}, {0.7, 1.21, 0}, {-0.7, 1.21, 0}, {-1.4, 0, 0}, {-0.7, -1.21, 0}, {0.7, -1.21, 0}}},
        Special{"octahedron", {{2, 0, 0}, {-2, 0, 0}, {0, 2, 0}, {0, -2, 0}, {0, 0, 2}, {0, 0, -2}, {0, 0, 0}}}),
    [](const auto& test) { return test.param.name; });

TEST(Overlay, OfColourlessMoleculesCallsTheirColoursEqual) {
  Drawn query = random_chain(12, 10);
  query.colours.clear();
  EXPECT_EQ(overlay(query.shape(), std::vector{query.shape()})[0].colour, 1.0);
  EXPECT_EQ(overlay(query.shape(), std::vector{random_chain(12, 10).shape()})[0].colour, 0.0);
}

TEST(Shape, HasItsAxesInTheOrderOfItsSpread) {
  const Shape shape = random_chain(13, 30).shape();
  EXPECT_GE(shape.spread_A[0], shape.spread_A[1]);
  EXPECT_GE(shape.spread_A[1], shape.spread_A[2]);
}

TEST(Shape, KeepsDistancesAndHandedness) {
  const Drawn drawn = random_chain(14, 12);
  const Shape shape = drawn.shape();
  const auto volume = [](const Position& a, const Position& b, const Position& c, const Position& d) {
    return dot(b - a, cross(c - a, d - a));
  };
  const auto at = [&](std::size_t i) { return Position{shape.atoms[i][0], shape.atoms[i][1], shape.atoms[i][2]}; };
  EXPECT_NEAR(volume(at(0), at(3), at(7), at(11)),
              volume(drawn.atoms[0], drawn.atoms[3], drawn.atoms[7], drawn.atoms[11]), 1e-3);
}

TEST(RigidMotion, IsUndoneByItsInverse) {
  const RigidMotion motion = random_motion(8);
  const Position at{1, -2, 3};
  EXPECT_LT(distance(motion.inverse()(motion(at)), at), 1e-12);
  EXPECT_LT(distance(motion.inverse().after(motion)(at), at), 1e-12);
}

TEST(OverlapTanimoto, IsOneForTwoEmptyOnesAndNoughtForNothingShared) {
  EXPECT_EQ(overlap_tanimoto(0.0, 0.0, 0.0), 1.0);
  EXPECT_EQ(overlap_tanimoto(0.0, 3.0, 0.0), 0.0);
  EXPECT_EQ(overlap_tanimoto(1.0, 2.0, 2.0), 1.0 / 3.0);
}

}  // namespace
}  // namespace digitalis
