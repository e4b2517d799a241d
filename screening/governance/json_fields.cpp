#include "screening/governance/json_fields.hpp"

#include <algorithm>
#include <set>

#include "chem/suggest.hpp"

namespace digitalis::governance {
namespace {

const nlohmann::json kEmptyObject = nlohmann::json::object();

std::string choices_text(const std::vector<std::string>& choices) { return "one of " + join(choices); }

}  // namespace

std::optional<nlohmann::json> parse_object(std::string_view bytes, const std::string& file, Findings& findings) {
  using Json = nlohmann::json;
  std::vector<std::set<std::string>> open;
  std::string repeated;
  const Json::parser_callback_t watch = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second && repeated.empty())
      repeated = value.get<std::string>();
    return true;
  };
  try {
    Json json = Json::parse(bytes, watch);
    if (!json.is_object())
      findings.error(file + ": expected an object; hint: { ... }");
    else if (!repeated.empty())
      findings.error(file + ": '" + repeated + "' stands twice in one object; hint: keep one of them");
    else
      return json;
  } catch (const Json::parse_error& error) {
    const std::size_t at = std::min<std::size_t>(error.byte, bytes.size());
    const auto line = 1 + std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    findings.error(file + ":" + std::to_string(line) + ": not JSON; hint: look for a missing comma, quote or bracket");
  }
  return std::nullopt;
}

void JsonFields::error(const std::string& key, const std::string& what, const std::string& hint) {
  findings_.error(file_ + ": " + pointer_ + (key.empty() ? "" : "/" + key) + ": " + what +
                  (hint.empty() ? "" : "; hint: " + hint));
}

const nlohmann::json* JsonFields::find(const char* key) {
  known_.emplace_back(key);
  const auto found = object_.find(key);
  if (found != object_.end()) return &*found;
  if (&object_ != &kEmptyObject) error(key, "missing");  // else the object itself is what is missing
  return nullptr;
}

std::string JsonFields::text(const char* key) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_string() || value->get_ref<const std::string&>().find_first_not_of(" \t\r\n") == std::string::npos) {
    error(key, "expected text");
    return {};
  }
  return *value;
}

std::string JsonFields::text_or_empty(const char* key) {
  const nlohmann::json* value = find(key);
  if (value == nullptr || value->is_null()) return {};
  if (!value->is_string()) {
    error(key, "expected text");
    return {};
  }
  const std::string text = *value;
  return text.find_first_not_of(" \t\r\n") == std::string::npos ? "" : text;
}

std::string JsonFields::word(const char* key, const std::vector<std::string>& choices) {
  const std::size_t before = findings_.errors();
  std::string word = text(key);
  if (findings_.errors() > before || word.empty()) return {};
  if (std::find(choices.begin(), choices.end(), word) != choices.end()) return word;
  const std::string nearest = nearest_name(word, choices);
  error(key, "expected " + choices_text(choices), nearest.empty() ? "" : "did you mean '" + nearest + "'?");
  return {};
}

std::vector<std::string> JsonFields::texts(const char* key, std::size_t at_least) {
  const nlohmann::json* value = find(key);
  std::vector<std::string> texts;
  if (value == nullptr) return texts;
  const bool right = value->is_array() && std::all_of(value->begin(), value->end(), [](const nlohmann::json& entry) {
                       return entry.is_string() && !entry.get_ref<const std::string&>().empty();
                     });
  if (!right)
    error(key, "expected a list of texts");
  else if (value->size() < at_least)
    error(key, "expected at least " + std::to_string(at_least) + (at_least == 1 ? " entry" : " entries"));
  else
    texts = value->get<std::vector<std::string>>();
  return texts;
}

std::int64_t JsonFields::whole(const char* key, std::int64_t low) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return low;
  const bool fits =
      value->is_number_integer() &&
      (!value->is_number_unsigned() || value->get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX));
  if (fits && value->get<std::int64_t>() >= low) return value->get<std::int64_t>();
  error(key, "expected a whole number from " + std::to_string(low) + " on");
  return low;
}

std::optional<std::int64_t> JsonFields::whole_or_null(const char* key, std::int64_t low) {
  if (const auto found = object_.find(key); found != object_.end() && found->is_null()) {
    known_.emplace_back(key);
    return std::nullopt;
  }
  return whole(key, low);
}

bool JsonFields::flag(const char* key) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return false;
  if (!value->is_boolean()) error(key, "expected true or false");
  return value->is_boolean() && value->get<bool>();
}

Date JsonFields::date(const char* key) {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return {};
  if (value->is_string())
    if (const std::optional<Date> date = parse_date(value->get_ref<const std::string&>())) return *date;
  error(key, "expected a date, YYYY-MM-DD");
  return {};
}

std::optional<Date> JsonFields::date_or_null(const char* key) {
  if (const auto found = object_.find(key); found != object_.end() && (found->is_null() || *found == "")) {
    known_.emplace_back(key);
    return std::nullopt;
  }
  return date(key);
}

JsonFields JsonFields::object(const char* key) {
  const nlohmann::json* value = find(key);
  if (value != nullptr && !value->is_object()) error(key, "expected an object");
  const bool is_there = value != nullptr && value->is_object();
  return {is_there ? *value : kEmptyObject, pointer_ + "/" + key, file_, findings_};
}

std::vector<JsonFields> JsonFields::objects(const char* key, std::size_t at_least) {
  const nlohmann::json* value = find(key);
  std::vector<JsonFields> objects;
  if (value == nullptr) return objects;
  const auto is_object = [](const nlohmann::json& entry) { return entry.is_object(); };
  if (!value->is_array() || !std::all_of(value->begin(), value->end(), is_object))
    error(key, "expected a list of objects");
  else if (value->size() < at_least)
    error(key, "expected at least " + std::to_string(at_least) + (at_least == 1 ? " entry" : " entries"));
  else
    for (std::size_t i = 0; i < value->size(); ++i)
      objects.emplace_back((*value)[i], pointer_ + "/" + key + "/" + std::to_string(i), file_, findings_);
  return objects;
}

void JsonFields::finish() {
  for (const auto& [key, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string nearest = nearest_name(key, known_);
    error(key, "unknown field", nearest.empty() ? "fields are " + join(known_) : "did you mean '" + nearest + "'?");
  }
}

}  // namespace digitalis::governance
