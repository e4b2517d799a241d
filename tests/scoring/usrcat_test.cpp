#include <GraphMol/Conformer.h>
#include <GraphMol/Descriptors/USRDescriptor.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "chem/conformer_ensemble.hpp"
#include "scoring/shape/usrcat.hpp"

namespace digitalis {
namespace {

constexpr const char* kImatinib = "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1";

TEST(Usrcat, EqualsThatOfRDKitForTheSameAtoms) {
  for (const char* smiles : {kImatinib, "CC(=O)Oc1ccccc1C(=O)O", "CCCCCC", "OCC1OC(O)C(O)C(O)C1O"}) {
    const auto conformers = conformer_ensemble(smiles, "x", {.most = 2});
    ASSERT_TRUE(conformers);
    const auto features = colour_features(ligand_features(smiles));
    const UsrcatKinds kinds = usrcat_kinds(features);
    for (const auto& positions : conformers.value()) {
      RDKit::RWMol mol;
      auto* conformer = new RDKit::Conformer(static_cast<unsigned>(positions.size()));
      for (unsigned i = 0; i < positions.size(); ++i) {
        mol.addAtom(new RDKit::Atom(6), false, true);
        conformer->setAtomPos(i, {positions[i][0], positions[i][1], positions[i][2]});
      }
      mol.addConformer(conformer, true);
      std::vector<std::vector<unsigned>> atoms;
      for (const auto& kind : kinds) atoms.emplace_back(kind.begin(), kind.end());
      std::vector<double> expected(60);
      RDKit::Descriptors::USRCAT(mol, expected, atoms);
      const Usrcat found = usrcat(positions, kinds);
      for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-6) << smiles << ' ' << i;
    }
  }
}

TEST(Usrcat, IsOneOfEqualMoleculesAndLessOfOthers) {
  const auto moments_of = [](const char* smiles) {
    const auto conformers = conformer_ensemble(smiles, "x", {.most = 1});
    return usrcat(conformers.value().front(), usrcat_kinds(colour_features(ligand_features(smiles))));
  };
  const Usrcat a = moments_of(kImatinib), b = moments_of("CCO");
  EXPECT_EQ(usrcat_similarity(a, a), 1.0);
  EXPECT_LT(usrcat_similarity(a, b), 0.5);
}

TEST(Usrcat, HoldsForOneAtom) {
  const std::vector<Position> one{{1, 2, 3}};
  EXPECT_EQ(usrcat(one, {}), Usrcat{});
}

/// Colours of a molecule as text: "D" donor, "A" acceptor, "+", "-", "H" hydrophobe, "R" ring, each with its atoms.
std::string colours_of(const char* smiles) {
  std::string text;
  for (const ColourFeature& feature : colour_features(ligand_features(smiles))) {
    text += "DA+-HR"[static_cast<std::size_t>(feature.colour)];
    text += std::to_string(feature.atoms.size()) + ' ';
  }
  return text;
}

TEST(ColourFeatures, TellDonorsAcceptorsAndChargesApart) {
  EXPECT_EQ(colours_of("OCC[NH3+]"), "D1 D1 A1 +1 ");
  EXPECT_EQ(colours_of("[O-]C=O"), "A1 A1 -2 ");
}

TEST(ColourFeatures, MakeOneHydrophobeOfConnectedCarbonsUpToSix) {
  EXPECT_EQ(colours_of("CCCCCC"), "H6 ");
  EXPECT_EQ(colours_of("CCCCCCCCCC"), "H6 H4 ");
  EXPECT_EQ(colours_of("C1CCCCC1"), "H6 ");
}

TEST(ColourFeatures, CallAromaticRingsRingsAndTheirHalogensHydrophobes) {
  EXPECT_EQ(colours_of("Clc1ccccc1"), "H1 R6 ");
}

TEST(ColourFeatures, StandAtTheMeanOfTheirAtoms) {
  const std::vector<ColourFeature> features{{Colour::kRing, {0, 2}}};
  const auto points = colour_points(features, std::vector<Position>{{1, 0, 0}, {9, 9, 9}, {3, 2, 0}});
  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0].at_A, (Position{2, 1, 0}));
}

}  // namespace
}  // namespace digitalis
