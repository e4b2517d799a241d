#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chem/forms.hpp"
#include "chem/parse_record.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

/// Two protomers of very different share, four stereoisomers of each.
class FormsCap : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_rdkit(); }
  FormsCap() {
    options_.ph = 9.0;
    options_.least_share = 0.01;
    options_.most_stereoisomers = 4;
  }
  [[nodiscard]] Forms forms(const std::string& smiles = "CC(F)C(Cl)CCN") const {
    return forms_of(smiles, "X", options_).value();
  }
  [[nodiscard]] static std::vector<std::string> names_of(const Forms& forms) {
    std::vector<std::string> names;
    for (const Form& form : forms.kept) names.push_back(form.name);
    return names;
  }
  FormOptions options_;
};

TEST_F(FormsCap, KeepsTheStereoisomersOfTheMostFrequentProtomerFirst) {
  const Forms all = forms();
  ASSERT_EQ(all.kept.size(), 8U);
  EXPECT_GT(all.kept[0].share, all.kept[4].share);
  options_.most_forms = 5;
  std::vector<std::string> expected = names_of(all);
  expected.resize(5);
  EXPECT_THAT(names_of(forms()), ElementsAreArray(expected));
}

TEST_F(FormsCap, KeepsTheFirstStereoisomersOfAllTautomersBeforeTheirSecond) {
  options_ = {};
  options_.most_stereoisomers = options_.most_tautomers = options_.most_forms = 2;
  EXPECT_THAT(names_of(forms("CC(F)(Cl)Cc1c[nH]cn1")),
              ElementsAre("tautomer 1; stereoisomer 1", "tautomer 2; stereoisomer 1"));
}

TEST_F(FormsCap, SaysWhetherThereAreMore) {
  options_.most_forms = 8;
  EXPECT_FALSE(forms().are_capped);
  options_.most_forms = 7;
  EXPECT_TRUE(forms().are_capped);
}

TEST_F(FormsCap, IsThirtyTwoUnlessSaid) {
  options_.most_stereoisomers = 64;
  EXPECT_EQ(forms("CC(F)C(F)C(F)C(F)C(F)CCN").kept.size(), 32U);
}

}  // namespace
}  // namespace digitalis
