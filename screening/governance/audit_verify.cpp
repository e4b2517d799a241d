#include "screening/governance/audit_verify.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <span>

#include "chem/file_io.hpp"
#include "chem/usage_error.hpp"
#include "screening/governance/audit_record.hpp"
#include "screening/governance/audit_walk.hpp"

namespace digitalis::governance {
namespace {

struct Snapshot {
  std::string log;
  std::optional<AuditHead> head;
};

/// Log and head as they are between two writers. A log that cannot be locked (a copy, read-only) is read as it is.
Snapshot read_together(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor >= 0)
    while (::flock(descriptor, LOCK_SH) != 0 && errno == EINTR) {
    }
  try {
    Snapshot snapshot{read_file(file), read_head(file.string() + ".head")};
    if (descriptor >= 0) ::close(descriptor);
    return snapshot;
  } catch (...) {
    if (descriptor >= 0) ::close(descriptor);
    throw;
  }
}

std::string record(std::uint64_t seq) { return "record " + std::to_string(seq); }

std::string records(std::uint64_t from, std::uint64_t to) {
  if (from == to) return record(from) + " is";
  return "records " + std::to_string(from) + " to " + std::to_string(to) + " are";
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// What became of the record that is due where `remains` begins.
std::string diagnosis(std::string_view remains, std::uint64_t due, std::uint64_t line) {
  const std::vector<std::string_view> lines = lines_of(remains);
  const ParsedRecord first = parse_record(lines.front());
  const std::string place = " (line " + std::to_string(line) + ")";
  if (!first.problem.empty() && lines.size() == 1 && remains.back() != '\n')
    return record(due) + place + " is cut off after " + std::to_string(remains.size()) +
           " bytes: the file was truncated";
  if (!first.problem.empty())
    return record(due) + place + ": " + first.problem + ": it was changed after it was written";
  const std::uint64_t seq = first.seq();
  if (seq == due)
    return record(due) + place + " does not follow " + (due == 1 ? "the log's beginning" : record(due - 1)) +
           ": its prev is not that hash: one of the two was replaced";
  if (seq < due) return record(seq) + " stands again" + place + ", where " + record(due) + " is due";
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const ParsedRecord later = parse_record(lines[i]);
    if (!later.problem.empty() || later.seq() != due) continue;
    if (i == 1 && seq == due + 1)
      return "records " + std::to_string(due) + " and " + std::to_string(seq) + " are swapped" + place;
    return record(due) + " was moved: it stands on line " + std::to_string(line + i) + ", and " + record(seq) +
           " in its place" + place;
  }
  return records(due, seq - 1) + " missing: " + record(seq) + " follows " +
         (due == 1 ? "the log's beginning" : record(due - 1)) + place;
}

class Judge {
 public:
  Judge(const Snapshot& snapshot, AuditVerdict& verdict)
      : text_(snapshot.log), head_(snapshot.head), verdict_(verdict), walk_(walk_log(snapshot.log)) {
    verdict_.head = walk_.head();
  }

  void judge(const std::filesystem::path& file, const std::optional<HeldHead>& held) {
    const std::uint64_t count = walk_.records.size();
    std::uint64_t expected = head_ ? head_->count : 0;
    if (held && held->count) expected = std::max(expected, *held->count);
    judge_remains(expected);
    if (expected > count)
      bad(count + 1, records(count + 1, expected) +
                         " missing: " + (head_ && head_->count == expected ? "the log's head" : "the head given") +
                         " counts " + std::to_string(expected) + ", the log ends after " + std::to_string(count));
    if (head_) {
      if (head_->bytes > text_.size())
        bad(count, record(count) + " is cut off: the log is " + std::to_string(head_->bytes - text_.size()) +
                       " bytes shorter than its head says: the file was truncated");
      judge_head({head_->count, head_->hash, head_->root}, "its head file");
      if (verdict_.intact() && head_->count < count)
        note(records(head_->count + 1, count) +
             " not in the head file yet: a writer was cut short; the next one will say so");
    } else if (!held && count > 1) {
      bad(count + 1, file.string() +
                         ".head is missing: whether records are missing at the end cannot be seen; hint: --head with "
                         "a head that was kept outside");
    } else if (count <= 1 && !held) {
      note("there is no head file: the first writer was cut short, or the log is a copy without it");
    }
    if (held) judge_head({held->count, held->hash, held->root}, "the head given");
    for (const nlohmann::json& entry : walk_.records) note_repair(entry);
    verdict_.records = std::move(walk_.records);
  }

