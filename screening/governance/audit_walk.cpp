#include "screening/governance/audit_walk.hpp"

#include <bit>

#include "chem/file_io.hpp"
#include "screening/governance/audit_record.hpp"

namespace digitalis::governance {
namespace {

std::string_view line_at(std::string_view text, std::size_t begin) {
  return text.substr(begin, std::min(text.find('\n', begin), text.size()) - begin);
}

/// A record log.repair that accounts for the `bytes` before it, where the record `seq` after `prev` is due.
bool repairs(const ParsedRecord& parsed, std::string_view remains, std::uint64_t seq, const std::string& prev) {
  if (!parsed.problem.empty() || parsed.seq() != seq || parsed.text("prev") != prev) return false;
  if (!parsed.record.contains("repair")) return false;
  const nlohmann::json& repair = parsed.record.at("repair");
  return repair.at("bytes") == remains.size() && repair.at("sha256") == to_hex(sha256({remains}));
}

}  // namespace

AuditHead AuditWalk::head() const {
  AuditHead head;
  MerkleFrontier tree;
  for (const Sha256& leaf : leaves) tree.add(leaf);
  head.count = leaves.size();
  head.hash = leaves.empty() ? kNoHash : to_hex(leaves.back());
  head.root = to_hex(tree.root());
  head.bytes = end;
  for (const Sha256& root : tree.roots()) head.frontier.push_back(to_hex(root));
  return head;
}

AuditWalk walk_log(std::string_view text) {
  AuditWalk walk;
  std::string prev = kNoHash;
  std::uint64_t remains_lines = 0;
  const auto accept = [&](ParsedRecord parsed, std::size_t begin, std::size_t bytes) {
    prev = parsed.text("hash");
    walk.leaves.push_back(*from_hex(prev));
    walk.records.push_back(std::move(parsed.record));
    walk.end = std::min<std::uint64_t>(begin + bytes + 1, text.size());
    walk.lines += remains_lines + 1;
    remains_lines = 0;
  };
  // Past a line that does not follow, only a log.repair that accounts for everything since the last record does.
  for (std::size_t begin = 0; begin < text.size();) {
    const std::string_view line = line_at(text, begin);
    ParsedRecord parsed = parse_record(line);
    const std::uint64_t due = walk.records.size() + 1;
    const std::string_view remains = text.substr(walk.end, begin - walk.end);
    const bool follows = remains.empty() ? parsed.problem.empty() && parsed.seq() == due && parsed.text("prev") == prev
                                         : repairs(parsed, remains, due, prev);
    if (follows)
      accept(std::move(parsed), begin, line.size());
    else
      ++remains_lines;
    begin += line.size() + 1;
  }
  walk.stopped = walk.end < text.size();
  return walk;
}

bool has_whole_record(std::string_view text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::string_view line = line_at(text, begin);
    if (parse_record(line).problem.empty()) return true;
    begin += line.size() + 1;
  }
  return false;
}

std::string to_text(const AuditHead& head) {
  const nlohmann::json json{{"count", head.count},
                            {"hash", head.hash},
                            {"root", head.root},
                            {"bytes", head.bytes},
                            {"frontier", head.frontier}};
  return canonical(json) + "\n";
}

std::optional<AuditHead> read_head(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  const std::string text = read_file(file);
  AuditHead head;
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  try {
    head.count = json.at("count").get<std::uint64_t>();
    head.hash = json.at("hash").get<std::string>();
    head.root = json.at("root").get<std::string>();
    head.bytes = json.at("bytes").get<std::uint64_t>();
    head.frontier = json.at("frontier").get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    throw AuditLogError(file.string() + ": not the head of an audit log; hint: restore it from a backup");
  }
  bool whole = to_text(head) == text && from_hex(head.hash) && from_hex(head.root) &&
               head.frontier.size() == static_cast<std::size_t>(std::popcount(head.count));
  for (const std::string& root : head.frontier) whole = whole && from_hex(root);
  if (!whole) throw AuditLogError(file.string() + ": not the head of an audit log; hint: restore it from a backup");
  return head;
}

}  // namespace digitalis::governance
