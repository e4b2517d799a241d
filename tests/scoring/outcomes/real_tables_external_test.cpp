// Real published tables, as they are and rewritten into our columns: which are taken, and which refused with what code.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "sample_tables.hpp"
#include "scoring/outcomes/evidence.hpp"
#include "scoring/outcomes/intervals.hpp"
#include "scoring/outcomes/strict_csv.hpp"

namespace digitalis {
namespace {

using namespace testing_outcomes;  // NOLINT: a test's own helpers

class RealTablesExternal : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const data = std::getenv("DIGITALIS_DATA");
    if (!data) GTEST_SKIP() << "DIGITALIS_DATA is not set";
    folder_ = std::filesystem::path{data} / "nhs";
    if (!std::filesystem::exists(folder_)) GTEST_SKIP() << "DIGITALIS_DATA has no folder nhs";
  }

  [[nodiscard]] std::string text(const std::string& file) const {
    std::ifstream in{folder_ / file, std::ios::binary};
    EXPECT_TRUE(in) << file;
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
  }
  /// Rows by column name.
  [[nodiscard]] std::vector<std::map<std::string, std::string>> rows(const std::string& file) const {
    const CsvText csv = parse_strict_csv(text(file), {std::size_t{16} << 20U, 100'000, std::size_t{64} << 10U});
    EXPECT_TRUE(csv.problems.empty());
    std::vector<std::map<std::string, std::string>> all;
    for (const CsvRow& row : csv.rows)
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        if (i == 0) all.emplace_back();
        all.back()[csv.header.cells[i]] = row.cells[i];
      }
    return all;
  }

  std::filesystem::path folder_;
};

std::string slug(const std::string& text) {
  std::string out = "x";
  for (const char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)))
      out += static_cast<char>(std::tolower(c));
    else if (out.back() != '_')
      out += '_';
  return out.substr(0, 60);
}

struct Line {
  std::string disease, indicator, measure = "count", level = "national", code = "E92000001", start, end, numerator,
                                  denominator = "", per = "", value = "", unit = "persons";
};
std::string line(const Line& of) {
  return of.disease + ',' + of.indicator + ',' + of.measure + ',' + of.level + ',' + of.code + ',' + of.start + ',' +
         of.end + ",persons,all," + of.numerator + ',' + of.denominator + ',' + of.per + ',' + of.value + ",,," +
         of.unit + ",\n";
}

/// "2019-02-01" -> "2019-02-28".
std::string end_of_month(const std::string& first) {
  const std::chrono::year_month_day day{*parse_day(first)};
  return to_text(Day{day.year() / day.month() / std::chrono::last});
}

std::uint64_t cells_with(const CheckedTables& checked, const std::string& code) {
  const auto counts = checked.findings.counts();
  return counts.contains(code) ? counts.at(code) : 0;
}

TEST_F(RealTablesExternal, IntervalsAgreeWithTheReferenceValues) {
  int compared = 0;
  for (auto& row : rows("ci_oracle/ci_oracle.csv")) {
    const double x = std::stod(row["x"]), confidence = std::stod(row["confidence"]);
    const Interval interval = row["method"] == "byar" ? poisson_interval(x, confidence)
                                                      : proportion_interval(x, std::stod(row["n"]), confidence);
    EXPECT_NEAR(interval.low, std::stod(row["lower"]), 1e-8 * std::max(1.0, interval.low));
    EXPECT_NEAR(interval.high, std::stod(row["upper"]), 1e-8 * std::max(1.0, interval.high));
    ++compared;
  }
  EXPECT_EQ(compared, 26);
}

TEST_F(RealTablesExternal, TheOpenSafelyReleaseIsAccepted) {
  std::map<std::string, std::string> percentage;
  std::map<std::string, long> total;
  const auto all = rows("opensafely_ckd/ckd_progression_final.csv");
  for (auto row : all)
    for (int year = 2017; year <= 2022; ++year) {
      const std::string column = "count_" + std::to_string(year), start = row["start_status"];
      if (row["metric"] == "Percentage") percentage[start + row["end_status"] + column] = row[column];
      if (row["metric"] == "Count") total[start + column] += std::stol(row[column]);
    }
  std::string csv;
  for (auto row : all)
    for (int year = 2017; year <= 2022 && row["metric"] == "Count"; ++year) {
      const std::string column = "count_" + std::to_string(year), start = row["start_status"];
      csv += line({slug(start), slug(row["end_status"]), "proportion", "national", "E92000001",
                   std::to_string(year) + "-01-01", std::to_string(year) + "-12-31", row[column],
                   std::to_string(total[start + column]), "100", percentage[start + row["end_status"] + column]});
    }
  const CheckedTables checked = check({source(csv, kRounded)});
  EXPECT_EQ(messages(checked), "");
  ASSERT_EQ(checked.tables.size(), 1U);
  EXPECT_EQ(checked.tables[0].cells.size(), 60U);
}

