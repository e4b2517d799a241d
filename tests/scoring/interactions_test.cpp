#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

#include "scoring/interactions/interaction.hpp"
#include "scoring/interactions/interaction_site.hpp"

namespace digitalis {
namespace {

using enum AtomType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Features = InteractionFeatures;

struct Atom {
  AtomType type;
  std::string name;
  Position at;
};

/// Adds a residue "A:NAME:NUMBER", numbered from 1.
void add(DockingReceptor& receptor, const std::string& name, const std::vector<Atom>& atoms) {
  for (const Atom& atom : atoms) {
    receptor.residue_of.push_back(static_cast<std::uint32_t>(receptor.residues.size()));
    receptor.positions_A.push_back(atom.at);
    receptor.types.push_back(atom.type);
    receptor.names.push_back(atom.name);
  }
  receptor.residues.push_back({"A", name, std::to_string(receptor.residues.size() + 1)});
}

DockingReceptor receptor_of(const std::string& name, const std::vector<Atom>& atoms) {
  DockingReceptor receptor;
  add(receptor, name, atoms);
  return receptor;
}

/// A regular ring around a centre, in the plane of two unit vectors.
std::vector<Position> ring_at(const Position& centre, const Position& a, const Position& b) {
  std::vector<Position> ring;
  for (int k = 0; k < 6; ++k) {
    const double angle = k * std::numbers::pi / 3.0;
    ring.push_back(centre + 1.39 * std::cos(angle) * a + 1.39 * std::sin(angle) * b);
  }
  return ring;
}

/// A phenylalanine's ring around a centre.
DockingReceptor phenylalanine(const Position& centre, const Position& a, const Position& b) {
  const auto ring = ring_at(centre, a, b);
  std::vector<Atom> atoms;
  const char* names[] = {"CG", "CD1", "CE1", "CZ", "CE2", "CD2"};
  for (std::size_t k = 0; k < 6; ++k) atoms.push_back({kCarbonHydrophobic, names[k], ring[k]});
  return receptor_of("PHE", atoms);
}

LigandFeatures benzene() {
  LigandFeatures ligand;
  ligand.atoms = 6;
  ligand.rings = {{0, 1, 2, 3, 4, 5}};
  return ligand;
}

LigandFeatures cation() {
  LigandFeatures ligand;
  ligand.atoms = 1;
  ligand.charges = {{true, {0}, {0}, {}}};
  return ligand;
}

LigandFeatures acceptor() {
  LigandFeatures ligand;
  ligand.atoms = 1;
  ligand.acceptors = {0};
  return ligand;
}

/// Two atoms: a donor at 0 whose one hydrogen points away from atom 1.
LigandFeatures rigid_donor() {
  LigandFeatures ligand;
  ligand.atoms = 2;
  ligand.donors = {{.atom = 0, .where = Features::Hydrogens::kOpposite, .neighbour_count = 1, .neighbours = {1, 0, 0}}};
  return ligand;
}
const std::vector<Position> kRigidDonor{{0, 0, 0}, {-1.4, 0, 0}};  // the hydrogen is at 1, 0, 0

/// Where a point is seen from the hydrogen of kRigidDonor at an angle to the donor.
Position seen_at(double angle_deg, double away_A) {
  const double angle = angle_deg * std::numbers::pi / 180.0;
  return {1.0 - away_A * std::cos(angle), away_A * std::sin(angle), 0};
}

std::string found(const DockingReceptor& receptor, const LigandFeatures& ligand, const std::vector<Position>& at) {
  return to_text(InteractionSite{receptor}.find(ligand, at));
}

// ---------------------------------------------------------------- hydrogen bonds

TEST(Interactions, TellAHydrogenBondThatTheReceptorGives) {
  const auto serine = receptor_of("SER", {{kCarbonPolar, "CB", {3.4, 1.3, 0}}, {kOxygenBoth, "OG", {2.9, 0, 0}}});
  const auto bonds = InteractionSite{serine}.find(acceptor(), std::vector<Position>{{0, 0, 0}});
  ASSERT_EQ(bonds.size(), 1U);
  EXPECT_EQ(bonds[0].kind, InteractionKind::kHydrogenBond);
  EXPECT_EQ(bonds[0].residue, "A:SER:1");
  EXPECT_EQ(bonds[0].receptor_atom, "OG");
  EXPECT_EQ(bonds[0].ligand_atoms, std::vector<std::uint32_t>{0});
  EXPECT_FALSE(bonds[0].ligand_is_donor);
  EXPECT_DOUBLE_EQ(bonds[0].distance_A, 2.9);
  EXPECT_GT(bonds[0].angle_deg.value(), 170.0) << "the hydroxyl turns";
  EXPECT_EQ(bonds[0].receptor_A, (Position{2.9, 0, 0}));
}

TEST(Interactions, TellNoHydrogenBondBeyondItsDistance) {
  const auto at = [](double x) { return receptor_of("HOH", {{kOxygenAcceptor, "O", {x, 0, 0}}}); };
  auto carbonyl = at(4.09);
  carbonyl.residues[0].name = "GLY";
  EXPECT_EQ(found(carbonyl, rigid_donor(), kRigidDonor), "hbond A:GLY:1 4.1");
  carbonyl.positions_A[0][0] = 4.11;
  EXPECT_EQ(found(carbonyl, rigid_donor(), kRigidDonor), "");
}

TEST(Interactions, TellNoHydrogenBondThatIsBentTooFar) {
  EXPECT_EQ(found(receptor_of("GLY", {{kOxygenAcceptor, "O", seen_at(101, 2.5)}}), rigid_donor(), kRigidDonor),
            "hbond A:GLY:1 2.9");
  EXPECT_EQ(found(receptor_of("GLY", {{kOxygenAcceptor, "O", seen_at(99, 2.5)}}), rigid_donor(), kRigidDonor), "");
}

TEST(Interactions, SayThatTheLigandGives) {
  const auto bonds =
      InteractionSite{receptor_of("GLY", {{kOxygenAcceptor, "O", {2.9, 0, 0}}})}.find(rigid_donor(), kRigidDonor);
  ASSERT_EQ(bonds.size(), 1U);
  EXPECT_TRUE(bonds[0].ligand_is_donor);
  EXPECT_NEAR(bonds[0].angle_deg.value(), 180.0, 1e-3);
}

TEST(Interactions, GiveEachHydrogenOnceToTheNearest) {
  DockingReceptor two = receptor_of("GLY", {{kOxygenAcceptor, "O", {2.8, 1, 0}}});
  add(two, "ALA", {{kOxygenAcceptor, "O", {3.0, -1.5, 0}}});
  EXPECT_EQ(found(two, rigid_donor(), kRigidDonor), "hbond A:GLY:1 3.0");
}

TEST(Interactions, LetAnAmmoniumGiveAllItsHydrogens) {
  LigandFeatures ammonium = rigid_donor();
  ammonium.donors[0].where = Features::Hydrogens::kCone;
  ammonium.donors[0].hydrogens = 3;
  DockingReceptor three = receptor_of("GLY", {{kOxygenAcceptor, "O", {1, 2.7, 0}}});
  add(three, "ALA", {{kOxygenAcceptor, "O", {1, -2, 2}}});
  add(three, "VAL", {{kOxygenAcceptor, "O", {1, -2, -2}}});
  add(three, "LEU", {{kOxygenAcceptor, "O", {1, 0, 3.5}}});
  EXPECT_EQ(found(three, ammonium, kRigidDonor), "hbond A:GLY:1 2.9; hbond A:ALA:2 3.0; hbond A:VAL:3 3.0");
}

// ---------------------------------------------------------------- charges

DockingReceptor aspartate(double x) {  // the centre of charge, between the oxygens, is at x, 0, 0
  return receptor_of("ASP", {{kCarbonHydrophobic, "CB", {x + 2.1, 0, 0}},
                             {kCarbonPolar, "CG", {x + 0.6, 0, 0}},
                             {kOxygenAcceptor, "OD1", {x, 1.1, 0}},
                             {kOxygenAcceptor, "OD2", {x, -1.1, 0}}});
}

TEST(Interactions, TellASaltBridge) {
  const auto bridges = InteractionSite{aspartate(5.4)}.find(cation(), std::vector<Position>{{0, 0, 0}});
  EXPECT_EQ(to_text(bridges), "salt_bridge A:ASP:1 5.4");
  EXPECT_TRUE(bridges.at(0).ligand_is_donor);
  EXPECT_EQ(bridges.at(0).receptor_A, (Position{5.4, 0, 0}));
}

TEST(Interactions, TellNoSaltBridgeBeyondItsDistance) { EXPECT_EQ(found(aspartate(5.51), cation(), {{0, 0, 0}}), ""); }

TEST(Interactions, TellNoSaltBridgeOfLikeCharges) {
  LigandFeatures anion = cation();
  anion.charges[0].positive = false;
  EXPECT_EQ(found(aspartate(4.0), anion, {{0, 0, 0}}), "");
}

TEST(Interactions, CountHydrogenBondsOfASaltBridgeAsPartOfIt) {
  LigandFeatures ammonium = rigid_donor();
  ammonium.charges = {{true, {0}, {0}, {}}};
  EXPECT_EQ(found(aspartate(3.0), ammonium, kRigidDonor), "salt_bridge A:ASP:1 3.0");
}

// ---------------------------------------------------------------- hydrophobic contacts

LigandFeatures carbons(std::size_t count) {
  LigandFeatures ligand;
  ligand.atoms = count;
  for (std::uint32_t i = 0; i < count; ++i) ligand.hydrophobic.push_back(i);
  return ligand;
}

TEST(Interactions, TellAHydrophobicContact) {
  EXPECT_EQ(found(receptor_of("LEU", {{kCarbonHydrophobic, "CD1", {3.9, 0, 0}}}), carbons(1), {{0, 0, 0}}),
            "hydrophobic A:LEU:1 3.9");
}

TEST(Interactions, TellNoHydrophobicContactBeyondItsDistance) {
  EXPECT_EQ(found(receptor_of("LEU", {{kCarbonHydrophobic, "CD1", {4.01, 0, 0}}}), carbons(1), {{0, 0, 0}}), "");
}

TEST(Interactions, TellTheClosestContactOfAnAtomWithAResidue) {
  EXPECT_EQ(
      found(receptor_of("LEU", {{kCarbonHydrophobic, "CD1", {3.9, 0, 0}}, {kCarbonHydrophobic, "CD2", {0, 3.6, 0}}}),
            carbons(1), {{0, 0, 0}}),
      "hydrophobic A:LEU:1 3.6");
}

TEST(Interactions, TellTheClosestOfBondedAtomsAtTheSamePlace) {
  LigandFeatures ethane = carbons(2);
  ethane.bonds = {{0, 1}};
  const auto leucine = receptor_of("LEU", {{kCarbonHydrophobic, "CD1", {3.5, 0, 0}}});
  EXPECT_EQ(found(leucine, ethane, {{0, 0, 0}, {0, 1.5, 0}}), "hydrophobic A:LEU:1 3.5");
  EXPECT_EQ(found(leucine, carbons(2), {{0, 0, 0}, {0, 1.5, 0}}), "hydrophobic A:LEU:1 3.5; hydrophobic A:LEU:1 3.8")
      << "not bonded";
}

// ---------------------------------------------------------------- rings

const Position kX{1, 0, 0}, kY{0, 1, 0}, kZ{0, 0, 1};

TEST(Interactions, TellParallelStacking) {
  const auto stacks = InteractionSite{phenylalanine({1.0, 0, 3.6}, kX, kY)}.find(benzene(), ring_at({}, kX, kY));
  EXPECT_EQ(to_text(stacks), "pi_stacking_parallel A:PHE:1 3.7");
  EXPECT_NEAR(stacks.at(0).angle_deg.value(), 0.0, 1e-3);
  EXPECT_EQ(stacks.at(0).ligand_atoms, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5}));
}

