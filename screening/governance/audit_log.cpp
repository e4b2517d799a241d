#include "screening/governance/audit_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "chem/file_io.hpp"
#include "screening/governance/audit_record.hpp"
#include "screening/governance/audit_walk.hpp"
#include "screening/governance/locked_file.hpp"

// How a crash is survived. Nothing is ever cut off or written over in the log. A writer writes its record with one
// append, syncs, and then replaces the head. If it is cut short
//   - within the append, the file ends with part of a record: the next writer ends that line and appends a log.repair
//     that says how many bytes of remains stand before it, and their digest, so that they are part of what is signed;
//   - between the append and the head, the log is one whole record ahead of its head: the next writer adopts it, and
//     says so in a log.repair.
// The head is written only after the log is on disk, so no crash leaves a log that is shorter than its head says: that
// is a truncation, and append() refuses to go on. Only a person can (`digitalis audit repair`), and that is a record.

namespace digitalis {
// Defined in the generated commit.cpp.
extern const char* const kVersion;
extern const char* const kCommit;
}  // namespace digitalis

namespace digitalis::governance {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  const int code = errno;
  throw std::system_error(code, std::generic_category(), file.string() + ": " + what);
}

void sync_folder_of(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path().empty() ? "." : file.parent_path();
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail(folder, "cannot be opened");
  const int failed = ::fsync(descriptor);
  ::close(descriptor);
  if (failed != 0 && errno != EINVAL) fail(folder, "cannot be synced to disk");  // EINVAL: it does not sync folders
}

/// Where a locked log stands, and what must be appended before anything else.
struct Standing {
  AuditHead head;
  MerkleFrontier tree;
  std::string glue;                      ///< ends a line that a writer left without its end
  std::optional<nlohmann::json> repair;  ///< a log.repair's field
};

MerkleFrontier tree_of(const AuditHead& head) {
  std::vector<Sha256> roots;
  for (const std::string& root : head.frontier) roots.push_back(*from_hex(root));
  return {head.count, std::move(roots)};
}

/// Whether the log ends where its head says, with the record that its head names. Reads the last 64 KiB only.
bool ends_with_head(const std::filesystem::path& file, std::uint64_t size, const AuditHead& head) {
  if (size != head.bytes || tree_of(head).root() != from_hex(head.root)) return false;
  if (head.count == 0) return size == 0;
  const std::uint64_t bytes = std::min<std::uint64_t>(size, kMaxRecordBytes + 1);
  std::string tail = RandomAccessFile{file}.read(size - bytes, bytes);
  if (tail.back() != '\n') return false;
  tail.pop_back();
  const ParsedRecord last = parse_record(std::string_view{tail}.substr(tail.rfind('\n') + 1));
  return last.problem.empty() && last.seq() == head.count && last.text("hash") == head.hash;
}

nlohmann::json repair_json(const char* reason, std::uint64_t adopted, std::string_view remains) {
  return {{"reason", reason}, {"adopted", adopted}, {"bytes", remains.size()}, {"sha256", to_hex(sha256({remains}))}};
}

AuditLogError refusal(const std::filesystem::path& file, const std::string& what) {
  return AuditLogError(file.string() + ": " + what + "; hint: see 'digitalis audit verify " + file.string() + "'");
}

/// Reads the whole log against its head.
/// @param decided  a person decided to go on with a log that lost its head or its end
Standing examine(const std::filesystem::path& file, const std::string& text, const AuditWalk& walk,
                 const std::optional<AuditHead>& head, bool decided) {
  Standing standing{walk.head(), {}, "", std::nullopt};
  standing.tree = tree_of(standing.head);
  if (!text.empty() && text.back() != '\n') standing.glue = "\n";
  const std::uint64_t before = head ? head->count : 0;
  const std::string remains = text.substr(walk.end) + (walk.stopped ? standing.glue : "");
  const char* reason = "unfinished";
  if (head && (head->count > walk.records.size() || head->bytes > text.size())) reason = "shorter than head";
  // A crash loses no head: the first record's only, which is written before there is one.
  if (!head && walk.records.size() > 1) reason = "head missing";
  const bool by_crash = std::string_view{reason} == "unfinished";
  if (head && by_crash && before > 0 && to_hex(walk.leaves[before - 1]) != head->hash)
    throw refusal(file, "record " + std::to_string(before) + " is not the one that its head names");
  if (!by_crash && !decided)
    throw refusal(file, head ? "shorter than its head says, records are missing" : "its head file is missing");
  // A writer that was cut short leaves part of a record. Whole ones that do not follow were put there or moved.
  if (has_whole_record(remains)) throw refusal(file, "its records do not chain");
  const std::uint64_t adopted = walk.records.size() > before ? walk.records.size() - before : 0;
  if (by_crash && adopted == 0 && !walk.stopped) return standing;
  standing.repair = repair_json(reason, by_crash ? adopted : 0, remains);
  if (head && !by_crash) {
    (*standing.repair)["head_count"] = head->count;
    (*standing.repair)["head_hash"] = head->hash;
  }
  return standing;
}

