#include "scoring/outcomes/table_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "scoring/outcomes/identifiers.hpp"
#include "scoring/outcomes/strict_csv.hpp"

namespace digitalis {
namespace {

enum Column : std::size_t {
  kDisease,
  kIndicator,
  kMeasure,
  kAreaLevel,
  kAreaCode,
  kPeriodStart,
  kPeriodEnd,
  kSex,
  kAgeBand,  // required
  kNumerator,
  kDenominator,
  kPer,
  kValue,
  kLower,
  kUpper,
  kUnit,
  kNote,
  kColumns
};
constexpr std::array<std::string_view, kColumns> kNames{
    "disease_id", "indicator", "measure_type", "area_level", "area_code",   "period_start",
    "period_end", "sex",       "age_band",     "numerator",  "denominator", "per",
    "value",      "lcl95",     "ucl95",        "unit",       "note"};
constexpr bool is_number_column(std::size_t column) { return column >= kNumerator && column <= kUpper; }

constexpr std::size_t kLongestNote = 200;
constexpr int kMostDigits = 12, kMostDecimals = 9;  // too few for an NHS number behind the point
constexpr std::chrono::days kShortestPeriod{7};

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string all_names() {
  std::string text;
  for (const std::string_view name : kNames) text += (text.empty() ? "" : ", ") + std::string{name};
  return text;
}

/// Suppressed or missing, when the text is a mark; markers of the GSS, NHS Digital, OpenSAFELY and their predecessors.
std::optional<CellValue::State> mark_of(std::string_view text) {
  using enum CellValue::State;
  constexpr std::array<std::string_view, 5> kSuppressedMarks{"*", "[c]", "c", "[redacted]", "redacted"};
  constexpr std::array<std::string_view, 14> kMissingMarks{"",   "[x]", "x", "[z]", "z", "[u]", "u",
                                                           "na", "n/a", ":", "-",   ".", "..",  "[na]"};
  const std::string mark = lower(text);
  const auto is = [&](std::string_view known) { return mark == known; };
  if (std::any_of(kSuppressedMarks.begin(), kSuppressedMarks.end(), is)) return kSuppressed;
  if (std::any_of(kMissingMarks.begin(), kMissingMarks.end(), is)) return kMissing;
  return std::nullopt;
}

/// "12.5", or "12.5 [p][r]": marks that say provisional, revised, estimated, break or low reliability leave the number.
std::optional<CellValue> value_of(std::string_view text) {
  text = trimmed(text);
  if (const auto mark = mark_of(text)) return CellValue{*mark};
  while (text.size() > 3 && text.back() == ']' && text[text.size() - 3] == '[' &&
         std::string_view{"prebuPREBU"}.find(text[text.size() - 2]) != std::string_view::npos)
    text = trimmed(text.substr(0, text.size() - 3));
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  const std::size_t point = digits.find('.');
  const std::string_view whole = digits.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? std::string_view{} : digits.substr(point + 1);
  const auto all_digits = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (whole.empty() || whole.size() > kMostDigits || !all_digits(whole)) return std::nullopt;
  if (point != std::string_view::npos && (fraction.empty() || fraction.size() > kMostDecimals || !all_digits(fraction)))
    return std::nullopt;
  CellValue value{CellValue::State::kNumber, 0.0, static_cast<int>(fraction.size())};
  std::from_chars(text.data(), text.data() + text.size(), value.number);
  return value;
}

/// "all", "75+", "<75", "65-74".
std::optional<AgeBand> ages_of(std::string_view text) {
  const auto age = [](std::string_view digits) {
    int value = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() && digits.size() <= 3 ? value : -1;
  };
  if (lower(text) == "all") return AgeBand{};
  AgeBand band;
  if (text.ends_with('+')) {
    band.youngest = age(text.substr(0, text.size() - 1));
  } else if (text.starts_with('<')) {
    band.oldest = age(text.substr(1)) - 1;
  } else {
    const auto hyphen = text.find('-');
    if (hyphen == std::string_view::npos) return std::nullopt;
    band = {age(text.substr(0, hyphen)), age(text.substr(hyphen + 1))};
  }
  if (band.youngest < 0 || band.oldest < band.youngest || band.youngest > 130) return std::nullopt;
  return band;
}

std::string text_of(AgeBand band) {
  if (band == AgeBand{}) return "all";
  if (band.oldest == AgeBand::kOldest) return std::to_string(band.youngest) + '+';
  return std::to_string(band.youngest) + '-' + std::to_string(band.oldest);
}

/// E92000001: a letter and eight digits. The first three say what kind of area it is.
bool is_area_code(std::string_view code) {
  return code.size() == 9 && code[0] >= 'A' && code[0] <= 'Z' &&
         code.substr(1).find_first_not_of("0123456789") == std::string_view::npos;
}
bool is_national(std::string_view code) {
  constexpr std::array<std::string_view, 7> kKinds{"E92", "W92", "S92", "N92", "K02", "K03", "K04"};
  return std::find(kKinds.begin(), kKinds.end(), code.substr(0, 3)) != kKinds.end();
}
bool is_region(std::string_view code) { return code.starts_with("E12") || code.starts_with("E40"); }

class CellReader {
 public:
  CellReader(const std::string& file, TableFindings& findings) : file_(file), findings_(findings) {}

