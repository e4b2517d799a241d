#include "chem/record_layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/chem/library_files.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using testing::read;
using testing::usage_error;

/// "format delimiter smiles id", columns from 0.
std::string layout(const std::string& name, const std::string& text, const ReadOptions& options = {}) {
  const auto found = read(name, text, options).layout;
  const std::string format = found.format == RecordLayout::Format::kSdf   ? "sdf"
                             : found.format == RecordLayout::Format::kCsv ? "csv"
                                                                          : "smiles";
  if (format == "sdf") return format + " '" + found.id_property + "'";
  const std::string delimiter = found.delimiter == 0      ? "blanks"
                                : found.delimiter == '\t' ? "tab"
                                                          : std::string(1, found.delimiter);
  return format + " " + delimiter + " " + std::to_string(found.smiles_column) + " " + std::to_string(found.id_column);
}

TEST(RecordLayout, OfSmilesAndTitle) { EXPECT_EQ(layout("a.smi", "CCO ethanol\nCCC propane\n"), "smiles blanks 0 1"); }

TEST(RecordLayout, OfSmilesAlone) { EXPECT_EQ(layout("a.smi", "CCO\nCCC\n"), "smiles blanks 0 -1"); }

TEST(RecordLayout, OfTheIdInFront) {
  EXPECT_EQ(layout("a.txt", "ZINC03814457\tCC(C)O\nZINC03814458\tCCO\n"), "smiles tab 1 0");
}

TEST(RecordLayout, OfCasNumbersInFront) {
  EXPECT_EQ(layout("a.txt", "100-00-5 N(=O)(=O)c1ccc(Cl)cc1\n100-01-6 CCO\n"), "smiles blanks 1 0");
}

TEST(RecordLayout, TakesAnIdMadeOfAtomLettersForAnId) {
  EXPECT_EQ(layout("a.txt", "CSC000315120 CCO\nCSC000315121 CCC\nCSC000315123 CCC\n"), "smiles blanks 1 0");
}

TEST(RecordLayout, OfTabsWithBlanksInNames) {
  EXPECT_EQ(layout("a.smi", "CCO\tethyl alcohol\nCCC\tn propane\n"), "smiles tab 0 1");
}

TEST(RecordLayout, OfBlanksWithCommasInNames) {
  EXPECT_EQ(layout("a.smi", "CCO 2,3-this\nCCC 4,5,6-that\n"), "smiles blanks 0 1");
}

TEST(RecordLayout, OfCsvWithBlanksInNames) {
  EXPECT_EQ(layout("a.smi", "CCO,ethyl alcohol\nCCC,n propane\n"), "csv , 0 1");
}

TEST(RecordLayout, OfSemicolonsAndQuotes) {
  EXPECT_EQ(layout("a.csv", "\"WEHI-1\";\"CCO\"\n\"WEHI-2\";\"CCC\"\n"), "csv ; 1 0");
}

TEST(RecordLayout, OfCxsmilesWithCommasAndBlanksInTheTail) {
  EXPECT_EQ(layout("a.smi", "C[C@H](F)Cl |o1:1, 2,$a b;$| id1\nC[C@H](F)Br |o1:1| id2\n"), "smiles blanks 0 1");
}

TEST(RecordLayout, OfNamedColumns) { EXPECT_EQ(layout("a.csv", ",num,name,p_np,smiles\n0,1,x,1,CCO\n"), "csv , 4 2"); }

TEST(RecordLayout, OfAHeaderBetweenBlanks) {
  EXPECT_EQ(layout("a.smi", "smiles idnumber mw hac\nCCO Z1 46.1 3\nCCC Z2 44.1 3\n"), "smiles blanks 0 1");
}

TEST(RecordLayout, OfTwoStructureColumnsTakesTheSubmittedOne) {
  EXPECT_EQ(layout("a.txt", "SMILES_CANONICAL\tSMILES\tMOLPORTID\nCCO\tOCC\tM-1\n"), "smiles tab 1 2");
}

TEST(RecordLayout, OfAHeaderInAComment) {
  EXPECT_EQ(layout("a.txt", "#external id\tinternal id\tSMILES\nE1\tI1\tCCO\nE2\tI2\tCCC\n"), "smiles tab 2 0");
}

TEST(RecordLayout, IsNotMisledByACommentThatSpeaksOfSmiles) {
  const auto contents = read("a.smi", "# SMILES made today\nCCO a\nCCC b\n");
  EXPECT_THAT(contents.records, ElementsAre("1@2 CCO a", "2@3 CCC b"));
}

TEST(RecordLayout, OfACommentAboveTheHeader) {
  EXPECT_EQ(layout("a.csv", "# computed with, some program\nName,SMILES,TPSA\n1, CCO, 34.14\n"), "csv , 1 0");
}