TEST(Interactions, TellNoStackingOfRingsBesideEachOther) {
  EXPECT_EQ(found(phenylalanine({1.99, 0, 3.6}, kX, kY), benzene(), ring_at({}, kX, kY)),
            "pi_stacking_parallel A:PHE:1 4.1");
  EXPECT_EQ(found(phenylalanine({2.01, 0, 3.6}, kX, kY), benzene(), ring_at({}, kX, kY)), "");
}

TEST(Interactions, TellNoStackingBeyondItsDistance) {
  EXPECT_EQ(found(phenylalanine({0, 0, 5.51}, kX, kY), benzene(), ring_at({}, kX, kY)), "");
}

TEST(Interactions, TellEdgeToFace) {
  EXPECT_EQ(found(phenylalanine({0, 0, 5.0}, kX, kZ), benzene(), ring_at({}, kX, kY)), "pi_stacking_t A:PHE:1 5.0");
}

TEST(Interactions, TellNoStackingAtAnAngleBetween) {
  const auto tilted = [](double deg) {
    const double angle = deg * std::numbers::pi / 180.0;
    return Position{0, std::cos(angle), std::sin(angle)};
  };
  const auto kind = [&](double deg) {
    return found(phenylalanine({0, 0, 5.0}, kX, tilted(deg)), benzene(), ring_at({}, kX, kY));
  };
  EXPECT_EQ(kind(29), "pi_stacking_parallel A:PHE:1 5.0");
  EXPECT_EQ(kind(31), "");
  EXPECT_EQ(kind(59), "");
  EXPECT_EQ(kind(61), "pi_stacking_t A:PHE:1 5.0");
}

