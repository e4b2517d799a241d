#pragma once
// rejects.csv: every record and compound that is not among the hits' candidates, with where it stood, why, and what can
// be done.

#include <string>

#include "chem/result.hpp"

namespace digitalis {

inline constexpr const char* kRejectsHeader = "source,line,compound_id,stage,reason,detail,remedy\n";

/// One row. `stage` is "prepare" or a stage of the campaign.
[[nodiscard]] std::string rejects_row(const Reject& reject, const std::string& stage);

}  // namespace digitalis