  std::vector<OutcomeCell> read(const CsvText& text) {
    read_header(text.header);
    std::vector<OutcomeCell> cells;
    for (const CsvRow& row : text.rows) {
      look_for_identifiers(row);
      if (!missing_column_) read_row(row, cells);
    }
    return cells;
  }

 private:
  void add(TableCode code, std::uint64_t line, const std::string& what, const std::string& hint = "") {
    findings_.add(code, file_, line, what, hint);
  }
  void schema(const CsvRow& row, Column column, const std::string& what, const std::string& hint = "") {
    add(TableCode::kSchema, row.line, "column '" + std::string{kNames[column]} + "': " + what, hint);
  }

  void read_header(const CsvRow& header) {
    column_of_.fill(header.cells.size());
    known_.assign(header.cells.size(), kColumns);
    for (std::size_t i = 0; i < header.cells.size(); ++i) {
      const std::string name = lower(trimmed(header.cells[i]));
      const std::string place = "column " + std::to_string(i + 1);
      const auto found = std::find(kNames.begin(), kNames.end(), name);
      if (found == kNames.end()) {
        // A header may be a row of data: an unknown name is not shown.
        if (const std::string_view what = forbidden_column(name); !what.empty())
          add(TableCode::kRowLevel, header.line, place + " is called like one of a " + std::string{what},
              "give aggregate tables only");
        if (const std::string_view what = identifier_in(name, false); !what.empty())
          add(TableCode::kRowLevel, header.line, place + "'s name holds what looks like " + std::string{what},
              "give aggregate tables only");
        add(TableCode::kSchema, header.line, place + " is none that we know", "columns are " + all_names());
        continue;
      }
      const auto column = static_cast<std::size_t>(found - kNames.begin());
      if (column_of_[column] != header.cells.size())
        add(TableCode::kSchema, header.line, "column '" + name + "' stands there twice");
      column_of_[column] = i;
      known_[i] = column;
    }
    for (std::size_t column = 0; column < kNumerator; ++column)
      if (column_of_[column] == header.cells.size()) {
        add(TableCode::kSchema, header.line, "there is no column '" + std::string{kNames[column]} + "'",
            "columns are " + all_names());
        missing_column_ = true;
      }
    if (column_of_[kNumerator] == header.cells.size() && column_of_[kValue] == header.cells.size()) {
      add(TableCode::kRowLevel, header.line, "neither a column 'numerator' nor 'value': rows may be people",
          "give aggregate tables only");
      missing_column_ = true;
    }
  }