TEST(Interactions, KeepHundredthsThatRoundToTheTenthsTheyTell) {
  EXPECT_EQ(tenths_A(3.346), 33);
  EXPECT_EQ(hundredths_A(3.346), 334);
  for (int i = 0; i < 4000; ++i) {
    const double distance_A = 2.0 + 0.001 * i;
    EXPECT_EQ((hundredths_A(distance_A) + 5) / 10, tenths_A(distance_A)) << distance_A;
    EXPECT_NEAR(static_cast<double>(hundredths_A(distance_A)), 100.0 * distance_A, 1.0) << distance_A;
  }
}

TEST(Interactions, TellACationOverARing) {
  const auto over = InteractionSite{phenylalanine({}, kX, kY)}.find(cation(), std::vector<Position>{{1.9, 0, 5}});
  EXPECT_EQ(to_text(over), "cation_pi A:PHE:1 5.3");
  EXPECT_TRUE(over.at(0).ligand_is_donor);
}

TEST(Interactions, TellNoCationBesideARing) {
  EXPECT_EQ(found(phenylalanine({}, kX, kY), cation(), {{2.1, 0, 5}}), "");
  EXPECT_EQ(found(phenylalanine({}, kX, kY), cation(), {{0, 0, 6.01}}), "") << "too far";
}

