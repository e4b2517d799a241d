// Features against RDKit's matching: where a pattern occurs, the molecule has all that the pattern needs.
#include <RDGeneral/RDConfig.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <GraphMol/Substruct/SubstructMatch.h>
#include <RDGeneral/RDLog.h>
#include <gtest/gtest.h>

#include "chem/substructure_features.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

const char* const kPatterns[] = {"c1ccccc1",
                                 "S(=O)(=O)[NX3]",
                                 "[F,Cl,Br,I]c",
                                 "C#N",
                                 "[N+](=O)[O-]",
                                 "c1ccc2[nH]ccc2c1",
                                 "[!#6;!#1]~[!#6;!#1]",
                                 "[#7]~[#6]~[#8]",
                                 "[#7]1~[#6]~[#6]~[#7]~[#6]~[#6]1",
                                 "[$(NC=O)]C",
                                 "N=N",
                                 "*1~*~*~*~*~*1",
                                 "[C;!$(C=O)]N",
                                 "[c,n]1ccccc1N",
                                 "[a]1aaaaa1[A]",
                                 "[#6;a]~[#8;A]",
                                 "c-c",
                                 "c:c-,:c",
                                 "cc(c)c(c)C",
                                 "C1CC1",
                                 "C1CCC2CCCCC2C1",
                                 "[!C]C[!C]",
                                 "CC(C)(C)OC(=O)N",
                                 "[#6]-,=[#7]",
                                 "C/C=C/C",
                                 "c1ccncc1-c1ccccc1",
                                 "[nX3]1cccc1",
                                 "C.N.O",
                                 "[2H]C",
                                 "[13C]",
                                 "[H]O",
                                 "[OX2H1]c",
                                 "[O-]C=O",
                                 "C@C@C",
                                 "C!@N",
                                 "[C@H](N)C(=O)O",
                                 "S1cccc1",
                                 "O=c1ccoc2ccccc12",
                                 "[R2]([R])[R]",
                                 "c1ccc2ccccc2c1",
                                 "C=CC=C",
                                 "[N;H2,H1;!$(NC=[O,S])]c",
                                 "P(=O)(O)O"};

std::vector<std::unique_ptr<RDKit::ROMol>> molecules(std::size_t step) {
  boost::logging::disable_logs("rdApp.*");
  std::vector<std::unique_ptr<RDKit::ROMol>> all;
  std::ifstream file(DIGITALIS_RDKIT_DATA "/NCI/first_5K.smi");
  std::size_t number = 0;
  for (std::string smiles, id; file >> smiles >> id;) {
    if (number++ % step != 0) continue;
    try {
      if (std::unique_ptr<RDKit::ROMol> molecule{RDKit::SmilesToMol(smiles)}) all.push_back(std::move(molecule));
    } catch (const std::exception&) {
    }
  }
  return all;
}

bool occurs(const RDKit::ROMol& pattern, const RDKit::ROMol& molecule) {
  RDKit::MatchVectType match;
  return RDKit::SubstructMatch(molecule, pattern, match);
}

TEST(SubstructureFeatures, AreThereWhereverAPatternOccurs) {
  const auto all = molecules(10);
  std::vector<SubstructureFeatures> features;
  for (const auto& molecule : all) features.push_back(features_of(*molecule));
  std::size_t found = 0, spared = 0;
  for (const char* smarts : kPatterns) {
    const std::unique_ptr<RDKit::ROMol> pattern{RDKit::SmartsToMol(smarts)};
    const SubstructureFeatures needed = features_needed(smarts);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool is_there = occurs(*pattern, *all[i]);
      found += is_there ? 1 : 0;
      spared += features[i].contains(needed) ? 0 : 1;
      ASSERT_TRUE(!is_there || features[i].contains(needed)) << smarts << " in " << RDKit::MolToSmiles(*all[i]);
    }
  }
  EXPECT_GT(found, 1000u);
  EXPECT_GT(spared, all.size() * std::size(kPatterns) / 3);
}

TEST(SubstructureFeatures, OfAMoleculeAreWhatItsSmilesNeedsAtMost) {
  for (const auto& molecule : molecules(15)) {
    const std::string smiles = RDKit::MolToSmiles(*molecule);
    const std::unique_ptr<RDKit::ROMol> pattern{RDKit::SmartsToMol(smiles)};
    if (pattern && occurs(*pattern, *molecule)) {
      ASSERT_TRUE(features_of(*molecule).contains(features_needed(smiles))) << smiles;
    }
  }
}

TEST(SubstructureFeatures, DoNotDependOnTheOrderOfAtoms) {
  const auto features = [](const char* smiles) {
    return features_of(*std::unique_ptr<RDKit::ROMol>{RDKit::SmilesToMol(smiles)});
  };
  EXPECT_EQ(features("CC(=O)Oc1ccccc1C(=O)O"), features("OC(=O)c1c(OC(C)=O)cccc1"));
  EXPECT_EQ(features("c1ccc2[nH]ccc2c1"), features("[nH]1ccc2ccccc12"));
}

TEST(SubstructureFeatures, TellARingFromAChainAndAnAmideFromAnAmine) {
  const auto molecule = [](const char* smiles) {
    return features_of(*std::unique_ptr<RDKit::ROMol>{RDKit::SmilesToMol(smiles)});
  };
  EXPECT_FALSE(molecule("CCCCCCN").contains(features_needed("C1CCCCC1")));
  EXPECT_FALSE(molecule("CCC(O)NC").contains(features_needed("C(=O)N")));
  EXPECT_TRUE(molecule("CCC(=O)NC").contains(features_needed("C(=O)N")));
}

TEST(SubstructureFeatures, OfWhatIsNotKnownAreNone) {
  EXPECT_EQ(features_needed("*~*"), SubstructureFeatures{});
  EXPECT_EQ(features_needed("[$(C=O)]~[!#6]"), SubstructureFeatures{});
}

TEST(SubstructureFeatures, RefuseWhatIsNoSmarts) { EXPECT_THROW((void)features_needed("C1CC("), UsageError); }

}  // namespace
}  // namespace digitalis
