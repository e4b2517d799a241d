#include "scoring/outcomes/cell_checks.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace digitalis {
namespace {

constexpr double kSmallGroup = 100.0;  // E-CLASS: none or all of fewer people than that
constexpr double kSuppressedShareWarned = 0.10, kSuppressedShareRefused = 0.30;

bool is_small(const CellValue& value, int min_count) {
  return value.known() && value.number > 0.0 && value.number < min_count;
}

void check_small(const OutcomeTable& table, const OutcomeCell& cell, const TableRules& rules, TableFindings& findings) {
  const std::string limit = "under " + std::to_string(rules.min_count);
  const std::string hint = "suppress it with [c], or give coarser groups";
  if (is_small(cell.numerator, rules.min_count))
    findings.add(TableCode::kSmall, table.file, cell.line, "a count " + limit, hint);
  if (is_small(cell.denominator, rules.min_count))
    findings.add(TableCode::kSmall, table.file, cell.line, "a denominator " + limit, hint);
  const bool both = cell.measure == Measure::kProportion && cell.numerator.known() && cell.denominator.known();
  if (both && is_small({CellValue::State::kNumber, cell.denominator.number - cell.numerator.number}, rules.min_count))
    findings.add(TableCode::kSmall, table.file, cell.line, "all but a count " + limit, hint);
}

/// ceil(x/6)*6 - 3: 3, 9, 15, ...; 0 stays.
bool is_midpoint6(double count) { return count == 0.0 || std::fmod(count, 6.0) == 3.0; }

void check_rounding(const OutcomeTable& table, const OutcomeCell& cell, const TableRules& rules,
                    TableFindings& findings) {
  if (!rules.sdc.rounds() || cell.measure == Measure::kModelled || !cell.numerator.known()) return;
  const double count = cell.numerator.number;
  if (rules.sdc.midpoint6 ? is_midpoint6(count) : std::fmod(count, rules.sdc.round_base) == 0.0) return;
  const std::string form =
      rules.sdc.midpoint6 ? "not a midpoint of six" : "not a multiple of " + std::to_string(rules.sdc.round_base);
  findings.add(TableCode::kRound, table.file, cell.line, "a count that is " + form + ", as the table states it to be",
               "round all counts after suppressing, and compute rates from them");
}

void check_class(const OutcomeTable& table, const OutcomeCell& cell, const TableRules& rules, TableFindings& findings) {
  if (!cell.numerator.known() || !cell.denominator.known() || cell.measure != Measure::kProportion) return;
  const bool none = cell.numerator.number == 0.0, all = cell.numerator.number == cell.denominator.number;
  if (!none && !all) return;
  const bool refuse = rules.policy.zeros_disclosive && cell.denominator.number < kSmallGroup;
  findings.add(refuse ? TableCode::kClass : TableCode::kClassWarning, table.file, cell.line,
               std::string{none ? "none" : "all"} + " of a group" + (refuse ? " of fewer than 100" : ""),
               "it may tell something about each of them");
}

void check_rate(const OutcomeTable& table, const OutcomeCell& cell, TableFindings& findings) {
  if (cell.numerator.suppressed() || cell.denominator.suppressed()) {
    if (cell.value.known() || cell.lcl95.known() || cell.ucl95.known())
      findings.add(TableCode::kRate, table.file, cell.line, "a rate or limit whose count is suppressed gives it away",
                   "suppress it too");
    return;
  }
  if (cell.value.known() && ((cell.lcl95.known() && cell.lcl95.number > cell.value.number) ||
                             (cell.ucl95.known() && cell.ucl95.number < cell.value.number)))
    findings.add(TableCode::kRate, table.file, cell.line, "'value' is outside its own limits");
  const bool of_counts = cell.measure == Measure::kProportion || cell.measure == Measure::kRate;
  if (cell.measure == Measure::kCount && cell.numerator.known() && cell.value.known() &&
      cell.value.number != cell.numerator.number)
    findings.add(TableCode::kRate, table.file, cell.line, "'value' is not the count");
  if (!of_counts || !cell.value.known() || !cell.numerator.known() || !cell.denominator.known()) return;
  const double expected = cell.per * cell.numerator.number / cell.denominator.number;
  const double last_digit = std::pow(10.0, -cell.value.decimals);
  if (std::abs(cell.value.number - expected) > 0.5 * last_digit * 1.000001 + 1e-9 * std::abs(expected))
    findings.add(TableCode::kRate, table.file, cell.line,
                 "'value' is not per x numerator / denominator, but for rounding",
                 "compute rates from the rounded counts; measure_type 'ratio' is for standardised figures");
}

}  // namespace