TEST(Interactions, TellALysineOverTheLigandsRing) {
  const auto lysine = receptor_of("LYS", {{kCarbonPolar, "CE", {0, 1.4, 4.4}}, {kNitrogenDonor, "NZ", {0, 0, 4}}});
  const auto over = InteractionSite{lysine}.find(benzene(), ring_at({}, kX, kY));
  EXPECT_EQ(to_text(over), "cation_pi A:LYS:1 4.0");
  EXPECT_FALSE(over.at(0).ligand_is_donor);
}

// ---------------------------------------------------------------- halogens, metals, waters

TEST(Interactions, TellAHalogenBond) {
  LigandFeatures chlorine;
  chlorine.atoms = 2;
  chlorine.halogens = {{0, 1}};
  const std::vector<Position> at{{0, 0, 0}, {-1.74, 0, 0}};
  const auto carbonyl = [](double x, double y) {
    return receptor_of("GLY", {{kOxygenAcceptor, "O", {x, 0, 0}}, {kCarbonPolar, "C", {x + 0.62, y, 0}}});
  };
  EXPECT_EQ(found(carbonyl(3.9, 1.06), chlorine, at), "halogen_bond A:GLY:1 3.9");
  EXPECT_EQ(found(carbonyl(4.01, 1.06), chlorine, at), "") << "too far";
  EXPECT_EQ(
      found(receptor_of("GLY", {{kOxygenAcceptor, "O", {3.3, 0, 0}}, {kCarbonPolar, "C", {4.52, 0, 0}}}), chlorine, at),
      "")
      << "the acceptor's bond points along";
  EXPECT_EQ(found(carbonyl(3.3, 1.06), chlorine, {{0, 0, 0}, {-1.1, 1.35, 0}}), "")
      << "the halogen's bond points aside";
}

