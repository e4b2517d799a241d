#pragma once
// Is the audit log whole? Names the first record that is not as it was written, and says what became of it.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "screening/governance/audit_log.hpp"

namespace digitalis::governance {

/// A head that was kept outside: only the hash, or with the count, or a whole head file.
struct HeldHead {
  std::optional<std::uint64_t> count;
  std::string hash;
  std::string root;  ///< may be empty
  /// "HASH", "COUNT HASH" (as commands print it), or the name of a copy of LOG.head.
  /// @throws UsageError  none of these
  [[nodiscard]] static HeldHead parse(const std::string& text);
};

struct AuditVerdict {
  std::uint64_t bad_record = 0;         ///< the first; 0: none
  std::string problem;                  ///< what is wrong with it; empty: the log is whole
  std::vector<std::string> notes;       ///< what a reader should know of a whole log: unfinished tails, repairs
  AuditHead head;                       ///< of the records that chain
  std::vector<nlohmann::json> records;  ///< those
  [[nodiscard]] bool intact() const { return problem.empty(); }
};

/// Reads the log (under a shared lock where there is one, so that no writer is half-way) and judges it against its head
/// file and against a head held outside. Without either, records missing at the end cannot be seen, and that is a
/// problem too. Cost: one reading, some 40 MB/s.
/// @throws std::system_error  the file cannot be read; AuditLogError  its head is damaged
[[nodiscard]] AuditVerdict verify_log(const std::filesystem::path& file, const std::optional<HeldHead>& held = {});

}  // namespace digitalis::governance
