#include "chem/pdbqt_ligand.hpp"

#include <gtest/gtest.h>

#include <cstdio>

#include "tests/chem/prepared_ligands.hpp"

namespace digitalis {
namespace {

std::string atom(int serial, const std::string& type, double x, double y, double z) {
  char line[128];
  std::snprintf(line, sizeof line, "ATOM  %5d  X   LIG A   1    %8.3f%8.3f%8.3f  0.00  0.00     0.000 %s\n", serial, x,
                y, z, type.c_str());
  return line;
}

std::string line(const std::string& text) { return text + "\n"; }

/// 2-aminoethanol; its two ends turn hydrogens only.
std::string aminoethanol() {
  return line("REMARK  Name = AE") + line("ROOT") + atom(1, "C", 0.0, 0.0, 0.0) + line("ENDROOT") +
         line("BRANCH   1   2") + atom(2, "C", 1.52, 0.0, 0.0) + line("BRANCH   2   3") +
         atom(3, "OA", 2.0, 1.35, 0.0) + atom(4, "HD", 2.96, 1.32, 0.0) + line("ENDBRANCH   2   3") +
         line("ENDBRANCH   1   2") + line("BRANCH   1   5") + atom(5, "N", -0.5, -1.38, 0.0) +
         atom(6, "HD", -1.51, -1.36, 0.0) + line("ENDBRANCH   1   5") + line("TORSDOF 3");
}

Result<PreparedLigand> read_one(const std::string& text) {
  auto ligands = read_pdbqt_ligands(text, "a.pdbqt", "a");
  EXPECT_EQ(ligands.size(), 1U);
  if (ligands.size() != 1) return Reject{};
  return std::move(ligands.front());
}

TEST(PdbqtLigand, CountsEveryBranchButTurnsThoseThatMoveHeavyAtomsOnly) {
  const auto ligand = read_one(aminoethanol());
  ASSERT_TRUE(ligand) << ligand.reject().message();
  EXPECT_EQ(ligand->docking.torsions, 3U);
  EXPECT_EQ(ligand->docking.turning(), 1U);
  EXPECT_DOUBLE_EQ(ligand->docking.effective_torsions, 2.0);  // 1 for C-C, half for each end
  EXPECT_EQ(ligand->docking.fragments[1].end - ligand->docking.fragments[1].first, 2U);
}

TEST(PdbqtLigand, TypesDonorsByTheirHydrogensAndCarbonsByTheirNeighbours) {
  const auto ligand = read_one(aminoethanol());
  ASSERT_TRUE(ligand);
  EXPECT_EQ(testing::types_of(ligand.value()), "C_P 2, N_D 1, O_DA 1");
}

TEST(PdbqtLigand, TakesItsNameFromTheRemark) { EXPECT_EQ(read_one(aminoethanol())->id, "AE"); }

TEST(PdbqtLigand, LeavesOutPairsWithinThreeBonds) { EXPECT_TRUE(read_one(aminoethanol())->docking.pairs.empty()); }

TEST(PdbqtLigand, ReadsEveryModelAsALigand) {
  const auto ligands = read_pdbqt_ligands(
      "MODEL 1\n" + aminoethanol() + "ENDMDL\nMODEL 2\n" + aminoethanol() + "ENDMDL\n", "a.pdbqt", "a");
  ASSERT_EQ(ligands.size(), 2U);
  ASSERT_TRUE(ligands[1]);
  EXPECT_EQ(ligands[1].value().id, "AE_2");
}

TEST(PdbqtLigand, LeavesOutSideChainsThatTurnedAlong) {
  const auto ligand = read_one(aminoethanol() + line("BEGIN_RES THR A 315") + line("ROOT") + atom(9, "C", 9, 9, 9) +
                               line("ENDROOT") + line("END_RES THR A 315"));
  ASSERT_TRUE(ligand) << ligand.reject().message();
  EXPECT_EQ(ligand->docking.atoms(), 4U);
}

TEST(PdbqtLigand, ScoresAnUnknownTypeAsPolarCarbonAndSaysSo) {
  const auto ligand = read_one(line("ROOT") + atom(1, "B", 0, 0, 0) + atom(2, "OA", 1.36, 0, 0) + line("ENDROOT"));
  ASSERT_TRUE(ligand);
  EXPECT_EQ(testing::types_of(ligand.value()), "C_P 1, O_A 1");
  EXPECT_EQ(ligand->notes, std::vector<std::string>{"atom type B scored as polar carbon"});
}

TEST(PdbqtLigand, KeepsARingRigidThatWasCutOpenForDocking) {
  // A square of carbons, cut between atoms 1 and 4; the glue atoms lie where the other end is.
  const auto ligand =
      read_one(line("ROOT") + atom(1, "CG0", 0, 0, 0) + atom(2, "C", 1.5, 0, 0) + atom(3, "G0", 0, 1.5, 0) +
               line("ENDROOT") + line("BRANCH 2 4") + atom(4, "C", 1.5, 1.5, 0) + atom(5, "CG0", 0, 1.5, 0) +
               atom(6, "G0", 0, 0, 0) + line("ENDBRANCH 2 4") + line("TORSDOF 1"));
  ASSERT_TRUE(ligand) << ligand.reject().message();
  EXPECT_EQ(ligand->docking.turning(), 0U);
  EXPECT_EQ(ligand->docking.torsions, 1U);
  EXPECT_EQ(ligand->docking.atoms(), 4U);
  EXPECT_EQ(ligand->docking.passengers.size(), 2U);
}

TEST(PdbqtLigand, SaysWhereAFileIsBroken) {
  const auto message = [](const std::string& text) {
    const auto ligand = read_one(text);
    return ligand ? std::string() : ligand.reject().message();
  };
  EXPECT_EQ(message("ROOT\n" + atom(1, "C", 0, 0, 0) + "ENDROOT\nBRANCH 1\n"),
            "a.pdbqt:4: a BRANCH without its two atom numbers");
  EXPECT_EQ(
      message("ROOT\n" + atom(1, "C", 0, 0, 0) + "ENDROOT\nBRANCH 1 7\n" + atom(2, "C", 1.5, 0, 0) + "ENDBRANCH 1 7\n"),
      "a.pdbqt:1: BRANCH 1 7 names an atom that is not there");
  EXPECT_EQ(message("ROOT\n" + atom(1, "C", 0, 0, 0) + "ENDROOT\nBRANCH 1 2\n" + atom(2, "C", 1.5, 0, 0)),
            "a.pdbqt:1: a BRANCH without its ENDBRANCH");
  EXPECT_EQ(message("ROOT\nATOM      1  C   LIG     1       0.000   0.0x0   0.000  0.00  0.00     0.000 C\nENDROOT\n"),
            "a.pdbqt:2: a coordinate that is not a number");
  EXPECT_EQ(message("ROOT\nATOM      1  C   LIG     1       0.000   0.000   0.000\nENDROOT\n"),
            "a.pdbqt:2: an atom line that ends before its type in columns 78-79");
}

TEST(PdbqtLigand, IsWrittenBackLineByLine) {
  const auto ligand = read_one(aminoethanol());
  ASSERT_TRUE(ligand);
  EXPECT_EQ(to_pdbqt(ligand.value(), testing::as_prepared(ligand.value())), aminoethanol());
}

TEST(PdbqtLigand, BecomesAnSdRecordWithItsBonds) {
  const auto ligand = read_one(line("ROOT") + atom(1, "C", 0, 0, 0) + atom(2, "OA", 1.4, 0, 0) + line("ENDROOT"));
  ASSERT_TRUE(ligand);
  EXPECT_EQ(sdf_record(ligand.value(), testing::as_prepared(ligand.value()), {{"affinity", "-1.5"}}),
            "a\n     Digitalis\n\n"
            "  2  1  0  0  0  0  0  0  0  0999 V2000\n"
            "    0.0000    0.0000    0.0000 C   0  0  0  0  0  0  0  0  0  0  0  0\n"
            "    1.4000    0.0000    0.0000 O   0  0  0  0  0  0  0  0  0  0  0  0\n"
            "  1  2  1  0\n"
            "M  END\n"
            ">  <affinity>\n-1.5\n\n$$$$\n");
}

}  // namespace
}  // namespace digitalis
