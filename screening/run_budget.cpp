#include "screening/run_budget.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "chem/usage_error.hpp"
#include "screening/quantities.hpp"

namespace digitalis {
namespace {

std::string used(const RunStatus& status) {
  const std::size_t attempts = status.attempts.size();
  return three_figures(status.core_h()) + " used in " + std::to_string(attempts) +
         (attempts == 1 ? " start" : " starts");
}

}  // namespace

double budget_in_force(std::optional<double> asked, const Campaign& campaign, const RunStatus& before) {
  if (asked) return *asked;
  return campaign.budget_core_h > 0 ? campaign.budget_core_h : before.budget_core_h;
}

void refuse_spent_budget(const std::filesystem::path& run, const RunStatus& before, double budget_core_h) {
  RunStatus now = before;
  now.budget_core_h = budget_core_h;
  if (!now.budget_reached()) return;
  throw UsageError(run.string() + ": its budget of " + three_figures(budget_core_h) + " core-hours is spent (" +
                   used(before) +
                   "); hint: raise it with --budget-core-h, or budget_core_h under [limits] in the campaign");
}

std::string budget_message(const std::filesystem::path& run, const RunStatus& status) {
  std::string left;
  for (const std::string& name : status.planned) {
    const auto stage =
        std::find_if(status.stages.begin(), status.stages.end(), [&](const StageStatus& s) { return s.name == name; });
    if (stage != status.stages.end() && stage->finished) continue;
    left += left.empty() ? "" : ", ";
    if (stage == status.stages.end()) {
      left += "all of '" + name + "'";
    } else if (stage->fraction < 0) {
      left += "an unknown part of '" + name + "'";
    } else {
      char percent[16];
      std::snprintf(percent, sizeof percent, "%.0f", std::ceil(100.0 * (1.0 - stage->fraction)));
      left += std::string{percent} + " % of '" + name + "'";
    }
  }
  return run.string() + ": stopped, its budget of " + three_figures(status.budget_core_h) + " core-hours is reached (" +
         used(status) + "); left: " + (left.empty() ? "the results" : left) +
         "; hint: the same command with a higher --budget-core-h goes on";
}

}  // namespace digitalis
