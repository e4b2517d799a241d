#include <RDGeneral/RDConfig.h>

#include "chem/parse_record.hpp"

#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <gtest/gtest.h>

#include <string>

#include "chem/compound_id.hpp"

namespace digitalis {
namespace {

class ParseRecord : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_rdkit(); }

  /// "id canonical-SMILES", or "code: message [id]".
  static std::string parse(const RecordLayout& layout, const std::string& text) {
    auto result = parse_record(layout, {1, 7, text}, "lib");
    if (!result) {
      const auto& reject = result.reject();
      return std::string(name_of(reject.code)) + ": " + reject.message() + " [" + reject.compound_id + "]";
    }
    return result->id + " " + RDKit::MolToSmiles(*result->molecule);
  }
  static std::string parse_smiles(const std::string& text) {
    return parse({RecordLayout::Format::kSmiles, 0, 0, 1, ""}, text);
  }
  static std::string parse_csv(const std::string& text) {
    return parse({RecordLayout::Format::kCsv, ',', 0, 1, ""}, text);
  }
  static std::string parse_sdf(const std::string& text, const std::string& field = "") {
    return parse({RecordLayout::Format::kSdf, 0, 0, -1, field}, text);
  }
};

constexpr const char* kEthane =
    "ethane\n\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 C   0  0\n"
    "    1.5000    0.0000    0.0000 C   0  0\n  1  2  1  0\nM  END\n> <ID>  (1)\n E-1 \n\n";

TEST_F(ParseRecord, TakesTheFirstWordOfTheTitleForTheId) { EXPECT_EQ(parse_smiles("OCC ethyl alcohol"), "ethyl CCO"); }

TEST_F(ParseRecord, LeavesTheIdOfARecordWithoutOneEmpty) { EXPECT_EQ(parse_smiles("OCC"), " CCO"); }

TEST_F(ParseRecord, ReadsAromaticBondsBetweenUpperCaseAtoms) {
  EXPECT_EQ(parse_smiles("C1:C:C:C:C:C:1 b"), "b c1ccccc1");
}

TEST_F(ParseRecord, MakesHydrogensImplicit) { EXPECT_EQ(parse_smiles("[H]C([H])([H])[H] m"), "m C"); }

TEST_F(ParseRecord, UsesTheCxsmilesTail) {
  auto result =
      parse_record({RecordLayout::Format::kSmiles, 0, 0, 1, ""}, {1, 1, "C[C@H](F)Cl |o1:1, $a b;;;$| x"}, "lib");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->id, "x");
  EXPECT_EQ(result->molecule->getStereoGroups().size(), 1U);
}

TEST_F(ParseRecord, KeepsTheMoleculeWhenItsCxsmilesTailIsBad) {
  EXPECT_EQ(parse_smiles("OCC |THB:0:1:3.4:6.7.8| x"), "x CCO");
  EXPECT_EQ(parse_smiles("OCC |wU:17.2,a:99| x"), "x CCO");
}

TEST_F(ParseRecord, ReadsTailsWithCommasInCsv) {
  EXPECT_EQ(parse_csv("CC(F)Cl |o1:1,c:3|,x"), "x CC(F)Cl");
  EXPECT_EQ(parse_csv("\"CC(F)Cl |o1:1,c:3|\",\"x, \"\"y\"\"\""), "x, \"y\" CC(F)Cl");
}

TEST_F(ParseRecord, SaysWhatIsWrongWithASmilesWithoutShowingIt) {
  EXPECT_EQ(parse_smiles("C1CC x"), "bad_smiles: lib:7: column 1 is not a SMILES: a ring bond is not closed [x]");
  EXPECT_EQ(parse_smiles("CC( x"), "bad_smiles: lib:7: column 1 is not a SMILES: a branch is not closed [x]");
  EXPECT_EQ(parse_smiles("C[Qq]C x"), "bad_smiles: lib:7: column 1 is not a SMILES [x]");
  EXPECT_EQ(parse_smiles("secret x"),
            "bad_smiles: lib:7: column 1 is not a SMILES: it holds a character that no SMILES has [x]");
}

