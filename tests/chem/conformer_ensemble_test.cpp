#include "chem/conformer_ensemble.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "chem/geometry.hpp"
#include "chem/interaction_features.hpp"

namespace digitalis {
namespace {

constexpr const char* kFlexible = "CCCC(=O)NCc1ccccc1";

TEST(ConformerEnsemble, IsTheSameEachTime) {
  EXPECT_EQ(*conformer_ensemble(kFlexible, "a", {.most = 3}), *conformer_ensemble(kFlexible, "b", {.most = 3}));
}

TEST(ConformerEnsemble, DiffersWithTheSeed) {
  EXPECT_NE(*conformer_ensemble(kFlexible, "a", {.most = 1}),
            *conformer_ensemble(kFlexible, "a", {.most = 1, .seed = 1}));
}

TEST(ConformerEnsemble, HoldsOneConformerOfWhatDoesNotBend) {
  EXPECT_EQ(conformer_ensemble("c1ccccc1", "benzene", {.most = 10})->size(), 1U);
}

TEST(ConformerEnsemble, PlacesHeavyAtomsInTheOrderOfFeatures) {
  const char* smiles = "C[C@H](N)C(=O)O";
  auto conformers = conformer_ensemble(smiles, "alanine", {.most = 2});
  ASSERT_TRUE(conformers);
  const LigandFeatures features = ligand_features(smiles);
  for (const auto& positions : conformers.value()) {
    ASSERT_EQ(positions.size(), features.atoms);
    for (const auto& bond : features.bonds) {
      const double length_A = distance(positions[bond.atom], positions[bond.neighbour]);
      EXPECT_GT(length_A, 1.1);
      EXPECT_LT(length_A, 1.7);
    }
  }
}

TEST(ConformerEnsemble, MakesChairsOfSixRings) {
  auto conformers = conformer_ensemble("O=C(NC1CCCCC1)c1ccccc1", "x", {.most = 6});
  ASSERT_TRUE(conformers);
  int chairs = 0;
  for (const auto& at : conformers.value()) {
    double least_rad = 4.0;
    for (std::size_t k = 0; k < 6; ++k) {  // the ring is atoms 3 to 8
      const auto atom = [&](std::size_t i) { return at[3 + (k + i) % 6]; };
      const Position a = cross(atom(1) - atom(0), atom(2) - atom(1)), b = cross(atom(2) - atom(1), atom(3) - atom(2));
      least_rad = std::min(least_rad, std::acos(dot(a, b) / std::sqrt(dot(a, a) * dot(b, b))));
    }
    chairs += least_rad > 0.6 ? 1 : 0;  // twisted boats have bonds at 0.5 rad
  }
  EXPECT_GE(2 * chairs, static_cast<int>(conformers->size())) << chairs << " of " << conformers->size();
}

TEST(ConformerEnsemble, RefusesWhatIsTooLarge) {
  auto refused = conformer_ensemble(std::string(101, 'C'), "wax", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.reject().code, RejectCode::kTooLarge);
  EXPECT_EQ(refused.reject().detail, "more than 100 heavy atoms");
}

TEST(ConformerEnsemble, RefusesSeveralParts) {
  auto refused = conformer_ensemble("CCO.CCN", "salt", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.reject().detail, "consists of several parts");
}

}  // namespace
}  // namespace digitalis
