#include "chem/pattern_matcher.hpp"

#include <gtest/gtest.h>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/Descriptors/Crippen.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include "tests/chem/molecule_files.hpp"

namespace digitalis {
namespace {

using testing::molecule_of;

bool occurs(const std::string& smarts, const std::string& smiles) {
  const auto set = std::make_shared<PatternSet>();
  const int pattern = set->add(smarts);
  PatternMatcher matcher(set);
  matcher.load(*molecule_of(smiles));
  return matcher.matches(pattern);
}

TEST(PatternMatcher, ClosesRings) {
  EXPECT_TRUE(occurs("C1CCC1", "C1CCC1"));
  EXPECT_FALSE(occurs("C1CCC1", "C1CCCC1"));
}
TEST(PatternMatcher, UsesAnAtomOnce) { EXPECT_FALSE(occurs("OCO", "CO")); }
TEST(PatternMatcher, NeedsAsManyAtomsAsThePatternHas) {
  EXPECT_TRUE(occurs("F.F.F.F", "FC(F)C(F)F"));
  EXPECT_FALSE(occurs("F.F.F.F", "FC(F)CF"));
}
TEST(PatternMatcher, TellsAromaticFromAliphatic) { EXPECT_FALSE(occurs("C1=CC=CC=C1", "c1ccccc1")); }
TEST(PatternMatcher, FollowsRecursionAndItsNegation) {
  EXPECT_TRUE(occurs("[C;$(C=O);!$(CO[CH3])]", "CC(=O)OC(C)C"));
  EXPECT_FALSE(occurs("[C;$(C=O);!$(C-O[CH3])]", "CC(=O)OC"));
}
TEST(PatternMatcher, FollowsRecursionWithinRecursion) {
  EXPECT_TRUE(occurs("[$(C[$(N[$(S(=O)=O)])])]", "CNS(C)(=O)=O"));
  EXPECT_FALSE(occurs("[$(C[$(N[$(S(=O)=O)])])]", "CNSC"));
}
TEST(PatternMatcher, CountsRingsAndRingSizes) {
  EXPECT_TRUE(occurs("[R2;r5]", "c1ccc2[nH]ccc2c1"));
  EXPECT_FALSE(occurs("[R2]", "c1ccccc1"));
  EXPECT_TRUE(occurs("[R]", "C1CC1"));
}
TEST(PatternMatcher, PutsHydrogensInTheOrderOfAddHs) {
  const auto set = std::make_shared<PatternSet>();
  const int pattern = set->add("[#1]O", PatternSet::Anchor::kFirstAtom);
  PatternMatcher matcher(set);
  matcher.load_with_hydrogens(*molecule_of("CO"));
  std::vector<bool> on_oxygen;
  for (std::uint32_t atom = 0; atom < matcher.atom_count(); ++atom)
    on_oxygen.push_back(matcher.matches_at(pattern, atom));
  EXPECT_EQ(on_oxygen, (std::vector<bool>{false, false, false, false, false, true}));
}

TEST(PatternSet, LeavesToRdkitWhatItDoesNotKnow) {
  EXPECT_EQ(PatternSet().add("[C;z2]"), PatternSet::kNotCompiled);  // heteroatom neighbours
  EXPECT_EQ(PatternSet().add("C->[Fe]"), PatternSet::kNotCompiled);
  EXPECT_EQ(PatternSet().add("[C;$([C;z2])]"), PatternSet::kNotCompiled);
}
TEST(PatternSet, RefusesWhatIsNoSmarts) { EXPECT_THROW(PatternSet().add("[C"), std::invalid_argument); }

TEST(PatternMatcher, EqualsSubstructMatchAtomByAtomForTheCrippenTypes) {
  const auto set = std::make_shared<PatternSet>();
  std::vector<std::pair<int, const RDKit::ROMol*>> patterns;
  for (const auto& type : *RDKit::Descriptors::CrippenParamCollection::getParams())
    patterns.emplace_back(set->add(*type.dp_pattern, PatternSet::Anchor::kFirstAtom), type.dp_pattern.get());
  PatternMatcher matcher(set);
  for (const auto& [name, molecule] : testing::read_molecules(testing::nci_path(), 25)) {
    const std::unique_ptr<RDKit::ROMol> with_hydrogens(
        RDKit::MolOps::addHs(static_cast<const RDKit::ROMol&>(*molecule)));
    matcher.load_with_hydrogens(*molecule);
    ASSERT_EQ(matcher.atom_count(), with_hydrogens->getNumAtoms()) << name;
    for (const auto& [pattern, query] : patterns) {
      std::vector<RDKit::MatchVectType> matches;
      RDKit::SubstructMatch(*with_hydrogens, *query, matches, false);
      std::vector<bool> expected(matcher.atom_count());
      for (const auto& match : matches) expected[static_cast<std::size_t>(match[0].second)] = true;
      std::vector<bool> found;
      for (std::uint32_t atom = 0; atom < matcher.atom_count(); ++atom)
        found.push_back(matcher.matches_at(pattern, atom));
      EXPECT_EQ(found, expected) << name << ", pattern " << pattern;
    }
  }
}

}  // namespace
}  // namespace digitalis
