#pragma once
// The bound on what a run may use, in core-hours over all its attempts (wall time x ranks x threads). A run that has
// used it stops as on SIGUSR1: what is in work is finished, nothing is lost, and a higher budget lets it go on.

#include <filesystem>
#include <optional>
#include <string>

#include "screening/campaign.hpp"
#include "screening/run_status.hpp"

namespace digitalis {

/// The command line's budget, else the campaign's, else the one that the run had before; 0: none.
[[nodiscard]] double budget_in_force(std::optional<double> asked, const Campaign& campaign, const RunStatus& before);

/// @throws UsageError  when the run has used this budget already
void refuse_spent_budget(const std::filesystem::path& run, const RunStatus& before, double budget_core_h);

/// What a user reads when the budget has stopped a run: what is used, what is left to do, how to raise it.
[[nodiscard]] std::string budget_message(const std::filesystem::path& run, const RunStatus& status);

}  // namespace digitalis
