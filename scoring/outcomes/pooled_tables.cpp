#include <algorithm>
#include <set>
#include <utility>

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

/// Of the cells of a disease and indicator the coarsest that have a number: first totals without one give way to parts
/// that have, then whatever another holds goes; of equal ones the first stays.
std::vector<Part> without_repeats(std::vector<Part> parts) {
  const auto population = [](const Part& part) -> const Population& { return part.cell->population; };
  const auto keep = [&](const auto& is_superfluous) {
    std::vector<Part> kept;
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (!is_superfluous(i)) kept.push_back(parts[i]);
    parts = std::move(kept);
  };
  const auto any_other = [&](std::size_t i, const auto& holds) {
    for (std::size_t j = 0; j < parts.size(); ++j)
      if (j != i && holds(j)) return true;
    return false;
  };
  keep([&](std::size_t i) {
    return !usable(*parts[i].cell) && any_other(i, [&](std::size_t j) {
      return usable(*parts[j].cell) && contains(population(parts[i]), population(parts[j]));
    });
  });
  keep([&](std::size_t i) {
    return any_other(i, [&](std::size_t j) {
      return contains(population(parts[j]), population(parts[i])) &&
             (j < i || population(parts[i]) != population(parts[j]));
    });
  });
  return parts;
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
  std::set<Measure> measures;
  std::set<std::set<std::string>> covered;
  for (const PooledIndicator* pooled : of_diseases) {
    std::set<std::string> populations;
    for (const Part& part : pooled->parts) {
      shortest = std::min(shortest, days_of(part));
      longest = std::max(longest, days_of(part));
      with_denominator.insert(part.cell->denominator.known());
      measures.insert(part.cell->measure);
      const std::string key = key_of(*part.cell);
      populations.insert(key.substr(key.find('|', key.find('|') + 1)));
    }
    covered.insert(std::move(populations));
  }
  if (longest > kLongestOverShortestPeriod * shortest)
    refuse(indicator, "its periods are of different lengths, so that diseases cannot be compared");
  if (measures.size() > 1) refuse(indicator, "its rows are of different measure types");
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
      of.parts = without_repeats(std::move(of.parts));
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
