#include "screening/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "screening/quantities.hpp"
#include "screening/text_table.hpp"

namespace digitalis {
namespace {

constexpr int kReplicates = 1000;
constexpr double kSecondsPerHour = 3600;

/// The slow end of a stage's costs as a Pareto law.
struct Tail {
  double threshold_s = 0, shape = 0, most_s = 0;
  bool heavy = false;
};

Tail fit_tail(std::vector<double> costs) {
  Tail tail;
  const std::size_t slowest = std::max<std::size_t>(5, costs.size() / 20);
  if (costs.size() < 2 * slowest) return tail;
  std::sort(costs.begin(), costs.end());
  tail.threshold_s = costs[costs.size() - slowest - 1];
  if (tail.threshold_s <= 0) return tail;
  for (std::size_t i = costs.size() - slowest; i < costs.size(); ++i)
    tail.shape += std::log(costs[i] / tail.threshold_s) / static_cast<double>(slowest);
  constexpr double kHeavy = 0.25, kHeaviest = 0.7, kBeyond = 20;  // Hill's index 4; a mean that exists; a bound
  tail.heavy = tail.shape > kHeavy;
  tail.shape = std::min(tail.shape, kHeaviest);
  tail.most_s = kBeyond * costs.back();
  return tail;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  /// 0 (excluded) to 1.
  double uniform() { return (static_cast<double>(engine_() >> 11U) + 1.0) * 0x1.0p-53; }
  std::size_t below(std::size_t bound) {
    return std::min(bound - 1, static_cast<std::size_t>(uniform() * static_cast<double>(bound)));
  }
  /// Standard normal, by G. E. P. Box and M. E. Muller.
  double normal() { return std::sqrt(-2.0 * std::log(uniform())) * std::cos(6.283185307179586 * uniform()); }

 private:
  std::mt19937_64 engine_;
};

/// Mean cost and share that passes.
struct Means {
  double core_s = 0, passes = 1;
};

Means means_of(const StageSample& stage) {
  if (stage.core_s.empty()) return {};
  const auto n = static_cast<double>(stage.core_s.size());
  return {std::accumulate(stage.core_s.begin(), stage.core_s.end(), 0.0) / n,
          static_cast<double>(std::count(stage.passed.begin(), stage.passed.end(), 1)) / n};
}

Means resampled(const StageSample& stage, const Tail& tail, const Means& seen, double entering, Random& random) {
  const std::size_t n = stage.core_s.size();
  if (n == 0) return seen;
  Means drawn{0, 0};
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t pick = random.below(n);
    double cost = stage.core_s[pick];
    if (tail.heavy && cost > tail.threshold_s)
      cost = std::min(tail.most_s, tail.threshold_s * std::pow(random.uniform(), -tail.shape));
    drawn.core_s += cost / static_cast<double>(n);
    drawn.passes += static_cast<double>(stage.passed[pick]) / static_cast<double>(n);
  }
  const double unseen = std::sqrt(std::clamp(1.0 - static_cast<double>(n) / std::max(1.0, entering), 0.0, 1.0));
  return {std::max(0.0, seen.core_s + unseen * (drawn.core_s - seen.core_s)),
          std::clamp(seen.passes + unseen * (drawn.passes - seen.passes), 0.0, 1.0)};
}

/// One possible course of the campaign.
struct Course {
  std::vector<double> items, core_h, wall_s;
  double around_core_h = 0, total_core_h = 0, total_wall_s = 0, disk_bytes = 0;
};

Course follow(const EstimateInput& input, const std::vector<Means>& means, double speed, double overhead) {
  Course course;
  const double cores = static_cast<double>(input.nodes) * input.cores_per_node;
  const auto records = static_cast<double>(input.records);
  double entering = records, around_s = input.start_s;
  for (std::size_t i = 0; i < input.stages.size(); ++i) {
    const StageSample& stage = input.stages[i];
    const double work_s = (entering * means[i].core_s + records * stage.each_s) * overhead * speed;
    // The last units leave cores idle, half a unit's time on average; the idle threads of its rank help with it.
    const double helpers = std::clamp(static_cast<double>(input.cores_per_node) / input.ranks_per_node, 1.0, 4.0);
    const double unit_s = std::min(entering, stage.unit_items) * means[i].core_s * speed / helpers;
    const double spread_s = work_s / cores + 0.5 * unit_s * (1.0 - 1.0 / cores);
    const double wall_s = std::max({spread_s, unit_s, records * stage.serial_s * speed});
    course.items.push_back(entering);
    course.wall_s.push_back(wall_s);
    course.core_h.push_back(wall_s * cores / kSecondsPerHour);
    course.total_wall_s += wall_s;
    around_s += stage.fixed_s;
    const double passing = entering * means[i].passes;
    around_s += passing * stage.after_s;
    course.disk_bytes += passing * stage.bytes_per_item;
    entering = std::min(std::ceil(passing * stage.keep_share), static_cast<double>(stage.keep_count));
    entering = std::min(entering, passing);
  }
  const double hits = std::min(entering, static_cast<double>(input.most_hits));
  course.disk_bytes += hits * input.bytes_per_hit;
  around_s += hits * input.s_per_hit;
  around_s *= speed;
  course.around_core_h = around_s * cores / kSecondsPerHour;
  course.total_wall_s += around_s;
  course.total_core_h = course.total_wall_s * cores / kSecondsPerHour;
  return course;
}

/// The 5th and 95th of a hundred, around what is most likely.
Interval interval(std::vector<double> values, double mid) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  };
  return {std::min(mid, at(0.05)), mid, std::max(mid, at(0.95))};
}

