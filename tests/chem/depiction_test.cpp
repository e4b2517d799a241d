#include "chem/depiction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

std::vector<std::string> labels_of(const std::string& smiles) {
  std::vector<std::string> labels;
  if (const auto drawing = depict(smiles)) {
    for (const auto& atom : drawing->atoms) labels.push_back(atom.label);
  }
  return labels;
}

TEST(Depict, AlternatesTheBondsOfBenzene) {
  const auto drawing = depict("c1ccccc1");
  ASSERT_TRUE(drawing);
  ASSERT_EQ(drawing->bonds.size(), 6u);
  std::vector<int> double_bonds_at(6, 0);
  for (const auto& bond : drawing->bonds) {
    EXPECT_TRUE(bond.in_ring);
    if (bond.order == 2) ++double_bonds_at[bond.begin], ++double_bonds_at[bond.end];
  }
  EXPECT_THAT(double_bonds_at, ElementsAre(1, 1, 1, 1, 1, 1));
}

TEST(Depict, DrawsBondsOfOneAndAHalfAngstrom) {
  const auto drawing = depict("CCO");
  ASSERT_TRUE(drawing);
  for (const auto& bond : drawing->bonds) {
    const auto &a = drawing->atoms[bond.begin], &b = drawing->atoms[bond.end];
    EXPECT_NEAR(std::hypot(a.x_A - b.x_A, a.y_A - b.y_A), 1.5, 0.01);
  }
}

TEST(Depict, LabelsHydrogensAndLeavesCarbonsAsCorners) {
  EXPECT_THAT(labels_of("CC(N)CO"), ElementsAre("", "", "NH2", "", "OH"));
}

TEST(Depict, LabelsCharges) {
  EXPECT_THAT(labels_of("[NH3+]CC(=O)[O-]"), ElementsAre("NH3+", "", "", "O", "O-"));
  EXPECT_THAT(labels_of("[Fe+2]"), ElementsAre("Fe2+"));
}

TEST(Depict, LabelsIsotopes) { EXPECT_THAT(labels_of("[13CH3]C[2H]"), ElementsAre("13CH3", "", "2H")); }

TEST(Depict, LabelsCarbonsThatAreNoCorner) {
  EXPECT_THAT(labels_of("C"), ElementsAre("CH4"));
  EXPECT_THAT(labels_of("C=C=C"), ElementsAre("", "C", ""));
}

TEST(Depict, WedgesOrHashesAStereocentreOnceAndFromTheCentre) {
  const auto drawing = depict("C[C@H](N)C(=O)O");
  ASSERT_TRUE(drawing);
  std::vector<int> begins;
  for (const auto& bond : drawing->bonds) {
    if (bond.stereo == 1 || bond.stereo == 2) begins.push_back(bond.begin);
  }
  EXPECT_THAT(begins, ElementsAre(1));
}

TEST(Depict, GivesTheWedgeOfARingFusionToItsHydrogen) {
  const auto drawing = depict("O[C@@H]1CC[C@H]2CCCC[C@@H]2C1");
  ASSERT_TRUE(drawing);
  int wedges_in_rings = 0;
  for (const auto& bond : drawing->bonds) wedges_in_rings += bond.stereo != 0 && bond.in_ring ? 1 : 0;
  EXPECT_EQ(wedges_in_rings, 0);
  EXPECT_EQ(drawing->atoms.back().label, "H");
}

TEST(Depict, DrawsMirrorImagesDifferently) {
  const auto stereo = [](const std::string& smiles) {
    std::vector<int> all;
    if (const auto drawing = depict(smiles)) {
      for (const auto& bond : drawing->bonds) all.push_back(bond.stereo);
    }
    return all;
  };
  EXPECT_NE(stereo("C[C@H](N)C(=O)O"), stereo("C[C@@H](N)C(=O)O"));
}

TEST(Depict, DrawsAPeptideOfThreeHundredAtoms) {
  std::string smiles = "N";
  for (int residue = 0; residue < 60; ++residue) smiles += residue % 2 == 0 ? "[C@@H](C)C(=O)N" : "CC(=O)N";
  const auto drawing = depict(smiles + "CCC(O)=O");
  ASSERT_TRUE(drawing);
  EXPECT_GE(drawing->atoms.size(), 270u);
  EXPECT_TRUE(std::all_of(drawing->atoms.begin(), drawing->atoms.end(),
                          [](const auto& atom) { return std::isfinite(atom.x_A) && std::isfinite(atom.y_A); }));
}

