#pragma once
// Measures what a campaign costs: a random sample of its real library goes through the functions that its stages run,
// on the threads of this machine, and estimate_of() draws the conclusion.

#include <cstdint>

#include "screening/campaign.hpp"
#include "screening/estimate.hpp"

namespace digitalis {

struct EstimateRequest {
  std::uint64_t sample = 10'000;  ///< records of the library that are prepared
  std::uint64_t docked = 200;     ///< compounds of them that are docked at most, or overlaid, in each such stage
  std::uint64_t seed = 1;         ///< of the sample
  int threads = 1;
  int nodes = 1, cores_per_node = 1;  ///< that the run will have
  double most_docking_s = 300;        ///< after which no further compound is begun, in each such stage
};

/// @param campaign  checked
/// @throws UsageError  its library cannot be sampled
/// Cost: one pass over the library's files, some seconds of preparation, the docking asked for. Times are of each
/// thread's own computing, so that a busy login node gives the same figures as an idle one.
[[nodiscard]] Estimate estimate_campaign(const Campaign& campaign, const EstimateRequest& request, const Site& site);

}  // namespace digitalis