nlohmann::json bounds(const Interval& interval) {
  return {{"low", interval.low}, {"mid", interval.mid}, {"high", interval.high}};
}

std::string count(double value) { return grouped(static_cast<std::uint64_t>(std::llround(std::max(0.0, value)))); }

}  // namespace

Estimate estimate_of(const EstimateInput& input, std::uint64_t seed) {
  std::vector<Means> seen;
  std::vector<Tail> tails;
  for (const StageSample& stage : input.stages) {
    seen.push_back(means_of(stage));
    tails.push_back(fit_tail(stage.core_s));
  }
  constexpr double kOverheadMid = 0.5 * (kOverheadLow + kOverheadHigh);
  const Course likely = follow(input, seen, 1.0, kOverheadMid);
  std::vector<Course> courses;
  Random random{seed};
  for (int replicate = 0; replicate < kReplicates; ++replicate) {
    std::vector<Means> means;
    for (std::size_t i = 0; i < input.stages.size(); ++i)
      means.push_back(resampled(input.stages[i], tails[i], seen[i], likely.items[i], random));
    const double overhead = kOverheadLow + (kOverheadHigh - kOverheadLow) * random.uniform();
    courses.push_back(follow(input, means, std::exp(input.machine_spread * random.normal()), overhead));
  }
  const auto over = [&](const auto& value) {
    std::vector<double> values;
    for (const Course& course : courses) values.push_back(value(course));
    return interval(std::move(values), value(likely));
  };

  Estimate estimate;
  for (std::size_t i = 0; i < input.stages.size(); ++i) {
    const StageSample& stage = input.stages[i];
    StageEstimate& out = estimate.stages.emplace_back();
    out.name = stage.name;
    out.items = over([&](const Course& course) { return course.items[i]; });
    out.core_h = over([&](const Course& course) { return course.core_h[i]; });
    out.wall_s = over([&](const Course& course) { return course.wall_s[i]; });
    out.s_per_item = seen[i].core_s;
    out.measured = stage.core_s.size();
    out.heavy_tail = tails[i].heavy;
    for (const double cost : stage.core_s)
      out.s_per_item_deviation += (cost - seen[i].core_s) * (cost - seen[i].core_s);
    if (out.measured > 1)
      out.s_per_item_deviation = std::sqrt(out.s_per_item_deviation / static_cast<double>(out.measured - 1));
  }
  estimate.around_core_h = over([](const Course& course) { return course.around_core_h; });
  estimate.core_h = over([](const Course& course) { return course.total_core_h; });
  estimate.wall_s = over([](const Course& course) { return course.total_wall_s; });
  estimate.disk_bytes = over([](const Course& course) { return course.disk_bytes; });
  estimate.kwh = estimate.core_h * (input.tariff.watts_per_core / 1000);
  estimate.price = estimate.core_h * input.tariff.per_core_hour;
  estimate.currency = input.tariff.per_core_hour > 0 ? input.tariff.currency : "";
  estimate.records = input.records;
  constexpr std::uint64_t kOwnFiles = 12;  // manifest, status, log, store, results
  estimate.files =
      static_cast<std::uint64_t>(input.nodes) * static_cast<std::uint64_t>(input.ranks_per_node) + kOwnFiles;
  estimate.nodes = input.nodes;
  estimate.cores_per_node = input.cores_per_node;
  return estimate;
}

