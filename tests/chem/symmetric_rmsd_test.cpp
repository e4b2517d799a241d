#include "chem/symmetric_rmsd.hpp"

#include <gmock/gmock.h>
#include <cmath>
#include <numbers>

#include "chem/usage_error.hpp"
#include "tests/chem/library_files.hpp"

namespace digitalis {
namespace {

using ::testing::DoubleNear;

constexpr std::uint8_t kCarbon = 6, kOxygen = 8;

/// Atoms one after the other along x, so that swapping two shows in the deviation.
std::vector<Position> in_a_row(std::size_t atoms) {
  std::vector<Position> positions;
  for (std::size_t i = 0; i < atoms; ++i) positions.push_back({static_cast<double>(i * i), 0.0, 0.0});
  return positions;
}

MoleculeGraph carbons(std::size_t atoms, std::vector<std::pair<std::uint32_t, std::uint32_t>> bonds) {
  return {std::vector<std::uint8_t>(atoms, kCarbon), std::move(bonds)};
}

/// Deviation of a molecule from itself with its atoms at `positions`.
double deviation(const MoleculeGraph& graph, const std::vector<Position>& reference,
                 const std::vector<Position>& positions) {
  return SymmetricRmsd(graph, graph, reference)(positions);
}

/// A generation more: three branches on every end; grows as 3^generations.
void grow(MoleculeGraph& graph, std::vector<Position>& positions, std::uint32_t from, int generations) {
  if (generations == 0) return;
  for (int k = 0; k < 3; ++k) {
    const auto atom = static_cast<std::uint32_t>(graph.atoms());
    graph.elements.push_back(kCarbon);
    graph.bonds.emplace_back(from, atom);
    positions.push_back({std::sin(atom * 1.1) * 10, std::sin(atom * 2.3) * 10, std::sin(atom * 3.7) * 10});
    grow(graph, positions, atom, generations - 1);
  }
}

/// Buckminsterfullerene: the truncated icosahedron with edges of 2 units.
MoleculeGraph fullerene(std::vector<Position>& positions) {
  constexpr double kPhi = std::numbers::phi;
  for (const Position& p : {Position{0, 1, 3 * kPhi}, Position{1, 2 + kPhi, 2 * kPhi}, Position{kPhi, 2, 2 * kPhi + 1}})
    for (std::size_t turn = 0; turn < 3; ++turn)
      for (int signs = 0; signs < 8; ++signs) {
        const Position at{p[turn] * (signs & 1 ? -1 : 1), p[(turn + 1) % 3] * (signs & 2 ? -1 : 1),
                          p[(turn + 2) % 3] * (signs & 4 ? -1 : 1)};
        const auto is_there = [&at](const Position& q) { return squared_distance(at, q) < 0.01; };
        if (std::ranges::none_of(positions, is_there)) positions.push_back(at);
      }
  MoleculeGraph graph = carbons(positions.size(), {});
  for (std::uint32_t j = 0; j < positions.size(); ++j)
    for (std::uint32_t i = 0; i < j; ++i)
      if (std::abs(distance(positions[i], positions[j]) - 2.0) < 0.01) graph.bonds.emplace_back(i, j);
  return graph;
}

TEST(SymmetricRmsd, IsThatOfTheAtomsWhenNoneAreAlike) {
  const MoleculeGraph graph{{kCarbon, kCarbon, kOxygen}, {{0, 1}, {1, 2}}};
  const std::vector<Position> reference = in_a_row(3);
  std::vector<Position> moved = reference;
  moved[2][1] = 3.0;
  EXPECT_DOUBLE_EQ(deviation(graph, reference, moved), std::sqrt(9.0 / 3));
}

TEST(SymmetricRmsd, IgnoresWhichOxygenOfACarboxylateIsWhich) {
  const MoleculeGraph graph{{kCarbon, kCarbon, kOxygen, kOxygen}, {{0, 1}, {1, 2}, {1, 3}}};
  const std::vector<Position> reference = in_a_row(4);
  EXPECT_DOUBLE_EQ(deviation(graph, reference, {reference[0], reference[1], reference[3], reference[2]}), 0.0);
}

TEST(SymmetricRmsd, DoesNotSuperpose) {
  const std::vector<Position> reference = in_a_row(2);
  EXPECT_DOUBLE_EQ(deviation({{kCarbon, kOxygen}, {{0, 1}}}, reference, {{0, 0, 2}, {1, 0, 2}}), 2.0);
}

TEST(SymmetricRmsd, FlipsBothRingsOfBiphenylIndependently) {
  const MoleculeGraph biphenyl = carbons(
      12, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 0}, {0, 6}, {6, 7}, {7, 8}, {8, 9}, {9, 10}, {10, 11}, {11, 6}});
  const std::vector<Position> reference = in_a_row(12);
  std::vector<Position> flipped = reference;
  std::swap(flipped[1], flipped[5]);
  std::swap(flipped[2], flipped[4]);
  EXPECT_DOUBLE_EQ(deviation(biphenyl, reference, flipped), 0.0) << "one ring flipped";
  for (std::size_t i = 0; i < 6; ++i) std::swap(flipped[i], flipped[i + 6]);
  EXPECT_DOUBLE_EQ(deviation(biphenyl, reference, flipped), 0.0) << "and the rings exchanged";
}

