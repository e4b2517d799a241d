#include "chem/smiles_questions.hpp"

#include <gtest/gtest.h>

#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

TEST(SmilesQuestions, FindASmarts) {
  SmilesQuestions questions{{}};
  const int acid = questions.add_smarts("[CX3](=O)[OX2H1]"), ring = questions.add_smarts("c1ccccc1");
  EXPECT_TRUE(questions.occurs(acid, "CC(=O)O"));
  EXPECT_FALSE(questions.occurs(ring, "CC(=O)O"));
  EXPECT_TRUE(questions.occurs(ring, "OC(=O)c1ccccc1"));
  EXPECT_TRUE(questions.occurs(acid, "OC(=O)c1ccccc1"));
}

TEST(SmilesQuestions, AskRdkitWhatPatternsDoNotKnow) {
  SmilesQuestions questions{{}};
  const int smarts = questions.add_smarts("[C;z2]");  // two heteroatom neighbours
  EXPECT_TRUE(questions.occurs(smarts, "CC(=O)O"));
  EXPECT_FALSE(questions.occurs(smarts, "CCO"));
}

TEST(SmilesQuestions, MeasureTanimotoSimilarityToAMoleculePreparedAsTheLibraryWas) {
  SmilesQuestions questions{{}};
  const int salt = questions.add_similarity("CC(=O)[O-].[Na+]");
  EXPECT_EQ(questions.similarity(salt, "CC(=O)O"), 1.0);
  const double other = questions.similarity(salt, "CCO");
  EXPECT_TRUE(other > 0.1 && other < 0.5) << other;
}

TEST(SmilesQuestions, FindNothingInWhatIsNoSmiles) {
  SmilesQuestions questions{{}};
  const int any = questions.add_smarts("*"), molecule = questions.add_similarity("C");
  EXPECT_FALSE(questions.occurs(any, "C1CC"));
  EXPECT_EQ(questions.similarity(molecule, "C1CC"), 0.0);
  EXPECT_TRUE(questions.occurs(any, "C"));
}

TEST(SmilesQuestions, RefuseWhatIsNoQuestionWithoutRepeatingIt) {
  SmilesQuestions questions{{}};
  for (const char* text : {"", "c1cc(", "[#"}) {
    try {
      questions.add_smarts(text);
      ADD_FAILURE() << text;
    } catch (const UsageError& error) {
      EXPECT_STREQ(error.what(), "not a SMARTS");
    }
  }
  try {
    questions.add_similarity("c1cc(");
    ADD_FAILURE();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "not a SMILES");
  }
}

}  // namespace
}  // namespace digitalis