TEST(Depict, GivesTheSameDrawingTwice) {
  const auto first = depict("CN1CCC[C@H]1c1cccnc1"), second = depict("CN1CCC[C@H]1c1cccnc1");
  ASSERT_TRUE(first && second);
  for (std::size_t i = 0; i < first->atoms.size(); ++i) {
    EXPECT_EQ(first->atoms[i].x_A, second->atoms[i].x_A);
    EXPECT_EQ(first->atoms[i].y_A, second->atoms[i].y_A);
  }
}

TEST(Depict, RefusesGarbage) {
  EXPECT_FALSE(depict(""));
  EXPECT_FALSE(depict("not a molecule"));
  EXPECT_FALSE(depict("c1cccc1"));
  EXPECT_FALSE(depict("C(C)(C)(C)(C)C"));
}

TEST(MolBlock2d, CarriesTheTitleAndTheCounts) {
  const auto block = mol_block_2d("CCO", "ZINC 1");
  ASSERT_TRUE(block);
  EXPECT_THAT(*block, StartsWith("ZINC 1\n     RDKit          2D\n\n  3  2  0  0  0  0  0  0  0  0999 V2000\n"));
}

TEST(MolBlock2d, HoldsNoHydrogens) {
  const auto block = mol_block_2d("O[C@@H]1CC[C@H]2CCCC[C@@H]2C1", "decalol");
  ASSERT_TRUE(block);
  EXPECT_NE(block->find("\n 11 12  0"), std::string::npos);
}

TEST(MolBlock2d, KeepsATitleOnOneLine) {
  const auto block = mol_block_2d("CCO", "a\nb\r");
  ASSERT_TRUE(block);
  EXPECT_THAT(*block, StartsWith("a b \n     RDKit          2D\n"));
}

TEST(MolBlock2d, WritesV3000BeyondWhatV2000Counts) {
  std::string smiles = "C";
  for (int atom = 1; atom < 1000; ++atom) smiles += ".C";
  const auto block = mol_block_2d(smiles, "many");
  ASSERT_TRUE(block);
  EXPECT_NE(block->find(" V3000\n"), std::string::npos);
}

TEST(MolBlock2d, RefusesGarbage) { EXPECT_FALSE(mol_block_2d("not a molecule", "x")); }

TEST(Depict, DrawsAScaffoldAsTheMemberThatItIsTakenFrom) {
  const std::string member = "CC(=O)Nc1ccc2ncccc2c1", other = "OCCc1cnc2ccc(Cl)cc2c1";
  const ScaffoldLayout layout{"c1ccc2ncccc2c1", member};
  const auto of_member = depict(member), alike = depict(other, {.like = &layout, .shared = nullptr});
  ASSERT_TRUE(of_member && alike);
  const auto nitrogen = [](const Depiction& drawing) {
    return *std::find_if(drawing.atoms.begin(), drawing.atoms.end(),
                         [](const auto& atom) { return atom.label == "N"; });
  };
  EXPECT_NEAR(nitrogen(*of_member).x_A, nitrogen(*alike).x_A, 1e-3);
  EXPECT_NEAR(nitrogen(*of_member).y_A, nitrogen(*alike).y_A, 1e-3);
}

TEST(Depict, DrawsAMoleculeWithoutTheScaffoldAsEver) {
  const ScaffoldLayout layout{"c1ccc2ncccc2c1", "c1ccc2ncccc2c1"};
  const auto plain = depict("CCO"), hinted = depict("CCO", {.like = &layout, .shared = nullptr});
  ASSERT_TRUE(plain && hinted);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_FLOAT_EQ(plain->atoms[i].x_A, hinted->atoms[i].x_A);
}

TEST(Depict, MarksWhatIsSharedWithAnotherMolecule) {
  const auto shared = atom_environments("NS(=O)(=O)c1ccccc1");
  const auto drawing = depict("CCCCNC(C)CS(=O)(=O)c1ccccc1", {.like = nullptr, .shared = &shared});
  ASSERT_TRUE(drawing);
  std::vector<std::size_t> marked;
  for (std::size_t i = 0; i < drawing->atoms.size(); ++i)
    if (drawing->atoms[i].marked) marked.push_back(i);
  EXPECT_THAT(marked, ElementsAre(8, 11, 12, 13, 14, 15, 16));  // the ring, with the sulfur that it carries
}

TEST(Depict, SaysWhichBondsAreAromatic) {
  const auto drawing = depict("Cc1ccccc1");
  ASSERT_TRUE(drawing);
  EXPECT_EQ(std::count_if(drawing->bonds.begin(), drawing->bonds.end(), [](const auto& bond) { return bond.aromatic; }),
            6);
}

}  // namespace
}  // namespace digitalis
