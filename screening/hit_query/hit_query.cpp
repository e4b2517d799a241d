#include "screening/hit_query/hit_query.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "chem/usage_error.hpp"
#include "screening/csv.hpp"
#include "screening/hit_query/condition.hpp"
#include "screening/hit_query/poses.hpp"
#include "screening/results_store.hpp"

namespace digitalis {

namespace {

void bind_all(Statement& statement, const std::vector<BoundValue>& values) {
  int parameter = 0;
  for (const BoundValue& value : values) {
    ++parameter;
    if (const auto* number = std::get_if<double>(&value))
      statement.bind(parameter, *number);
    else
      statement.bind(parameter, std::string_view{std::get<std::string>(value)});
  }
}

}  // namespace

struct HitQuery::State {
  State(const std::filesystem::path& file, const PrepareOptions& preparation)
      : results(open_results(file)), columns(results), structures(preparation) {
    register_structure_functions(results, structures);
  }

  Database results;
  HitColumns columns;
  SmilesQuestions structures;
  std::vector<BoundSql> conditions;
  std::string order = "h.place";
  std::size_t most = 0;
  std::vector<std::string> asked;

  void keep_bound(const std::string& text, const char* option, const char* sign) {
    const auto equals = text.find('=');
    const std::string name = text.substr(0, equals);
    double value = 0;
    const char* end = text.data() + text.size();
    const char* number = equals == std::string::npos ? end : text.data() + equals + 1;
    const auto read = std::from_chars(number, end, value);
    if (number == end || read.ec != std::errc{} || read.ptr != end)
      throw UsageError(std::string{option} + " " + text + ": expected COLUMN=NUMBER; hint: " + option + " mw=450");
    const QueryColumn column = named(name);
    if (column.is_text) throw UsageError(std::string{option} + " " + text + ": '" + name + "' is a text");
    conditions.push_back({column.sql + sign + "?", {value}});
    asked.push_back(name);
  }

  [[nodiscard]] QueryColumn named(const std::string& name) const {
    auto column = columns.find(name);
    if (!column) throw UsageError("no column named '" + name + "'; hint: " + columns.hint_for(name, true));
    return *std::move(column);
  }

  /// A table beside the results, in memory, of (place, value); gives its name.
  std::string noted(const std::vector<std::pair<std::int64_t, std::int64_t>>& rows) {
    const std::string table = "temp.noted_" + std::to_string(++notes);
    results.run("PRAGMA temp_store = MEMORY; CREATE TEMP TABLE noted_" + std::to_string(notes) +
                " (place INTEGER PRIMARY KEY, value INTEGER); BEGIN");
    Statement insert{results, "INSERT INTO " + table + " VALUES (?, ?)"};
    for (const auto& [place, value] : rows) insert.bind(1, place).bind(2, value).run();
    results.run("COMMIT");
    return table;
  }
  int notes = 0;

  /// SELECT of these, with everything that was asked.
  Statement select(const std::string& what) {
    std::string sql = "SELECT " + what + " FROM hits AS h";
    std::vector<BoundValue> values;
    for (const BoundSql& condition : conditions) {
      sql += (&condition == conditions.data() ? " WHERE (" : " AND (") + condition.sql + ")";
      values.insert(values.end(), condition.values.begin(), condition.values.end());
    }
    sql += " ORDER BY " + order;
    if (most > 0) sql += " LIMIT " + std::to_string(most);
    Statement statement{results, sql};
    bind_all(statement, values);
    return statement;
  }
};

HitQuery::HitQuery(const std::filesystem::path& results, const PrepareOptions& preparation)
    : state_(std::make_unique<State>(results, preparation)) {}
HitQuery::~HitQuery() = default;
HitQuery::HitQuery(HitQuery&&) noexcept = default;

const HitColumns& HitQuery::columns() const { return state_->columns; }

void HitQuery::keep(const std::string& expression) {
  const auto names = names_in(parse_expression(expression));
  state_->conditions.push_back(condition_sql(expression, state_->columns, state_->results, state_->structures));
  state_->asked.insert(state_->asked.end(), names.begin(), names.end());
}

void HitQuery::keep_at_least(const std::string& bound, const char* option) {
  state_->keep_bound(bound, option, " >= ");
}
void HitQuery::keep_at_most(const std::string& bound, const char* option) { state_->keep_bound(bound, option, " <= "); }

void HitQuery::keep_equal(const std::string& column, const std::string& text) {
  state_->conditions.push_back({state_->named(column).sql + " = ?", {text}});
}

void HitQuery::sort_by(const std::string& column, bool ascending) {
  std::string name = column;
  for (const auto& [ending, is_ascending] : {std::pair{":asc", true}, std::pair{":desc", false}})
    if (name.ends_with(ending)) {
      ascending = is_ascending;
      name.resize(name.size() - std::string_view{ending}.size());
    }
  state_->order = state_->named(name).sql + (ascending ? " ASC" : " DESC") + " NULLS LAST, h.place";
  state_->asked.push_back(name);
}

void HitQuery::stop_after(std::size_t most) { state_->most = most; }

void HitQuery::keep_only(const std::vector<std::int64_t>& places) {
  std::vector<std::pair<std::int64_t, std::int64_t>> rows;
  for (const std::int64_t place : places) rows.emplace_back(place, 1);
  state_->conditions = {{"h.place IN (SELECT place FROM " + state_->noted(rows) + ")", {}}};
  state_->most = 0;
}

void HitQuery::add_column(const std::string& name, const std::vector<std::pair<std::int64_t, std::int64_t>>& values) {
  QueryColumn column{.name = name, .is_text = false, .decimals = 0, .sql = "", .sql_given = "", .is_added = true};
  column.sql = "(SELECT n.value FROM " + state_->noted(values) + " AS n WHERE n.place = h.place)";
  state_->columns.add(std::move(column));
  state_->asked.push_back(name);
}

std::vector<std::string> HitQuery::asked_columns() const { return state_->asked; }

void HitQuery::each(const std::vector<QueryColumn>& wanted,
                    const std::function<void(const std::vector<std::string>&)>& visit) {
  std::string what;
  for (const QueryColumn& column : wanted) what += (what.empty() ? "" : ", ") + column.sql;
  Statement rows = state_->select(what);
  std::vector<std::string> cells(wanted.size());
  while (rows.step()) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const int column = static_cast<int>(i);
      if (wanted[i].is_text || wanted[i].decimals == 0 || rows.is_null(column))
        cells[i] = rows.text(column);
      else
        cells[i] = fixed(rows.number(column), wanted[i].decimals);
    }
    visit(cells);
  }
}

HitTable HitQuery::table() {
  HitTable hits;
  for (const QueryColumn& column : state_->columns.all()) hits.table.header.push_back(column.name);
  each(state_->columns.all(), [&](const std::vector<std::string>& cells) { hits.table.rows.push_back(cells); });
  hits.poses.resize(hits.size());
  for (std::size_t i = 0; i < hits.size(); ++i)
    hits.poses[i] = poses_of(state_->results, std::stoll(hits.value(i, "place")));
  return hits;
}

}  // namespace digitalis
