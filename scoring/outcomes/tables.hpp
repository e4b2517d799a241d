#pragma once
// Outcome tables: aggregate cells, one per row, with the producer's statement on disclosure control beside them.
// README.md has the columns and the fields of the statement.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

/// Days since 1970, as std::chrono counts them.
using Day = std::chrono::sys_days;

/// "2019-12-31", and nothing else; empty when it is not a day of the calendar.
[[nodiscard]] std::optional<Day> parse_day(std::string_view text);
[[nodiscard]] std::string to_text(Day day);

/// A number, or why there is none. Suppressed (a count withheld because it is small), missing (not known, not
/// applicable) and zero are three things: a suppressed count is a count.
struct CellValue {
  enum class State : std::uint8_t { kNumber, kSuppressed, kMissing } state = State::kMissing;
  double number = 0.0;
  int decimals = 0;  ///< digits after the point, as written

  [[nodiscard]] bool known() const { return state == State::kNumber; }
  [[nodiscard]] bool suppressed() const { return state == State::kSuppressed; }
};

enum class Measure : std::uint8_t {
  kCount,       ///< numerator
  kProportion,  ///< numerator of denominator people; value = per x numerator / denominator
  kRate,        ///< numerator per denominator people or person-years; value likewise
  kRatio,       ///< a published value with its interval: standardised ratios
  kModelled,    ///< a modelled estimate; its counts may have fractions
};

/// Ages in whole years, both ends included.
struct AgeBand {
  static constexpr int kOldest = 999;
  int youngest = 0, oldest = kOldest;
  bool operator==(const AgeBand&) const = default;
};

/// Whom a cell counts, and when.
struct Population {
  std::string area_level;  ///< "national" or "region"
  std::string area_code;   ///< ONS code (GSS): E92000001
  Day period_start{}, period_end{};
  std::string sex;  ///< "persons", "male", "female"
  AgeBand ages;
  bool operator==(const Population&) const = default;
};
/// Everyone of `inner` is of `outer` too (areas: England holds the regions of England). Equal populations contain each
/// other.
[[nodiscard]] bool contains(const Population& outer, const Population& inner);

/// One row.
struct OutcomeCell {
  std::uint64_t line = 0;
  std::string disease_id, indicator;
  Measure measure = Measure::kCount;
  Population population;
  CellValue numerator, denominator, value, lcl95, ucl95;
  double per = 1.0;
  bool counts_events = false;  ///< admissions, say; else persons
};

/// A total and what it is the sum of, by keys: "disease_id|indicator|area_code|period_start|period_end|sex|age_band".
struct DeclaredTotal {
  std::string total;
  std::vector<std::string> members;
};

/// What the producer states about disclosure control: outcomes.meta.json, `sdc`.
struct SdcStatement {
  std::string profile;  ///< "opensafely", "hes-2018" or "custom"
  int min_count = 0;    ///< smallest count shown, zero aside
  int round_base = 1;   ///< counts are multiples of it; 1: not rounded
  bool midpoint6 = false;
  bool national_exempt = false;   ///< small and unrounded counts may stand at national level
  std::string dominance_checked;  ///< as it stands: cannot be tested on a table of cells, so it is the producer's word
  std::string checked_by;
  std::optional<Day> checked_on;
  [[nodiscard]] bool rounds() const { return midpoint6 || round_base > 1; }
};

/// outcomes.meta.json.
struct TableMeta {
  std::string table_id, producer, source_title, source_url, licence, sha256;
  std::optional<Day> released_on;
  SdcStatement sdc;
  std::vector<DeclaredTotal> totals;
};

/// A table that passed its checks: only check_tables() makes one.
struct OutcomeTable {
  std::string file;    ///< as the user named it
  std::string sha256;  ///< of the CSV file's bytes
  TableMeta meta;
  std::vector<OutcomeCell> cells;  ///< in the order of the file
};

}  // namespace digitalis
