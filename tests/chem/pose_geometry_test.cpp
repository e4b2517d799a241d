#include "chem/pose_geometry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "chem/parse_record.hpp"

namespace digitalis {
namespace {

class PoseGeometryTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_rdkit(); }
  /// A conformer of the SMILES, in the order of the geometry.
  static std::vector<Position> conformer(const std::string& smiles) {
    const auto ligand = prepare_ligand(smiles, "a", {});
    EXPECT_TRUE(ligand) << ligand.reject().message();
    return heavy_atoms_in_smiles_order(ligand.value(), ligand.value().docking.conformers.front());
  }
  static bool keeps_hands(const PoseGeometry& geometry, const std::vector<Position>& at) {
    std::map<std::uint32_t, bool> same;  // of groups of centres that depend on each other
    for (const auto& centre : geometry.centres) {
      const auto to = [&](std::size_t k) { return at[centre.neighbours[k]] - at[centre.atom]; };
      const bool kept = (dot(to(0), cross(to(1), to(2))) > 0) == centre.right_handed;
      if (centre.group == 0 ? !kept : same.try_emplace(centre.group, kept).first->second != kept) return false;
    }
    return true;
  }
};

TEST_F(PoseGeometryTest, TellsTheHandOfACentreAsRdkitDoes) {
  for (const std::string smiles : {"C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O", "F[C@](Cl)(Br)CC", "O[C@H]1CC[C@@H](C)CC1",
                                   "C[S@](=O)c1ccccc1", "C[C@@H]1CN(C)C[C@]1(O)c1ccccc1"}) {
    const PoseGeometry geometry = pose_geometry(smiles);
    EXPECT_FALSE(geometry.centres.empty()) << smiles;
    EXPECT_TRUE(keeps_hands(geometry, conformer(smiles))) << smiles;
  }
  EXPECT_FALSE(keeps_hands(pose_geometry("C[C@H](N)C(=O)O"), conformer("C[C@@H](N)C(=O)O")));
  EXPECT_FALSE(keeps_hands(pose_geometry("O[C@H]1CC[C@@H](C)CC1"), conformer("O[C@H]1CC[C@H](C)CC1")));
}

TEST_F(PoseGeometryTest, TellsTheSidesOfADoubleBondAsRdkitDoes) {
  for (const bool same : {false, true}) {
    const std::string smiles = same ? "C/C=C\\CN" : "C/C=C/CN";
    const PoseGeometry geometry = pose_geometry(smiles);
    ASSERT_EQ(geometry.sides.size(), 1U);
    EXPECT_EQ(geometry.sides[0].same, same);
  }
  EXPECT_TRUE(pose_geometry("CC=CCN").sides.empty()) << "left open";
}

TEST_F(PoseGeometryTest, FindsWhatMustBeFlat) {
  EXPECT_EQ(pose_geometry("c1ccc2[nH]ccc2c1").aromatic_rings.size(), 2U);
  EXPECT_EQ(pose_geometry("CC=CC").double_bonds.size(), 1U);
  EXPECT_TRUE(pose_geometry("CC(=O)N").double_bonds.empty());
  EXPECT_TRUE(pose_geometry("C1CCCCC1").aromatic_rings.empty());
}

TEST_F(PoseGeometryTest, BoundsEveryPairAroundAConformer) {
  const std::string smiles = "CC(C)Cc1ccc(cc1)C(C)C(=O)O";
  const PoseGeometry geometry = pose_geometry(smiles);
  const auto at = conformer(smiles);
  ASSERT_EQ(geometry.bounds.size(), at.size() * (at.size() - 1) / 2);
  for (const auto& pair : geometry.bounds) {
    const double found = distance(at[pair.a], at[pair.b]);
    EXPECT_GT(found, 0.9 * pair.least_A) << pair.a << ' ' << pair.b;
    EXPECT_LT(found, 1.1 * pair.most_A) << pair.a << ' ' << pair.b;
  }
}

TEST_F(PoseGeometryTest, CountsAtomsOfASmilesAsThoseOfItsPoses) {
  const std::string smiles = "OC(=O)c1ccncc1Cl";
  const auto ligand = prepare_ligand(smiles, "a", {});
  ASSERT_TRUE(ligand);
  EXPECT_EQ(pose_geometry(smiles).vdw_A, pose_geometry(ligand.value()).vdw_A);
}

TEST(ReceptorSpheres, KnowTheirPart) {
  using enum ReceptorSpheres::Part;
  DockingReceptor receptor;
  const auto add = [&](AtomType type, const std::string& name, const std::string& residue) {
    receptor.positions_A.push_back({});
    receptor.types.push_back(type);
    receptor.names.push_back(name);
    receptor.residue_of.push_back(static_cast<std::uint32_t>(receptor.residues.size()));
    receptor.residues.push_back({"A", residue, "1"});
  };
  add(AtomType::kCarbonPolar, "CG", "ASP");
  add(AtomType::kCarbonPolar, "CA", "TPO");
  add(AtomType::kCarbonPolar, "C1", "NAD");
  add(AtomType::kMetal, "CA", "CA");
  add(AtomType::kOxygenBoth, "O", "HOH");
  const ReceptorSpheres spheres = receptor_spheres(receptor);
  EXPECT_EQ(spheres.parts, (std::vector{kProtein, kProtein, kCofactor, kMetal, kWater}));
  EXPECT_NEAR(spheres.vdw_A[0], 1.7, 0.01);
  EXPECT_NEAR(spheres.covalent_A[4], 0.66, 0.1);
}

}  // namespace
}  // namespace digitalis
