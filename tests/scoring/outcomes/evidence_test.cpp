#include "scoring/outcomes/evidence.hpp"

#include <gtest/gtest.h>

#include "chem/usage_error.hpp"
#include "sample_tables.hpp"

namespace digitalis {
namespace {

using namespace testing_outcomes;  // NOLINT: a test's own helpers

const std::string kOwn = "ontology_id\ttarget_id\tsymbol\tdatasource\tscore\trelease\n";

std::string thrown_by(const std::string& text, const std::string& name) {
  try {
    (void)parse_evidence(text, name);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(HarmonicScore, IsThePlatformsExample) {
  EXPECT_NEAR(harmonic_score({0.8, 1.0, 0.9}), 0.79923, 5e-6);
  EXPECT_EQ(harmonic_score({}), 0.0);
}

TEST(ParseEvidence, ReadsOurOwnTable) {
  const Evidence evidence = parse_evidence(kOwn + "MONDO_1\tENSG1\tAPP\teva\t0.5\t25.03\n", "e.tsv");
  ASSERT_EQ(evidence.associations.size(), 1U);
  EXPECT_EQ(evidence.associations[0].symbol, "APP");
  EXPECT_EQ(evidence.associations[0].score, 0.5);
  EXPECT_EQ(evidence.releases, std::vector<std::string>{"25.03"});
}

TEST(ParseEvidence, ReadsOldExportsByPlace) {
  const std::string text =
      "symbol\toverallAssociationScore\tobjectObject\tobjectObject\tobjectObject\tobjectObject\tobjectObject\tobjectObj"
      "ect\t"
      "objectObject\ttargetName\nPSEN1\t0.87\t0.96\tNo data\t0.64\tNo data\tNo data\tNo data\t0.5\tpresenilin 1\n";
  const Evidence evidence = parse_evidence(text, "dir/4_MONDO_0004975-associated-diseases.tsv");
  ASSERT_EQ(evidence.associations.size(), 3U);
  EXPECT_EQ(evidence.associations[0].ontology_id, "MONDO_0004975");
  EXPECT_EQ(evidence.associations[0].source, "genetic_association");
  EXPECT_EQ(evidence.associations[1].source, "known_drug");
  EXPECT_EQ(evidence.associations[2].source, "animal_model");
}

TEST(ParseEvidence, TakesTheBestOfGenesThatShareASymbol) {
  const Evidence evidence =
      parse_evidence(kOwn + "M_1\tENSG1\tSNORD116\teva\t0.5\t\nM_1\tENSG2\tSNORD116\teva\t0.6\t\n", "e.tsv");
  ASSERT_EQ(evidence.associations.size(), 1U);
  EXPECT_EQ(evidence.associations[0].score, 0.6);
}

TEST(ParseEvidence, ReadsLaterExportsByName) {
  const Evidence evidence = parse_evidence(
      "symbol\tglobalScore\tgwasCredibleSets\tgene2Phenotype\teuropepmc\tisSecreted\tbrandNew\n"
      "APP\t0.8\t0.7\tNo data\t0.6\t1\t0.9\n",
      "EFO_0001360.tsv");
  ASSERT_EQ(evidence.associations.size(), 2U);
  EXPECT_EQ(evidence.associations[0].source, "gwas_credible_sets");
  EXPECT_EQ(evidence.associations[1].source, "europepmc");
  EXPECT_EQ(evidence.notes,
            std::vector<std::string>{"EFO_0001360.tsv: column 7 is no source that we know, and is left out"});
}

TEST(ParseEvidence, WantsToKnowWhichDiseaseAnExportIsOf) {
  EXPECT_EQ(thrown_by("symbol\tglobalScore\tchembl\n", "export.tsv"),
            "export.tsv:1: the export does not say which disease it is of; hint: keep the id in its name, "
            "MONDO_0004975-associated-targets.tsv");
}

TEST(ParseEvidence, ListsErrorsWithTheirLines) {
  EXPECT_EQ(thrown_by(kOwn + "MONDO_1\t\tAPP\teva\t1.5\t\nMONDO_1\t\tAPP\n", "e.tsv"),
            "e.tsv:2: a score that is no number from 0 to 1\ne.tsv:3: 3 columns, the header has 6");
  EXPECT_EQ(thrown_by(kOwn + "M_1\t\tAPP\teva\t0.5\t\nM_1\t\tAPP\teva\t0.6\t\n", "e.tsv"),
            "e.tsv:3: a second score of eva for APP and M_1");
}

const std::string kMapHeader = "disease_id,icd10,ontology_id,mapping_type,replaced_by,label\n";

TEST(ParseDiseaseMap, TakesTheIdThatReplacedAnother) {
  const auto map =
      parse_disease_map(kMapHeader + "dementia,G30,EFO_0000249,broad,MONDO:0004975,Alzheimer\n", "map.csv");
  ASSERT_EQ(map.size(), 1U);
  EXPECT_EQ(map[0].ontology_id, "MONDO_0004975");
  EXPECT_EQ(map[0].mapping, Mapping::kBroad);
}

TEST(ParseDiseaseMap, ListsEverythingThatIsWrong) {
  try {
    (void)parse_disease_map(kMapHeader + "a,G30,\"EFO_1, EFO_2\",exact,,\nb,E11,EFO_1,close,,\n", "map.csv");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "map.csv:2: column 'ontology_id': no id such as MONDO_0004975; hint: one id a row\n"
                 "map.csv:3: column 'mapping_type': none of exact, broad, narrow");
  }
}

TEST(CheckMapping, WantsOneCurrentIdWithEvidencePerDisease) {
  const auto tables =
      check({source(count_row("a", "100") + count_row("b", "200") + count_row("c", "300") + count_row("d", "400"))})
          .tables;
  const auto map =
      parse_disease_map(kMapHeader + "a,,M_1,exact,,\nb,,M_2,exact,,\nc,,M_3,exact,,\nc,,M_4,exact,,\n", "m.csv");
  const Evidence evidence = parse_evidence(kOwn + "M_1\t\tAPP\teva\t0.5\t\n", "e.tsv");
  CheckedTables checked;
  check_mapping(tables, map, evidence, checked.findings);
  EXPECT_EQ(
      messages(checked),
      "E-MAP sample.csv:3: a disease for whose id M_2 there is no evidence; hint: the id may have been replaced: fill "
      "'replaced_by' of the disease map\n"
      "E-MAP sample.csv:4: a disease that the disease map has more than once; hint: one current ontology id per "
      "disease\n"
      "E-MAP sample.csv:5: a disease that the disease map does not have; hint: add a row for its disease_id\n");
}

}  // namespace
}  // namespace digitalis
