#include "chem/scaffold.hpp"

#include <gtest/gtest.h>

#include <GraphMol/ChemTransforms/ChemTransforms.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include "tests/chem/molecule_files.hpp"

namespace digitalis {
namespace {

TEST(MurckoScaffold, KeepsRingsAndLinkersAndDropsSideChains) {
  EXPECT_EQ(murcko_scaffold("CC(C)Cc1ccc(CCc2ccncc2)cc1"), "c1ccc(CCc2ccncc2)cc1");
}

TEST(MurckoScaffold, KeepsWhatIsDoublyBondedToARing) {
  EXPECT_EQ(murcko_scaffold("CC1CCCC(=O)N1c1ccccc1"), "O=C1CCCCN1c1ccccc1");
}

TEST(MurckoScaffold, GivesAFreedAromaticNitrogenItsHydrogen) { EXPECT_EQ(murcko_scaffold("CCn1cccc1"), "c1cc[nH]c1"); }

TEST(MurckoScaffold, DoesNotDependOnStereochemistry) {
  EXPECT_EQ(murcko_scaffold("C[C@H]1CCCN[C@@H]1c1ccccc1"), murcko_scaffold("C[C@@H]1CCCN[C@@H]1c1ccccc1"));
}

TEST(MurckoScaffold, IsEmptyWithoutARing) { EXPECT_EQ(murcko_scaffold("CCCCO"), ""); }

TEST(MurckoScaffold, IsEmptyForWhatIsNotASmiles) { EXPECT_EQ(murcko_scaffold("c1ccc"), ""); }

TEST(MurckoScaffold, GenericHasOnlyCarbonsAndSingleBonds) {
  EXPECT_EQ(murcko_scaffold("CC(C)Cc1ccc(OCc2cc[nH+]cc2)cc1", Scaffold::kGeneric), "C1CCC(CCC2CCCCC2)CC1");
}

TEST(MurckoScaffold, OfAScaffoldIsItselfAndHasRdkitsAtomsOnRealMolecules) {
  std::size_t with_rings = 0;
  for (const auto& [name, molecule] : testing::read_molecules(testing::nci_path(), 20)) {
    const std::string scaffold = murcko_scaffold(*molecule);
    const std::unique_ptr<RDKit::ROMol> rdkit(RDKit::MurckoDecompose(*molecule));
    ASSERT_EQ(scaffold.empty(), rdkit->getNumAtoms() == 0) << name;
    if (scaffold.empty()) continue;
    ++with_rings;
    const auto again = testing::molecule_of(scaffold);
    ASSERT_TRUE(again) << name;
    EXPECT_EQ(again->getNumAtoms(), rdkit->getNumAtoms()) << name;
    EXPECT_EQ(murcko_scaffold(*again), scaffold) << name;
  }
  EXPECT_GT(with_rings, 150u);
}

}  // namespace
}  // namespace digitalis
