#include "scoring/docking/pose_score.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>
#include <stdexcept>

namespace digitalis {
namespace {

using enum AtomType;

const ScoringFunction& vina() { return ScoringFunction::vina(); }

DockingReceptor receptor_of(const std::vector<std::pair<AtomType, Position>>& atoms) {
  DockingReceptor receptor;
  for (const auto& [type, at] : atoms) {
    receptor.residue_of.push_back(static_cast<std::uint32_t>(receptor.residues.size()));
    receptor.residues.push_back({"A", "RES", std::to_string(receptor.residues.size() + 1)});
    receptor.positions_A.push_back(at);
    receptor.types.push_back(type);
    receptor.names.push_back("X");
  }
  return receptor;
}

/// Atoms without bonds; every atom its own.
DockingLigand ligand_of(const std::vector<AtomType>& types) {
  DockingLigand ligand;
  ligand.types = types;
  ligand.ligand_atoms = static_cast<std::uint32_t>(types.size());
  return ligand;
}

/// Atoms of all types in random places of a cube, about as dense as a protein.
DockingReceptor random_receptor(std::size_t atoms, double size_A) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> along(0.0, size_A);
  std::vector<std::pair<AtomType, Position>> all;
  for (std::size_t i = 0; i < atoms; ++i)
    all.emplace_back(static_cast<AtomType>(i % kAtomTypes), Position{along(random), along(random), along(random)});
  return receptor_of(all);
}

TEST(ReceptorCells, FindEveryAtomWithinReach) {
  const DockingReceptor receptor = random_receptor(2000, 35.0);
  const ReceptorCells cells(receptor);
  for (const Position& at : {Position{17, 17, 17}, Position{0, 0, 0}, Position{-7, 36, 20}, Position{35, 35, 42.9}}) {
    std::multiset<std::uint32_t> expected, found;
    for (std::uint32_t i = 0; i < receptor.atoms(); ++i)
      if (distance(at, receptor.positions_A[i]) < kCutoff_A) expected.insert(i);
    cells.near(at, [&](std::uint32_t i) {
      if (distance(at, receptor.positions_A[i]) < kCutoff_A) found.insert(i);
    });
    EXPECT_EQ(found, expected);
  }
}

TEST(ReceptorCells, FindNothingFarOff) {
  const DockingReceptor receptor = random_receptor(50, 10.0);
  const ReceptorCells cells(receptor);
  std::size_t found = 0;
  for (const Position& at : {Position{1e12, 0, 0}, Position{0, -1e12, 0}, Position{5, 5, 30}})
    cells.near(at, [&](std::uint32_t) { ++found; });
  EXPECT_EQ(found, 0U);
}

TEST(ReceptorCells, HoldAnEmptyReceptor) {
  const DockingReceptor receptor;
  const ReceptorCells cells(receptor);
  std::size_t found = 0;
  cells.near({0, 0, 0}, [&](std::uint32_t) { ++found; });
  EXPECT_EQ(found, 0U);
}

TEST(ReceptorCells, StaySmallWhenAnAtomIsAstray) {
  const DockingReceptor receptor =
      receptor_of({{kCarbonPolar, {0, 0, 0}}, {kCarbonPolar, {9999, 9999, 9999}}, {kOxygenPlain, {3, 0, 0}}});
  const ReceptorCells cells(receptor);
  std::set<std::uint32_t> found;
  cells.near({1, 0, 0}, [&](std::uint32_t i) { found.insert(i); });
  EXPECT_TRUE(found.contains(0) && found.contains(2));
}

TEST(ScorePose, SumsBinnedEnergiesOverTheReceptor) {
  const DockingReceptor receptor = receptor_of({{kOxygenAcceptor, {3, 0, 0}}, {kCarbonHydrophobic, {0, 4, 0}}});
  const ReceptorCells cells(receptor);
  const std::vector<Position> positions{{0, 0, 0}};
  const BinnedEnergies& energy = BinnedEnergies::of(vina());
  const PoseScore score = score_pose(cells, ligand_of({kNitrogenDonor}), positions, vina());
  EXPECT_DOUBLE_EQ(score.inter_kcal_mol,
                   energy(kNitrogenDonor, kOxygenAcceptor, 9.0) + energy(kNitrogenDonor, kCarbonHydrophobic, 16.0));
  EXPECT_EQ(score.intra_kcal_mol, 0.0);
}

TEST(ScorePose, SoftensTheSumOfAnAtomAndEachPair) {
  const DockingReceptor receptor = receptor_of({{kCarbonPolar, {1, 0, 0}}, {kCarbonPolar, {0, 1, 0}}});
  const ReceptorCells cells(receptor);
  DockingLigand ligand = ligand_of({kCarbonPolar, kCarbonPolar, kCarbonPolar});
  ligand.pairs = {{0, 1}, {0, 2}};
  const std::vector<Position> positions{{0, 0, 0}, {0, 0, 100}, {0, 0, 101}};
  const double e1 = BinnedEnergies::of(vina())(kCarbonPolar, kCarbonPolar, 1.0);
  const PoseScore score = score_pose(cells, ligand, positions, vina());
  EXPECT_DOUBLE_EQ(score.inter_kcal_mol, soften(2 * e1, 1000.0));

  const std::vector<Position> folded{{0, 0, 100}, {0, 0, 101}, {0, 1, 100}};
  EXPECT_DOUBLE_EQ(score_pose(cells, ligand, folded, vina()).intra_kcal_mol, 2 * soften(e1, 1000.0));
}

TEST(ScorePose, DividesByTheTorsions) {
  const DockingReceptor receptor = receptor_of({{kOxygenAcceptor, {3, 0, 0}}});
  const ReceptorCells cells(receptor);
  DockingLigand ligand = ligand_of({kNitrogenDonor});
  ligand.effective_torsions = 3.5;
  const PoseScore score = score_pose(cells, ligand, std::vector<Position>{{0, 0, 0}}, vina());
  EXPECT_DOUBLE_EQ(score.affinity_kcal_mol, score.inter_kcal_mol / (1.0 + 0.05846 * 3.5));
}

TEST(ScorePose, CountsTurningSideChainsAsReceptorForTheLigandOnly) {
  const DockingReceptor receptor = receptor_of({{kOxygenAcceptor, {0, 3, 0}}});
  const ReceptorCells cells(receptor);
  DockingLigand ligand = ligand_of({kCarbonHydrophobic, kNitrogenDonor, kCarbonHydrophobic});
  ligand.ligand_atoms = 1;
  ligand.side_chain_pairs = {{0, 2}, {1, 2}};
  // The nitrogen of the side chain touches the receptor, its carbon the ligand and its nitrogen.
  const std::vector<Position> positions{{4, 20, 0}, {0, 0, 0}, {4, 16, 0}};
  const std::vector<Position> curled{{4, 20, 0}, {0, 0, 0}, {0, -3.9, 0}};
  const BinnedEnergies& energy = BinnedEnergies::of(vina());
  const double with_receptor = energy(kNitrogenDonor, kOxygenAcceptor, 9.0);

  const PoseScore stretched = score_pose(cells, ligand, positions, vina());
  EXPECT_DOUBLE_EQ(stretched.inter_kcal_mol, energy(kCarbonHydrophobic, kCarbonHydrophobic, 16.0));
  EXPECT_DOUBLE_EQ(stretched.intra_kcal_mol, with_receptor);
  const PoseScore bent = score_pose(cells, ligand, curled, vina());
  EXPECT_EQ(bent.inter_kcal_mol, 0.0);
  EXPECT_DOUBLE_EQ(bent.intra_kcal_mol, with_receptor + energy(kCarbonHydrophobic, kOxygenAcceptor, 6.9 * 6.9) +
                                            energy(kNitrogenDonor, kCarbonHydrophobic, 3.9 * 3.9));
}

TEST(ScorePose, LeavesOutWhatUnmovingSideChainAtomsDoToTheReceptor) {
  const DockingReceptor receptor = receptor_of({{kNitrogenDonor, {0, 0, 0}}});
  const ReceptorCells cells(receptor);
  // A ligand of one atom far off; alpha carbon, and beta and gamma carbon that turn about the bond between the former.
  DockingLigand ligand = ligand_of({kCarbonPolar, kCarbonPolar, kCarbonHydrophobic, kCarbonHydrophobic});
  ligand.ligand_atoms = 1;
  ligand.fragments = {{DockingLigand::kFree, 0, 0, 1}, {DockingLigand::kFixed, 0, 1, 2}, {1, 1, 2, 4}};
  const std::vector<Position> positions{{0, 0, 90}, {1.5, 0, 0}, {2, 1.4, 0}, {2, 3.0, 0}};
  EXPECT_DOUBLE_EQ(score_pose(cells, ligand, positions, vina()).intra_kcal_mol,
                   soften(BinnedEnergies::of(vina())(kCarbonHydrophobic, kNitrogenDonor, 13.0), kFinalSoftening));
  EXPECT_EQ(score_pose(cells, ligand, positions, vina()).inter_kcal_mol, 0.0);
}

TEST(ScorePose, IsNotChangedByDeclaringAResidueFlexible) {
  const std::vector<std::pair<AtomType, Position>> residue{
      {kCarbonPolar, {4, 0, 0}}, {kCarbonHydrophobic, {4, 1.5, 0}}, {kOxygenBoth, {3, 2.5, 0}}};
  const DockingReceptor rigid = receptor_of(residue), without;
  DockingLigand flexible = ligand_of({kNitrogenAcceptor, kCarbonPolar, kCarbonHydrophobic, kOxygenBoth});
  flexible.ligand_atoms = 1;
  flexible.fragments = {{DockingLigand::kFree, 0, 0, 1}, {DockingLigand::kFixed, 0, 1, 2}, {1, 1, 2, 4}};
  flexible.side_chain_pairs = {{0, 1}, {0, 2}, {0, 3}};
  const std::vector<Position> positions{{0, 0, 0}, residue[0].second, residue[1].second, residue[2].second};
  const double inter =
      score_pose(ReceptorCells(rigid), ligand_of({kNitrogenAcceptor}), positions, vina()).inter_kcal_mol;
  ASSERT_NE(inter, 0.0);
  EXPECT_NEAR(score_pose(ReceptorCells(without), flexible, positions, vina()).inter_kcal_mol, inter, 1e-9);
}

TEST(ScorePose, RefusesTooFewPositions) {
  const DockingReceptor receptor;
  const ReceptorCells cells(receptor);
  EXPECT_THROW((void)score_pose(cells, ligand_of({kCarbonPolar}), {}, vina()), std::invalid_argument);
}

class BreakDown : public ::testing::Test {
 protected:
  BreakDown() : receptor_(random_receptor(400, 20.0)), cells_(receptor_), ligand_(ligand_of({})) {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> along(5.0, 15.0);
    for (std::uint32_t i = 0; i < 12; ++i) {
      ligand_.types.push_back(static_cast<AtomType>(i));
      positions_.push_back({along(random), along(random), along(random)});
      if (i >= 5) ligand_.pairs.emplace_back(i - 5, i);
    }
    ligand_.ligand_atoms = 12;
    parts_ = break_down(cells_, ligand_, positions_, vina());
  }
  DockingReceptor receptor_;
  ReceptorCells cells_;
  DockingLigand ligand_;
  std::vector<Position> positions_;
  ScoreBreakdown parts_;
};

TEST_F(BreakDown, AddsUpToTheExactEnergyOverAllPairs) {
  double inter = 0.0, intra = 0.0;
  for (std::size_t i = 0; i < ligand_.atoms(); ++i)
    for (std::size_t j = 0; j < receptor_.atoms(); ++j)
      inter +=
          pair_energy(vina(), ligand_.types[i], receptor_.types[j], distance(positions_[i], receptor_.positions_A[j]));
  for (const auto& [i, j] : ligand_.pairs)
    intra += pair_energy(vina(), ligand_.types[i], ligand_.types[j], distance(positions_[i], positions_[j]));
  double inter_terms = 0.0, intra_terms = 0.0;
  for (std::size_t k = 0; k < kTerms; ++k) {
    inter_terms += parts_.inter[k];
    intra_terms += parts_.intra[k];
  }
  EXPECT_NEAR(inter_terms, inter, 1e-9);
  EXPECT_NEAR(intra_terms, intra, 1e-9);
}

TEST_F(BreakDown, AddsUpTermByTermOverAtomsAndOverResidues) {
  for (std::size_t k = 0; k < kTerms; ++k) {
    double by_atom = 0.0, by_residue = 0.0;
    for (const auto& terms : parts_.by_atom) by_atom += terms[k];
    for (const auto& residue : parts_.by_residue) by_residue += residue.terms[k];
    EXPECT_NEAR(by_atom, parts_.inter[k], 1e-9);
    EXPECT_NEAR(by_residue, parts_.inter[k], 1e-9);
  }
}

TEST_F(BreakDown, ListsTheStrongestResidueFirst) {
  ASSERT_GT(parts_.by_residue.size(), 2U);
  for (std::size_t i = 1; i < parts_.by_residue.size(); ++i)
    EXPECT_GE(std::abs(parts_.by_residue[i - 1].total_kcal_mol), std::abs(parts_.by_residue[i].total_kcal_mol));
}

TEST_F(BreakDown, LeavesOutResiduesBeyondReach) {
  for (const auto& residue : parts_.by_residue) {
    double nearest_A = 1e9;
    for (const Position& at : positions_)
      nearest_A = std::min(nearest_A, distance(at, receptor_.positions_A[residue.residue]));
    EXPECT_LT(nearest_A, kCutoff_A);
  }
}

}  // namespace
}  // namespace digitalis
