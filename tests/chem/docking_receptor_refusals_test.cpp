#include <gtest/gtest.h>

#include "tests/chem/receptor_files.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;

TEST_F(DockingReceptorTest, RefusesABoxAroundAResidueThatIsNotThere) {
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", kSerine));
  try {
    (void)box_around_residues(receptor.rigid, {"A:SER58"}, 5.0);
    FAIL() << "not refused";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "no residue \"A:SER58\" in the receptor to put the box around; hint: did you mean A:SER57");
  }
}

TEST_F(DockingReceptorTest, RefusesAnUnknownAutoDockTypeByLine) {
  const fs::path file =
      write("a.pdbqt", "REMARK\nATOM      1  B   LYS A   7       0.000   0.000   0.000  1.00  0.00    -0.100 B \n");
  EXPECT_EQ(refusal(file), file.string() +
                               ":2: \"B\" is not an AutoDock atom type in columns 78-79; "
                               "hint: give the PDB or mmCIF file instead");
}

TEST_F(DockingReceptorTest, RefusesAFileThatIsNotThere) {
  EXPECT_EQ(refusal("/nowhere/a.pdb"), "/nowhere/a.pdb: no such receptor file");
}

TEST_F(DockingReceptorTest, RefusesAFileWithoutAPolymer) {
  const fs::path file = write("a.pdb", atom("O", "HOH", "80", {20, 0, 0}, "O"));
  EXPECT_EQ(refusal(file),
            file.string() + ": holds no protein or nucleic acid; hint: give the target's PDB, mmCIF or PDBQT file");
}

TEST_F(DockingReceptorTest, RefusesAlphaCarbonsOnly) {
  std::string text;
  for (int i = 1; i < 12; ++i) text += atom("CA", "LEU", std::to_string(i), {3.8 * i, 0, 0}, "C");
  const fs::path file = write("a.pdb", text);
  EXPECT_EQ(refusal(file), file.string() + ": holds alpha carbons only; hint: give a structure with side chains");
}

TEST_F(DockingReceptorTest, RefusesBareBackbonesNearTheReferenceLigand) {
  const std::string bare = atom("N", "LEU", "58", {11, 16, -6}, "N") + atom("CA", "LEU", "58", {12, 15, -6}, "C") +
                           atom("C", "LEU", "58", {13, 16, -6}, "C");
  const fs::path file = write("a.pdb", kSerine + bare + atom("C1", "LIG", "70", {15, 10, -6}, "C"));
  ReceptorOptions options;
  options.reference = "LIG";
  EXPECT_EQ(refusal(file, options), file.string() +
                                        ": 1 of 2 residues near the reference ligand lack their side chains (A:LEU58); "
                                        "hint: rebuild them, or take another structure");
}

TEST_F(DockingReceptorTest, NamesTheLigandsThatAReferenceMayMean) {
  const fs::path file = write("a.pdb", kSerine + atom("C1", "SKE", "70", {15, 10, -6}, "C"));
  ReceptorOptions options;
  options.reference = "SKF";
  EXPECT_EQ(refusal(file, options),
            file.string() + ": no residue \"SKF\" to take as the reference ligand; hint: did you mean A:SKE70");
}

TEST_F(DockingReceptorTest, NamesTheChainsThatThereAre) {
  const fs::path file = write("a.pdb", kSerine);
  ReceptorOptions options;
  options.chains = {"B"};
  EXPECT_EQ(refusal(file, options), file.string() + ": no chain \"B\"; hint: it has A");
}

TEST_F(DockingReceptorTest, RefusesFlexibleResiduesThatCannotTurnOrAreNotThere) {
  const fs::path file =
      write("a.pdb", kSerine + atom("CA", "ALA", "60", {30, 0, 0}, "C") + atom("CB", "ALA", "60", {31.5, 0, 0}, "C"));
  ReceptorOptions options;
  options.flexible = {"A:ALA60"};
  EXPECT_EQ(refusal(file, options),
            file.string() + ": flexible residue A:ALA60 has no side chain that turns; hint: leave it out");
  options.flexible = {"A:SER75"};
  EXPECT_EQ(refusal(file, options),
            file.string() + ": no flexible residue \"A:SER75\"; hint: did you mean A:SER57, A:ALA60");
}

TEST_F(DockingReceptorTest, RefusesToTurnAProline) {
  const fs::path file = write(
      "a.pdb", atom("N", "PRO", "60", {0, 0, 0}, "N") + atom("CA", "PRO", "60", {1.46, 0, 0}, "C") +
                   atom("CB", "PRO", "60", {1.95, 1.45, 0}, "C") + atom("CG", "PRO", "60", {0.75, 2.3, 0.2}, "C") +
                   atom("CD", "PRO", "60", {-0.35, 1.42, 0.1}, "C"));
  ReceptorOptions options;
  options.flexible = {"A:PRO60"};
  EXPECT_EQ(refusal(file, options),
            file.string() + ": flexible residue A:PRO60 closes a ring with the backbone; hint: leave it out");
}

TEST_F(DockingReceptorTest, RefusesAnArchiveThatIsCutShort) {
  const fs::path file = write("a.pdb.gz", std::string{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b", 11});
  EXPECT_EQ(refusal(file), file.string() + ": the archive is cut short or damaged; hint: fetch the file again");
}

}  // namespace
}  // namespace digitalis
