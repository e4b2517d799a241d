#pragma once
// The checks of counts: of a cell, of a table's cells together, and between tables. Used by disclosure.cpp only.

#include <span>
#include <string>
#include <vector>

#include "scoring/outcomes/disclosure.hpp"

namespace digitalis {

/// What the checks of one table are held against.
struct TableRules {
  const DisclosurePolicy& policy;
  const SdcStatement& sdc;
  int min_count;  ///< the stricter of the policy's and the statement's

  /// Not held against thresholds and rounding: a national figure, where table and policy say so.
  [[nodiscard]] bool exempt(const OutcomeCell& cell) const {
    return policy.national_exempt && sdc.national_exempt && cell.population.area_level == "national";
  }
};

/// E-SMALL, E-ROUND, E-CLASS / W-CLASS, E-RATE: each cell by itself. O(cells).
void check_cells(const OutcomeTable& table, const TableRules& rules, TableFindings& findings);

/// E-SUPP / W-SUPP. O(cells log cells).
void check_suppression(const OutcomeTable& table, const TableRules& rules, TableFindings& findings);

/// E-RECOVER. O(groups x sweeps), see recovery.cpp.
void check_recovery(const OutcomeTable& table, const TableRules& rules, TableFindings& findings);

/// E-DIFF, within each table, between them, and against earlier ones. O(n log n) but for counts that are all alike.
void check_differencing(std::span<const OutcomeTable> tables, std::span<const OutcomeTable> earlier,
                        const DisclosurePolicy& policy, TableFindings& findings);

}  // namespace digitalis
