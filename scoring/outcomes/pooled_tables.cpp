#include <algorithm>
#include <set>

#include "chem/usage_error.hpp"
#include "scoring/outcomes/table_reader.hpp"
#include "scoring/outcomes/weight_draws.hpp"

namespace digitalis {
namespace {

constexpr double kLongestOverShortestPeriod = 1.15;  // February to March, a year to a leap year

using Part = PooledIndicator::Part;

bool has_published_interval(const OutcomeCell& cell) {
  return cell.value.known() && cell.lcl95.known() && cell.ucl95.known() && cell.lcl95.number > 0.0;
}
bool usable(const OutcomeCell& cell) { return cell.numerator.known() || has_published_interval(cell); }

/// Is `part` counted in another part already? Of equal ones the first stays.
bool is_held_by_another(const std::vector<Part>& parts, std::size_t part) {
  const OutcomeCell& inner = *parts[part].cell;
  for (std::size_t other = 0; other < parts.size(); ++other) {
    const OutcomeCell& outer = *parts[other].cell;
    if (other == part || !contains(outer.population, inner.population)) continue;
    if (!usable(outer) && usable(inner)) continue;  // a suppressed total gives way to its parts
    if (!contains(inner.population, outer.population) || other < part || !usable(inner)) return true;
  }
  return false;
}

double days_of(const Part& part) {
  const Population& who = part.cell->population;
  return static_cast<double>((who.period_end - who.period_start).count() + 1);
}

[[noreturn]] void refuse(const std::string& indicator, const std::string& what) {
  throw UsageError("indicator '" + indicator + "': " + what);
}

/// One disease's indicator for itself: sums that make sense.
void check_parts(const std::string& disease, const std::string& indicator, const PooledIndicator& pooled) {
  const auto has_denominator = [](const Part& part) { return part.cell->denominator.known(); };
  const auto with = std::count_if(pooled.parts.begin(), pooled.parts.end(), has_denominator);
  if (with != 0 && with != std::ssize(pooled.parts))
    refuse(indicator, "some rows of '" + disease + "' have a denominator and some have none");
  const bool any_without_count = std::any_of(pooled.parts.begin(), pooled.parts.end(), [](const Part& part) {
    return !part.cell->numerator.known() && !part.cell->numerator.suppressed();
  });
  if (any_without_count && pooled.parts.size() > 1)
    refuse(indicator,
           "rows of '" + disease + "' that are values without counts cannot be added up; hint: give one row");
}

/// Whether diseases can be compared by it.
void check_comparable(const std::string& indicator, const std::vector<const PooledIndicator*>& of_diseases) {
  double shortest = 1e9, longest = 0.0;
  std::set<bool> with_denominator;
  std::set<std::set<std::string>> covered;
  for (const PooledIndicator* pooled : of_diseases) {
    std::set<std::string> populations;
    for (const Part& part : pooled->parts) {
      shortest = std::min(shortest, days_of(part));
      longest = std::max(longest, days_of(part));
      with_denominator.insert(part.cell->denominator.known());
      const std::string key = key_of(*part.cell);
      populations.insert(key.substr(key.find('|', key.find('|') + 1)));
    }
    covered.insert(std::move(populations));
  }
  if (longest > kLongestOverShortestPeriod * shortest)
    refuse(indicator, "its periods are of different lengths, so that diseases cannot be compared");
  if (with_denominator.size() > 1) refuse(indicator, "some diseases have denominators and some have none");
  if (!with_denominator.contains(true) && covered.size() > 1)
    refuse(indicator, "without denominators, all diseases must be counted in the same populations and periods");
}

}  // namespace

PooledTables pool(std::span<const OutcomeTable* const> tables) {
  PooledTables pooled;
  for (const OutcomeTable* table : tables)
    for (const OutcomeCell& cell : table->cells)
      if (usable(cell) || cell.numerator.suppressed())
        pooled[cell.disease_id][cell.indicator].parts.push_back({&cell, &table->meta.sdc});
  for (auto& [disease, indicators] : pooled)
    for (auto& [indicator, of] : indicators) {
      std::vector<Part> kept;
      for (std::size_t i = 0; i < of.parts.size(); ++i)
        if (!is_held_by_another(of.parts, i)) kept.push_back(of.parts[i]);
      of.parts = std::move(kept);
      for (const Part& part : of.parts)
        of.denominator += part.cell->denominator.known() ? part.cell->denominator.number : 0.0;
    }
  return pooled;
}

std::vector<std::string> common_indicators(const PooledTables& pooled, std::span<const std::string> diseases,
                                           bool strict) {
  std::map<std::string, std::vector<const PooledIndicator*>> having;
  for (const std::string& disease : diseases) {
    const auto found = pooled.find(disease);
    if (found == pooled.end()) continue;
    for (const auto& [indicator, of] : found->second) {
      check_parts(disease, indicator, of);
      having[indicator].push_back(&of);
    }
  }
  std::vector<std::string> names;
  for (const auto& [indicator, of_diseases] : having) {
    if (of_diseases.size() == diseases.size()) {
      check_comparable(indicator, of_diseases);
      names.push_back(indicator);
      continue;
    }
    for (const std::string& disease : diseases)
      if (strict && (!pooled.contains(disease) || !pooled.at(disease).contains(indicator)))
        refuse(indicator, "there is no figure of it for '" + disease + "'; hint: every disease needs every indicator");
  }
  return names;
}

}  // namespace digitalis
