// What an attacker can work out of a table with suppressed counts.
//
// Where a total and all but one of its parts are shown, the part is no secret; with several suppressed parts, and parts
// that are totals themselves, bounds follow. The exact answer is a linear programme per cell (L. V. Zayatz, US Census
// Bureau, SRD/92-02 (1992); P. B. Massell, 2001; tau-ARGUS). We propagate bounds instead: for each total T of parts m,
//   low(m) = max(low(m), low(T) - sum of the others' high),  high(m) = min(high(m), high(T) - sum of the others' low),
// and the same for T from its parts, until nothing changes (the shuttle algorithm of L. Buzzigoli and A. Giusti, 1999,
// for two-way tables). It is cheap, it never says that a cell is safer than the sum of its own groups makes it, and in
// tables of one and two dimensions it finds what the linear programme finds; what follows from three and more
// dimensions together may be tighter than it sees.
//
// Totals are those that the producer declares and those that everyone can see: persons = male + female, England = its
// nine regions, the widest age band and the longest period = the bands and periods that tile it. A published count that
// was rounded stands for all counts that round to it. Groups that contradict themselves (persons of unknown sex) tell
// nothing and are left out.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "scoring/outcomes/cell_checks.hpp"
#include "scoring/outcomes/table_reader.hpp"

namespace digitalis {
namespace {

constexpr double kFewestCandidates = 5.0;
constexpr int kMostSweeps = 200;

struct Bounds {
  double low, high;
};

/// Cells by index; the first is the total.
using Group = std::vector<std::size_t>;

Bounds bounds_of(const OutcomeCell& cell, const TableRules& rules) {
  const CellValue& count = cell.numerator;
  if (count.suppressed()) return {1.0, rules.min_count - 1.0};
  if (!count.known()) return {0.0, 1e15};
  if (!rules.sdc.rounds() || count.number == 0.0 || cell.measure == Measure::kModelled)
    return {count.number, count.number};
  if (rules.sdc.midpoint6) return {count.number - 2.0, count.number + 3.0};
  const int base = rules.sdc.round_base;
  return {std::max(count.number - base / 2, 1.0 * rules.min_count), count.number + (base - 1) / 2};
}

/// One pass over a group; false when its bounds contradict each other.
bool tighten(const Group& group, std::vector<Bounds>& bounds, bool& changed) {
  double low = 0.0, high = 0.0;
  for (std::size_t i = 1; i < group.size(); ++i) {
    low += bounds[group[i]].low;
    high += bounds[group[i]].high;
  }
  const auto narrow = [&](Bounds& of, double new_low, double new_high) {
    if (new_low > of.low) of.low = new_low, changed = true;
    if (new_high < of.high) of.high = new_high, changed = true;
    return of.low <= of.high;
  };
  Bounds& total = bounds[group[0]];
  if (!narrow(total, low, high)) return false;
  for (std::size_t i = 1; i < group.size(); ++i) {
    Bounds& part = bounds[group[i]];
    const double others_low = low - part.low, others_high = high - part.high;
    const Bounds before = part;
    if (!narrow(part, total.low - others_high, total.high - others_low)) return false;
    low += part.low - before.low;
    high += part.high - before.high;
  }
  return true;
}

/// What sits between two ends, in whole steps: an age band, a period.
struct Span {
  long begin, end;  // end is past the last
  std::size_t cell;
};

/// The widest span and the smallest ones that tile it without gap or overlap; empty when there are none.
Group tiles(std::vector<Span> spans) {
  if (spans.size() < 3) return {};
  const auto length = [](const Span& span) { return span.end - span.begin; };
  const Span widest = *std::max_element(spans.begin(), spans.end(),
                                        [&](const Span& a, const Span& b) { return length(a) < length(b); });
  std::sort(spans.begin(), spans.end(), [&](const Span& a, const Span& b) {
    return std::pair{a.begin, a.end} < std::pair{b.begin, b.end};
  });
  Group group{widest.cell};
  long at = widest.begin;
  for (const Span& span : spans) {  // the shortest of those that begin at `at` comes first
    if (span.begin != at || span.cell == widest.cell) continue;
    group.push_back(span.cell);
    at = span.end;
  }
  return at == widest.end && group.size() > 2 ? group : Group{};
}

/// The groups that everyone can see in the table.
std::vector<Group> visible_groups(const std::vector<OutcomeCell>& cells) {
  // Everything that names a cell but one dimension.
  using Rest = std::vector<std::string>;
  std::map<Rest, std::map<std::string, std::size_t>> by_sex, by_area;
  std::map<Rest, std::vector<Span>> by_age, by_period;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const OutcomeCell& cell = cells[i];
    const Population& who = cell.population;
    const std::string ages = std::to_string(who.ages.youngest) + '-' + std::to_string(who.ages.oldest);
    const std::string period = to_text(who.period_start) + to_text(who.period_end);
    const std::string what = cell.disease_id + '|' + cell.indicator;
    by_sex[{what, who.area_code, period, ages}][who.sex] = i;
    by_area[{what, period, who.sex, ages}][who.area_code] = i;
    by_age[{what, who.area_code, period, who.sex}].push_back({who.ages.youngest, who.ages.oldest + 1L, i});
    by_period[{what, who.area_code, who.sex, ages}].push_back(
        {who.period_start.time_since_epoch().count(), who.period_end.time_since_epoch().count() + 1L, i});
  }
  std::vector<Group> groups;
  for (const auto& [rest, sexes] : by_sex)
    if (sexes.size() == 3) groups.push_back({sexes.at("persons"), sexes.at("male"), sexes.at("female")});
  for (const auto& [rest, areas] : by_area) {
    const auto england = areas.find("E92000001");
    if (england == areas.end()) continue;
    for (const auto& [kind, regions] : {std::pair{"E12", 9U}, std::pair{"E40", 7U}}) {
      Group group{england->second};
      for (const auto& [code, cell] : areas)
        if (code.starts_with(kind)) group.push_back(cell);
      if (group.size() == regions + 1) groups.push_back(std::move(group));
    }
  }
  for (const auto* spans : {&by_age, &by_period})
    for (const auto& [rest, all] : *spans)
      if (Group group = tiles(all); !group.empty()) groups.push_back(std::move(group));
  return groups;
}

std::vector<Group> declared_groups(const OutcomeTable& table, TableFindings& findings) {
  std::map<std::string, std::size_t> cell_of;
  for (std::size_t i = 0; i < table.cells.size(); ++i) cell_of.emplace(key_of(table.cells[i]), i);
  std::vector<Group> groups;
  for (const DeclaredTotal& declared : table.meta.totals) {
    Group group;
    const auto take = [&](const std::string& key) {
      if (const auto found = cell_of.find(key); found != cell_of.end()) group.push_back(found->second);
    };
    take(declared.total);
    for (const std::string& member : declared.members) take(member);
    if (group.size() == declared.members.size() + 1)
      groups.push_back(std::move(group));
    else
      findings.add(TableCode::kMeta, table.file, 0, "'totals' of the statement names a cell that is not in the table",
                   "keys are disease_id|indicator|area_code|period_start|period_end|sex|age_band");
  }
  return groups;
}

}  // namespace

