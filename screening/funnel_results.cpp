#include "screening/funnel_results.hpp"

#include <algorithm>

#include "screening/docking_stage.hpp"

namespace digitalis {
namespace {

/// "mw_g_mol 612.3 above 500" -> "mw_g_mol above 500"; anything else stays as it is.
std::string without_value(const std::string& reason) {
  const std::size_t value = reason.find(' ');
  const std::size_t rest = value == std::string::npos ? value : reason.find(' ', value + 1);
  if (rest == std::string::npos) return reason;
  const bool is_number =
      reason.substr(value + 1, rest - value - 1).find_first_not_of("-0123456789.") == std::string::npos;
  return is_number ? reason.substr(0, value) + reason.substr(rest) : reason;
}

}  // namespace

void add(std::vector<StageSummary>& all, const std::vector<StageSummary>& more) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].entered += more[i].entered;
    all[i].passed += more[i].passed;
    for (const auto& [reason, count] : more[i].reasons) all[i].reasons[reason] += count;
  }
}

std::string to_bytes(const std::vector<StageSummary>& summaries) {
  ByteWriter out;
  for (const StageSummary& stage : summaries) {
    out.put(stage.entered);
    out.put(stage.passed);
    out.put(static_cast<std::uint64_t>(stage.reasons.size()));
    for (const auto& [reason, count] : stage.reasons) {
      out.put_string(reason);
      out.put(count);
    }
  }
  return out.take();
}

std::vector<StageSummary> summaries_from(std::string_view bytes) {
  std::vector<StageSummary> summaries;
  for (ByteReader in{bytes}; !in.at_end();) {
    StageSummary& stage = summaries.emplace_back();
    stage.entered = in.get<std::uint64_t>();
    stage.passed = in.get<std::uint64_t>();
    for (auto reasons = in.get<std::uint64_t>(); reasons > 0; --reasons) {
      const std::string reason{in.get_string()};
      stage.reasons[reason] = in.get<std::uint64_t>();
    }
  }
  return summaries;
}

void Candidate::put_into(ByteWriter& out) const {
  out.put(chunk);
  out.put(index);
  out.put(score);
  out.put_array(std::span{columns});
  out.put_array(std::span{nearest});
  out.put(static_cast<std::uint64_t>(leading));
}

Candidate Candidate::taken_from(ByteReader& in) {
  Candidate candidate;
  candidate.chunk = in.get<std::uint64_t>();
  candidate.index = in.get<std::uint32_t>();
  candidate.score = in.get<double>();
  candidate.columns = in.get_array<double>();
  candidate.nearest = in.get_array<std::uint32_t>();
  candidate.leading = in.get<std::uint64_t>();
  return candidate;
}

std::string reason_category(const std::string& reason) {
  if (const auto code = docking_reject_code(reason)) return std::string{name_of(*code)};
  if (reason.starts_with("alert ")) return reason.substr(0, reason.find(' ', 6));
  std::string category;
  for (std::size_t at = 0; at < reason.size();) {
    const std::size_t end = std::min(reason.find(", ", at), reason.size());
    category += (at == 0 ? "" : ", ") + without_value(reason.substr(at, end - at));
    at = end + 2;
  }
  return category;
}

}  // namespace digitalis
