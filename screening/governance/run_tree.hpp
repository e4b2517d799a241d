#pragma once
// One digest for all that a run computed, and a proof that one chunk is part of it which needs neither the library nor
// the other chunks. A leaf is a finished chunk of the run's journal:
//
//   stage (4 bytes) chunk (8 bytes) SHA-256 of the frame's payload (32 bytes), whole numbers most significant byte
//   first
//
// in the order of (stage, chunk). Payloads are the same bytes for any number of ranks, threads and restarts, so the
// root is too.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scheduler/journal.hpp"
#include "screening/governance/audit_log.hpp"

namespace digitalis::governance {

struct RunTree {
  std::vector<FrameKey> keys;  ///< ascending
  std::vector<Sha256> leaves;  ///< leaf_hash() of each
  [[nodiscard]] Sha256 root() const { return merkle_root(leaves); }
  [[nodiscard]] AuditEntry::Tree entry() const { return {to_hex(root()), leaves.size()}; }
};

[[nodiscard]] std::string leaf_of_chunk(FrameKey key, const Sha256& payload);

/// Reads every payload once, beside what Journal::scan() reads. Not for a journal that is being written.
[[nodiscard]] RunTree run_tree(const Journal& journal);
[[nodiscard]] RunTree run_tree(const std::filesystem::path& journal_folder);

/// {format, root, leaves, index, stage, chunk, payload_sha256, path}. @throws UsageError  no such chunk
[[nodiscard]] nlohmann::json prove_chunk(const Journal& journal, FrameKey key);

/// The root that a proof leads to. @throws UsageError  naming the field that is wrong, or when its path does not lead
/// to the root that it states
[[nodiscard]] std::string root_of_proof(const nlohmann::json& proof);

}  // namespace digitalis::governance
