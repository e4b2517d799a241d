#include "scoring/outcomes/finding.hpp"

#include <algorithm>
#include <array>

namespace digitalis {
namespace {

constexpr std::size_t kLinesNamed = 10;
constexpr std::array<std::string_view, 15> kNames{"E-SCHEMA", "E-ROWLEVEL", "E-AREA",  "E-DIGEST", "E-META",
                                                  "E-SMALL",  "E-ROUND",    "E-CLASS", "E-RATE",   "E-RECOVER",
                                                  "E-DIFF",   "E-MAP",      "E-SUPP",  "W-CLASS",  "W-SUPP"};

}  // namespace

std::string_view name_of(TableCode code) { return kNames[static_cast<std::size_t>(code)]; }

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass: return "pass";
    case Verdict::kReview: return "review";
    case Verdict::kFail: break;
  }
  return "fail";
}

std::string TableFinding::message() const {
  std::string text{name_of(code)};
  text += ' ' + file;
  if (!lines.empty()) text += ':' + std::to_string(lines.front());
  text += ": " + what;
  if (lines.size() > 1) {
    text += " (" + std::to_string(count) + " times: also line" + (lines.size() > 2 ? "s " : " ");
    for (std::size_t i = 1; i < lines.size(); ++i) text += (i > 1 ? ", " : "") + std::to_string(lines[i]);
    text += count > lines.size() ? ", ...)" : ")";
  }
  if (!hint.empty()) text += "; hint: " + hint;
  return text;
}

void TableFindings::add(TableCode code, const std::string& file, std::uint64_t line, const std::string& what,
                        const std::string& hint) {
  const auto same = std::find_if(all_.begin(), all_.end(), [&](const TableFinding& other) {
    return other.code == code && other.what == what && other.file == file;
  });
  if (same == all_.end()) {
    all_.push_back({code, file, {}, 1, what, hint});
    if (line > 0) all_.back().lines.push_back(line);
    return;
  }
  ++same->count;
  if (line > 0 && same->lines.size() < kLinesNamed) same->lines.push_back(line);
}

void TableFindings::append(const TableFindings& others) {
  all_.insert(all_.end(), others.all_.begin(), others.all_.end());
}

Verdict TableFindings::verdict() const {
  Verdict worst = Verdict::kPass;
  for (const TableFinding& finding : all_)
    worst = std::max(worst, refuses(finding.code) ? Verdict::kFail : Verdict::kReview);
  return worst;
}

Verdict TableFindings::verdict(std::string_view file) const {
  Verdict worst = Verdict::kPass;
  for (const TableFinding& finding : all_)
    if (finding.file == file) worst = std::max(worst, refuses(finding.code) ? Verdict::kFail : Verdict::kReview);
  return worst;
}

std::map<std::string, std::uint64_t> TableFindings::counts() const {
  std::map<std::string, std::uint64_t> counts;
  for (const TableFinding& finding : all_) counts[std::string{name_of(finding.code)}] += finding.count;
  return counts;
}

}  // namespace digitalis