  void look_for_identifiers(const CsvRow& row) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const std::string& cell = row.cells[i];
      const std::size_t column = known_[i];
      const std::string place =
          "column " + (column < kColumns ? '\'' + std::string{kNames[column]} + '\'' : std::to_string(i + 1));
      if (!cell.empty() && (std::string_view{"=+@\t"}.find(cell.front()) != std::string_view::npos ||
                            (cell.size() > 1 && cell.front() == '-' && !value_of(cell))))
        add(TableCode::kSchema, row.line, place + " begins like a formula of a spreadsheet");
      if (std::any_of(cell.begin(), cell.end(), [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }))
        add(TableCode::kSchema, row.line, place + " holds a control character or line end");
      const bool is_period = column == kPeriodStart || column == kPeriodEnd;
      if (is_period && parse_day(cell)) continue;
      if (const std::string_view what = identifier_in(cell, column < kColumns && is_number_column(column));
          !what.empty())
        add(TableCode::kRowLevel, row.line, place + " holds what looks like " + std::string{what},
            "give aggregate tables only");
    }
  }

  [[nodiscard]] std::string_view text(const CsvRow& row, Column column) const {
    const std::size_t at = column_of_[column];
    return at < row.cells.size() ? trimmed(row.cells[at]) : std::string_view{};
  }

  void read_row(const CsvRow& row, std::vector<OutcomeCell>& cells) {
    bool fits = true;
    const auto require = [&](bool holds, Column column, const std::string& what, const std::string& hint = "") {
      if (!holds) schema(row, column, what, hint);
      fits &= holds;
      return holds;
    };
    OutcomeCell cell;
    cell.line = row.line;
    for (const Column column : {kDisease, kIndicator})
      require(is_plain_id(text(row, column)), column, "no plain name",
              "letters, digits, '_', '.' and '-', at most 64, beginning with a letter");
    cell.disease_id = text(row, kDisease);
    cell.indicator = text(row, kIndicator);
    fits &= read_measure(row, cell);
    fits &= read_area(row, cell.population);
    const auto start = parse_day(text(row, kPeriodStart)), end = parse_day(text(row, kPeriodEnd));
    require(start.has_value(), kPeriodStart, "no day", "write it as 2019-01-01");
    require(end.has_value(), kPeriodEnd, "no day", "write it as 2019-12-31");
    if (start && end) {
      cell.population.period_start = *start;
      cell.population.period_end = *end;
      if (require(*start <= *end, kPeriodEnd, "before the period's start") &&
          *end - *start + std::chrono::days{1} < kShortestPeriod)
        add(TableCode::kRowLevel, row.line, "a period of less than a week dates events of single people",
            "give longer periods");
    }
    cell.population.sex = lower(text(row, kSex));
    require(cell.population.sex == "persons" || cell.population.sex == "male" || cell.population.sex == "female", kSex,
            "none of persons, male, female");
    const auto ages = ages_of(text(row, kAgeBand));
    if (require(ages.has_value(), kAgeBand, "no age band", "write it as all, 65-74, 75+ or <75"))
      cell.population.ages = *ages;
    const std::string unit = lower(text(row, kUnit));
    require(unit.empty() || unit == "persons" || unit == "events", kUnit, "neither persons nor events");
    cell.counts_events = unit == "events";
    require(text(row, kNote).size() <= kLongestNote, kNote, "longer than " + std::to_string(kLongestNote) + " bytes");
    fits &= read_numbers(row, cell);
    if (fits) cells.push_back(std::move(cell));
  }

  bool read_measure(const CsvRow& row, OutcomeCell& cell) {
    constexpr std::array<std::string_view, 5> kMeasures{"count", "proportion", "rate", "ratio", "modelled"};
    const auto found = std::find(kMeasures.begin(), kMeasures.end(), lower(text(row, kMeasure)));
    if (found == kMeasures.end()) {
      schema(row, kMeasure, "none of count, proportion, rate, ratio, modelled");
      return false;
    }
    cell.measure = static_cast<Measure>(found - kMeasures.begin());
    return true;
  }

