// The screen by SMILES text against RDKit's matching: nothing that matches may be lost.
#include <RDGeneral/RDConfig.h>

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>
#include <RDGeneral/RDLog.h>
#include <gtest/gtest.h>

#include "chem/substructure_screen.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

const std::vector<std::string> kPatterns{"c1ccccc1",
                                         "S(=O)(=O)[NX3]",
                                         "[F,Cl,Br,I]",
                                         "C#N",
                                         "C#C",
                                         "[N+](=O)[O-]",
                                         "c1ccc2[nH]ccc2c1",
                                         "[!#6;!#1]",
                                         "[#7]~[#6]~[#8]",
                                         "[OX2H]",
                                         "[$(NC=O)]",
                                         "N=N",
                                         "*1~*~*~*~*~*1",
                                         "[!C]",
                                         "[Cl-]",
                                         "[Se,Te,As]",
                                         "P(=O)(O)O",
                                         "[Na+]",
                                         "C(F)(F)F",
                                         "[#6]-,=,#[#6]",
                                         "[n,o,s]1cccc1",
                                         "[2H]",
                                         "[Hg]",
                                         "C1CC1",
                                         "[!#6]!@[!#6]",
                                         "[B,Si]",
                                         "N#N",
                                         "c:n:c",
                                         "[A;!#6]#[#6]",
                                         "[CH3].[CH3].[NH2]"};

// All of the molecules, in parts: no test shall take long.
constexpr std::size_t kParts = 4;
class SubstructureScreenOnPart : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Nci, SubstructureScreenOnPart, ::testing::Range(std::size_t{0}, kParts));

TEST_P(SubstructureScreenOnPart, LosesNoMatchOnRealMolecules) {
  boost::logging::disable_logs("rdApp.*");
  std::vector<std::pair<SubstructureScreen, std::unique_ptr<RDKit::ROMol>>> patterns;
  for (const std::string& smarts : kPatterns)
    patterns.emplace_back(SubstructureScreen{smarts}, std::unique_ptr<RDKit::ROMol>{RDKit::SmartsToMol(smarts)});
  std::vector<int> matched(patterns.size()), dropped(patterns.size());
  std::ifstream file(DIGITALIS_RDKIT_DATA "/NCI/first_5K.smi");
  std::size_t molecules = 0, line = 0;
  for (std::string smiles, id; file >> smiles >> id;) {
    if (line++ % kParts != GetParam()) continue;
    std::unique_ptr<RDKit::ROMol> molecule;
    try {
      molecule.reset(RDKit::SmilesToMol(smiles));
    } catch (const std::exception&) {
      continue;  // a few of these records are wrong on purpose
    }
    if (!molecule) continue;
    ++molecules;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      RDKit::MatchVectType match;
      const bool matches = RDKit::SubstructMatch(*molecule, *patterns[i].second, match);
      const bool may = patterns[i].first.may_occur(smiles);
      ASSERT_TRUE(may || !matches) << kPatterns[i] << " in NCI " << id;
      matched[i] += matches ? 1 : 0;
      dropped[i] += may ? 0 : 1;
    }
  }
  EXPECT_GT(molecules, 1'225u);
  EXPECT_GT(matched[1], 12);     // sulfonamides
  EXPECT_GT(dropped[1], 1'000);  // the screen is worth its while
  EXPECT_GT(matched[3], 12);     // nitriles
  EXPECT_GT(dropped[3], 1'000);
}

TEST(SubstructureScreen, CountsElementsInAndOutOfBrackets) {
  const auto may = [](const char* smarts, const char* smiles) { return SubstructureScreen{smarts}.may_occur(smiles); };
  EXPECT_TRUE(may("[#7].[#7]", "c1c[nH]c[n+]1C"));
  EXPECT_FALSE(may("[#7].[#7].[#7]", "c1c[nH]c[n+]1C"));
  EXPECT_TRUE(may("Cl", "CCl"));
  EXPECT_FALSE(may("[#6].[#6]", "CCl"));
  EXPECT_TRUE(may("[Br]", "[81Br]CC"));
  EXPECT_TRUE(may("[Sc]", "[Sc+3]"));
  EXPECT_FALSE(may("[#6]", "[Sc+3]"));
  EXPECT_TRUE(may("[#6].S", "Sc1ccccc1"));
  EXPECT_TRUE(may("[se]", "c1cc[se]c1"));
  EXPECT_TRUE(may("[F,Cl].[Cl,F]", "FCCl"));
  EXPECT_FALSE(may("[F,Cl].[Cl,F].[F]", "FCCl"));
  EXPECT_TRUE(may("[#0]", "[1*]C"));
  EXPECT_FALSE(may("C#C", "C=C"));
}

TEST(SubstructureScreen, LetsPassWhatItCannotRead) {
  const SubstructureScreen screen{"[U]"};
  EXPECT_FALSE(screen.may_occur("CC"));
  for (const char* text : {"C[", "[12]", "[Xy]", "CC |$R$|", "N->[Fe]", ""})
    EXPECT_EQ(screen.may_occur(text), *text != '\0') << text;
}

TEST(SubstructureScreen, RefusesWhatIsNoSmartsWithoutShowingIt) {
  for (const char* text : {"", "C1CC("}) {
    try {
      (void)SubstructureScreen{text};
      FAIL() << "took it";
    } catch (const UsageError& error) {
      EXPECT_STREQ(error.what(), "not a SMARTS");
    }
  }
}

}  // namespace
}  // namespace digitalis