void check_recovery(const OutcomeTable& table, const TableRules& rules, TableFindings& findings) {
  std::vector<Group> groups = declared_groups(table, findings);
  const bool any_suppressed = std::any_of(table.cells.begin(), table.cells.end(),
                                          [](const OutcomeCell& cell) { return cell.numerator.suppressed(); });
  if (!any_suppressed) return;
  for (Group& group : visible_groups(table.cells)) groups.push_back(std::move(group));
  std::vector<Bounds> bounds;
  for (const OutcomeCell& cell : table.cells) bounds.push_back(bounds_of(cell, rules));
  bool changed = true;
  for (int sweep = 0; changed && sweep < kMostSweeps; ++sweep) {
    changed = false;
    std::erase_if(groups, [&](const Group& group) {
      const std::vector<Bounds> before = [&] {
        std::vector<Bounds> copy;
        for (const std::size_t cell : group) copy.push_back(bounds[cell]);
        return copy;
      }();
      if (tighten(group, bounds, changed)) return false;
      for (std::size_t i = 0; i < group.size(); ++i) bounds[group[i]] = before[i];
      return true;
    });
  }
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    const OutcomeCell& cell = table.cells[i];
    if (!cell.numerator.suppressed() || rules.exempt(cell)) continue;
    if (std::floor(bounds[i].high) - std::ceil(bounds[i].low) + 1.0 < kFewestCandidates)
      findings.add(TableCode::kRecover, table.file, cell.line,
                   "a suppressed count follows from a total and its other parts",
                   "suppress a second count of its group, or round all counts");
  }
}

}  // namespace digitalis
