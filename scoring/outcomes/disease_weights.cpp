// Weights of diseases. The uncertainty that matters is not that of counting: a national count of deaths is known to a
// percent, and an interval that came of it alone would be absurdly tight. It is the judgement between indicators (how
// much does a death weigh against years with a disease?), so each draw takes another one, around the stated preference.

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "chem/usage_error.hpp"
#include "scoring/outcomes/draw_stream.hpp"
#include "scoring/outcomes/intervals.hpp"
#include "scoring/outcomes/weight_draws.hpp"

namespace digitalis {
namespace {

using Part = PooledIndicator::Part;

constexpr double kWidthOf95 = 2.0 * 1.959963984540054;

double normal_draw(DrawStream& random) { return boost::math::quantile(boost::math::normal{}, random.uniform()); }

/// Of shape `shape` and scale 1, by inversion: one uniform number each, so that streams stay in step. For large shapes
/// by Wilson and Hilferty's cube root (Proc. Natl. Acad. Sci. 17 (1931) 684-688), there right to 4e-6 of the spread.
double gamma_draw(double shape, DrawStream& random) {
  constexpr double kLarge = 1e5;
  if (shape > kLarge) {
    const double root = 1.0 - 1.0 / (9.0 * shape) + normal_draw(random) / (3.0 * std::sqrt(shape));
    return shape * root * root * root;
  }
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  return std::max(boost::math::gamma_p_inv(shape, random.uniform(), Policy{}), 1e-300);
}

/// A count as it may have been before it was rounded or suppressed.
double count_draw(const Part& part, DrawStream& random) {
  const CellValue& count = part.cell->numerator;
  const SdcStatement& sdc = *part.sdc;
  const double smallest = std::max(1.0, static_cast<double>(sdc.min_count));
  if (count.suppressed()) return random.whole_between(1.0, std::max(1.0, smallest - 1.0));
  if (!sdc.rounds() || count.number == 0.0 || part.cell->measure == Measure::kModelled) return count.number;
  if (sdc.midpoint6) return std::max(count.number + random.whole_between(-2.0, 3.0), 1.0);
  const int base = sdc.round_base;
  const double rounded_by = random.whole_between(-static_cast<double>(base / 2), static_cast<double>((base - 1) / 2));
  return std::max(count.number + rounded_by, smallest);
}

/// ln of the rate, once.
double log_rate(const PooledIndicator& of, double overdispersion, bool higher_is_better, DrawStream& random) {
  const OutcomeCell& first = *of.parts.front().cell;
  if (!first.numerator.known() && !first.numerator.suppressed()) {
    const double sigma = std::log(first.ucl95.number / first.lcl95.number) / kWidthOf95;
    return std::log(first.value.number / first.per) + sigma * normal_draw(random);
  }
  double count = 0.0;
  for (const Part& part : of.parts) count += count_draw(part, random);
  const bool proportion = (first.measure == Measure::kProportion || first.measure == Measure::kModelled) &&
                          of.denominator > 0.0 && count <= of.denominator;
  if (!proportion) {
    const double expected = gamma_draw((count + 0.5) / overdispersion, random) * overdispersion;
    return std::log(expected / (of.denominator > 0.0 ? of.denominator : 1.0));
  }
  // Beta, as one gamma over the sum of two.
  const double with = gamma_draw((count + 0.5) / overdispersion, random);
  const double without = gamma_draw((of.denominator - count + 0.5) / overdispersion, random);
  return std::log((higher_is_better ? without : with) / (with + without));
}

double setting_of(const std::map<std::string, double>& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found == settings.end() ? 1.0 : found->second;
}

/// How much each indicator counts in draw r: Dirichlet(kappa c0).
std::vector<double> preference_draw(const std::vector<std::string>& indicators, const WeightSettings& settings,
                                    std::uint32_t draw) {
  std::vector<double> preference;
  for (const std::string& indicator : indicators) preference.push_back(setting_of(settings.preference, indicator));
  const auto normalise = [&] {
    const double sum = std::accumulate(preference.begin(), preference.end(), 0.0);
    for (double& c : preference) c /= sum;
  };
  normalise();
  if (settings.kappa <= 0.0) return preference;
  for (std::size_t j = 0; j < indicators.size(); ++j) {
    DrawStream random{settings.seed, stream_of("preference|" + indicators[j]), draw};
    if (preference[j] > 0.0) preference[j] = gamma_draw(settings.kappa * preference[j], random);
  }
  normalise();
  return preference;
}

void check(const WeightSettings& settings) {
  const auto refuse = [](const std::string& what) { throw UsageError("weights: " + what); };
  if (settings.draws == 0) refuse("at least one draw is needed");
  if (!(settings.lambda >= 0.0 && settings.lambda <= 1.0)) refuse("lambda is a share, from 0 to 1");
  if (!(settings.kappa >= 0.0)) refuse("kappa is 0 or more");
  for (const auto& [indicator, c] : settings.preference)
    if (!(c >= 0.0 && std::isfinite(c))) refuse("the preference for '" + indicator + "' is below 0");
  for (const auto& [indicator, phi] : settings.overdispersion)
    if (!(phi >= 1.0 && std::isfinite(phi))) refuse("the overdispersion of '" + indicator + "' is below 1");
  for (const auto& [disease, severity] : settings.severity)
    if (severity != 1.0 && severity != 1.2 && severity != 1.7)
      refuse("the severity of '" + disease + "' is none of 1, 1.2, 1.7");
}

/// A name that is none of theirs would be a preference that nobody sees to be lost.
void check_names(const WeightSettings& settings, std::span<const std::string> diseases,
                 std::span<const std::string> indicators, const PooledTables& pooled) {
  const auto check_one = [](std::span<const std::string> known, const std::string& name, const char* what) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw UsageError("weights: the tables have no " + std::string{what} + " '" + name + "'");
  };
  for (const auto& [name, value] : settings.preference) check_one(indicators, name, "indicator");
  for (const auto& [name, value] : settings.overdispersion) check_one(indicators, name, "indicator");
  for (const auto& [name, value] : settings.severity) check_one(diseases, name, "disease");
  for (const std::string& name : settings.higher_is_better) {
    check_one(indicators, name, "indicator");
    if (pooled.at(diseases.front()).at(name).parts.front().cell->measure != Measure::kProportion)
      throw UsageError("weights: '" + name +
                       "' is no proportion, so that higher cannot be better; hint: give its complement");
  }
}

}  // namespace