TEST(SymmetricRmsd, DoesNotFlipARingHalfway) {
  const MoleculeGraph toluene = carbons(7, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 0}, {0, 6}});
  const std::vector<Position> reference = in_a_row(7);
  std::vector<Position> torn = reference;
  std::swap(torn[1], torn[5]);  // ortho atoms only
  EXPECT_DOUBLE_EQ(deviation(toluene, reference, torn), std::sqrt(2 * 12.0 * 12.0 / 7))
      << "flipped, and the meta atoms torn";
}

TEST(SymmetricRmsd, TakesTheBestOfAThousandMillionMappingsOfADendrimer) {
  MoleculeGraph graph = carbons(1, {});
  std::vector<Position> reference{{0, 0, 0}};
  grow(graph, reference, 0, 4);  // 121 atoms, 6^40 mappings
  std::vector<Position> moved = reference;
  std::rotate(moved.begin() + 1, moved.begin() + 41, moved.end());  // the three great branches, cyclically
  std::swap(moved[4], moved[5]);
  EXPECT_DOUBLE_EQ(deviation(graph, reference, moved), 0.0);
}

TEST(SymmetricRmsd, TurnsAFullerene) {
  std::vector<Position> reference;
  const MoleculeGraph graph = fullerene(reference);
  ASSERT_EQ(graph.atoms(), 60u);
  ASSERT_EQ(graph.bonds.size(), 90u);
  std::vector<Position> turned;
  for (const auto& [x, y, z] : reference) turned.push_back({z, x, y});
  EXPECT_THAT(deviation(graph, reference, turned), DoubleNear(0.0, 1e-12));
}

TEST(SymmetricRmsd, ExchangesEqualPieces) {
  const MoleculeGraph two{{kCarbon, kOxygen, kCarbon, kOxygen}, {{0, 1}, {2, 3}}};
  const std::vector<Position> reference = in_a_row(4);
  EXPECT_DOUBLE_EQ(deviation(two, reference, {reference[2], reference[3], reference[0], reference[1]}), 0.0);
}

TEST(SymmetricRmsd, MapsAMoleculeWithItsAtomsInAnotherOrder) {
  const MoleculeGraph ethanol{{kCarbon, kCarbon, kOxygen}, {{0, 1}, {1, 2}}};
  const MoleculeGraph backwards{{kOxygen, kCarbon, kCarbon}, {{0, 1}, {1, 2}}};
  const std::vector<Position> reference = in_a_row(3);
  EXPECT_DOUBLE_EQ(SymmetricRmsd(ethanol, backwards, reference)(std::vector{reference[2], reference[1], reference[0]}),
                   0.0);
}

TEST(SymmetricRmsd, LooksAtNoMorePositionsThanAtoms) {
  const MoleculeGraph methanol{{kCarbon, kOxygen}, {{0, 1}}};
  EXPECT_DOUBLE_EQ(deviation(methanol, in_a_row(2), in_a_row(5)), 0.0);
}