TEST_F(RealTablesExternal, MonthlyProceduresRoundedToFiveAreAccepted) {
  std::string csv;
  for (auto row : rows("opensafely_ckd/access.csv")) {
    const std::string& date = row["Date"];
    const std::string first = date.substr(6) + '-' + date.substr(3, 2) + '-' + date.substr(0, 2);
    for (const char* kind : {"avf", "pd"})
      csv += line(
          {"ckd", kind, "count", "national", "E92000001", first, end_of_month(first), row[kind], "", "", "", "events"});
  }
  EXPECT_EQ(messages(check({source(csv, kRounded)})), "");
}

TEST_F(RealTablesExternal, ContactsThatAreNotRoundedAsTheReleaseSaysAreRefused) {
  std::string csv;
  for (auto row : rows("opensafely_ckd/annual_healthcare.csv"))
    for (const char* kind : {"ed", "opd", "gp"}) {
      const int year = std::stoi(row["Date"].substr(6));
      csv += line({"ckd", kind, "count", "national", "E92000001", std::to_string(year) + "-04-01",
                   std::to_string(year + 1) + "-03-31", row[kind], "", "", "", "events"});
    }
  const CheckedTables checked = check({source(csv, kRounded)});
  EXPECT_EQ(codes(checked), "E-ROUND");
  EXPECT_EQ(cells_with(checked, "E-ROUND"), 12U);
}

TEST_F(RealTablesExternal, MonthlyDeathsAreRefusedAndTheirYearIsAccepted) {
  std::string monthly, annual;
  std::map<std::string, long> sums;
  for (auto row : rows("ons_monthly_deaths/table11a_cod_onsmortality.csv")) {
    monthly += line({slug(row["cause"]), "deaths", "count", "national", "E92000001", row["period"],
                     end_of_month(row["period"]), row["ons_deaths"]});
    if (row["period"].starts_with("2019")) sums[slug(row["cause"])] += std::stol(row["ons_deaths"]);
  }
  for (const auto& [cause, deaths] : sums)
    annual +=
        line({cause, "deaths", "count", "national", "E92000001", "2019-01-01", "2019-12-31", std::to_string(deaths)});
  const CheckedTables refused = check({source(monthly)});
  EXPECT_EQ(codes(refused), "E-SMALL");
  EXPECT_EQ(cells_with(refused, "E-SMALL"), 75U);
  const CheckedTables accepted = check({source(annual)});
  EXPECT_EQ(messages(accepted), "");
  EXPECT_EQ(sums["xdementia_and_alzheimer_disease"], 61303);
}

TEST_F(RealTablesExternal, ModelledPrevalenceOfRegionsIsAccepted) {
  const std::map<std::string, std::string> code{
      {"North East", "E12000001"},    {"North West", "E12000002"},    {"Yorkshire and The Humber", "E12000003"},
      {"East Midlands", "E12000004"}, {"West Midlands", "E12000005"}, {"East of England", "E12000006"},
      {"London", "E12000007"},        {"South East", "E12000008"},    {"South West", "E12000009"}};
  std::string csv;
  for (auto row : rows("qof_prevalence_2019_20/output_region_prevalence.csv")) {
    if (!code.contains(row["region"])) continue;  // Wales
    const auto rounded = [](const std::string& number) { return std::to_string(std::stod(number)); };
    csv += line({slug(row["group_code"]), "prevalence", "modelled", "region", code.at(row["region"]), "2019-04-01",
                 "2020-03-31", rounded(row["register"]), rounded(row["list"]), "", rounded(row["prevalence"])});
  }
  const CheckedTables checked = check({source(csv)});
  EXPECT_EQ(messages(checked), "");
  ASSERT_EQ(checked.tables.size(), 1U);
  EXPECT_EQ(checked.tables[0].cells.size(), 189U);
}

