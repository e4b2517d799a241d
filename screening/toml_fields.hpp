#pragma once
// Reads the fields of a TOML table and says precisely what is wrong with each.

#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "screening/findings.hpp"

namespace digitalis {

/// One table of a campaign file. Each getter names a key that may be there: finish() reports all the others.
/// A getter returns nothing when the key is absent or its value is wrong; the latter is a finding.
class TomlFields {
 public:
  /// `title` is how messages call the table: "[library]". `file` names the campaign file.
  TomlFields(const toml::table& table, std::string title, std::string file, Findings& findings);

  std::optional<std::string> text(std::string_view key);
  std::optional<std::int64_t> whole(std::string_view key, std::int64_t low, std::int64_t high);
  std::optional<double> number(std::string_view key, double low, double high);
  std::optional<bool> flag(std::string_view key);

  struct Text {
    std::string value;
    std::string place;
  };
  /// A string or a list of strings; empty when absent.
  std::vector<Text> texts(std::string_view key);
  /// [low, high], either of which may be inf.
  std::optional<std::pair<double, double>> range(std::string_view key);
  /// Exactly `count` numbers.
  std::optional<std::vector<double>> numbers(std::string_view key, std::size_t count);
  /// A share (0 < x < 1, or 1.0) or a whole number from 1.
  struct Amount {
    std::optional<double> share;
    std::optional<std::uint64_t> count;
  };
  std::optional<Amount> amount(std::string_view key);
  /// A sub-table `[key]`, or nothing.
  const toml::table* table(std::string_view key);
  /// Fields of a table in this one, under the same file and findings.
  [[nodiscard]] TomlFields inner(const toml::table& table, std::string title) const {
    return {table, std::move(title), file_, findings_};
  }
  /// An array of tables `[[key]]`; empty when absent.
  std::vector<const toml::table*> tables(std::string_view key);

  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
  /// "file:line:column" of a key's value, or of the table when the key is not there.
  [[nodiscard]] std::string place(std::string_view key = {}) const;
  void error(std::string_view key, const std::string& what, const std::string& hint = {});
  /// Reports every key that no getter asked for, with the nearest one that exists.
  void finish();

 private:
  const toml::node* find(std::string_view key);
  void wrong_type(std::string_view key, const toml::node& node, const std::string& expected);

  const toml::table& table_;
  std::string title_, file_;
  Findings& findings_;
  std::vector<std::string> known_;
};

}  // namespace digitalis