nlohmann::json to_json(const Estimate& estimate) {
  nlohmann::json json{{"records", estimate.records},
                      {"nodes", estimate.nodes},
                      {"cores_per_node", estimate.cores_per_node},
                      {"core_h", bounds(estimate.core_h)},
                      {"around_core_h", bounds(estimate.around_core_h)},
                      {"wall_s", bounds(estimate.wall_s)},
                      {"disk_bytes", bounds(estimate.disk_bytes)},
                      {"files", estimate.files},
                      {"kwh", bounds(estimate.kwh)},
                      {"price", nullptr},
                      {"notes", estimate.notes},
                      {"stages", nlohmann::json::array()}};
  if (!estimate.currency.empty()) {
    json["price"] = bounds(estimate.price);
    json["price"]["currency"] = estimate.currency;
  }
  for (const StageEstimate& stage : estimate.stages)
    json["stages"].push_back({{"name", stage.name},
                              {"items", bounds(stage.items)},
                              {"core_h", bounds(stage.core_h)},
                              {"wall_s", bounds(stage.wall_s)},
                              {"s_per_item", stage.s_per_item},
                              {"s_per_item_deviation", stage.s_per_item_deviation},
                              {"measured", stage.measured},
                              {"heavy_tail", stage.heavy_tail}});
  return json;
}

std::string to_text(const Estimate& estimate) {
  std::vector<std::vector<std::string>> rows;
  for (const StageEstimate& stage : estimate.stages)
    rows.push_back({stage.name, count(stage.items.mid), grouped(stage.measured), three_figures(1000 * stage.s_per_item),
                    three_figures(1000 * stage.s_per_item_deviation) + (stage.heavy_tail ? " heavy tail" : ""),
                    with_bounds(stage.core_h, &three_figures), with_bounds(stage.wall_s, &duration)});
  rows.push_back({"around them", "", "", "", "", with_bounds(estimate.around_core_h, &three_figures), ""});
  rows.push_back({"in all", count(static_cast<double>(estimate.records)), "", "", "",
                  with_bounds(estimate.core_h, &three_figures), with_bounds(estimate.wall_s, &duration)});
  std::string text = text_table(
      {"stage", "compounds", "measured", "ms each", "spread (s.d.)", "core-hours (90 %)",
       "time on " + std::to_string(estimate.nodes) + " x " + std::to_string(estimate.cores_per_node) + " cores"},
      rows, 60);
  text +=
      "\ndisk    " + with_bounds(estimate.disk_bytes, &byte_size) + " in about " + grouped(estimate.files) + " files\n";
  text += "energy  " + with_bounds(estimate.kwh, &three_figures) + " kWh\n";
  if (!estimate.currency.empty())
    text += "price   " + with_bounds(estimate.price, &three_figures) + " " + estimate.currency + "\n";
  if (!estimate.notes.empty()) text += "note    " + estimate.notes + "\n";
  return text;
}

}  // namespace digitalis
