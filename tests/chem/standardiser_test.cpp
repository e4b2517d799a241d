#include "chem/standardiser.hpp"

#include <gtest/gtest.h>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/MolStandardize/Charge.h>
#include <GraphMol/MolStandardize/Fragment.h>
#include <GraphMol/MolStandardize/Metal.h>
#include <GraphMol/MolStandardize/MolStandardize.h>
#include <GraphMol/MolStandardize/Normalize.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include "tests/chem/molecule_files.hpp"

namespace digitalis {
namespace {

using testing::molecule_of;

std::string smiles_or_reason(const Result<std::shared_ptr<RDKit::RWMol>>& result) {
  return result ? RDKit::MolToSmiles(*result.value()) : std::string(name_of(result.reject().code));
}

std::string standard(const std::string& smiles) {
  return smiles_or_reason(Standardiser().standardise(molecule_of(smiles)));
}

// The sequence Standardiser promises the result of, nothing left out.
struct PlainSequence {
  RDKit::MolStandardize::MetalDisconnector metals;
  RDKit::MolStandardize::LargestFragmentChooser fragments{true};
  RDKit::MolStandardize::Normalizer normalizer;
  RDKit::MolStandardize::Reionizer reionizer;
  RDKit::MolStandardize::Uncharger uncharger;

  std::string operator()(const RDKit::RWMol& molecule) try {
    using Owned = std::unique_ptr<RDKit::ROMol>;
    const Owned apart(metals.disconnect(static_cast<const RDKit::ROMol&>(molecule)));
    const Owned largest(fragments.choose(*apart));
    const Owned normal(normalizer.normalize(*largest));
    const Owned ionised(reionizer.reionize(*normal));
    const Owned neutral(uncharger.uncharge(*ionised));
    RDKit::RWMol result(*neutral);
    RDKit::MolOps::sanitizeMol(result);
    for (const auto* atom : result.atoms())
      if (atom->getAtomicNum() == 6) return RDKit::MolToSmiles(result);
    return "no_organic_part";
  } catch (const std::exception&) {
    return "standardisation_failed";
  }
};

void expect_equal_to_plain_sequence(const std::string& path, std::size_t step, std::size_t at_least) {
  const auto molecules = testing::read_molecules(path, step);
  EXPECT_GE(molecules.size(), at_least);
  const Standardiser standardiser;
  PlainSequence plain;
  for (const auto& [name, molecule] : molecules) {
    const auto expected = plain(*molecule);
    EXPECT_TRUE(smiles_or_reason(standardiser.standardise(molecule)) == expected) << name;
  }
}

TEST(Standardiser, KeepsTheOrganicPartOfASalt) { EXPECT_EQ(standard("[Na+].[Na+].CC(=O)[O-].[Cl-]"), "CC(=O)O"); }
TEST(Standardiser, PrefersASmallOrganicPartToALargeInorganicOne) {
  EXPECT_EQ(standard("CO.O=P(O)(O)OP(=O)(O)O"), "CO");
}
TEST(Standardiser, DisconnectsMetals) { EXPECT_EQ(standard("CCC(=O)O[Na]"), "CCC(=O)O"); }
TEST(Standardiser, WritesNitroGroupsWithCharges) { EXPECT_EQ(standard("CN(=O)=O"), "C[N+](=O)[O-]"); }
TEST(Standardiser, WritesSulfoxidesWithoutChargeAsRdkitDoes) { EXPECT_EQ(standard("CS(C)=O"), "C[S+](C)[O-]"); }
TEST(Standardiser, NeutralisesZwitterions) { EXPECT_EQ(standard("C[NH2+]CC(=O)[O-]"), "CNCC(=O)O"); }
TEST(Standardiser, KeepsAChargeThatNoProtonCanTakeAway) { EXPECT_EQ(standard("C[N+](C)(C)CCO"), "C[N+](C)(C)CCO"); }
TEST(Standardiser, MovesTheProtonToTheWeakerAcidsAnion) {
  EXPECT_EQ(standard("C[N+](C)(C)c1cc(S(=O)(=O)O)ccc1[O-]"), "C[N+](C)(C)c1cc(S(=O)(=O)[O-])ccc1O");
}
TEST(Standardiser, KeepsStereochemistry) { EXPECT_EQ(standard("Cl.C[C@H](N)C(=O)O"), "C[C@H](N)C(=O)O"); }
TEST(Standardiser, RejectsWhatHoldsNoCarbon) {
  const auto result = Standardiser().standardise(molecule_of("[Na+].[Cl-]"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.reject().code, RejectCode::kNoOrganicPart);
  EXPECT_EQ(result.reject().detail, "no part of it holds carbon");
}

TEST(Standardiser, EqualsThePlainSequenceOnNci) { expect_equal_to_plain_sequence(testing::nci_path(), 1, 4990); }

TEST(StandardiserExternal, EqualsThePlainSequenceOnMixedLibraries) {
  const auto file = testing::external_file("mixed_unique.smi.gz");
  if (!file) GTEST_SKIP() << "DIGITALIS_DATA is not set";
  expect_equal_to_plain_sequence(*file, 20, 50'000);
}
TEST(StandardiserExternal, EqualsThePlainSequenceOnSaltsAndMetals) {
  const auto drugs = testing::external_file("files/chembl_drugs.smi");
  if (!drugs) GTEST_SKIP() << "DIGITALIS_DATA is not set";
  expect_equal_to_plain_sequence(*drugs, 1, 1200);
  expect_equal_to_plain_sequence(*testing::external_file("files/pubchem_substances_100k.csv.gz"), 2, 45'000);
}

}  // namespace
}  // namespace digitalis