 private:
  void bad(std::uint64_t seq, std::string problem) {
    if (!verdict_.problem.empty()) return;  // the first counts
    verdict_.bad_record = seq;
    verdict_.problem = std::move(problem);
  }
  void note(std::string text) { verdict_.notes.push_back(std::move(text)); }

  /// What stands behind the last record that follows: what a crash leaves, or damage.
  void judge_remains(std::uint64_t expected) {
    if (!walk_.stopped) {
      if (!text_.empty() && text_.back() != '\n' && !(head_ && head_->bytes > text_.size()))
        note(record(walk_.records.size()) + " lacks its line end: its writer was cut short");
      return;
    }
    const std::string_view remains = std::string_view{text_}.substr(walk_.end);
    const std::uint64_t count = walk_.records.size();
    const bool could_be_crash = expected <= count && !has_whole_record(remains) && (head_ || count <= 1);
    if (could_be_crash)
      note(std::to_string(remains.size()) +
           " bytes of an unfinished record stand at the end: its writer was cut short; the next one will say so");
    else
      bad(count + 1, diagnosis(remains, count + 1, walk_.lines + 1));
  }

  void judge_head(const HeldHead& head, const std::string& what) {
    if (!verdict_.intact()) return;
    std::uint64_t count = 0;
    if (head.count) {
      count = *head.count;
      if (count == 0) return;
      if (to_hex(walk_.leaves[count - 1]) != head.hash)
        return bad(count, record(count) + " is not the one that " + what + " names: the log was written anew");
    } else {
      const auto found = std::find(walk_.leaves.begin(), walk_.leaves.end(), *from_hex(head.hash));
      if (found == walk_.leaves.end())
        return bad(walk_.records.size() + 1,
                   "no record has the hash of " + what + ": records were changed or taken away since it was noted");
      count = static_cast<std::uint64_t>(found - walk_.leaves.begin()) + 1;
    }
    if (!head.root.empty() && to_hex(merkle_root(std::span{walk_.leaves}.first(count))) != head.root)
      bad(count, what + "'s root is not that of the first " + std::to_string(count) + " records");
    else if (what == "the head given")
      note("the first " + std::to_string(count) + " records are those of the head given");
  }

  void note_repair(const nlohmann::json& entry) {
    const auto repair = entry.find("repair");
    if (repair == entry.end()) return;
    const std::string reason = repair->at("reason");
    std::string text = record(entry.at("seq").get<std::uint64_t>()) + " repaired the log at " +
                       entry.at("time_utc").get<std::string>() + ": ";
    if (reason == "unfinished")
      text += "a writer had been cut short";
    else if (reason == "head missing")
      text += "a person went on without the head file that was missing";
    else
      text += "a person went on although the head counted " +
              std::to_string(repair->at("head_count").get<std::uint64_t>()) + " records";
    if (const auto bytes = repair->at("bytes").get<std::uint64_t>(); bytes > 0)
      text += "; " + std::to_string(bytes) + " bytes of remains stand before it";
    note(text);
  }

  const std::string& text_;
  const std::optional<AuditHead>& head_;
  AuditVerdict& verdict_;
  AuditWalk walk_;
};

}  // namespace

HeldHead HeldHead::parse(const std::string& text) {
  const std::size_t space = text.find(' ');
  const std::string hash = space == std::string::npos ? text : text.substr(space + 1);
  if (from_hex(hash)) {
    HeldHead held{std::nullopt, hash, ""};
    if (space == std::string::npos) return held;
    const std::string count = text.substr(0, space);
    if (!count.empty() && count.size() < 19 && count.find_first_not_of("0123456789") == std::string::npos) {
      held.count = std::stoull(count);
      return held;
    }
  }
  if (!std::filesystem::is_regular_file(text))
    throw UsageError("--head " + text +
                     ": neither a hash nor a file; hint: the 64 digits, or \"COUNT HASH\", that "
                     "were printed when the record was written");
  try {
    const std::optional<AuditHead> head = read_head(text);
    return {head->count, head->hash, head->root};
  } catch (const AuditLogError& error) {
    throw UsageError(error.what());
  }
}

AuditVerdict verify_log(const std::filesystem::path& file, const std::optional<HeldHead>& held) {
  AuditVerdict verdict;
  const Snapshot snapshot = read_together(file);
  Judge{snapshot, verdict}.judge(file, held);
  return verdict;
}

}  // namespace digitalis::governance
