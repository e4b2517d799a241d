#include "scoring/interactions/pose_check.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

namespace digitalis {
namespace {

constexpr double kCarbonVdw_A = 1.7, kCarbonCovalent_A = 0.76;

PoseGeometry carbons(std::size_t count) {
  PoseGeometry geometry;
  geometry.atoms = count;
  geometry.vdw_A.assign(count, kCarbonVdw_A);
  geometry.covalent_A.assign(count, kCarbonCovalent_A);
  return geometry;
}

/// One atom of a residue; an alpha carbon makes it protein.
DockingReceptor receptor_of(const std::string& residue, AtomType type, const Position& at) {
  DockingReceptor receptor;
  receptor.positions_A = {at};
  receptor.types = {type};
  receptor.names = {residue == "ALA" ? "CA" : residue};
  receptor.residue_of = {0};
  receptor.residues = {{"A", residue, "1"}};
  return receptor;
}

/// In a place where only the ligand itself can be wrong.
std::string flags(const PoseGeometry& geometry, const std::vector<Position>& at,
                  const DockingReceptor& receptor = receptor_of("ALA", AtomType::kCarbonHydrophobic, {0, 0, -4.5})) {
  return to_text(check_pose(geometry, PoseSurroundings{receptor}, at));
}

TEST(PoseCheck, AllowsBondsAsLongAsDistanceGeometryDoes) {
  PoseGeometry ethane = carbons(2);
  ethane.bounds = {{0, 1, 1, 1.5, 1.6}};
  EXPECT_EQ(flags(ethane, {{0, 0, 0}, {1.99, 0, 0}}), "");
  EXPECT_EQ(flags(ethane, {{0, 0, 0}, {2.01, 0, 0}}), "bond_length");
  EXPECT_EQ(flags(ethane, {{0, 0, 0}, {1.13, 0, 0}}), "");
  EXPECT_EQ(flags(ethane, {{0, 0, 0}, {1.12, 0, 0}}), "bond_length");
}

TEST(PoseCheck, JudgesAnglesByTheirEnds) {
  PoseGeometry pair = carbons(2);
  pair.bounds = {{0, 1, 2, 2.4, 2.6}};
  EXPECT_EQ(flags(pair, {{0, 0, 0}, {3.24, 0, 0}}), "");
  EXPECT_EQ(flags(pair, {{0, 0, 0}, {3.26, 0, 0}}), "bond_angle");
}

TEST(PoseCheck, FindsAtomsThatAreTooCloseToEachOther) {
  PoseGeometry pair = carbons(2);
  pair.bounds = {{0, 1, 5, 3.4, 20.0}};
  EXPECT_EQ(flags(pair, {{0, 0, 0}, {2.39, 0, 0}}), "");
  EXPECT_EQ(flags(pair, {{0, 0, 0}, {2.37, 0, 0}}), "internal_clash");
}

TEST(PoseCheck, WantsAromaticRingsFlat) {
  PoseGeometry benzene = carbons(6);
  benzene.aromatic_rings = {{0, 1, 2, 3, 4, 5}};
  std::vector<Position> at;
  for (int k = 0; k < 6; ++k)
    at.push_back({1.39 * std::cos(k * std::numbers::pi / 3), 1.39 * std::sin(k * std::numbers::pi / 3), 0});
  EXPECT_EQ(flags(benzene, at), "");
  for (std::size_t k = 0; k < 6; ++k) at[k][2] = k % 2 == 0 ? 0.24 : -0.24;
  EXPECT_EQ(flags(benzene, at), "");
  for (std::size_t k = 0; k < 6; ++k) at[k][2] = k % 2 == 0 ? 0.26 : -0.26;
  EXPECT_EQ(flags(benzene, at), "ring_not_flat");
}

/// 2-butene about its double bond, 0 degrees: methyl groups on one side.
std::vector<Position> butene(double torsion_deg) {
  const double angle = torsion_deg * std::numbers::pi / 180.0;
  return {
      {-1.25, 0.8, 0}, {-0.67, -0.5, 0}, {0.67, -0.5, 0}, {1.25, -0.5 + 1.3 * std::cos(angle), 1.3 * std::sin(angle)}};
}

TEST(PoseCheck, WantsDoubleBondsFlat) {
  PoseGeometry bond = carbons(4);
  bond.double_bonds = {{{1, 2}, {std::vector<std::uint32_t>{0}, std::vector<std::uint32_t>{3}}}};
  EXPECT_EQ(flags(bond, butene(0)), "");
  EXPECT_EQ(flags(bond, butene(180)), "");
  EXPECT_EQ(flags(bond, butene(60)), "double_bond_not_flat");
}

TEST(PoseCheck, WantsDoubleBondsTheirWayRound) {
  PoseGeometry bond = carbons(4);
  bond.sides = {{{0, 1, 2, 3}, true}};
  EXPECT_EQ(flags(bond, butene(10)), "");
  EXPECT_EQ(flags(bond, butene(170)), "stereo_changed");
}

TEST(PoseCheck, WantsStereoCentresOfTheirHand) {
  PoseGeometry centre = carbons(4);
  centre.centres = {{0, {1, 2, 3}, true}};
  const std::vector<Position> right{{0, 0, 0}, {1, 0, 0.5}, {0, 1, 0.5}, {-1, -1, 0.5}};
  EXPECT_EQ(flags(centre, right), "");
  EXPECT_EQ(flags(centre, {right[0], right[2], right[1], right[3]}), "stereo_changed");
  EXPECT_EQ(flags(centre, {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {-1, -1, 0}}), "stereo_changed") << "flat";
}

TEST(PoseCheck, LetsCentresThatDependOnEachOtherChangeTogether) {
  PoseGeometry ring = carbons(8);
  ring.centres = {{0, {1, 2, 3}, true, 1}, {4, {5, 6, 7}, true, 1}};
  const auto at = [](bool first, bool second) {
    const auto z = [](bool hand) { return hand ? 0.5 : -0.5; };
    return std::vector<Position>{{0, 0, 0}, {1, 0, z(first)},  {0, 1, z(first)},  {-1, -1, z(first)},
                                 {4, 0, 0}, {5, 0, z(second)}, {4, 1, z(second)}, {3, -1, z(second)}};
  };
  EXPECT_EQ(flags(ring, at(true, true)), "");
  EXPECT_EQ(flags(ring, at(false, false)), "");
  EXPECT_EQ(flags(ring, at(true, false)), "stereo_changed");
}

TEST(PoseCheck, FindsClashesWithEachPartOfTheReceptor) {
  const PoseGeometry atom = carbons(1);
  const auto at = [&](const std::string& residue, AtomType type, double x) {
    return flags(atom, {{0, 0, 0}}, receptor_of(residue, type, {x, 0, 0}));
  };
  EXPECT_EQ(at("ALA", AtomType::kCarbonHydrophobic, 2.7), "");
  EXPECT_EQ(at("ALA", AtomType::kCarbonHydrophobic, 2.54), "protein_clash");
  EXPECT_EQ(at("ALA", AtomType::kCarbonHydrophobic, 2.0), "protein_clash; protein_overlap");
  EXPECT_EQ(at("NAD", AtomType::kCarbonHydrophobic, 2.0), "cofactor_clash; cofactor_overlap");
  EXPECT_EQ(at("HOH", AtomType::kOxygenBoth, 1.8), "no_protein_contact") << "waters may be near";
  EXPECT_EQ(at("HOH", AtomType::kOxygenBoth, 1.0), "water_clash; water_overlap; no_protein_contact");
  EXPECT_EQ(at("ZN", AtomType::kMetal, 2.0), "no_protein_contact") << "metals may be near";
  EXPECT_EQ(at("ZN", AtomType::kMetal, 1.4), "metal_clash; metal_overlap; no_protein_contact");
}

TEST(PoseCheck, MissesAProteinThatIsFarAway) {
  EXPECT_EQ(flags(carbons(1), {{0, 0, 0}}, receptor_of("ALA", AtomType::kCarbonHydrophobic, {4.99, 0, 0})), "");
  EXPECT_EQ(flags(carbons(1), {{0, 0, 0}}, receptor_of("ALA", AtomType::kCarbonHydrophobic, {5.01, 0, 0})),
            "no_protein_contact");
}

TEST(PoseCheck, RefusesPositionsThatAreMissing) {
  const PoseSurroundings receptor{receptor_of("ALA", AtomType::kCarbonHydrophobic, {0, 0, 0})};
  try {
    (void)check_pose(carbons(2), receptor, std::vector<Position>{{0, 0, 0}});
    FAIL() << "nothing was thrown";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "check_pose: 1 positions for 2 atoms");
  }
}

TEST(PoseFlag, IsFoundByItsName) {
  for (std::size_t f = 0; f < kPoseFlags; ++f) {
    const auto flag = static_cast<PoseFlag>(f);
    EXPECT_EQ(pose_flag(name_of(flag)), flag);
  }
  EXPECT_FALSE(pose_flag("ugly"));
}

}  // namespace
}  // namespace digitalis
