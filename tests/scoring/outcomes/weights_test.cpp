#include "scoring/outcomes/weights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <thread>

#include "chem/usage_error.hpp"
#include "sample_tables.hpp"
#include "scoring/outcomes/draw_stream.hpp"

namespace digitalis {
namespace {

using namespace testing_outcomes;  // NOLINT: a test's own helpers
using ::testing::ElementsAre;

std::vector<OutcomeTable> tables_of(const std::string& rows, const std::string& sdc = kUnrounded,
                                    const std::string& id = "sample") {
  const CheckedTables checked = check({source(rows, sdc, id)});
  EXPECT_FALSE(checked.findings.refused()) << messages(checked);
  return checked.tables;
}

std::string deaths(const std::string& disease, double count, double people) {
  return row(
      disease,
      std::to_string(static_cast<long>(count)) + ',' + std::to_string(static_cast<long>(people)) + ",,,,,persons,",
      "deaths", "rate");
}
std::string prevalence(const std::string& disease, double count, double people) {
  return row(
      disease,
      std::to_string(static_cast<long>(count)) + ',' + std::to_string(static_cast<long>(people)) + ",,,,,persons,",
      "prevalence", "proportion");
}
/// Two diseases, two indicators that disagree on which of them weighs more.
std::string two_diseases(double deaths_of_a = 60000) {
  return deaths("a", deaths_of_a, 50e6) + deaths("b", 6000, 50e6) + prevalence("a", 500000, 50e6) +
         prevalence("b", 3500000, 50e6);
}

double width(const WeightSummary& summary) { return summary.high - summary.low; }
WeightSummary first_of(const WeightDraws& draws) { return summarise(draws, 1).front(); }

TEST(DiseaseWeights, SumToOneInEveryDraw) {
  const WeightDraws draws = disease_weights(tables_of(two_diseases()), {});
  EXPECT_THAT(draws.ids, ElementsAre("a", "b"));
  for (std::size_t r = 0; r < draws.draws(); ++r)
    EXPECT_NEAR(std::accumulate(draws.draw(r).begin(), draws.draw(r).end(), 0.0), 1.0, 1e-12);
}

TEST(DiseaseWeights, AreTheSameHoweverManyThreadsAsk) {
  const auto tables = tables_of(two_diseases());
  const std::vector<double> expected = disease_weights(tables, {}).values;
  std::vector<std::vector<double>> found(7);
  std::vector<std::thread> threads;
  for (auto& values : found) threads.emplace_back([&] { values = disease_weights(tables, {}).values; });
  for (std::thread& thread : threads) thread.join();
  for (const auto& values : found) EXPECT_EQ(values, expected);
}

TEST(DiseaseWeights, DoNotDependOnTheOrderOfRowsOrTables) {
  const std::string rows = prevalence("b", 3500000, 50e6) + deaths("b", 6000, 50e6) + prevalence("a", 500000, 50e6) +
                           deaths("a", 60000, 50e6);
  EXPECT_EQ(disease_weights(tables_of(rows), {}).values, disease_weights(tables_of(two_diseases()), {}).values);
}

TEST(DiseaseWeights, DoNotChangeWhenAllPopulationsAreScaled) {
  const auto weights = [](double scale) {
    return disease_weights(tables_of(deaths("a", 60000, 50e6 * scale) + deaths("b", 6000, 50e6 * scale)), {}).values;
  };
  const std::vector<double> once = weights(1.0), scaled_up = weights(1.7);
  for (std::size_t i = 0; i < once.size(); ++i) EXPECT_NEAR(once[i], scaled_up[i], 1e-12);
}

TEST(DiseaseWeights, RiseWhenTheDiseasesDeathsRise) {
  EXPECT_GT(first_of(disease_weights(tables_of(two_diseases(120000)), {})).mean,
            first_of(disease_weights(tables_of(two_diseases(60000)), {})).mean + 0.05);
}

TEST(DiseaseWeights, IntervalsHoldTheChoiceBetweenIndicators) {
  WeightSettings fixed;
  fixed.kappa = 0.0;
  const auto tables = tables_of(two_diseases());
  const double sampling_alone = width(first_of(disease_weights(tables, fixed)));
  const double with_choice = width(first_of(disease_weights(tables, {})));
  EXPECT_LT(sampling_alone, 0.02);
  EXPECT_GT(with_choice, 0.2);
}

TEST(DiseaseWeights, AreTheSharesOfTheGeometricMeansWhenNothingIsUncertain) {
  WeightSettings settings;
  settings.kappa = 0.0;
  settings.lambda = 0.0;
  const double a = std::sqrt(60000.0 * 500000.0), b = std::sqrt(6000.0 * 3500000.0);
  EXPECT_NEAR(first_of(disease_weights(tables_of(two_diseases()), settings)).mean, a / (a + b), 1e-3);
}

TEST(DiseaseWeights, FloorKeepsARareDisease) {
  WeightSettings settings;
  const auto rare =
      summarise(disease_weights(tables_of(deaths("a", 1000000, 50e6) + deaths("b", 10, 50e6)), settings), 1);
  EXPECT_GE(rare[1].low, 0.05);
}

TEST(DiseaseWeights, FollowSeverityOnlyWhereDeclared) {
  const auto tables = tables_of(two_diseases());
  WeightSettings severe;
  severe.severity["a"] = 1.7;
  EXPECT_GT(first_of(disease_weights(tables, severe)).mean, first_of(disease_weights(tables, {})).mean + 0.02);
}

TEST(DiseaseWeights, OverdispersionWidensIntervals) {
  const auto tables = tables_of(deaths("a", 100, 50e6) + deaths("b", 100, 50e6));
  WeightSettings wider;
  wider.overdispersion["deaths"] = 10.0;
  EXPECT_GT(width(first_of(disease_weights(tables, wider))), 2.0 * width(first_of(disease_weights(tables, {}))));
}

TEST(DiseaseWeights, SuppressedCountsWidenIntervalsInsteadOfBeingZero) {
  const std::string shown = count_row("a", "30", "persons", "0-39") + count_row("b", "50", "persons", "0-39");
  const std::string hidden = count_row("a", "*", "persons", "40+") + count_row("b", "10", "persons", "40+");
  const std::string zero = count_row("a", "0", "persons", "40+") + count_row("b", "10", "persons", "40+");
  EXPECT_GT(first_of(disease_weights(tables_of(shown + hidden), {})).mean,
            first_of(disease_weights(tables_of(shown + zero), {})).mean);
}

TEST(DiseaseWeights, CountNobodyTwice) {
  const std::string total = count_row("a", "900") + count_row("b", "500");
  const std::string parts = count_row("a", "500", "male") + count_row("a", "400", "female");
  EXPECT_EQ(disease_weights(tables_of(total + parts), {}).values, disease_weights(tables_of(total), {}).values);
}

TEST(DiseaseWeights, LetASuppressedTotalGiveWayToItsParts) {
  const std::string b = count_row("b", "500", "male") + count_row("b", "500", "female");
  EXPECT_EQ(
      disease_weights(tables_of(b + count_row("a", "500", "male") + count_row("a", "400", "female")), {}).values,
      disease_weights(
          tables_of(count_row("b", "[c]") + b + count_row("a", "500", "male") + count_row("a", "400", "female")), {})
          .values);
}

TEST(DiseaseWeights, CompareValuesPerTheSameNumberOfPeople) {
  const auto published = [](const std::string& disease, const char* per, const char* numbers) {
    return row(disease, std::string{",,"} + per + ',' + numbers + ",persons,", "ratio", "ratio");
  };
  const auto draws =
      disease_weights(tables_of(published("a", "1000", "2.5,2.0,3.0") + published("b", "100000", "250,200,300")), {});
  EXPECT_NEAR(first_of(draws).mean, 0.5, 0.01);
}

std::string thrown_by(const std::string& rows, const WeightSettings& settings = {}) {
  try {
    (void)disease_weights(tables_of(rows), settings);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(DiseaseWeights, WantEveryIndicatorOfEveryDisease) {
  EXPECT_EQ(thrown_by(deaths("a", 100, 1e6) + deaths("b", 100, 1e6) + prevalence("a", 100, 1e6)),
            "indicator 'prevalence': there is no figure of it for 'b'; hint: every disease needs every indicator");
}

TEST(DiseaseWeights, RefuseFiguresThatCannotBeCompared) {
  std::string monthly = count_row("b", "100");
  monthly.replace(monthly.find("2019-12-31"), 10, "2019-01-31");
  EXPECT_EQ(thrown_by(count_row("a", "1000") + monthly),
            "indicator 'deaths': its periods are of different lengths, so that diseases cannot be compared");
  EXPECT_EQ(
      thrown_by(count_row("a", "1000") + count_row("b", "100", "male")),
      "indicator 'deaths': without denominators, all diseases must be counted in the same populations and periods");
}

TEST(DiseaseWeights, RefuseSettingsForWhatTheTablesDoNotHave) {
  WeightSettings settings;
  settings.preference["death"] = 1.0;
  EXPECT_EQ(thrown_by(count_row("a", "1000"), settings), "weights: the tables have no indicator 'death'");
  settings = {};
  settings.higher_is_better.insert("deaths");
  EXPECT_EQ(thrown_by(count_row("a", "1000"), settings),
            "weights: 'deaths' is no proportion, so that higher cannot be better; hint: give its complement");
}

TEST(DiseaseWeights, TurnAProportionOfGoodOutcomesRound) {
  WeightSettings settings;
  settings.higher_is_better.insert("prevalence");
  const auto tables = tables_of(prevalence("a", 9000, 10000) + prevalence("b", 5000, 10000));
  EXPECT_LT(first_of(disease_weights(tables, settings)).mean, 0.3);
  EXPECT_GT(first_of(disease_weights(tables, {})).mean, 0.5);
}

// --- targets
// ----------------------------------------------------------------------------------------------------------

const std::vector<DiseaseMapping> kMap{{"a", "G30", "MONDO_1", Mapping::kExact, ""},
                                       {"b", "E11", "MONDO_2", Mapping::kExact, ""}};

Evidence evidence_of(const std::string& rows) {
  return parse_evidence("ontology_id\ttarget_id\tsymbol\tdatasource\tscore\trelease\n" + rows, "e.tsv");
}
const std::string kEvidence =
    "MONDO_1\t\tAPP\teva\t0.9\t25.03\nMONDO_1\t\tAPP\tgene_burden\t0.8\t25.03\nMONDO_1\t\tACHE\tchembl\t0.9\t25.03\n"
    "MONDO_1\t\tACHE\teuropepmc\t0.9\t25.03\nMONDO_2\t\tINSR\teva\t0.7\t25.03\nMONDO_2\t\tINSR\tgene_burden\t0.7\t25."
    "03\n"
    "MONDO_2\t\tGCK\teva\t0.7\t25.03\n";

TargetWeights targets_of(const std::string& evidence, const std::vector<DiseaseMapping>& map = kMap,
                         const WeightSettings& settings = {}, const std::vector<std::string>& symbols = {}) {
  return target_weights(equal_weights({"a", "b"}, settings.draws), map, evidence_of(evidence), settings, symbols);
}

TEST(TargetWeights, SumToOneAndNameTheLeadingDisease) {
  const TargetWeights weights = targets_of(kEvidence);
  EXPECT_THAT(weights.draws.ids, ElementsAre("ACHE", "APP", "GCK", "INSR"));
  EXPECT_THAT(weights.leading_disease, ElementsAre("a", "a", "b", "b"));
  double sum = 0.0;
  for (const WeightSummary& target : weights.targets) sum += target.mean;
  EXPECT_NEAR(sum, 1.0, 1e-12);
}

TEST(TargetWeights, LeaveDrugsOutUnlessAsked) {
  WeightSettings with_drugs;
  with_drugs.dropped_sources.clear();
  EXPECT_GT(targets_of(kEvidence, kMap, with_drugs).targets[0].mean, targets_of(kEvidence).targets[0].mean + 0.1);
}

TEST(TargetWeights, ShowATargetOfASingleSourceByItsInterval) {
  const TargetWeights weights = targets_of(kEvidence);
  EXPECT_EQ(weights.targets[2].low, 0.0);  // GCK
  EXPECT_GT(weights.targets[3].low, 0.2);  // INSR
}

TEST(TargetWeights, AreRelativeWithinEachDisease) {
  const auto scores = [](const char* of_b) {
    return "MONDO_1\t\tAPP\teva\t0.9\t\nMONDO_2\t\tINSR\teva\t" + std::string{of_b} + "\t\n";
  };
  EXPECT_EQ(targets_of(scores("0.9")).draws.values, targets_of(scores("0.1")).draws.values);
}

TEST(TargetWeights, DiscountBroadMappings) {
  std::vector<DiseaseMapping> broad = kMap;
  broad[1].mapping = Mapping::kBroad;
  EXPECT_LT(targets_of(kEvidence, broad).targets[3].mean, targets_of(kEvidence).targets[3].mean - 0.03);
}

TEST(TargetWeights, KeepTargetsWithoutEvidenceAtZeroAndSaySo) {
  const TargetWeights weights = targets_of(kEvidence, kMap, {}, {"APP", "XYZ"});
  EXPECT_EQ(weights.targets[0].mean, 1.0);
  EXPECT_EQ(weights.targets[1].mean, 0.0);
  EXPECT_THAT(weights.notes, ElementsAre("XYZ has no evidence for any of the diseases"));
}

TEST(OutcomeWeights, TellWhatEachTableContributes) {
  std::vector<OutcomeTable> tables =
      tables_of(deaths("a", 60000, 50e6) + deaths("b", 6000, 50e6), kUnrounded, "deaths");
  tables.push_back(
      tables_of(prevalence("a", 1000000, 50e6) + prevalence("b", 1000000, 50e6), kUnrounded, "even").front());
  const OutcomeWeights weights = outcome_weights(tables, kMap, evidence_of(kEvidence), {});
  ASSERT_EQ(weights.tables.size(), 2U);
  EXPECT_EQ(weights.tables[0].table_id, "deaths");
  EXPECT_GT(weights.tables[0].disease_shift, 0.15);  // without it, both weigh the same
  EXPECT_GT(weights.tables[1].disease_shift, 0.05);
  EXPECT_GT(weights.tables[0].target_shift, weights.tables[1].target_shift);
}

TEST(OutcomeWeights, OfEqualTablesChangeNothing) {
  const auto tables = tables_of(deaths("a", 50000, 50e6) + deaths("b", 50000, 50e6));
  const OutcomeWeights weights = outcome_weights(tables, kMap, evidence_of(kEvidence), {});
  EXPECT_LT(weights.tables[0].target_shift, 0.005);
}

TEST(DrawStream, DependsOnSeedNameAndDrawAlone) {
  const auto first = [](std::uint64_t seed, const char* name, std::uint32_t draw) {
    return DrawStream{seed, stream_of(name), draw}.uniform();
  };
  EXPECT_EQ(first(7, "rate|a|deaths", 3), first(7, "rate|a|deaths", 3));
  EXPECT_NE(first(7, "rate|a|deaths", 3), first(7, "rate|a|deaths", 4));
  EXPECT_NE(first(7, "rate|a|deaths", 3), first(7, "rate|b|deaths", 3));
  EXPECT_NE(first(7, "rate|a|deaths", 3), first(8, "rate|a|deaths", 3));
}

}  // namespace
}  // namespace digitalis