void check_cells(const OutcomeTable& table, const TableRules& rules, TableFindings& findings) {
  for (const OutcomeCell& cell : table.cells) {
    if (!rules.exempt(cell)) {
      check_small(table, cell, rules, findings);
      check_rounding(table, cell, rules, findings);
    }
    check_class(table, cell, rules, findings);
    check_rate(table, cell, findings);
  }
}

void check_suppression(const OutcomeTable& table, const TableRules& rules, TableFindings& findings) {
  struct Sum {
    double known = 0.0, suppressed = 0.0;
    std::uint64_t line = 0;
  };
  std::map<std::pair<std::string, std::string>, Sum> sums;
  for (const OutcomeCell& cell : table.cells) {
    Sum& sum = sums[{cell.disease_id, cell.indicator}];
    if (cell.numerator.known()) sum.known += cell.numerator.number;
    if (!cell.numerator.suppressed()) continue;
    sum.suppressed += 0.5 * rules.min_count;  // the mean of 1 .. min_count - 1
    if (sum.line == 0) sum.line = cell.line;
  }
  for (const auto& [key, sum] : sums) {
    if (sum.suppressed == 0.0) continue;
    const double share = sum.suppressed / (sum.known + sum.suppressed);
    if (share > kSuppressedShareRefused)
      findings.add(TableCode::kSuppression, table.file, sum.line,
                   "more than 30 % of a disease's count is likely to be suppressed", "give coarser groups");
    else if (share > kSuppressedShareWarned)
      findings.add(TableCode::kSuppressionWarning, table.file, sum.line,
                   "more than 10 % of a disease's count is likely to be suppressed", "give coarser groups");
  }
}

void check_differencing(std::span<const OutcomeTable> tables, std::span<const OutcomeTable> earlier,
                        const DisclosurePolicy& policy, TableFindings& findings) {
  struct Entry {
    const OutcomeTable* table;
    const OutcomeCell* cell;
    int min_count;
    bool is_new;
  };
  std::map<std::tuple<std::string, std::string, bool>, std::vector<Entry>> of_what;
  const auto collect = [&](const OutcomeTable& table, bool is_new) {
    if (table.meta.sdc.rounds()) return;
    const TableRules rules{policy, table.meta.sdc, std::max(policy.min_count, table.meta.sdc.min_count)};
    for (const OutcomeCell& cell : table.cells)
      if (cell.numerator.known() && cell.measure != Measure::kModelled && !rules.exempt(cell))
        of_what[{cell.disease_id, cell.indicator, cell.counts_events}].push_back(
            {&table, &cell, rules.min_count, is_new});
  };
  for (const OutcomeTable& table : tables) collect(table, true);
  const auto is_among_these = [&](const OutcomeTable& one) {
    return std::any_of(tables.begin(), tables.end(), [&](const OutcomeTable& now) { return now.sha256 == one.sha256; });
  };
  for (const OutcomeTable& table : earlier)
    if (!is_among_these(table)) collect(table, false);
  for (auto& [what, entries] : of_what) {
    const auto count = [](const Entry& entry) { return entry.cell->numerator.number; };
    std::stable_sort(entries.begin(), entries.end(),
                     [&](const Entry& a, const Entry& b) { return count(a) < count(b); });
    for (std::size_t i = 0; i < entries.size(); ++i)
      for (std::size_t j = i + 1; j < entries.size(); ++j) {
        const Entry &less = entries[i], &more = entries[j];
        const double difference = count(more) - count(less);
        if (difference >= std::max(less.min_count, more.min_count)) break;
        if (difference == 0.0 || (!less.is_new && !more.is_new)) continue;
        // Only where the one holds the other is the difference a group of people.
        if (!contains(more.cell->population, less.cell->population) &&
            !(more.table != less.table && contains(less.cell->population, more.cell->population)))
          continue;
        const Entry &named = more.is_new ? more : less, &other = more.is_new ? less : more;
        const std::string with = named.table == other.table
                                     ? std::string{"another of this table, whose group it holds,"}
                                     : "a count of table '" + other.table->meta.table_id + "'";
        findings.add(TableCode::kDiff, named.table->file, named.cell->line,
                     "a count that differs from " + with + " by a group under " +
                         std::to_string(std::max(less.min_count, more.min_count)),
                     "round both tables to one base");
      }
  }
}

}  // namespace digitalis
