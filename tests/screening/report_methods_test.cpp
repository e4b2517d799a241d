#include "screening/report_methods.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace digitalis {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

json manifest() {
  return json::parse(R"({
    "software": "digitalis 0.1.0",
    "campaign": {"campaign": {"seed": 7}, "ranking": {"consensus": "zscore"},
                 "targets": [{"name": "A"}, {"name": "B"}], "stages": [{"name": "filter"}, {"name": "similarity"}]},
    "results": {"library": {"records": 12, "compounds": 10, "standardised": true, "fingerprint": [2, 2048]},
                "enrichment": []}})");
}
json docked() {
  json all = manifest();
  all["campaign"]["stages"].push_back({{"name", "dock"}, {"dock", {{"scoring", "vinardo"}, {"exhaustiveness", "2"}}}});
  all["results"]["docking"] = json::parse(
      R"([{"target": "A", "receptors": ["/x/open.pdb", "closed.pdb"], "redocking": [{"reference": "SKE", "rmsd_A": 0.9}]}])");
  return all;
}

TEST(MethodsParagraph, SaysWhatWasDoneWithWhichOptions) {
  const std::string text = methods_paragraph(manifest());
  EXPECT_THAT(text, HasSubstr("A library of 12 records was prepared with digitalis 0.1.0"));
  EXPECT_THAT(text, HasSubstr("10 different compounds remained"));
  EXPECT_THAT(text, HasSubstr("Morgan fingerprints (radius 2, 2048 bits; Rogers and Hahn"));
  EXPECT_THAT(text, HasSubstr("to known actives of A, B. "));
  EXPECT_THAT(text, HasSubstr("the consensus 'zscore'"));
  EXPECT_THAT(text, HasSubstr("seed was 7"));
}
TEST(MethodsParagraph, SaysNothingOfWhatWasNotDone) {
  const std::string text = methods_paragraph(manifest());
  EXPECT_THAT(text, Not(HasSubstr("docked")));
  EXPECT_THAT(text, Not(HasSubstr("Enrichment")));
  EXPECT_THAT(text, Not(HasSubstr("core-hours")));
}
TEST(MethodsParagraph, CitesTheScoringFunctionAndNamesReceptorsWithoutTheirFolders) {
  const std::string text = methods_paragraph(docked());
  EXPECT_THAT(text, HasSubstr("docked into A (open.pdb, closed.pdb) with conformers by ETKDG"));
  EXPECT_THAT(text, HasSubstr("Vinardo (Quiroga and Villarreal, PLoS ONE 2016, 11, e0155183) at exhaustiveness 2"));
}
TEST(MethodsParagraph, SaysWhatShapesWereOverlaidOnAndHow) {
  json all = manifest();
  all["campaign"]["stages"].push_back({{"name", "shape"}, {"shape", {{"conformers", 4}, {"score", "combo"}}}});
  all["campaign"]["stages"].push_back({{"name", "shape_2"}, {"shape", {{"conformers", 10}, {"score", "shape"}}}});
  all["results"]["shape"] =
      json::parse(R"([{"target": "A", "queries": ["SKE"]}, {"target": "B", "queries": ["one", "two"]}])");
  const std::string text = methods_paragraph(all);
  EXPECT_THAT(text, HasSubstr("Up to 4, then 10 conformers of each compound by ETKDG version 3"));
  EXPECT_THAT(text, HasSubstr("overlaid on SKE (A), one, two (B) as Gaussian volumes with colour"));
  EXPECT_THAT(text, HasSubstr("ranked by the sum of the Tanimoto coefficients of volume and colour, then the Tanimoto "
                              "coefficient of volume of the best overlay"));
  EXPECT_THAT(reading_notes(all["results"]), SizeIs(2)) << "what a shape score is not";
}
TEST(ReadingNotes, SayWhatASimilarityIsNot) {
  EXPECT_THAT(reading_notes(manifest()["results"]),
              ElementsAre("A similarity score says that a compound resembles a known active; it is not a predicted "
                          "affinity."));
}
TEST(ReadingNotes, WarnOfAReferenceThatCameOutElsewhereOnly) {
  json all = docked();
  EXPECT_THAT(reading_notes(all["results"]), SizeIs(2));
  all["results"]["docking"][0]["redocking"][0]["rmsd_A"] = 2.34;
  EXPECT_EQ(
      reading_notes(all["results"]).back(),
      "Docking the reference of A again put it 2.3 Å from where it was found: poses of this target are doubtful.");
}
TEST(ReadingNotes, SayWhyAReferenceWasNotDockedAgain) {
  json all = docked();
  all["results"]["docking"][0]["redocking"][0] = {{"reference", "SKE"}, {"problem", "its bonds are not known"}};
  EXPECT_EQ(reading_notes(all["results"]).back(),
            "Docking the reference of A again was not possible: its bonds are not known.");
}

}  // namespace
}  // namespace digitalis
