#include "screening/toml_fields.hpp"

#include <algorithm>
#include <sstream>

#include "chem/suggest.hpp"

namespace digitalis {
namespace {

std::string kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::array: return "a list";
    case toml::node_type::table: return "a table";
    default: return "a date or time";
  }
}

std::string place_of(const std::string& file, const toml::source_region& source) {
  return file + ":" + std::to_string(source.begin.line) + ":" + std::to_string(source.begin.column);
}

std::string in_words(double value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

}  // namespace

TomlFields::TomlFields(const toml::table& table, std::string title, std::string file, Findings& findings)
    : table_(table), title_(std::move(title)), file_(std::move(file)), findings_(findings) {}

std::string TomlFields::place(std::string_view key) const {
  const toml::node* node = key.empty() ? nullptr : table_.get(key);
  return place_of(file_, node ? node->source() : table_.source());
}

void TomlFields::error(std::string_view key, const std::string& what, const std::string& hint) {
  findings_.error(place(key) + ": " + what + (hint.empty() ? "" : "; hint: " + hint));
}

const toml::node* TomlFields::find(std::string_view key) {
  known_.emplace_back(key);
  return table_.get(key);
}

void TomlFields::wrong_type(std::string_view key, const toml::node& node, const std::string& expected) {
  findings_.error(place_of(file_, node.source()) + ": '" + std::string{key} + "' is " + kind_of(node) + ", expected " +
                  expected);
}

std::optional<std::string> TomlFields::text(std::string_view key) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  if (auto value = node->value_exact<std::string>()) return value;
  wrong_type(key, *node, "a string; hint: put it in double quotes");
  return std::nullopt;
}

std::optional<std::int64_t> TomlFields::whole(std::string_view key, std::int64_t low, std::int64_t high) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  const auto value = node->value_exact<std::int64_t>();
  if (!value) {
    wrong_type(key, *node, "a whole number; hint: write it without quotes and without a point");
  } else if (*value < low || *value > high) {
    error(key, "'" + std::string{key} + "' is " + std::to_string(*value) + ", expected " + std::to_string(low) +
                   " to " + std::to_string(high));
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<double> TomlFields::number(std::string_view key, double low, double high) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  const auto value = node->is_number() ? node->value<double>() : std::nullopt;
  if (!value) {
    wrong_type(key, *node, "a number; hint: write it without quotes");
  } else if (!(*value >= low && *value <= high)) {
    error(key, "'" + std::string{key} + "' is " + in_words(*value) + ", expected " + in_words(low) + " to " +
                   in_words(high));
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<bool> TomlFields::flag(std::string_view key) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  if (auto value = node->value_exact<bool>()) return value;
  wrong_type(key, *node, "true or false; hint: write it without quotes");
  return std::nullopt;
}

std::vector<TomlFields::Text> TomlFields::texts(std::string_view key) {
  const toml::node* node = find(key);
  std::vector<Text> values;
  if (!node) return values;
  const auto take = [&](const toml::node& entry) {
    if (auto value = entry.value_exact<std::string>())
      values.push_back({*value, place_of(file_, entry.source())});
    else
      wrong_type(key, entry, "a string; hint: put it in double quotes");
  };
  if (const toml::array* list = node->as_array())
    for (const toml::node& entry : *list) take(entry);
  else
    take(*node);
  return values;
}

std::optional<std::pair<double, double>> TomlFields::range(std::string_view key) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  const toml::array* list = node->as_array();
  if (!list || list->size() != 2 || !(*list)[0].is_number() || !(*list)[1].is_number()) {
    wrong_type(key, *node,
               "two numbers; hint: " + std::string{key} + " = [low, high], where -inf and inf mean no limit");
    return std::nullopt;
  }
  const std::pair ends{*(*list)[0].value<double>(), *(*list)[1].value<double>()};
  if (ends.first <= ends.second) return ends;
  error(key, "'" + std::string{key} + "' runs from " + in_words(ends.first) + " down to " + in_words(ends.second),
        "write the lower end first");
  return std::nullopt;
}

std::optional<std::vector<double>> TomlFields::numbers(std::string_view key, std::size_t count) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  std::vector<double> values;
  const toml::array* list = node->as_array();
  if (list)
    for (const toml::node& entry : *list)
      if (entry.is_number()) values.push_back(*entry.value<double>());
  if (list && values.size() == count && list->size() == count) return values;
  wrong_type(key, *node, "a list of " + std::to_string(count) + " numbers");
  return std::nullopt;
}

std::optional<TomlFields::Amount> TomlFields::amount(std::string_view key) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  const std::string hint = "a share such as 0.05, or a whole number of compounds such as 1000";
  if (const auto count = node->value_exact<std::int64_t>()) {
    if (*count >= 1) return Amount{.share = {}, .count = static_cast<std::uint64_t>(*count)};
  } else if (const auto share = node->value_exact<double>()) {
    if (*share > 0.0 && *share <= 1.0) return Amount{.share = share, .count = {}};
  } else {
    wrong_type(key, *node, hint);
    return std::nullopt;
  }
  error(key, "'" + std::string{key} + "' keeps nothing or more than all", hint);
  return std::nullopt;
}

const toml::table* TomlFields::table(std::string_view key) {
  const toml::node* node = find(key);
  if (!node) return nullptr;
  if (const toml::table* found = node->as_table()) return found;
  wrong_type(key, *node, "a table; hint: write [" + std::string{key} + "] on a line of its own");
  return nullptr;
}

std::vector<const toml::table*> TomlFields::tables(std::string_view key) {
  const toml::node* node = find(key);
  std::vector<const toml::table*> found;
  if (!node) return found;
  const toml::array* list = node->as_array();
  bool good = list != nullptr;
  if (list)
    for (const toml::node& entry : *list) {
      const toml::table* one = entry.as_table();
      good = good && one;
      if (one) found.push_back(one);
    }
  if (!good) wrong_type(key, *node, "a list of tables; hint: write [[" + std::string{key} + "]] in double brackets");
  return found;
}

void TomlFields::finish() {
  for (const auto& [key, node] : table_) {
    const std::string name{key.str()};
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const std::string nearest = nearest_name(name, known_);
    findings_.error(place_of(file_, key.source()) + ": unknown key '" + name + "' in " + title_ +
                    "; hint: " + (nearest.empty() ? "keys are " + join(known_) : "did you mean '" + nearest + "'?"));
  }
}

}  // namespace digitalis
