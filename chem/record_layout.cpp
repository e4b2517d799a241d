#include "chem/record_layout.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "chem/column_names.hpp"
#include "chem/record_fields.hpp"
#include "chem/smiles_shape.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

using Format = RecordLayout::Format;
using Fields = std::vector<std::string>;

constexpr std::size_t kJudgedLines = 200;
constexpr double kMostly = 0.5;

/// The ending that speaks of the format, lower case, without the one of the compression: "smi" of "a.SMI.gz".
std::string format_ending(std::string_view source) {
  std::string name(source.substr(source.rfind('/') == std::string_view::npos ? 0 : source.rfind('/') + 1));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const std::string_view packed : {".gz", ".bz2", ".zst"}) {
    if (name.ends_with(packed)) {
      name.resize(name.size() - packed.size());
      break;
    }
  }
  const auto dot = name.rfind('.');
  return dot == std::string::npos ? std::string() : name.substr(dot + 1);
}

bool is_one_of(std::string_view ending, std::initializer_list<std::string_view> endings) {
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

bool holds_mol_blocks(std::span<const std::string_view> lines) {
  return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    return line.starts_with("$$$$") || line.starts_with("M  END") || line.ends_with(" V2000") ||
           line.ends_with(" V3000");
  });
}

// ---------------------------------------------------------------- SDF

/// The name in a data header such as "> 25 <MELTING.POINT> (42)"; empty when there is none.
std::string data_field_name(std::string_view line) {
  const auto open = line.find('<');
  const auto close = line.rfind('>');
  if (!line.starts_with('>') || open == std::string_view::npos || close == std::string_view::npos || close < open)
    return {};
  return std::string(line.substr(open + 1, close - open - 1));
}

SourceStart sdf_layout(const std::string& source, std::span<const std::string_view> lines, const ReadOptions& options) {
  SourceStart start;
  start.layout.format = Format::kSdf;
  Fields names;
  bool has_titles = false;
  bool has_whole_record = false;
  std::size_t line_of_record = 0;
  for (const auto line : lines) {
    if (line.starts_with("$$$$")) {
      has_whole_record = true;
      line_of_record = 0;
      continue;
    }
    if (line_of_record++ == 0) has_titles = has_titles || !without_blanks(line).empty();
    const auto name = data_field_name(line);
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  if (!options.id_column.empty()) {
    const auto found = find_name(names, options.id_column);
    if (!found && has_whole_record) {
      throw UsageError(source + ":1: no data field named '" + options.id_column + "'; hint: " +
                       (names.empty() ? "the first records have none, their title line is the ID"
                                      : "the first records have " + quoted_list(names)));
    }
    start.layout.id_property = found ? names[*found] : options.id_column;
  } else if (!has_titles) {
    std::optional<std::size_t> best;
    for (const auto& name : names) {
      const auto rank = rank_as_id(name);
      if (!rank || (best && *best <= *rank)) continue;
      best = rank;
      start.layout.id_property = name;
    }
  }
  return start;
}

// ---------------------------------------------------------------- columns

/// The lines that matter, seen with one delimiter.
struct Table {
  Format format = Format::kSmiles;
  char delimiter = 0;
  std::vector<Fields> rows;
  std::vector<std::size_t> like_smiles;  ///< per column: how many entries look like SMILES
  std::vector<std::size_t> filled;       ///< per column: how many entries are not empty

  [[nodiscard]] std::size_t columns() const { return filled.size(); }
  [[nodiscard]] std::size_t best_count() const {
    return like_smiles.empty() ? 0 : *std::max_element(like_smiles.begin(), like_smiles.end());
  }
};

Format format_with(char delimiter, std::string_view ending) {
  const bool csv = delimiter == ',' || delimiter == ';' || (delimiter == '\t' && is_one_of(ending, {"csv", "tsv"}));
  return csv ? Format::kCsv : Format::kSmiles;
}

Table table_of(std::span<const std::string_view> lines, char delimiter, std::string_view ending) {
  Table table;
  table.delimiter = delimiter;
  table.format = format_with(delimiter, ending);
  for (const auto line : lines) {
    table.rows.push_back(split_fields(line, table.format, delimiter));
    const auto& row = table.rows.back();
    if (row.size() > table.filled.size()) {
      table.filled.resize(row.size());
      table.like_smiles.resize(row.size());
    }
    for (std::size_t column = 0; column < row.size(); ++column) {
      table.filled[column] += row[column].empty() ? 0 : 1;
      table.like_smiles[column] += looks_like_smiles(row[column]) ? 1 : 0;
    }
  }
  return table;
}

std::size_t usual_columns(const Table& table) {
  std::map<std::size_t, std::size_t> counts;
  for (const auto& row : table.rows) ++counts[row.size()];
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](auto& a, auto& b) { return a.second < b.second; });
  return most == counts.end() ? 0 : most->first;
}

