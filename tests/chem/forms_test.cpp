#include "chem/forms.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "chem/parse_record.hpp"
#include "chem/titratable_groups.hpp"

namespace digitalis {
namespace {

FormOptions at_ph(double ph, std::uint32_t most = 4) {
  FormOptions options;
  options.ph = ph;
  options.most_protomers = most;
  return options;
}

std::vector<Form> forms(const std::string& smiles, const FormOptions& options) {
  start_rdkit();
  auto found = forms_of(smiles, "X", options);
  EXPECT_TRUE(found) << smiles;
  return found ? std::move(found->kept) : std::vector<Form>{};
}

std::vector<std::string> smiles_of(const std::vector<Form>& forms) {
  std::vector<std::string> all;
  for (const Form& form : forms) all.push_back(form.smiles);
  return all;
}

/// As RDKit writes it.
std::string canonical(const std::string& smiles) { return forms(smiles, {}).front().smiles; }

/// The most frequent state.
std::string major(const std::string& smiles, double ph = 7.4) { return forms(smiles, at_ph(ph)).front().smiles; }

std::string group_of(const std::string& smiles, double ph) {
  const auto all = forms(smiles, at_ph(ph));
  return all.front().groups.empty() ? "none" : all.front().groups.front().name;
}

/// One compound for each row of the table, whose own group is the one that is charged at `ph`.
struct Provoked {
  const char* group;
  const char* smiles;
  double ph;
};
constexpr Provoked kProvoked[] = {
    {"sulfonic acid", "CS(=O)(=O)O", 7.4},
    {"phosphate", "COP(=O)(O)O", 4.0},
    {"phosphonic acid", "CP(=O)(O)O", 5.0},
    {"quinolone carboxylic acid", "O=C(O)c1cn(CC)c2ccccc2c1=O", 7.4},
    {"carboxylic acid", "CC(=O)O", 7.4},
    {"thiocarboxylic acid", "CC(=O)S", 7.4},
    {"hydroxamic acid", "O=C(NO)c1ccccc1", 11.0},
    {"N-hydroxypyridone", "O=c1ccccn1O", 7.4},
    {"disulfonimide", "CS(=O)(=O)NS(C)(=O)=O", 7.4},
    {"acyl sulfonamide", "CC(=O)NS(=O)(=O)c1ccccc1", 7.4},
    {"fluoroalkyl sulfonamide", "NS(=O)(=O)C(F)(F)F", 8.5},
    {"heteroaryl sulfonamide", "Cc1ccc(cc1)S(=O)(=O)Nc1cc(C)on1", 8.0},
    {"sulfonanilide", "CS(=O)(=O)Nc1ccccc1", 11.0},
    {"sulfonamide", "NS(=O)(=O)c1ccccc1", 12.0},
    {"tetrazole", "c1ccccc1-c1nn[nH]n1", 7.4},
    {"oxadiazolone", "O=c1[nH]c(C)no1", 7.4},
    {"benzotriazole", "c1ccc2[nH]nnc2c1", 11.0},
    {"triazole", "c1c[nH]nn1", 12.0},
    {"thiazolidinedione", "O=C1CSC(=O)N1", 8.5},
    {"barbiturate", "CCC1(CC)C(=O)NC(=O)NC1=O", 9.5},
    {"hydantoin", "O=C1NC(=O)C(C)(C)N1", 11.0},
    {"imide", "O=C1CCC(=O)N1", 12.0},
    {"uracil", "O=c1cc[nH]c(=O)[nH]1", 11.0},
    {"hydroxycoumarin", "O=c1cc(O)c2ccccc2o1", 7.4},
    {"cyclic enol", "OC1=CC(=O)CCC1", 7.4},
    {"dinitrophenol", "Oc1ccc(cc1[N+](=O)[O-])[N+](=O)[O-]", 7.4},
    {"nitrophenol", "Oc1ccc(cc1)[N+](=O)[O-]", 9.0},
    {"2,6-dihalophenol", "Oc1c(Cl)cccc1Cl", 9.0},
    {"acceptor phenol", "Oc1ccc(C#N)cc1", 10.0},
    {"phenol", "Oc1ccccc1", 12.0},
    {"thiophenol", "Sc1ccccc1", 8.5},
    {"aminothiol", "SCCN(C)C(C)=O", 11.0},
    {"thiol", "CCS", 13.0},
    {"sulfonyl, cyano or nitro guanidine", "NC(=N)NC#N", -3.0},
    {"acylguanidine", "NC(=N)NC(=O)c1ccccc1", 6.0},
    {"arylguanidine", "NC(=N)Nc1ccccc1", 7.4},
    {"guanidine", "CNC(=N)N", 7.4},
    {"N-aryl amidine", "CC(NC)=Nc1ccccc1", 2.5},
    {"amidine", "NC(=N)c1ccccc1", 7.4},
    {"purine", "Cn1cnc2cncnc21", 0.5},
    {"imidazole with an acceptor", "Cn1cnc(Br)c1", 1.5},
    {"2-aminobenzimidazole", "Nc1nc2ccccc2[nH]1", 5.0},
    {"2-aminoimidazole", "Nc1ncc[nH]1", 6.0},
    {"benzimidazole", "c1ccc2[nH]cnc2c1", 3.5},
    {"imidazopyridine", "c1ccn2ccnc2c1", 4.0},
    {"imidazole", "Cn1ccnc1", 5.0},
    {"2-aminothiazole", "Nc1nccs1", 3.0},
    {"thiazole", "c1cscn1", 0.5},
    {"pyrazole", "Cn1cccn1", 0.5},
    {"2,4-diaminopyrimidine", "Cc1cnc(N)nc1N", 5.5},
    {"4-aminopyrimidine", "Nc1ccncn1", 3.5},
    {"diazine", "c1cncnc1", -2.0},
    {"2-halopyridine", "Clc1ccccn1", -2.0},
    {"4-aminopyridine", "CN(C)c1ccncc1", 7.4},
    {"2-aminopyridine", "Nc1ccccn1", 5.0},
    {"3-aminopyridine", "Nc1cccnc1", 4.0},
    {"pyridine", "c1ccncc1", 3.0},
    {"arylglycine amide", "NC(c1ccccc1)C(=O)NC", 5.5},
    {"aniline", "Nc1ccccc1", 2.0},
    {"hydrazine", "CNN", 6.0},
    {"hydroxylamine", "CON", 3.0},
    {"aziridine", "C1CN1C", 6.0},
    {"primary amine", "CCN", 7.4},
    {"secondary amine", "C1CCNCC1", 7.4},
    {"tertiary amine", "CCN(CC)CC", 7.4},
};

class TitratableGroupOf : public testing::TestWithParam<Provoked> {};

TEST_P(TitratableGroupOf, IsChargedBeyondItsPka) {
  EXPECT_EQ(group_of(GetParam().smiles, GetParam().ph), GetParam().group);
}

TEST_P(TitratableGroupOf, IsNeutralOnTheOtherSide) {
  // Acids at a pH far below, bases far above.
  const bool acid = forms(GetParam().smiles, at_ph(GetParam().ph)).front().groups.front().charge < 0;
  EXPECT_EQ(major(GetParam().smiles, acid ? -6.0 : 19.0), canonical(GetParam().smiles));
}

INSTANTIATE_TEST_SUITE_P(Table, TitratableGroupOf, testing::ValuesIn(kProvoked));

TEST(TitratableGroups, AreAllProvokedButTheOneThatNeverIs) {
  std::set<std::string> provoked{"salicylic phenol"};  // holds phenols with an acid back: see below
  for (const Provoked& row : kProvoked) provoked.insert(row.group);
  for (const TitratableGroup& group : titratable_groups()) EXPECT_TRUE(provoked.contains(group.name)) << group.name;
}

/// A molecule and its state at pH 7.4 as textbooks have it.
struct Known {
  const char* name;
  const char* drawn;
  const char* at_7_4;
};
constexpr Known kKnown[] = {
    {"ibuprofen", "CC(C)Cc1ccc(cc1)C(C)C(=O)O", "CC(C)Cc1ccc(cc1)C(C)C(=O)[O-]"},
    {"atenolol", "CC(C)NCC(O)COc1ccc(CC(N)=O)cc1", "CC(C)[NH2+]CC(O)COc1ccc(CC(N)=O)cc1"},
    {"histamine", "NCCc1c[nH]cn1", "[NH3+]CCc1c[nH]cn1"},
    {"ciprofloxacin", "O=C(O)c1cn(C2CC2)c2cc(N3CCNCC3)c(F)cc2c1=O",
     "O=C([O-])c1cn(C2CC2)c2cc(N3CC[NH2+]CC3)c(F)cc2c1=O"},
    {"imatinib", "CN1CCN(Cc2ccc(cc2)C(=O)Nc2ccc(C)c(Nc3nccc(n3)-c3cccnc3)c2)CC1",
     "C[NH+]1CCN(Cc2ccc(cc2)C(=O)Nc2ccc(C)c(Nc3nccc(n3)-c3cccnc3)c2)CC1"},
    {"losartan", "CCCCc1nc(Cl)c(CO)n1Cc1ccc(cc1)-c1ccccc1-c1nn[nH]n1",
     "CCCCc1nc(Cl)c(CO)n1Cc1ccc(cc1)-c1ccccc1-c1nn[n-]n1"},
    {"glycine", "NCC(=O)O", "[NH3+]CC(=O)[O-]"},
    {"histidine", "NC(Cc1c[nH]cn1)C(=O)O", "[NH3+]C(Cc1c[nH]cn1)C(=O)[O-]"},
    {"arginine", "NC(CCCNC(N)=N)C(=O)O", "[NH3+]C(CCCNC(N)=[NH2+])C(=O)[O-]"},
    {"lysine", "NCCCCC(N)C(=O)O", "[NH3+]CCCCC([NH3+])C(=O)[O-]"},
    {"dopamine", "NCCc1ccc(O)c(O)c1", "[NH3+]CCc1ccc(O)c(O)c1"},
    {"aspirin", "CC(=O)Oc1ccccc1C(=O)O", "CC(=O)Oc1ccccc1C(=O)[O-]"},
    {"salicylic acid", "Oc1ccccc1C(=O)O", "Oc1ccccc1C(=O)[O-]"},
    {"warfarin", "CC(=O)CC(c1ccccc1)c1c(O)c2ccccc2oc1=O", "CC(=O)CC(c1ccccc1)c1c([O-])c2ccccc2oc1=O"},
    {"paracetamol", "CC(=O)Nc1ccc(O)cc1", "CC(=O)Nc1ccc(O)cc1"},
    {"caffeine", "Cn1c(=O)c2c(ncn2C)n(C)c1=O", "Cn1c(=O)c2c(ncn2C)n(C)c1=O"},
    {"diazepam", "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12", "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12"},
    {"benzocaine", "CCOC(=O)c1ccc(N)cc1", "CCOC(=O)c1ccc(N)cc1"},
    {"procaine", "CCN(CC)CCOC(=O)c1ccc(N)cc1", "CC[NH+](CC)CCOC(=O)c1ccc(N)cc1"},
    {"lidocaine", "CCN(CC)CC(=O)Nc1c(C)cccc1C", "CC[NH+](CC)CC(=O)Nc1c(C)cccc1C"},
    {"chloroquine", "CCN(CC)CCCC(C)Nc1ccnc2cc(Cl)ccc12", "CC[NH+](CC)CCCC(C)Nc1cc[nH+]c2cc(Cl)ccc12"},
    {"celecoxib", "Cc1ccc(cc1)-c1cc(nn1-c1ccc(cc1)S(N)(=O)=O)C(F)(F)F",
     "Cc1ccc(cc1)-c1cc(nn1-c1ccc(cc1)S(N)(=O)=O)C(F)(F)F"},
    {"vorinostat", "O=C(CCCCCCC(=O)Nc1ccccc1)NO", "O=C(CCCCCCC(=O)Nc1ccccc1)NO"},
    {"benzamidine", "NC(=N)c1ccccc1", "NC(=[NH2+])c1ccccc1"},
    {"acetylcholine", "CC(=O)OCC[N+](C)(C)C", "CC(=O)OCC[N+](C)(C)C"},
    {"nicotine", "CN1CCCC1c1cccnc1", "C[NH+]1CCCC1c1cccnc1"},
    {"nitrobenzene", "O=[N+]([O-])c1ccccc1", "O=[N+]([O-])c1ccccc1"},
    {"pyridine N-oxide", "[O-][n+]1ccccc1", "[O-][n+]1ccccc1"},
    {"adenosine monophosphate", "Nc1ncnc2c1ncn2C1OC(COP(=O)(O)O)C(O)C1O",
     "Nc1ncnc2c1ncn2C1OC(COP(=O)([O-])[O-])C(O)C1O"},
    {"glibenclamide", "COc1ccc(Cl)cc1C(=O)NCCc1ccc(cc1)S(=O)(=O)NC(=O)NC1CCCCC1",
     "COc1ccc(Cl)cc1C(=O)NCCc1ccc(cc1)S(=O)(=O)[N-]C(=O)NC1CCCCC1"},
    {"haloperidol", "O=C(CCCN1CCC(O)(CC1)c1ccc(Cl)cc1)c1ccc(F)cc1", "O=C(CCC[NH+]1CCC(O)(CC1)c1ccc(Cl)cc1)c1ccc(F)cc1"},
    {"amantadine", "NC12CC3CC(C1)CC(C3)C2", "[NH3+]C12CC3CC(C1)CC(C3)C2"},
    {"omeprazole", "COc1ccc2[nH]c(nc2c1)S(=O)Cc1ncc(C)c(OC)c1C", "COc1ccc2[nH]c(nc2c1)S(=O)Cc1ncc(C)c(OC)c1C"},
    {"cimetidine", "CNC(=NC#N)NCCSCc1nc[nH]c1C", "CNC(=NC#N)NCCSCc1nc[nH]c1C"},
};

TEST(FormsAtPh74, AreThoseOfTextbooks) {
  for (const Known& known : kKnown) EXPECT_EQ(major(known.drawn), canonical(known.at_7_4)) << known.name;
}

TEST(FormsAtPh74, DoNotDependOnHowTheStateIsDrawn) {
  for (const Known& known : kKnown)
    EXPECT_EQ(smiles_of(forms(known.at_7_4, at_ph(7.4))), smiles_of(forms(known.drawn, at_ph(7.4)))) << known.name;
}

TEST(FormsAtPh74, HoldBothStatesOfAmoxicillin) {
  const auto all = forms("CC1(C)SC2C(NC(=O)C(N)c3ccc(O)cc3)C(=O)N2C1C(=O)O", at_ph(7.4));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_NEAR(all[0].share, 0.55, 0.1);
  EXPECT_NEAR(all[1].share, 0.45, 0.1);
}

TEST(FormsAtPh74, HoldOneProtonMoreOfMetformin) {
  for (const Form& form : forms("CN(C)C(=N)NC(=N)N", at_ph(7.4))) {
    ASSERT_EQ(form.groups.size(), 1U) << form.smiles;
    EXPECT_EQ(form.groups.front().charge, 1);
  }
}

TEST(FormsAtPh74, TakeOneNitrogenOfAPiperazine) {
  EXPECT_EQ(smiles_of(forms("C1CNCCN1", at_ph(7.4))), std::vector<std::string>{"C1C[NH2+]CCN1"});
}

TEST(FormsAtPh, TakeTheSecondNitrogenOfAPiperazineInAcid) { EXPECT_EQ(major("C1CNCCN1", 2.0), "C1C[NH2+]CC[NH2+]1"); }

TEST(FormsAtPh, GiveAPhosphateItsProtonsOneByOne) {
  EXPECT_EQ(major("COP(=O)(O)O", 4.0), canonical("COP(=O)(O)[O-]"));
  EXPECT_EQ(major("COP(=O)(O)O", 9.0), canonical("COP(=O)([O-])[O-]"));
}

TEST(FormsAtPh, TakeNoCarboxylateForAnAcceptorOfPhenols) {
  EXPECT_EQ(major("OC(=O)c1ccc(O)cc1", 8.8), canonical("[O-]C(=O)c1ccc(O)cc1"));
  EXPECT_EQ(major("COC(=O)c1ccc(O)cc1", 8.8), canonical("COC(=O)c1ccc([O-])cc1"));
}

TEST(FormsAtPh, HoldHalfOfEachAtThePka) {
  const auto all = forms("c1c[nH]cn1", at_ph(7.0));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_DOUBLE_EQ(all[0].share, 0.5);
  EXPECT_DOUBLE_EQ(all[1].share, 0.5);
}

TEST(FormsAtPh, AddUpEqualStates) {
  // Either carboxyl group of fumaric acid: one monoanion.
  const auto all = forms("OC(=O)/C=C/C(=O)O", at_ph(4.5));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].smiles, canonical("OC(=O)/C=C/C(=O)[O-]"));
  EXPECT_DOUBLE_EQ(all[0].share, 0.5);
}