  bool read_area(const CsvRow& row, Population& population) {
    population.area_level = lower(text(row, kAreaLevel));
    population.area_code = text(row, kAreaCode);
    if (population.area_level != "national" && population.area_level != "region") {
      add(TableCode::kArea, row.line, "an area level other than the allowed ones", "levels are national and region");
      return false;
    }
    if (!is_area_code(population.area_code)) {
      schema(row, kAreaCode, "no code of an area", "write it as the ONS does: E92000001 is England");
      return false;
    }
    const bool fits =
        population.area_level == "national" ? is_national(population.area_code) : is_region(population.area_code);
    if (!fits)
      add(TableCode::kArea, row.line, "the area code is not of the level '" + population.area_level + "'",
          "finer areas than regions are not taken");
    return fits;
  }

  bool read_numbers(const CsvRow& row, OutcomeCell& cell) {
    bool fits = true;
    const auto read = [&](Column column) {
      const auto value = value_of(text(row, column));
      if (!value)
        schema(row, column, "neither a number nor a mark",
               "digits and a point, at most " + std::to_string(kMostDecimals) +
                   " behind it; [c] for suppressed, [x] for missing");
      fits &= value.has_value();
      return value.value_or(CellValue{});
    };
    cell.numerator = read(kNumerator);
    cell.denominator = read(kDenominator);
    cell.value = read(kValue);
    cell.lcl95 = read(kLower);
    cell.ucl95 = read(kUpper);
    const CellValue per = read(kPer);
    cell.per = per.known() ? per.number : 1.0;
    const auto require = [&](bool holds, Column column, const char* what, const char* hint = "") {
      if (!holds) schema(row, column, what, hint);
      fits &= holds;
    };
    const auto whole = [](const CellValue& value) {
      return !value.known() || value.number == std::floor(value.number);
    };
    require(!per.known() || per.number >= 1.0, kPer, "less than 1");
    require(!cell.numerator.known() || cell.numerator.number >= 0.0, kNumerator, "less than 0");
    require(!cell.denominator.known() || cell.denominator.number > 0.0, kDenominator, "not above 0");
    const char* fraction = "a count with a fraction";
    const char* modelled = "measure_type 'modelled' has fractions";
    require(cell.measure == Measure::kModelled || whole(cell.numerator), kNumerator, fraction, modelled);
    require(cell.measure != Measure::kProportion || whole(cell.denominator), kDenominator, fraction, modelled);
    require(cell.measure != Measure::kProportion || !cell.numerator.known() || !cell.denominator.known() ||
                cell.numerator.number <= cell.denominator.number,
            kNumerator, "more than the denominator, in a proportion");
    require(!cell.lcl95.known() || !cell.ucl95.known() || cell.lcl95.number <= cell.ucl95.number, kUpper,
            "below 'lcl95'");
    return fits;
  }

  const std::string& file_;
  TableFindings& findings_;
  std::array<std::size_t, kColumns> column_of_{};  ///< place in the file; the number of columns when absent
  std::vector<std::size_t> known_;                 ///< per place in the file: which column, kColumns when unknown
  bool missing_column_ = false;
};

}  // namespace

bool is_plain_id(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  };
  const bool begins = !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
  return begins && text.size() <= 64 && std::all_of(text.begin(), text.end(), plain);
}

std::string key_of(const OutcomeCell& cell) {
  const Population& who = cell.population;
  return cell.disease_id + '|' + cell.indicator + '|' + who.area_code + '|' + to_text(who.period_start) + '|' +
         to_text(who.period_end) + '|' + who.sex + '|' + text_of(who.ages);
}

std::vector<OutcomeCell> read_cells(const std::string& file, std::string_view csv, TableFindings& findings) {
  const CsvText text = parse_strict_csv(csv);
  for (const CsvProblem& problem : text.problems)
    findings.add(TableCode::kSchema, file, problem.line, problem.what, problem.hint);
  if (text.header.cells.empty()) return {};
  if (text.rows.empty() && text.problems.empty()) findings.add(TableCode::kSchema, file, 0, "the table has no rows");
  return CellReader{file, findings}.read(text);
}

}  // namespace digitalis
