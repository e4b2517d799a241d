#pragma once
// Reads the fields of a JSON object and says precisely what is wrong with each, by its JSON pointer (RFC 6901). The
// counterpart of toml_fields.hpp. For this folder's sources.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "screening/findings.hpp"
#include "screening/governance/dates.hpp"

namespace digitalis::governance {

/// Parses; repeated keys and anything that is not an object are findings: a reader that takes the last of two keys and
/// one that takes the first would see two agreements in one file. Nothing when there is a finding.
[[nodiscard]] std::optional<nlohmann::json> parse_object(std::string_view bytes, const std::string& file,
                                                         Findings& findings);

/// One object. Every getter names a key that must be there; finish() reports all the others. A getter returns an empty
/// value when its field is missing or wrong, which is a finding. Not for concurrent use.
class JsonFields {
 public:
  JsonFields(const nlohmann::json& object, std::string pointer, std::string file, Findings& findings)
      : object_(object), pointer_(std::move(pointer)), file_(std::move(file)), findings_(findings) {}

  std::string text(const char* key);           ///< not empty
  std::string text_or_empty(const char* key);  ///< "" and null are for someone else to judge
  std::string word(const char* key, const std::vector<std::string>& choices);
  std::vector<std::string> texts(const char* key, std::size_t at_least);
  std::int64_t whole(const char* key, std::int64_t low);
  std::optional<std::int64_t> whole_or_null(const char* key, std::int64_t low);
  bool flag(const char* key);
  Date date(const char* key);
  std::optional<Date> date_or_null(const char* key);
  /// An object in this one; empty, after a finding, when it is not there.
  JsonFields object(const char* key);
  std::vector<JsonFields> objects(const char* key, std::size_t at_least);
  void error(const std::string& key, const std::string& what, const std::string& hint = {});
  void finish();

 private:
  const nlohmann::json* find(const char* key);
  const nlohmann::json& object_;
  std::string pointer_, file_;
  Findings& findings_;
  std::vector<std::string> known_;
};

}  // namespace digitalis::governance
