// outcomes.meta.json: where a table comes from, and what its producer states about disclosure control.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scoring/outcomes/disclosure.hpp"
#include "scoring/outcomes/identifiers.hpp"
#include "scoring/outcomes/table_reader.hpp"

namespace digitalis {
namespace {

using nlohmann::json;

constexpr int kDeepest = 8;
constexpr std::size_t kMostBytes = std::size_t{4} << 20U;

class MetaReader {
 public:
  MetaReader(const std::string& file, Day today, TableFindings& findings)
      : file_(file), today_(today), findings_(findings) {}

  TableMeta read(std::string_view text) {
    TableMeta meta;
    if (text.size() > kMostBytes) {
      add("more than " + std::to_string(kMostBytes >> 20U) + " MB");
      return meta;
    }
    bool too_deep = false;
    const auto shallow = [&](int depth, json::parse_event_t, json&) {
      too_deep |= depth > kDeepest;
      return depth <= kDeepest;
    };
    const json document = json::parse(text, shallow, false);
    if (document.is_discarded() || too_deep || !document.is_object()) {
      add("not a JSON object", "see scoring/outcomes/README.md");  // what the parser says would quote the file
      return meta;
    }
    look_for_identifiers(document);
    meta.table_id = string(document, "table_id");
    if (!meta.table_id.empty() && !is_plain_id(meta.table_id)) {
      add("'table_id': no plain name", "letters, digits, '_', '.' and '-', at most 64, beginning with a letter");
      meta.table_id.clear();
    }
    meta.producer = string(document, "producer");
    meta.source_title = string(document, "source_title");
    meta.source_url = string(document, "source_url");
    meta.licence = string(document, "licence");
    meta.sha256 = string(document, "sha256");
    meta.released_on = day(document, "released_on");
    const auto sdc = document.find("sdc");
    if (sdc == document.end() || !sdc->is_object())
      add("there is no 'sdc': nobody states how the table was made safe", "see scoring/outcomes/README.md");
    else
      read_sdc(*sdc, meta.sdc);
    read_totals(document, meta.totals);
    return meta;
  }

 private:
  void add(const std::string& what, const std::string& hint = "") {
    findings_.add(TableCode::kMeta, file_, 0, "the statement beside it: " + what, hint);
  }

  /// Dates, addresses and digests belong into a statement; numbers of people do not.
  void look_for_identifiers(const json& node) {
    if (node.is_object())
      for (const auto& [key, child] : node.items()) look_for_identifiers(json(key));
    if (node.is_structured())
      for (const json& child : node) look_for_identifiers(child);
    const std::string text = node.is_string() ? node.get<std::string>() : node.is_number() ? node.dump() : "";
    const std::string_view what = identifier_in(text, node.is_number());
    if (what == kNhsNumber || what == kInsuranceNumber)
      findings_.add(TableCode::kRowLevel, file_, 0,
                    "the statement beside it holds what looks like " + std::string{what}, "give aggregate tables only");
  }

  std::string string(const json& object, const char* field) {
    const auto found = object.find(field);
    if (found != object.end() && found->is_string() && !found->get_ref<const std::string&>().empty())
      return found->get<std::string>();
    add("there is no '" + std::string{field} + "'");
    return {};
  }

  std::optional<Day> day(const json& object, const char* field) {
    const std::string text = string(object, field);
    if (text.empty()) return std::nullopt;
    const auto day = parse_day(text);
    if (!day)
      add("'" + std::string{field} + "': no day", "write it as 2020-07-23");
    else if (*day > today_)
      add("'" + std::string{field} + "': in the future");
    return day;
  }

  std::optional<int> integer(const json& object, const char* field) {
    const auto found = object.find(field);
    if (found == object.end()) return std::nullopt;
    if (found->is_number_integer() && *found >= 0 && *found <= 1000) return found->get<int>();
    add("'sdc." + std::string{field} + "': not a whole number of 0 to 1000");
    return std::nullopt;
  }

  bool boolean(const json& object, const char* field) {
    const auto found = object.find(field);
    if (found == object.end()) return false;
    if (!found->is_boolean()) add("'sdc." + std::string{field} + "': neither true nor false");
    return found->is_boolean() && found->get<bool>();
  }

  void read_sdc(const json& object, SdcStatement& sdc) {
    sdc.profile = string(object, "profile");
    const bool custom = sdc.profile == "custom";
    if (!sdc.profile.empty() && !custom && sdc.profile != "opensafely" && sdc.profile != "hes-2018")
      add("'sdc.profile': none of opensafely, hes-2018, custom");
    const auto min_count = integer(object, "min_count");
    if (!min_count) add("there is no 'sdc.min_count'", "the smallest count that the table shows, zero aside");
    if (min_count && *min_count < DisclosurePolicy::kLowestMinCount)
      add("'sdc.min_count' is below " + std::to_string(DisclosurePolicy::kLowestMinCount));
    sdc.min_count = min_count.value_or(0);
    sdc.midpoint6 = boolean(object, "midpoint6");
    const auto base = integer(object, "round_base");
    if (!base && !sdc.midpoint6)
      add("there is neither 'sdc.round_base' nor 'sdc.midpoint6'", "round_base 1 is unrounded");
    sdc.round_base = std::max(1, base.value_or(1));
    if (!custom && base && !sdc.midpoint6 && sdc.round_base != 5) add("'sdc.round_base' is not the profile's, 5");
    sdc.national_exempt = boolean(object, "national_exempt");
    const auto dominance = object.find("dominance_checked");
    if (dominance == object.end() || (!dominance->is_string() && !dominance->is_object()))
      add("there is no 'sdc.dominance_checked'",
          "the (n,k) and p limits that were kept, or \"not applicable (frequencies)\"");
    else
      sdc.dominance_checked = dominance->is_string() ? dominance->get<std::string>()
                                                     : dominance->dump(-1, ' ', false, json::error_handler_t::replace);
    sdc.checked_by = string(object, "checked_by");
    sdc.checked_on = day(object, "checked_on");
  }

  /// [["total key", ["member key", ...]], ...]; a flat list of keys is taken as the total and its members.
  void read_totals(const json& document, std::vector<DeclaredTotal>& totals) {
    const auto found = document.find("totals");
    if (found == document.end()) return;
    bool fits = found->is_array();
    if (fits)
      for (const json& entry : *found) {
        DeclaredTotal total;
        fits &= entry.is_array() && entry.size() >= 2 && entry[0].is_string();
        if (!fits) break;
        total.total = entry[0].get<std::string>();
        const bool nested = entry[1].is_array() && entry.size() == 2;
        for (std::size_t i = nested ? 0 : 1; i < (nested ? entry[1].size() : entry.size()); ++i) {
          const json& member = nested ? entry[1][i] : entry[i];
          fits &= member.is_string();
          if (member.is_string()) total.members.push_back(member.get<std::string>());
        }
        totals.push_back(std::move(total));
      }
    if (!fits) add("'totals': not a list of [total key, [member keys]]");
  }

  const std::string& file_;
  Day today_;
  TableFindings& findings_;
};

}  // namespace

TableMeta read_meta(const std::string& file, std::string_view text, Day today, TableFindings& findings) {
  return MetaReader{file, today, findings}.read(text);
}

}  // namespace digitalis
