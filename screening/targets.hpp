#pragma once
// The targets of a campaign with their known actives prepared as the library is, and split into queries and held-back
// ones.

#include <string>
#include <vector>

#include "chem/preparer.hpp"
#include "screening/campaign.hpp"

namespace digitalis {

struct Target {
  std::string name;
  double weight = 1.0;
  std::vector<Compound> queries;  ///< known actives that the stages compare with
  std::vector<Compound>
      held_back;  ///< known actives that no stage sees; where they land tells how well the screen works
};

/// Reads and prepares every target's actives: equal ones once, unparsable ones as a warning each, a target without any
/// as an error. Which actives are held back depends on the campaign's seed and the actives only.
[[nodiscard]] std::vector<Target> prepare_targets(const Campaign& campaign, const PrepareOptions& preparation,
                                                  Findings& findings);

}  // namespace digitalis