TEST_F(RealTablesExternal, ReportedOutcomesOfEnglandAreAcceptedAndOfProvidersRefused) {
  std::string england, providers;
  int count = 0;
  for (auto row : rows("proms_2018_19/key_facts_hip_knee_1819.csv")) {
    const std::string type = row["Organisation Type"];
    if (type == "England") {
      const std::string percent = row["% Improved"];  // "69.10%": rounded to one digit, and padded
      england +=
          line({slug(row["Procedure"]), slug(row["Measure"]), "proportion", "national", "E92000001", "2018-04-01",
                "2019-03-31", row["Improved"], row["Total"], "100", percent.substr(0, percent.size() - 2)});
    } else if (type == "Provider" && ++count <= 1000) {
      providers += line({slug(row["Procedure"] + row["Measure"]), "improved", "count", "provider",
                         row["Organisation Code"], "2018-04-01", "2019-03-31", row["Improved"]});
    }
  }
  const CheckedTables accepted = check({source(england)});
  EXPECT_EQ(messages(accepted), "");
  ASSERT_EQ(accepted.tables.size(), 1U);
  EXPECT_EQ(accepted.tables[0].cells.size(), 18U);
  EXPECT_EQ(codes(check({source(providers)})), "E-AREA");
}

TEST_F(RealTablesExternal, ReportedOutcomesOfSmallGroupsAreRefused) {
  std::string csv;
  for (auto row : rows("proms_2018_19/equality_1819.csv"))
    csv += line({slug(row["Procedure"] + row["Measure"]), slug(row["Dimension"] + row["Value"]), "count", "national",
                 "E92000001", "2018-04-01", "2019-03-31", row["Total"]});
  const CheckedTables checked = check({source(csv)});
  EXPECT_EQ(codes(checked), "E-SMALL");
  EXPECT_EQ(cells_with(checked, "E-SMALL"), 61U);
}

TEST_F(RealTablesExternal, EveryFileThatIsNotInOurColumnsIsRefusedAsItIs) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder_}) {
    if (entry.path().extension() != ".csv") continue;
    const std::string name = entry.path().filename().string();
    const CheckedTables checked = check({{name, text(std::filesystem::relative(entry.path(), folder_).string()), ""}});
    EXPECT_EQ(codes(checked).substr(0, 8), "E-SCHEMA") << name;
  }
}

TEST_F(RealTablesExternal, ARecordLevelFileIsRefusedForWhatItIs) {
  const std::string header = text("proms_2018_19/ROWLEVEL_header_only.csv");
  std::string row;
  for (const char c : header) row += c == ',' ? "1," : "";
  const CheckedTables checked = check({{"records.csv", header + row + "1\n" + row + "2\n", ""}});
  EXPECT_EQ(codes(checked), "E-SCHEMA E-ROWLEVEL E-META");
}

TEST_F(RealTablesExternal, AnAssociationExportIsReadAsItIs) {
  const std::string name = "opentargets_alzheimer/MONDO_0004975-associated-diseases.tsv";
  const Evidence evidence = parse_evidence(text(name), name);
  std::map<std::string, int> targets, sources;
  for (const Association& association : evidence.associations) {
    EXPECT_EQ(association.ontology_id, "MONDO_0004975");
    ++targets[association.symbol];
    ++sources[association.source];
  }
  EXPECT_EQ(targets.size(), 7387U);  // of 7,389 rows; three genes are called SNORD116
  EXPECT_EQ(sources.size(), 6U);     // no somatic mutations
  EXPECT_EQ(targets["PSEN1"], 6);
}

TEST_F(RealTablesExternal, AnIdOfTwentyNineteenLosesNoDiseaseSilently) {
  const auto tables = check({source(count_row("dementia", "61303"))}).tables;
  const std::string name = "opentargets_alzheimer/MONDO_0004975-associated-diseases.tsv";
  const Evidence evidence = parse_evidence(text(name), name);
  ASSERT_NE(text("icd10_efo_map/UK_Biobank_master_file.tsv").find("EFO_0000249"), std::string::npos);
  const std::string header = "disease_id,icd10,ontology_id,mapping_type,replaced_by,label\n";
  CheckedTables old, current;
  check_mapping(tables, parse_disease_map(header + "dementia,G30,EFO_0000249,exact,,\n", "m.csv"), evidence,
                old.findings);
  check_mapping(tables, parse_disease_map(header + "dementia,G30,EFO_0000249,exact,MONDO_0004975,\n", "m.csv"),
                evidence, current.findings);
  EXPECT_EQ(codes(old), "E-MAP");
  EXPECT_EQ(codes(current), "");
}

}  // namespace
}  // namespace digitalis