TEST(FormsAtPh, LeaveRareOnesOut) {
  FormOptions all = at_ph(7.4), frequent = at_ph(7.4);
  all.least_share = 0.01;
  frequent.least_share = 0.4;
  EXPECT_EQ(forms("c1c[nH]cn1", all).size(), 2U);
  EXPECT_EQ(forms("c1c[nH]cn1", frequent).size(), 1U);
}

TEST(FormsAtPh, KeepTheMostFrequentWhateverItsShare) {
  FormOptions options = at_ph(7.0);
  options.least_share = 0.9;
  EXPECT_EQ(forms("c1c[nH]cn1", options).size(), 1U);
}

TEST(FormsAtPh, AreNoMoreThanAskedFor) {
  const std::string imidazoles = "c1c[nH]c(CCc2ncc[nH]2)n1";
  EXPECT_EQ(forms(imidazoles, at_ph(7.0, 2)).size(), 2U);
  EXPECT_EQ(forms(imidazoles, at_ph(7.0, 1)).size(), 1U);
}

TEST(FormsAtPh, ChargeEveryGroupOfALongPeptide) {
  std::string peptide = "N";
  for (int i = 0; i < 20; ++i) peptide += "C(CCC(=O)O)C(=O)N";
  const auto all = forms(peptide + "CC(=O)O", at_ph(7.4));
  EXPECT_EQ(all.front().groups.size(), 22U);
}

