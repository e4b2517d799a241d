#pragma once
// Reading the audit log from its beginning: as far as its records chain. For this folder's sources.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "screening/governance/audit_log.hpp"
#include "screening/governance/merkle.hpp"

namespace digitalis::governance {

struct AuditWalk {
  std::vector<nlohmann::json> records;  ///< those that chain
  std::vector<Sha256> leaves;           ///< their hashes
  std::uint64_t end = 0;                ///< byte after the last of them
  std::uint64_t lines = 0;              ///< up to there
  /// What stands from `end` on is no record that follows. Repaired remains are passed over: a record log.repair says
  /// their length and digest.
  bool stopped = false;

  [[nodiscard]] AuditHead head() const;  ///< of the records
};

/// `text` may end without a line end: what stands there then counts as the line it would be.
[[nodiscard]] AuditWalk walk_log(std::string_view text);

/// Whether a line of `text` is a whole record, wherever it belongs.
[[nodiscard]] bool has_whole_record(std::string_view text);

[[nodiscard]] std::string to_text(const AuditHead& head);  ///< the head file's bytes
/// @throws AuditLogError  the file is no head. Nothing when there is no such file.
[[nodiscard]] std::optional<AuditHead> read_head(const std::filesystem::path& file);

}  // namespace digitalis::governance
