#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "chem/forms.hpp"
#include "chem/parse_record.hpp"

namespace digitalis {
namespace {

std::vector<std::string> forms(const std::string& smiles, const FormOptions& options) {
  start_rdkit();
  const auto found = forms_of(smiles, "X", options);
  EXPECT_TRUE(found) << smiles;
  std::vector<std::string> all;
  if (found)
    for (const Form& form : found->kept) all.push_back(form.smiles);
  return all;
}

FormOptions stereoisomers(std::uint32_t most) {
  FormOptions options;
  options.most_stereoisomers = most;
  return options;
}

FormOptions tautomers(std::uint32_t most) {
  FormOptions options;
  options.most_tautomers = most;
  return options;
}

/// Compounds and how many isomers they have, counted by hand. Of a cage's bridgeheads the arrangement that can be built
/// and its mirror image count.
struct Counted {
  const char* name;
  const char* smiles;
  std::size_t isomers;
};
constexpr Counted kCounted[] = {
    {"nothing open", "CCO", 1},
    {"one centre", "CC(F)Cl", 2},
    {"one double bond", "CC=CC", 2},
    {"two centres", "CC(F)C(C)Cl", 4},
    {"meso tartaric acid counts once", "OC(=O)C(O)C(O)C(=O)O", 3},
    {"centre and double bond", "CC=CC(F)Cl", 4},
    {"one centre is given", "C[C@H](F)C(C)Cl", 2},
    {"1,4-dimethylcyclohexane", "CC1CCC(C)CC1", 2},
    {"1,2-dimethylcyclopropane", "CC1CC1C", 3},
    {"norbornanol: bridgeheads go together", "OC1CC2CCC1C2", 4},
    {"camphor", "CC1(C)C2CCC1(C)C(=O)C2", 2},
    {"oxime", "CC(=NO)CC", 2},
    {"imine with a hydrogen only is not open", "CC(=N)C", 1},
    {"1,2,3-trichlorocyclopentane: two meso and a pair", "ClC1CCC(Cl)C1Cl", 4},
    {"1,4-diaminocyclohexane with different ends", "CNC1CCC(CC1)NCC", 2},
    {"atropine's bridge", "CN1C2CCC1CC(O)C2", 2},
};

TEST(Stereoisomers, AreAsManyAsThereAre) {
  const FormOptions options = stereoisomers(16);
  for (const Counted& counted : kCounted) {
    const auto all = forms(counted.smiles, options);
    EXPECT_EQ(all.size(), counted.isomers) << counted.name << ": " << testing::PrintToString(all);
    EXPECT_EQ(std::set(all.begin(), all.end()).size(), all.size()) << counted.name;
  }
}

TEST(Stereoisomers, LeaveNothingOpen) {
  const FormOptions options = stereoisomers(16);
  for (const Counted& counted : kCounted)
    for (const std::string& isomer : forms(counted.smiles, options))
      EXPECT_EQ(forms(isomer, options), std::vector{isomer}) << counted.name;
}

TEST(Stereoisomers, AreNoMoreThanAskedFor) {
  const FormOptions options = stereoisomers(8);
  const std::string sugar = "OCC1OC(O)C(O)C(O)C1O";  // 32
  EXPECT_EQ(forms(sugar, options).size(), 8U);
}

TEST(Stereoisomers, OfManyCentresDifferInAllOfThem) {
  const FormOptions options = stereoisomers(8);
  const auto all = forms("OCC(O)C(O)C(O)C(O)C(N)C(F)Cl", options);
  ASSERT_EQ(all.size(), 8U);
  std::set<std::string> tails, heads;
  for (const std::string& isomer : all) {
    heads.insert(isomer.substr(0, isomer.size() / 2));
    tails.insert(isomer.substr(isomer.size() / 2));
  }
  EXPECT_GE(heads.size(), 4U);
  EXPECT_GE(tails.size(), 4U);
}

TEST(Stereoisomers, DoNotDependOnHowTheSmilesIsWritten) {
  const FormOptions options = stereoisomers(2);
  EXPECT_EQ(forms("OCC1OC(O)C(O)C(O)C1O", options), forms("C1(CO)C(O)C(O)C(O)C(O)O1", options));
}

TEST(Tautomers, AreCanonicalWhenAsked) {
  const FormOptions options = tautomers(1);
  const auto lactim = forms("Oc1ccccn1", options), lactam = forms("O=c1cccc[nH]1", options);
  EXPECT_EQ(lactim, lactam);
  EXPECT_EQ(lactam, std::vector<std::string>{"O=c1cccc[nH]1"});
}

TEST(Tautomers, AreEnumeratedWhenAsked) {
  const FormOptions options = tautomers(2);
  EXPECT_EQ(forms("Oc1ccccn1", options), (std::vector<std::string>{"O=c1cccc[nH]1", "Oc1ccccn1"}));
}

}  // namespace
}  // namespace digitalis