TEST(FormsAtPh, TakeHydrogenAtomsIn) { EXPECT_EQ(major("[H]/N=C(\\N)c1ccccc1"), canonical("NC(=[NH2+])c1ccccc1")); }

TEST(FormsAtPh, KeepStereo) {
  EXPECT_EQ(major("C[C@H](N)C(=O)O"), canonical("C[C@H]([NH3+])C(=O)[O-]"));
  EXPECT_EQ(major("OC(=O)/C=C\\C"), canonical("[O-]C(=O)/C=C\\C"));
}

TEST(FormsOf, AreAsDrawnUnlessAsked) {
  const auto all = forms("NCC(=O)O", {});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].smiles, "NCC(=O)O");
  EXPECT_EQ(all[0].name, "as drawn");
  EXPECT_TRUE(all[0].as_drawn);
}

TEST(FormsOf, NameGroupsAndIsomers) {
  FormOptions options = at_ph(7.4);
  options.most_stereoisomers = 8;
  const auto all = forms("CC(N)C(=O)O", options);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "primary amine 3 +1, carboxylic acid 6 -1; stereoisomer 1");
  EXPECT_EQ(all[1].name, "primary amine 3 +1, carboxylic acid 6 -1; stereoisomer 2");
}

TEST(FormsOf, NameTheStateThatWasDrawn) {
  EXPECT_EQ(forms("CCO", at_ph(7.4)).front().name, "as drawn");
  EXPECT_TRUE(forms("CC(=O)[O-]", at_ph(7.4)).front().as_drawn);
  EXPECT_EQ(forms("CC[O-]", at_ph(7.4)).front().smiles, "CC[O-]");  // no row knows alcohols
  EXPECT_EQ(forms("Nc1ccccc1", at_ph(7.4)).front().name, "as drawn");
  EXPECT_EQ(forms("[NH3+]c1ccccc1", at_ph(7.4)).front().name, "no charged group");
}