TEST(RecordLayout, DoesNotTakeAScoreForAnId) {
  EXPECT_EQ(layout("a.csv", "CCO,-9.9\nCCC,-8\n"), "csv , 0 -1");
  EXPECT_EQ(layout("a.csv", "smiles,score\nCCO,-9.9\n"), "csv , 0 -1");
}

TEST(RecordLayout, TakesABadFirstRecordForARecord) {
  EXPECT_THAT(read("a.smi", "C1CC a\nCCO b\nCCC c\n").records, ElementsAre("1@1 C1CC a", "2@2 CCO b", "3@3 CCC c"));
}

TEST(RecordLayout, TakesAnUnknownWordAboveTheStructuresForAHeader) {
  EXPECT_THAT(read("a.smi", "ligand name\nCCO b\nCCC c\n").records, ElementsAre("1@2 CCO b", "2@3 CCC c"));
}

TEST(RecordLayout, OfAnSdfByItsContents) {
  EXPECT_EQ(layout("a.txt", "x\n\n\n  0  0  0 V2000\nM  END\n$$$$\n"), "sdf ''");
}

TEST(RecordLayout, OfAnSdfWithoutTitlesTakesItsIdField) {
  EXPECT_EQ(layout("a.sdf", "\n\n\n  0  0  0 V2000\nM  END\n> <Score>\n1\n\n> <IDNUMBER>\nZ1\n\n$$$$\n"),
            "sdf 'IDNUMBER'");
}

TEST(RecordLayout, FollowsTheColumnsThatTheUserNames) {
  const std::string text = "parent,raw,label\nCCO,OCC,x\n";
  EXPECT_EQ(layout("a.csv", text, {"raw", "label"}), "csv , 1 2");
  EXPECT_EQ(layout("a.csv", text, {"RAW", "3"}), "csv , 1 2");
  EXPECT_EQ(layout("a.sdf", "x\n\n\n  0  0  0 V2000\nM  END\n> <Key>\n1\n\n$$$$\n", {"", "key"}), "sdf 'Key'");
}

TEST(RecordLayout, NamesTheColumnsThereAre) {
  EXPECT_EQ(usage_error("lib.csv", "smiles,id,score\nCCO,a,1\n", {"foo", ""}),
            "lib.csv:1: no column named 'foo'; hint: the columns are 'smiles', 'id', 'score'");
  EXPECT_EQ(
      usage_error("lib.smi", "CCO a\nCCC b\n", {"", "name"}),
      "lib.smi:1: no column named 'name'; hint: the file has no header, give the column by its number, from 1 to 2");
  EXPECT_EQ(usage_error("lib.smi", "CCO a\nCCC b\n", {"3", ""}),
            "lib.smi:1: no column 3; hint: the file has no header, give the column by its number, from 1 to 2");
  EXPECT_EQ(usage_error("lib.sdf", "x\n\n\n  0  0  0 V2000\nM  END\n> <Key>\n1\n\n$$$$\n", {"", "ID"}),
            "lib.sdf:1: no data field named 'ID'; hint: the first records have 'Key'");
}

TEST(RecordLayout, RefusesATableWithoutStructures) {
  EXPECT_EQ(usage_error("lib.csv", "name,price\nx,1\ny,2\n"),
            "lib.csv:1: no column holds structures as SMILES; hint: name the SMILES column by its number, from 1 to 2");
}

TEST(RecordLayout, RefusesAWebPageInPlaceOfALibrary) {
  std::string page;
  for (int at = 0; at < 10; ++at) page += "<html><body>404</body></html>\n";
  EXPECT_EQ(usage_error("lib.smi", page),
            "lib.smi:1: no column holds structures as SMILES; hint: give a SMILES, CSV or SDF file");
}

TEST(RecordLayout, OfAColumnOfRowNumbersCalledHash) {
  EXPECT_EQ(layout("a.csv", "#,smiles,name\n1,CCO,a\n2,CCC,b\n"), "csv , 1 2");
}

TEST(RecordLayout, OfDecimalCommasBetweenSemicolons) {
  EXPECT_EQ(layout("a.txt", "Smiles;ID;Price\nCCO;Z1;1,5\nCCC;Z2;2,5\n"), "csv ; 0 1");
}

TEST(RecordLayout, OfMixedTabsAndBlanks) { EXPECT_EQ(layout("a.smi", "CCO\tx\nCCC y\n"), "smiles blanks 0 1"); }

TEST(RecordLayout, OfAnEmptyTrailingColumn) { EXPECT_EQ(layout("a.smi", "CCO\tx\t\nCCC\ty\t\n"), "smiles tab 0 1"); }

TEST(RecordLayout, LeavesAFewBadLinesOfASmilesFileToTheParser) {
  EXPECT_THAT(read("a.smi", "hello world\n").records, ElementsAre("1@1 hello world"));
}

}  // namespace
}  // namespace digitalis