TEST_F(ParseRecord, NamesTheAtomWithABadValence) {
  EXPECT_EQ(parse_smiles("CC(C)(C)(C)C x"),
            "bad_valence: lib:7: Explicit valence for atom # 1 C, 5, is greater than permitted; hint: check the formal "
            "charges [x]");
}

TEST_F(ParseRecord, NamesTheAtomsThatCannotBeKekulized) {
  EXPECT_EQ(parse_smiles("c1cccn1 x"),
            "bad_aromaticity: lib:7: Can't kekulize mol.  Unkekulized atoms: 0 1 2 3 4; hint: check for a missing "
            "hydrogen such as [nH] [x]");
  EXPECT_EQ(parse_smiles("cC x"),
            "bad_aromaticity: lib:7: non-ring atom 0 marked aromatic; hint: check for a missing "
            "hydrogen such as [nH] [x]");
}

TEST_F(ParseRecord, TellsAnEmptyColumnFromAMissingOne) {
  EXPECT_EQ(parse_csv(",x"), "empty_record: lib:7: no structure in column 1 [x]");
  EXPECT_EQ(parse({RecordLayout::Format::kSmiles, 0, 1, 0, ""}, "x"),
            "missing_column: lib:7: no column 2, where the structure should be [x]");
}

TEST_F(ParseRecord, RejectsUnparsedWhatWouldTakeMinutes) {
  EXPECT_EQ(parse_smiles(std::string(1001, 'C') + " x"), "too_large: lib:7: more than 1000 atoms [x]");
  EXPECT_EQ(
      parse_sdf(
          "x\n\n\n  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\nM  V30 COUNTS 1001 0 0 0 0\nM  END\n"),
      "too_large: lib:7: more than 1000 atoms [x]");
}

TEST_F(ParseRecord, SurvivesDeepNesting) {
  std::string text;
  for (int at = 0; at < 900; ++at) text += "C(";
  EXPECT_EQ(parse_smiles(text + "C" + std::string(900, ')') + " x").substr(0, 2), "x ");
}

TEST_F(ParseRecord, ReadsAMolBlockAndItsTitle) { EXPECT_EQ(parse_sdf(kEthane), "ethane CC"); }

TEST_F(ParseRecord, ReadsTheIdFromADataField) {
  EXPECT_EQ(parse_sdf(kEthane, "ID"), "E-1 CC");
  EXPECT_EQ(parse_sdf(kEthane, "none"), " CC");
}

TEST_F(ParseRecord, ReadsV3000) {
  EXPECT_EQ(parse_sdf("x\n\n\n  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\nM  V30 COUNTS 1 0 0 0 0\n"
                      "M  V30 BEGIN ATOM\nM  V30 1 O 0 0 0 0\nM  V30 END ATOM\nM  V30 END CTAB\nM  END\n"),
            "x O");
}

TEST_F(ParseRecord, NamesTheLineOfTheFileWhereAMolBlockBreaks) {
  EXPECT_EQ(
      parse_sdf("x\n\n\n  2  0  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 C   0  0\nM  END\n"),
      "bad_mol_block: lib:7: the mol block cannot be read at line 12 [x]");
}

TEST_F(ParseRecord, RejectsAMolBlockWithoutAtoms) {
  EXPECT_EQ(parse_sdf("x\n\n\n  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n"),
            "empty_record: lib:7: the structure has no atoms [x]");
}

TEST_F(ParseRecord, LeavesRdkitSilent) {
  ::testing::internal::CaptureStderr();
  (void)parse_smiles("C1CC x");
  (void)parse_sdf("x\n\n\nnonsense\n");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(CleanId, TrimsAndReplacesWhatBreaksFiles) {
  EXPECT_EQ(clean_id("  a\tb\x01 c\n"), "a_b_ c");
  EXPECT_EQ(clean_id("\xc3\xa9\xff\xc2\x85z"), "\xc3\xa9\xef\xbf\xbd_z");
}

TEST(CleanId, CutsBeforeTheCharacterThatDoesNotFit) {
  EXPECT_EQ(clean_id(std::string(199, 'x') + "\xc3\xa9"), std::string(199, 'x'));
  EXPECT_EQ(clean_id(std::string(300, 'x')).size(), 200U);
}

}  // namespace
}  // namespace digitalis