TEST(FormsOf, SayNothingOfChargesWhoseProtonsAreAsDrawn) {
  FormOptions options;
  options.most_stereoisomers = 2;
  EXPECT_EQ(forms("C[N+](C)(C)C(C)F", options).front().name, "stereoisomer 1");
}

TEST(FormsOf, AreThoseOfTheLargestPart) { EXPECT_EQ(major("CC(=O)[O-].[Na+]"), "CC(=O)[O-]"); }

TEST(FormsOf, RejectsWhatIsNoMolecule) {
  for (const char* smiles : {"", "xyz", "C1CC", "c1cccc1", "C(C)(C)(C)(C)C", "(", "[", "[Xx]"}) {
    start_rdkit();
    const auto found = forms_of(smiles, "X7", at_ph(7.4));
    ASSERT_FALSE(found) << smiles;
    EXPECT_EQ(found.reject().message(), "X7: not a SMILES");
  }
}

TEST(FormsOf, RejectsWhatIsTooLarge) {
  const auto found = forms_of(std::string(200'000, 'C'), "X7", at_ph(7.4));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.reject().code, RejectCode::kTooLarge);
}

TEST(FormsOf, TakesStrangeMolecules) {
  for (const char* smiles :
       {"[Na+].[Cl-]", "[H][H]", "[Fe]", "*C(=O)O", "[C-]#[N+]C", "C[N+](C)(C)C", "[O-][Cl+3]([O-])([O-])O", "[NH4+]",
        "B(O)O", "[2H]N([2H])CC", "N", "O", "[OH3+]", "[NH2-]", "[CH3-]", "[13CH3]N"}) {
    FormOptions options = at_ph(7.4);
    options.most_stereoisomers = 4;
    EXPECT_FALSE(forms(smiles, options).empty()) << smiles;
  }
}

TEST(FormsOf, AreTheSameOnAllThreads) {
  FormOptions options = at_ph(7.4);
  options.most_stereoisomers = 4;
  std::vector<std::string> expected;
  for (const Known& known : kKnown)
    for (const std::string& form : smiles_of(forms(known.drawn, options))) expected.push_back(form);
  std::vector<std::vector<std::string>> found(3);
  std::vector<std::thread> threads;
  for (auto& mine : found)
    threads.emplace_back([&mine, &options] {
      for (const Known& known : kKnown)
        for (const std::string& form : smiles_of(forms(known.drawn, options))) mine.push_back(form);
    });
  for (auto& thread : threads) thread.join();
  for (const auto& mine : found) EXPECT_EQ(mine, expected);
}

}  // namespace
}  // namespace digitalis