WeightDraws equal_weights(std::vector<std::string> ids, std::uint32_t draws) {
  std::sort(ids.begin(), ids.end());
  WeightDraws equal{std::move(ids), {}};
  equal.values.assign(equal.ids.size() * draws, equal.ids.empty() ? 0.0 : 1.0 / static_cast<double>(equal.ids.size()));
  return equal;
}

WeightDraws disease_weights_of(std::span<const OutcomeTable* const> tables, std::span<const std::string> diseases,
                               const WeightSettings& settings, bool strict) {
  check(settings);
  const PooledTables pooled = pool(tables);
  const std::vector<std::string> indicators = common_indicators(pooled, diseases, strict);
  if (strict) check_names(settings, diseases, indicators, pooled);
  WeightDraws draws{{diseases.begin(), diseases.end()}, {}};
  if (indicators.empty()) return equal_weights(draws.ids, settings.draws);
  double preferred = 0.0;
  for (const std::string& indicator : indicators) preferred += setting_of(settings.preference, indicator);
  if (preferred <= 0.0) throw UsageError("weights: every indicator has the preference 0");

  const std::size_t count = diseases.size();
  draws.values.resize(count * settings.draws);
  std::vector<std::uint64_t> streams;
  for (const std::string& disease : diseases)
    for (const std::string& indicator : indicators) streams.push_back(stream_of("rate|" + disease + '|' + indicator));
  for (std::uint32_t r = 0; r < settings.draws; ++r) {
    const std::vector<double> preference = preference_draw(indicators, settings, r);
    std::vector<double> burden(count, 0.0);
    for (std::size_t d = 0; d < count; ++d)
      for (std::size_t j = 0; j < indicators.size(); ++j) {
        DrawStream random{settings.seed, streams[d * indicators.size() + j], r};
        burden[d] += preference[j] * log_rate(pooled.at(diseases[d]).at(indicators[j]),
                                              setting_of(settings.overdispersion, indicators[j]),
                                              settings.higher_is_better.contains(indicators[j]), random);
      }
    const double largest = *std::max_element(burden.begin(), burden.end());
    double sum = 0.0;
    for (std::size_t d = 0; d < count; ++d) {
      burden[d] = setting_of(settings.severity, diseases[d]) * std::exp(burden[d] - largest);
      sum += burden[d];
    }
    for (std::size_t d = 0; d < count; ++d)
      draws.values[r * count + d] =
          (1.0 - settings.lambda) * burden[d] / sum + settings.lambda / static_cast<double>(count);
  }
  return draws;
}

WeightDraws disease_weights(std::span<const OutcomeTable> tables, const WeightSettings& settings) {
  std::vector<const OutcomeTable*> all;
  std::set<std::string> diseases;
  for (const OutcomeTable& table : tables) {
    all.push_back(&table);
    for (const OutcomeCell& cell : table.cells) diseases.insert(cell.disease_id);
  }
  const std::vector<std::string> ids{diseases.begin(), diseases.end()};
  return disease_weights_of(all, ids, settings, true);
}

std::vector<WeightSummary> summarise(const WeightDraws& draws, std::uint32_t top_k) {
  const std::size_t count = draws.ids.size(), rows = draws.draws();
  std::vector<WeightSummary> summaries(count);
  std::vector<std::size_t> order(count);
  for (std::size_t r = 0; r < rows; ++r) {
    const std::span<const double> row = draws.draw(r);
    std::iota(order.begin(), order.end(), 0U);
    const auto k = static_cast<std::ptrdiff_t>(std::min<std::size_t>(top_k, count));
    std::partial_sort(order.begin(), order.begin() + k, order.end(),
                      [&](std::size_t a, std::size_t b) { return row[a] != row[b] ? row[a] > row[b] : a < b; });
    for (std::ptrdiff_t i = 0; i < k; ++i)
      if (row[order[static_cast<std::size_t>(i)]] > 0.0) summaries[order[static_cast<std::size_t>(i)]].p_top_k += 1.0;
  }
  std::vector<double> column(rows);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t r = 0; r < rows; ++r) column[r] = draws.values[r * count + i];
    WeightSummary& summary = summaries[i];
    summary.id = draws.ids[i];
    summary.mean = std::accumulate(column.begin(), column.end(), 0.0) / static_cast<double>(rows);
    std::sort(column.begin(), column.end());
    summary.low = percentile(column, 0.025);
    summary.high = percentile(column, 0.975);
    summary.p_top_k /= static_cast<double>(rows);
  }
  return summaries;
}

}  // namespace digitalis