/// A first row is a header when it names a column as headers do, or holds a word where the others hold structures.
bool is_header(const Fields& row, const Table& table) {
  if (std::any_of(row.begin(), row.end(), looks_like_smiles)) return false;
  if (std::any_of(row.begin(), row.end(), [](const auto& name) { return rank_as_smiles(name).has_value(); }))
    return true;
  const auto best = std::max_element(table.like_smiles.begin(), table.like_smiles.end()) - table.like_smiles.begin();
  if (table.best_count() == 0 || static_cast<std::size_t>(best) >= row.size()) return false;
  const auto& name = row[static_cast<std::size_t>(best)];
  constexpr std::string_view kSmilesLetters = "BCNOPSFIHlrbcnops";
  const bool is_word =
      std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '_' || c == ' '; });
  return is_word && std::any_of(name.begin(), name.end(), [&](unsigned char c) {
           return std::isalpha(c) && kSmilesLetters.find(static_cast<char>(c)) == std::string_view::npos;
         });
}

/// Finds the columns of one source; the parts share what was seen in it.
class ColumnFinder {
 public:
  ColumnFinder(const std::string& source, const ReadOptions& options) : source_(source), options_(options) {}

  SourceStart find(std::span<const std::string_view> lines) {
    const auto ending = format_ending(source_);
    std::vector<std::string_view> judged;
    std::vector<std::uint64_t> numbers;
    std::string_view last_comment;
    std::uint64_t last_comment_line = 0;
    for (std::size_t at = 0; at < lines.size() && judged.size() < kJudgedLines; ++at) {
      if (without_blanks(lines[at]).empty()) continue;
      if (lines[at].starts_with('#')) {
        if (judged.empty()) last_comment = lines[at].substr(1), last_comment_line = at + 1;
        continue;
      }
      judged.push_back(lines[at]);
      numbers.push_back(at + 1);
    }
    choose_table(judged, last_comment, ending);

    SourceStart start;
    start.layout.format = table_.format;
    start.layout.delimiter = table_.delimiter;
    if (last_comment_line > 0) {
      auto names = split_fields(last_comment, table_.format, table_.delimiter);
      const bool fits = table_.rows.empty() || names.size() == usual_columns(table_);
      if (fits &&
          std::any_of(names.begin(), names.end(), [](auto& name) { return rank_as_smiles(name).has_value(); })) {
        header_ = std::move(names);
        start.header_line = last_comment_line;
      }
    }
    if (header_.empty() && !table_.rows.empty() && is_header(table_.rows.front(), table_)) {
      header_ = table_.rows.front();
      start.header_line = numbers.front();
    }
    start.columns = std::max(usual_columns(table_), header_.size());
    if (start.columns == 0) return start;
    const bool first_row_is_header = !numbers.empty() && start.header_line == numbers.front();
    const std::size_t data_rows = table_.rows.size() - (first_row_is_header ? 1 : 0);
    const auto smiles = smiles_column(data_rows, start.columns, ending);
    start.layout.smiles_column = static_cast<std::int32_t>(smiles);
    start.layout.id_column = id_column(smiles, data_rows, start.columns);
    return start;
  }

 private:
  /// The delimiter that shows most structures; between equals the one whose first row has the columns that the user or
  /// custom names, then the first of tab, comma, semicolon, blanks.
  void choose_table(std::span<const std::string_view> judged, std::string_view comment, std::string_view ending) {
    const char otherwise = is_one_of(ending, {"csv"}) ? ',' : '\0';
    table_ = table_of(judged, otherwise, ending);
    auto best = std::pair{table_.best_count(), named_columns(judged, comment, table_)};
    for (const char delimiter : {'\t', ',', ';', '\0'}) {
      if (delimiter == otherwise) continue;
      const auto holds = [&](std::string_view line) {
        return delimiter != 0 && line.find(delimiter) != std::string_view::npos;
      };
      if (delimiter != 0 && std::none_of(judged.begin(), judged.end(), holds) && !holds(comment)) continue;
      auto table = table_of(judged, delimiter, ending);
      const auto merit = std::pair{table.best_count(), named_columns(judged, comment, table)};
      const bool splits_where_blanks_do_too = merit == best && delimiter == '\t' && table_.delimiter == 0;
      if (merit > best || splits_where_blanks_do_too) {
        best = merit;
        table_ = std::move(table);
      }
    }
  }

  std::size_t named_columns(std::span<const std::string_view> judged, std::string_view comment,
                            const Table& table) const {
    Fields names = table.rows.empty() ? Fields() : table.rows.front();
    if (judged.empty() || !comment.empty()) {
      const auto more = split_fields(comment, table.format, table.delimiter);
      names.insert(names.end(), more.begin(), more.end());
    }
    std::size_t count = 0;
    for (const auto& wanted : {options_.smiles_column, options_.id_column}) {
      count += !wanted.empty() && find_name(names, wanted) ? 2U : 0U;
    }
    return count + (std::any_of(names.begin(), names.end(), [](auto& name) { return rank_as_smiles(name).has_value(); })
                        ? 1U
                        : 0U);
  }

