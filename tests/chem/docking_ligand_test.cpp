#include "chem/docking_ligand.hpp"

#include <gtest/gtest.h>

#include <numbers>
#include <stdexcept>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/Conformer.h>
#include <GraphMol/RWMol.h>

#include "chem/ligand_molecule.hpp"
#include "tests/chem/prepared_ligands.hpp"

// RDKit's own header for these needs Eigen.
namespace MolTransforms {
double getDihedralRad(const RDKit::Conformer& conformer, unsigned a, unsigned b, unsigned c, unsigned d);
void setDihedralRad(RDKit::Conformer& conformer, unsigned a, unsigned b, unsigned c, unsigned d, double angle_rad);
}  // namespace MolTransforms

namespace digitalis {
namespace {

using testing::prepared;

std::vector<std::vector<double>> distances(const std::vector<Position>& at) {
  std::vector<std::vector<double>> all;
  for (const Position& a : at) {
    auto& row = all.emplace_back();
    for (const Position& b : at) row.push_back(distance(a, b));
  }
  return all;
}

TEST(PlaceAtoms, LeavesAConformerWhereItIs) {
  const auto ligand = prepared("CC(=O)Oc1ccccc1C(=O)O").docking;
  const auto placed = place_atoms(ligand, pose_of_conformer(ligand));
  for (std::size_t i = 0; i < placed.size(); ++i) EXPECT_LT(distance(placed[i], ligand.conformers[0][i]), 1e-12);
}

TEST(PlaceAtoms, TurnsBondsAsRdkitDoes) {
  const auto ligand = prepared("CC(C)C[C@H](NC(=O)c1ccccc1Cl)C(=O)OCCN");
  const DockingLigand& docking = ligand.docking;
  RDKit::RWMol mol(*ligand.molecule->mol);
  auto& conformer = mol.getConformer();
  Pose pose = pose_of_conformer(docking);
  for (std::size_t k = 0; k < pose.torsions_rad.size(); ++k) pose.torsions_rad[k] = 0.4 + 0.3 * static_cast<double>(k);

  std::size_t torsion = 0;
  for (std::size_t f = 1; f < docking.fragments.size(); ++f) {
    // Any neighbours of the axis' ends do: only the change of the angle counts.
    const auto b = docking.source[docking.fragments[f].axis_from], c = docking.source[docking.fragments[f].first];
    const auto beside = [&](std::uint32_t atom, std::uint32_t other) {
      for (const auto* neighbour : mol.atomNeighbors(mol.getAtomWithIdx(atom)))
        if (neighbour->getIdx() != other) return neighbour->getIdx();
      return atom;
    };
    const auto a = beside(b, c), d = beside(c, b);
    const double before = MolTransforms::getDihedralRad(conformer, a, b, c, d);
    MolTransforms::setDihedralRad(conformer, a, b, c, d, before + pose.torsions_rad[torsion++]);
  }
  std::vector<Position> expected;
  for (const auto atom : docking.source) {
    const auto& at = conformer.getAtomPos(atom);
    expected.push_back({at.x, at.y, at.z});
  }
  for (const auto& passenger : docking.passengers) {
    const auto& at = conformer.getAtomPos(passenger.source);
    expected.push_back({at.x, at.y, at.z});
  }
  // RDKit leaves another part of the molecule in place, so that distances are compared.
  const auto ours = distances(place_atoms(docking, pose)), theirs = distances(expected);
  for (std::size_t i = 0; i < ours.size(); ++i)
    for (std::size_t j = 0; j < ours.size(); ++j) ASSERT_NEAR(ours[i][j], theirs[i][j], 1e-6) << i << " " << j;
}

TEST(PlaceAtoms, TurnsTheWholeLigandAboutItsFirstAtom) {
  const auto ligand = prepared("OCc1ccccc1").docking;
  Pose pose = pose_of_conformer(ligand);
  const double half = std::numbers::pi / 4;  // a quarter turn about z
  pose.orientation = {std::cos(half), 0, 0, std::sin(half)};
  const auto placed = place_atoms(ligand, pose);
  const auto& at = ligand.conformers[0];
  for (std::size_t i = 0; i < at.size(); ++i) {
    const Position from_first = at[i] - at[0];
    const Position expected = at[0] + Position{-from_first[1], from_first[0], from_first[2]};
    EXPECT_LT(distance(placed[i], expected), 1e-12);
  }
}

TEST(PlaceAtoms, ChangesOnlyDistancesOfThePairsThatMayVary) {
  const auto prepared_ligand = prepared("CC(C)CC(NC(=O)c1ccccc1)C(=O)OCCN");
  const DockingLigand& ligand = prepared_ligand.docking;
  Pose pose = pose_of_conformer(ligand);
  for (double& angle : pose.torsions_rad) angle = 1.0;
  const auto before = distances(ligand.conformers[0]), after = distances(place_atoms(ligand, pose));
  std::size_t changed = 0;
  for (const auto& [i, j] : ligand.pairs) changed += std::abs(before[i][j] - after[i][j]) > 1e-6 ? 1U : 0U;
  EXPECT_GT(changed, ligand.pairs.size() * 9 / 10);
  // The rest are bonds, angles, rigid fragments, and 1-4 neighbours that vary but are left out.
  const FixedDistances fixed(prepared_ligand.molecule->tree);
  for (std::uint32_t i = 0; i < ligand.atoms(); ++i)
    for (std::uint32_t j = i + 1; j < ligand.atoms(); ++j)
      if (fixed(ligand.source[i], ligand.source[j])) {
        EXPECT_NEAR(before[i][j], after[i][j], 1e-9);
      }
}

TEST(CheckInvariants, NamesTheRuleThatIsBroken) {
  auto ligand = prepared("OCc1ccccc1").docking;
  ligand.pairs.emplace_back(3, 2);
  try {
    check_invariants(ligand);
    FAIL();
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "docking ligand: a pair out of order or range");
  }
}

}  // namespace
}  // namespace digitalis