TEST(Interactions, TellAMetal) {
  LigandFeatures oxygen;
  oxygen.atoms = 1;
  oxygen.metal_binders = {0};
  EXPECT_EQ(found(receptor_of("ZN", {{kMetal, "ZN", {2.9, 0, 0}}}), oxygen, {{0, 0, 0}}), "metal A:ZN:1 2.9");
  EXPECT_EQ(found(receptor_of("ZN", {{kMetal, "ZN", {3.01, 0, 0}}}), oxygen, {{0, 0, 0}}), "");
}

/// A water 2.8 Å from the ligand at 0, 0, 0, and a carbonyl 2.8 Å from the water at an angle.
DockingReceptor water_and_carbonyl(double angle_deg) {
  DockingReceptor receptor = receptor_of("HOH", {{kOxygenBoth, "O", {2.8, 0, 0}}});
  const double angle = angle_deg * std::numbers::pi / 180.0;
  add(receptor, "GLY", {{kOxygenAcceptor, "O", {2.8 - 2.8 * std::cos(angle), 2.8 * std::sin(angle), 0}}});
  return receptor;
}

TEST(Interactions, TellAWaterBridge) {
  const auto bridges = InteractionSite{water_and_carbonyl(120)}.find(acceptor(), std::vector<Position>{{0, 0, 0}});
  EXPECT_EQ(to_text(bridges), "water_bridge A:GLY:2 2.8");
  EXPECT_EQ(bridges.at(0).water_A, (Position{2.8, 0, 0}));
  EXPECT_NEAR(bridges.at(0).angle_deg.value(), 120.0, 1e-6);
}

TEST(Interactions, TellNoWaterBridgeAtAStretchedAngle) {
  EXPECT_EQ(found(water_and_carbonyl(141), acceptor(), {{0, 0, 0}}), "");
}

TEST(Interactions, TellNoHydrogenBondWithTheWaterItself) {
  EXPECT_EQ(found(receptor_of("HOH", {{kOxygenBoth, "O", {2.8, 0, 0}}}), acceptor(), {{0, 0, 0}}), "");
}

TEST(Interactions, RefusePositionsThatAreMissing) {
  const InteractionSite site{aspartate(5.0)};
  try {
    (void)site.find(benzene(), {});
    FAIL() << "nothing was thrown";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "InteractionSite::find: 0 positions for 6 atoms");
  }
}

// ---------------------------------------------------------------- text

TEST(InteractionRecord, ComesBackAsItWas) {
  const std::vector<Interaction> told{
      {InteractionKind::kWaterBridge,
       "A:LEU:83",
       "N",
       {4},
       true,
       2.91,
       104.0,
       {1, -2.5, 3},
       {4, 5, 6},
       Position{7, 8, 9}},
      {InteractionKind::kPiStackingT, "B:TRP:60A", "", {0, 1, 2, 3, 4, 11}, false, 5.25, {}, {0, 0, 0}, {1, 1, 1}, {}}};
  const std::string record = to_record(told);
  EXPECT_EQ(record,
            "water_bridge A:LEU:83 N 4 donor 2.91 104 1.00,-2.50,3.00 4.00,5.00,6.00 7.00,8.00,9.00; "
            "pi_stacking_t B:TRP:60A - 0,1,2,3,4,11 - 5.25 - 0.00,0.00,0.00 1.00,1.00,1.00");
  EXPECT_EQ(parse_interactions(record), told);
}

TEST(InteractionRecord, IsEmptyWhenNothingWasFound) { EXPECT_THAT(parse_interactions(to_record({})), IsEmpty()); }

TEST(InteractionRecord, NamesWhatItCannotRead) {
  const auto refusal = [](const std::string& record) -> std::string {
    try {
      (void)parse_interactions(record);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "nothing was thrown";
  };
  EXPECT_EQ(refusal("hug A:LEU:83"), "not an interaction: \"hug\" is no kind");
  EXPECT_EQ(refusal("hbond A:LEU:83 N 4 donor far"), "not an interaction: \"far\" is no number");
}

TEST(InteractionKind, IsFoundByItsName) {
  for (std::size_t k = 0; k < kInteractionKinds; ++k) {
    const auto kind = static_cast<InteractionKind>(k);
    EXPECT_EQ(interaction_kind(name_of(kind)), kind);
  }
  EXPECT_FALSE(interaction_kind("hug"));
}

}  // namespace
}  // namespace digitalis
