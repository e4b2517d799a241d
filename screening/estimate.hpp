#pragma once
// What a campaign will cost, from measurements on a random sample of its library: the arithmetic. Measuring is
// estimate_campaign.hpp's.
//
// A stage costs (compounds that enter) x (mean seconds of a compound); each of the two is known from the sample only.
// The 90 % interval is a bootstrap (B. Efron, Ann. Statist. 7 (1979) 1-26, doi:10.1214/aos/1176344552) over the sampled
// compounds of each stage, with three additions:
//   - a sample that is most of the library says more: deviations shrink by sqrt(1 - share of the library sampled);
//   - heavy tails: a sample of a hundred has not seen the one compound in a thousand that takes a hundred times longer.
//     Where the slowest 5 % fall off as slowly as a power law (Hill's index below 4; B. M. Hill, Ann. Statist. 3 (1975)
//     1163-1174, doi:10.1214/aos/1176343247), their costs are drawn from the Pareto tail fitted to them, not from
//     themselves;
//   - machines: between runs of the same work on the same cores a few per cent lie (kMachineSpread), more where the
//     measurement itself shows it (shared nodes, virtual machines); handing out, journal and idle threads at the end
//     take kOverhead.

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "screening/site.hpp"
#include "screening/time_left.hpp"

namespace digitalis {

inline constexpr double kMachineSpread = 0.04;  ///< standard deviation of a run's speed, as a share
inline constexpr double kOverheadLow = 1.00, kOverheadHigh = 1.08;

/// What was measured of one stage.
struct StageSample {
  std::string name;
  std::vector<double> core_s;  ///< of each compound that was worked on
  std::vector<char> passed;    ///< whether it went on, before the cut
  double keep_share = 1.0;     ///< of those that pass
  std::uint64_t keep_count = UINT64_MAX;
  double each_s = 0;          ///< core-seconds for each compound of the library or store, whether it enters or not
  double serial_s = 0;        ///< seconds for each of them on one rank, beside the others' work
  double after_s = 0;         ///< seconds for each that passes on one rank, while all cores wait
  double fixed_s = 0;         ///< wall time once, while all cores wait
  double unit_items = 256;    ///< compounds that are handed out at once
  double bytes_per_item = 0;  ///< on disk
};

struct EstimateInput {
  std::uint64_t records = 0;  ///< of the library; of a store its compounds
  std::vector<StageSample> stages;
  double start_s = 0;    ///< wall time before and after the stages, while all cores wait
  double s_per_hit = 0;  ///< the same for each hit
  double machine_spread = kMachineSpread;
  std::uint64_t most_hits = 0;
  double bytes_per_hit = 1500;
  int nodes = 1, cores_per_node = 1, ranks_per_node = 1;
  Site::Tariff tariff;
};

struct StageEstimate {
  std::string name;
  Interval items;   ///< that enter
  Interval core_h;  ///< idle cores included
  Interval wall_s;
  double s_per_item = 0, s_per_item_deviation = 0;  ///< core-seconds in the sample
  std::uint64_t measured = 0;
  bool heavy_tail = false;
};

struct Estimate {
  std::vector<StageEstimate> stages;
  Interval around_core_h;  ///< before, between and after the stages
  Interval core_h, wall_s, disk_bytes, kwh, price;
  std::uint64_t records = 0, files = 0;
  int nodes = 1, cores_per_node = 1;
  std::string currency, notes;
};

/// @param seed  of the bootstrap; the same input and seed give the same figures
[[nodiscard]] Estimate estimate_of(const EstimateInput& input, std::uint64_t seed);

[[nodiscard]] nlohmann::json to_json(const Estimate& estimate);
[[nodiscard]] std::string to_text(const Estimate& estimate);

}  // namespace digitalis