TEST(SymmetricRmsd, RefusesAMoleculeOfAnotherSize) {
  const MoleculeGraph ethane = carbons(2, {{0, 1}}), propane = carbons(3, {{0, 1}, {1, 2}});
  try {
    SymmetricRmsd(propane, ethane, in_a_row(2));
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_STREQ(
        error.what(),
        "the reference is not the same molecule as the ligand: 2 heavy atoms and 1 bonds, not 3 and 2; hint: give "
        "the reference as the same compound, salts and covalent partners removed");
  }
}

TEST(SymmetricRmsd, RefusesRingSystemsThatNeighbourhoodsCannotTellApart) {
  // Decalin and bicyclopentyl: ten carbons, eleven bonds, equal neighbourhoods at every depth but for the bridge.
  const MoleculeGraph decalin =
      carbons(10, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 0}, {0, 6}, {6, 7}, {7, 8}, {8, 9}, {9, 5}});
  const MoleculeGraph bicyclopentyl =
      carbons(10, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 0}, {0, 5}, {5, 6}, {6, 7}, {7, 8}, {8, 9}, {9, 5}});
  EXPECT_THROW(SymmetricRmsd(decalin, bicyclopentyl, in_a_row(10)), UsageError);
}

/// A ligand's PDBQT file read back, and its deviation from the molecule it was made of.
double from_own_pdbqt_A(std::string_view smiles) {
  const auto ligand = prepare_ligand(smiles, "ligand", {});
  if (!ligand) throw std::runtime_error(ligand.reject().message());
  const auto positions = place_atoms(ligand->docking, pose_of_conformer(ligand->docking));
  const testing::TempFolder folder;
  const auto read = read_ligands(folder.write("ligand.pdbqt", to_pdbqt(ligand.value(), positions)), {});
  return SymmetricRmsd(read.at(0).value(), ligand.value())(read.at(0)->docking.conformers.at(0));
}

TEST(SymmetricRmsd, TakesAMoleculeAndItsPdbqtForTheSame) {
  EXPECT_LT(from_own_pdbqt_A("OC(=O)c1ccccc1C(C)(C)CCl"), 0.002);
}

TEST(SymmetricRmsd, TakesBoronForTheCarbonThatItIsScoredAs) { EXPECT_LT(from_own_pdbqt_A("OB(O)c1ccccc1"), 0.002); }

/// Six carbons in a chain as of a PDBQT file, at the given places.
PreparedLigand hexane(std::vector<Position> positions) {
  PreparedLigand ligand;
  ligand.docking.types.assign(6, AtomType::kCarbonHydrophobic);
  ligand.docking.ligand_atoms = 6;
  ligand.docking.pairs = {{0, 4}, {0, 5}, {1, 5}};
  ligand.docking.conformers.push_back(std::move(positions));
  return ligand;
}

TEST(SymmetricRmsd, TakesAtomsThatMeetInAFoldedPoseForApart) {
  const PreparedLigand straight =
      hexane({{0, 0, 0}, {1.3, 0.8, 0}, {2.6, 0, 0}, {3.9, 0.8, 0}, {5.2, 0, 0}, {6.5, 0.8, 0}});
  const PreparedLigand folded = hexane({{1.5, 0, 0},
                                        {0.75, 1.3, 0},
                                        {-0.75, 1.3, 0},
                                        {-1.5, 0, 0},
                                        {-0.75, -1.3, 0},
                                        {0.75, -1.3, 0}});  // a ring's place
  EXPECT_GT(SymmetricRmsd(folded, straight)(folded.docking.conformers[0]), 1.0);
}

TEST(GraphByDistance, BondsNeighboursOnly) {
  using enum AtomType;
  const MoleculeGraph graph = graph_by_distance(std::vector{kCarbonHydrophobic, kCarbonPolar, kOxygenBoth},
                                                std::vector<Position>{{0, 0, 0}, {1.53, 0, 0}, {2.1, 1.3, 0}});
  EXPECT_EQ(graph.elements, (std::vector<std::uint8_t>{6, 6, 8}));
  EXPECT_EQ(graph.bonds, (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 1}, {1, 2}}));
}

}  // namespace
}  // namespace digitalis