AuditHead append_all(LockedFile& log, const std::filesystem::path& file, const std::filesystem::path& head_file,
                     Standing standing, std::vector<nlohmann::json> entries, const AuditContext& context, Time time) {
  if (standing.repair) {
    AuditEntry repair;
    repair.event = AuditEntry::Event::kLogRepair;
    repair.context = context;
    nlohmann::json fields = fields_of(repair);
    fields["repair"] = *standing.repair;
    entries.insert(entries.begin(), std::move(fields));
  }
  if (entries.empty()) return standing.head;
  const bool is_first = standing.head.count == 0;
  std::string bytes = standing.glue;
  AuditHead& head = standing.head;
  for (nlohmann::json& fields : entries) {
    const nlohmann::json record = sealed(std::move(fields), head.count + 1, time, head.hash);
    bytes += canonical(record) + "\n";
    head.hash = record.at("hash").get<std::string>();
    standing.tree.add(*from_hex(head.hash));
    ++head.count;
  }
  head.bytes = log.size() + bytes.size();
  head.root = to_hex(standing.tree.root());
  head.frontier.clear();
  for (const Sha256& root : standing.tree.roots()) head.frontier.push_back(to_hex(root));
  log.append(bytes);
  if (is_first) sync_folder_of(file);
  write_file_atomically(head_file, to_text(head));
  if (is_first) sync_folder_of(head_file);
  return head;
}

}  // namespace

AuditHead AuditLog::append(const AuditEntry& entry, std::optional<Time> now) {
  LockedFile log{file_};
  const std::optional<AuditHead> head = read_head(head_file());
  Standing standing;
  if (head && ends_with_head(file_, log.size(), *head)) {
    standing = {*head, tree_of(*head), "", std::nullopt};
  } else {
    const std::string text = read_file(file_);
    standing = examine(file_, text, walk_log(text), head, false);
  }
  return append_all(log, file_, head_file(), std::move(standing), {fields_of(entry)}, entry.context,
                    now.value_or(governance::now()));
}

AuditHead AuditLog::append_after_reading(
    const std::function<std::vector<AuditEntry>(std::span<const nlohmann::json> records)>& decide,
    std::optional<Time> now) {
  LockedFile log{file_};
  const std::string text = read_file(file_);
  const AuditWalk walk = walk_log(text);
  Standing standing = examine(file_, text, walk, read_head(head_file()), false);
  const std::vector<AuditEntry> entries = decide(walk.records);
  if (entries.empty()) return standing.head;
  std::vector<nlohmann::json> fields;
  for (const AuditEntry& entry : entries) fields.push_back(fields_of(entry));
  return append_all(log, file_, head_file(), std::move(standing), std::move(fields), entries.front().context,
                    now.value_or(governance::now()));
}

AuditHead AuditLog::repair(const AuditContext& who, std::optional<Time> now) {
  if (!std::filesystem::exists(file_)) throw AuditLogError(file_.string() + ": no such log");
  LockedFile log{file_};
  const std::string text = read_file(file_);
  Standing standing = examine(file_, text, walk_log(text), read_head(head_file()), true);
  if (!standing.repair) throw AuditLogError(file_.string() + ": there is nothing to repair");
  return append_all(log, file_, head_file(), std::move(standing), {}, who, now.value_or(governance::now()));
}

AuditContext AuditContext::of_this_process(std::string role, std::string site) {
  AuditContext context;
  context.uid = ::getuid();
  context.role = std::move(role);
  if (!site.empty()) context.site = record_name(site);
  if (const char* job = std::getenv("SLURM_JOB_ID"); job != nullptr && *job != '\0')
    context.slurm_job_id = record_name(job);
  context.software_version = record_name(kVersion);
  context.software_commit = record_name(kCommit);
  context.binary_sha256 = own_binary_sha256();
  return context;
}

std::string own_binary_sha256() {
  try {
    return to_hex(sha256_of_file("/proc/self/exe"));
  } catch (const std::system_error&) {
    return {};
  }
}

}  // namespace digitalis::governance
