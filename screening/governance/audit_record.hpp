#pragma once
// How a record of the audit log looks: its fields, its canonical bytes, its hash. For this folder's sources.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "screening/governance/audit_log.hpp"

namespace digitalis::governance {

inline constexpr std::size_t kMaxRecordBytes = 64 * 1024;
inline constexpr const char* kNoHash = "0000000000000000000000000000000000000000000000000000000000000000";

/// The one way to write a record: keys sorted, no white space, whole numbers, ASCII (a subset of RFC 8785).
[[nodiscard]] std::string canonical(const nlohmann::json& record);

/// What is wrong with a record's fields, as "/inputs/0/sha256: expected 64 hexadecimal digits"; empty: nothing. Fields
/// that it does not know are wrong, and so are numbers that are not whole: nothing but names, digests, counts and times
/// can be written.
[[nodiscard]] std::string schema_problem(const nlohmann::json& record);

/// Lower-case hexadecimal SHA-256(0x00 || canonical bytes without "hash").
[[nodiscard]] std::string record_hash(nlohmann::json record);

/// An entry's fields. Empty ones are left out.
[[nodiscard]] nlohmann::json fields_of(const AuditEntry& entry);

/// Adds seq, time, prev and hash. @throws std::invalid_argument  schema_problem() or too long
[[nodiscard]] nlohmann::json sealed(nlohmann::json fields, std::uint64_t seq, Time time, const std::string& prev);

/// A line of the log without its end: the record, or what is wrong with it (JSON, form, fields, own hash; in this
/// order).
struct ParsedRecord {
  nlohmann::json record;
  std::string problem;
  [[nodiscard]] std::uint64_t seq() const { return record.at("seq").get<std::uint64_t>(); }
  [[nodiscard]] const std::string& text(const char* key) const { return record.at(key).get_ref<const std::string&>(); }
};
[[nodiscard]] ParsedRecord parse_record(std::string_view line);

[[nodiscard]] const char* to_text(AuditEntry::Event event);

}  // namespace digitalis::governance
