#pragma once
// The audit log: what was asked, allowed, refused, computed and handed out, as a chain of records that shows when one
// of them is changed, lost or moved. Lines of JSON; only ever appended to, by any number of processes and hosts.
//
//   LOG       record "\n" record "\n" ...       record: canonical JSON (RFC 8785's form: sorted keys, no white space,
//                                               whole numbers, ASCII) with prev = hash of the record before it and
//                                               hash = SHA-256(0x00 || the record without its hash)
//   LOG.head  {count, hash, root, bytes, frontier}   replaced after the log is on disk; root: RFC 6962 tree of records
//
// A record's hash is its leaf of that tree. Whoever holds a head (printed by every command that logs) can later tell
// that the log still begins with the records of that day; without one held outside, whoever may write the whole file
// can rewrite the whole file.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "screening/governance/dates.hpp"
#include "screening/governance/merkle.hpp"

namespace digitalis::governance {

struct NamedDigest {
  std::string name;    ///< of a table or file: record_name()
  std::string sha256;  ///< 64 hexadecimal digits
};

/// Who and where; the same for all records of a process.
struct AuditContext {
  std::uint64_t uid = 0;
  std::string role;  ///< "submitter", "job", "exporter"
  std::string site;  ///< may be empty, as all below
  std::string slurm_job_id;
  std::string software_version, software_commit;
  std::string binary_sha256;  ///< own_binary_sha256()
  std::uint64_t ranks = 0;    ///< 0: does not apply
  /// uid, job and version of this process.
  [[nodiscard]] static AuditContext of_this_process(std::string role, std::string site);
};

/// What one record says beside seq, time, prev and hash. Empty fields are left out.
struct AuditEntry {
  enum class Event : std::uint8_t {
    kTableAccepted,
    kTableRefused,
    kGateAllow,
    kGateDeny,
    kWeightsComputed,
    kRunStart,
    kRunEnd,
    kExport,
    kAgreementChange,
    kLogRepair,
  } event = Event::kRunStart;
  AuditContext context;
  std::string moment;  ///< gate: check, submit, start, export
  std::string agreement_id, agreement_sha256, agreement_signer;
  std::string campaign_id;
  std::string params_sha256;          ///< of the campaign's identity
  std::optional<std::uint64_t> seed;  ///< written as text: JSON's numbers end at 2^53
  std::vector<NamedDigest> inputs, outputs;
  struct Tree {
    std::string root;
    std::uint64_t leaves = 0;
  };
  std::optional<Tree> merkle;  ///< of the run's journal: run_tree.hpp
  struct Count {
    std::string code;
    std::uint64_t n = 0;
  };
  std::vector<Count> findings;
  std::string decision;  ///< allow, deny
  std::optional<bool> nhs_informed;
  std::optional<std::uint64_t> influence_ppm;  ///< share of the best k that the tables changed, in millionths
};

/// The log cannot be gone on with: it is shorter than its head says, or its records do not chain.
class AuditLogError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// State of a log after its last record.
struct AuditHead {
  std::uint64_t count = 0;
  std::string hash;  ///< of the last record; 64 zeros when there is none
  std::string root;  ///< RFC 6962 root over all records
  std::uint64_t bytes = 0;
  std::vector<std::string> frontier;  ///< MerkleFrontier::roots()
  /// "12 0123...": what to keep outside; `audit verify --head` takes its hash.
  [[nodiscard]] std::string text() const { return std::to_string(count) + " " + hash; }
};

class AuditLog {
 public:
  explicit AuditLog(std::filesystem::path file) : file_(std::move(file)) {}

  /// Appends one record: lock, repair what a writer that was cut short left, write, fsync, replace the head, unlock.
  /// When it returns, the record is on disk. Makes the file when there is none; its folder must exist.
  /// Safe to call from many threads, processes and hosts, where the file system has locks that all hosts see (local
  /// disks, NFSv4, Lustre mounted with flock; not NFS with nolock or local_lock).
  /// @throws AuditLogError          when the log was tampered with
  /// @throws std::invalid_argument  the entry has a field that records do not take: a bug in the caller
  /// @throws std::system_error      naming the file, when the disk refuses
  AuditHead append(const AuditEntry& entry, std::optional<Time> now = {});

  /// The same for entries that depend on what is logged already, under one lock. `decide` sees all records, oldest
  /// first, and returns those to append; it may return none. Cost: one reading of the log.
  AuditHead append_after_reading(
      const std::function<std::vector<AuditEntry>(std::span<const nlohmann::json> records)>& decide,
      std::optional<Time> now = {});

  /// A person's decision to go on with a log that append() refuses: its head is missing, or the log is shorter than its
  /// head. Appends a log.repair that says so, by whom, and what the head had been. A log whose records do not chain
  /// cannot be repaired: put it aside and begin another.
  /// @throws AuditLogError  there is nothing to repair, or it cannot be
  AuditHead repair(const AuditContext& who, std::optional<Time> now = {});

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] std::filesystem::path head_file() const { return file_.string() + ".head"; }

 private:
  std::filesystem::path file_;
};

/// A file's or campaign's name as records take it: letters, digits and " ._:/@+,'&-", at most 200; others become '_'.
/// Thus no structure, no line end and nothing that is not ASCII can get into a record.
[[nodiscard]] std::string record_name(const std::string& name);

/// SHA-256 of the running program's file; empty where it cannot be read. Cost: reads it, ~20 ms.
[[nodiscard]] std::string own_binary_sha256();

}  // namespace digitalis::governance
