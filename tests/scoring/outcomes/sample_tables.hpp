#pragma once
// Outcome tables as tests need them: a good one, and ways to spoil it.

#include <algorithm>
#include <string>
#include <vector>

#include "chem/sha256.hpp"
#include "scoring/outcomes/disclosure.hpp"

namespace digitalis::testing_outcomes {

inline const std::string kHeader =
    "disease_id,indicator,measure_type,area_level,area_code,period_start,period_end,sex,age_band,numerator,denominator,"
    "per,value,lcl95,ucl95,unit,note\n";

/// A row of a year's deaths in England; what follows the age band is given.
inline std::string row(const std::string& disease, const std::string& numbers, const std::string& indicator = "deaths",
                       const std::string& measure = "count", const std::string& sex = "persons",
                       const std::string& ages = "all") {
  return disease + ',' + indicator + ',' + measure + ",national,E92000001,2019-01-01,2019-12-31," + sex + ',' + ages +
         ',' + numbers + '\n';
}
/// Only a count.
inline std::string count_row(const std::string& disease, const std::string& count, const std::string& sex = "persons",
                             const std::string& ages = "all") {
  return row(disease, count + ",,,,,,persons,", "deaths", "count", sex, ages);
}

inline std::string meta_of(const std::string& csv, const std::string& sdc_fields, const std::string& id = "sample",
                           const std::string& more = "") {
  return R"({"table_id":")" + id + R"(","producer":"p","source_title":"t","source_url":"u","licence":"OGL v3",)" +
         R"("released_on":"2020-07-01","sha256":")" + to_hex(sha256({csv})) + R"(","sdc":{)" + sdc_fields +
         R"j(,"dominance_checked":"not applicable (frequencies)","checked_by":"c","checked_on":"2020-06-30"})j" + more +
         "}";
}
inline const std::string kUnrounded = R"("profile":"custom","min_count":8,"round_base":1)";
inline const std::string kRounded = R"("profile":"opensafely","min_count":8,"round_base":5)";
inline const std::string kMidpoint6 = R"("profile":"opensafely","min_count":8,"midpoint6":true)";

inline TableSource source(const std::string& rows, const std::string& sdc_fields = kUnrounded,
                          const std::string& id = "sample", const std::string& more = "",
                          const std::string& header = kHeader) {
  const std::string csv = header + rows;
  return {id + ".csv", csv, meta_of(csv, sdc_fields, id, more)};
}

inline DisclosurePolicy policy() {
  DisclosurePolicy policy;
  policy.today = *parse_day("2026-01-01");
  return policy;
}

inline CheckedTables check(const std::vector<TableSource>& sources, const DisclosurePolicy& with = policy()) {
  return check_tables(std::span<const TableSource>{sources}, with);
}

/// One message a line, without those of other codes when `code` is given.
inline std::string messages(const CheckedTables& checked, const std::string& code = "") {
  std::string text;
  for (const TableFinding& finding : checked.findings.all())
    if (code.empty() || code == name_of(finding.code)) text += finding.message() + '\n';
  return text;
}

/// "E-SMALL E-ROUND": the codes found, each once, in the order of the checks.
inline std::string codes(const CheckedTables& checked) {
  std::vector<TableCode> found;
  for (const TableFinding& finding : checked.findings.all()) found.push_back(finding.code);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::string text;
  for (const TableCode code : found) text += (text.empty() ? "" : " ") + std::string{name_of(code)};
  return text;
}

}  // namespace digitalis::testing_outcomes