  std::size_t smiles_column(std::size_t data_rows, std::size_t columns, std::string_view ending) const {
    if (!options_.smiles_column.empty()) return asked_for(options_.smiles_column, columns);
    const auto share = [&](std::size_t column) {
      const auto filled = column < table_.columns() ? table_.filled[column] : 0;
      return filled == 0 ? 0.0 : static_cast<double>(table_.like_smiles[column]) / static_cast<double>(filled);
    };
    std::optional<std::size_t> named;
    for (std::size_t column = 0; column < header_.size(); ++column) {
      const auto rank = rank_as_smiles(header_[column]);
      if (!rank || (data_rows > 0 && share(column) < kMostly)) continue;
      if (!named || *rank < *rank_as_smiles(header_[*named])) named = column;
    }
    if (named) return *named;
    const auto best = std::max_element(table_.like_smiles.begin(), table_.like_smiles.end());
    if (best != table_.like_smiles.end() && static_cast<double>(*best) >= kMostly * static_cast<double>(data_rows)) {
      return static_cast<std::size_t>(best - table_.like_smiles.begin());
    }
    // A few bad lines in a file that says it holds SMILES are rejects, not a reason to refuse it.
    constexpr std::size_t kFew = 10;
    if (header_.empty() && data_rows < kFew && is_one_of(ending, {"smi", "smiles", "ism"})) return 0;
    std::string remedy = "name the SMILES column";
    if (!header_.empty()) {
      remedy += ", the columns are " + quoted_list(header_);
    } else if (columns > 1) {
      remedy += " by its number, from 1 to " + std::to_string(columns);
    } else {
      remedy = "give a SMILES, CSV or SDF file";
    }
    throw UsageError(source_ + ":1: no column holds structures as SMILES; hint: " + remedy);
  }

  std::int32_t id_column(std::size_t smiles, std::size_t data_rows, std::size_t columns) const {
    if (!options_.id_column.empty()) return static_cast<std::int32_t>(asked_for(options_.id_column, columns));
    if (!header_.empty()) {
      std::optional<std::size_t> best;
      for (std::size_t column = 0; column < header_.size(); ++column) {
        const auto rank = rank_as_id(header_[column]);
        if (column == smiles || !rank || rank_as_smiles(header_[column])) continue;
        if (!best || *rank < *rank_as_id(header_[*best])) best = column;
      }
      // Tables written with a row index leave its header empty.
      if (!best && header_.size() > 1 && header_[0].empty() && smiles != 0) best = 0;
      return best ? static_cast<std::int32_t>(*best) : -1;
    }
    for (std::size_t column = 0; column < table_.columns(); ++column) {
      if (column == smiles || table_.filled[column] == 0) continue;
      const bool structures =
          static_cast<double>(table_.like_smiles[column]) > kMostly * static_cast<double>(data_rows);
      if (!structures && !holds_measurements(column)) return static_cast<std::int32_t>(column);
    }
    return -1;
  }

  /// True for a column of decimal numbers, such as a score: never an ID.
  bool holds_measurements(std::size_t column) const {
    bool has_fraction = false;
    for (const auto& row : table_.rows) {
      if (column >= row.size() || row[column].empty()) continue;
      double value = 0;
      const auto* const stop = row[column].data() + row[column].size();
      const auto [end, error] = std::from_chars(row[column].data(), stop, value);
      if (error != std::errc() || end != stop) return false;
      has_fraction = has_fraction || row[column].find_first_of(".eE") != std::string::npos;
    }
    return has_fraction;
  }

  std::size_t asked_for(const std::string& name, std::size_t columns) const {
    if (const auto found = find_name(header_, name)) return *found;
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool is_number = error == std::errc() && end == name.data() + name.size();
    if (is_number && number >= 1 && number <= columns) return number - 1;
    const std::string what = is_number ? "no column " + name : "no column named '" + name + "'";
    if (!header_.empty()) throw UsageError(source_ + ":1: " + what + "; hint: the columns are " + quoted_list(header_));
    throw UsageError(source_ + ":1: " + what +
                     "; hint: the file has no header, give the column by its number, from 1 to " +
                     std::to_string(columns));
  }

  const std::string& source_;
  const ReadOptions& options_;
  Table table_;
  Fields header_;
};

}  // namespace

SourceStart find_layout(const std::string& source, std::span<const std::string_view> lines,
                        const ReadOptions& options) {
  const auto ending = format_ending(source);
  if (is_one_of(ending, {"sdf", "sd", "mol"}) || holds_mol_blocks(lines)) return sdf_layout(source, lines, options);
  return ColumnFinder(source, options).find(lines);
}

}  // namespace digitalis
