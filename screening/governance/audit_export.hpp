#pragma once
// What leaves the audit log for others: a statement about a run's results, and rows for a data-use register.

#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "screening/governance/agreement.hpp"
#include "screening/governance/audit_log.hpp"

namespace digitalis::governance {

/// An in-toto Statement v1 (https://in-toto.io/Statement/v1): subjects are the result files of the campaign's last
/// run.end, the predicate says what they were made from, under which agreement, and where the log stood.
/// @param campaign  its id; empty: the last run that ended, of whatever campaign
/// @throws UsageError  no run of that campaign has ended, or it left no files
[[nodiscard]] nlohmann::json in_toto_statement(std::span<const nlohmann::json> records, const AuditHead& head,
                                               const std::string& campaign);

/// A table with one row per campaign that was allowed under the agreement at submit or start, with what NHS England's
/// Data Uses Register and the HDR UK Alliance's standard (2022) list: dates, controllers, organisation and sector,
/// purpose, benefit, datasets, legal basis, sub-licensing, commercial purpose, opt-outs, files released and when.
[[nodiscard]] std::string data_use_register(std::span<const nlohmann::json> records, const Agreement& agreement);

}  // namespace digitalis::governance
