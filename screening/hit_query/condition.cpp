#include "screening/hit_query/condition.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "chem/suggest.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

using Kind = Expression::Kind;
enum class Type : std::uint8_t { kNumber, kText, kCondition };

constexpr const char* kFunctions =
    "functions are smarts('SMARTS'), similar('SMILES'), contact('A:LEU:83', 'hbond', 'TARGET')";

/// A translated part: what it is, and how much it costs to ask, for the order of a conjunction.
struct Part {
  BoundSql bound;
  Type type = Type::kCondition;
  bool reads_structure = false;
};

void append(BoundSql& to, const std::string& sql, BoundSql&& from = {}) {
  to.sql += sql;
  to.sql += from.sql;
  std::move(from.values.begin(), from.values.end(), std::back_inserter(to.values));
}

/// "A:LEU:83", "A:LEU83" and "a:leu83" are one residue.
std::string residue_key(std::string_view name) {
  std::string key;
  for (const char c : name)
    if (c != ':') key += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return key;
}

class Translator {
 public:
  Translator(std::string_view text, const HitColumns& columns, Database& results, SmilesQuestions& structures)
      : text_(text), columns_(columns), results_(results), structures_(structures) {}

  BoundSql whole(const Expression& expression) {
    if (expression.kind != Kind::kAnd) return condition(expression).bound;
    // Structures are read only where the rest holds: SQLite would ask in an order of its own.
    std::vector<Part> cheap, costly;
    for (const Expression& part : expression.parts) {
      Part made = condition(part);
      (made.reads_structure ? costly : cheap).push_back(std::move(made));
    }
    if (cheap.empty() || costly.empty()) return chain(cheap.empty() ? costly : cheap, " AND ").bound;
    BoundSql all{"CASE WHEN ", {}};
    append(all, "", std::move(chain(cheap, " AND ").bound));
    append(all, " THEN ", std::move(chain(costly, " AND ").bound));
    append(all, " ELSE 0 END");
    return all;
  }

 private:
  [[noreturn]] void fail(const Expression& at, const std::string& what, const std::string& hint) const {
    throw UsageError(pointing_at(text_, at.begin, at.end, what, hint));
  }
  static const char* name_of(Type type) {
    return type == Type::kNumber ? "a number" : type == Type::kText ? "a text" : "a condition";
  }

  /// Joins conditions as a balanced tree: SQLite bounds the depth of its own.
  static Part chain(std::vector<Part>& parts, const char* between) {
    while (parts.size() > 1) {
      std::vector<Part> joined;
      for (std::size_t i = 0; i < parts.size(); i += 2) {
        if (i + 1 == parts.size()) {
          joined.push_back(std::move(parts[i]));
          break;
        }
        Part both{{"(", {}}, Type::kCondition, parts[i].reads_structure || parts[i + 1].reads_structure};
        append(both.bound, "", std::move(parts[i].bound));
        append(both.bound, between, std::move(parts[i + 1].bound));
        append(both.bound, ")");
        joined.push_back(std::move(both));
      }
      parts = std::move(joined);
    }
    return std::move(parts.front());
  }

  /// A part that must be true or false. A column of text alone asks whether it says anything.
  Part condition(const Expression& at) {
    if (at.kind == Kind::kColumn) {
      const QueryColumn column = column_of(at);
      if (!column.is_text)
        fail(at, "'" + at.word + "' is a number, and stands where a condition must", at.word + " > 0");
      return {{column.sql_given.empty() ? "(" + column.sql + " IS NOT NULL)" : column.sql_given, {}}, Type::kCondition};
    }
    Part part = translate(at);
    if (part.type != Type::kCondition)
      fail(at, std::string{name_of(part.type)} + " stands where a condition must", "compare it: mw < 450");
    return part;
  }

  Part value(const Expression& at) {
    Part part = translate(at);
    if (part.type == Type::kCondition)
      fail(at, "a condition stands where a number or a text must", "join conditions with 'and' or 'or'");
    return part;
  }

  /// A value that is compared with others of its type.
  Part value_like(const Expression& at, Type wanted) {
    if (at.kind == Kind::kColumn && wanted == Type::kText && !columns_.find(at.word))
      fail(at, "no column named '" + at.word + "'", "a text stands in quotes: '" + at.word + "'");
    Part part = value(at);
    if (part.type != wanted)
      fail(at, std::string{name_of(part.type)} + " is compared with " + name_of(wanted),
           part.type == Type::kText ? "numbers stand without quotes" : "texts stand in quotes");
    return part;
  }

  Part number(const Expression& at) {
    Part part = value(at);
    if (part.type != Type::kNumber) fail(at, std::string{name_of(part.type)} + " stands where a number must", "");
    return part;
  }

  QueryColumn column_of(const Expression& at) const {
    auto column = columns_.find(at.word);
    if (!column) fail(at, "no column named '" + at.word + "'", columns_.hint_for(at.word));
    return *std::move(column);
  }

  Part translate(const Expression& at) {
    switch (at.kind) {
      case Kind::kNumber: return {{"?", {at.number}}, Type::kNumber};
      case Kind::kText: return {{"?", {at.word}}, Type::kText};
      case Kind::kColumn: {
        const QueryColumn column = column_of(at);
        return {{column.sql, {}}, column.is_text ? Type::kText : Type::kNumber};
      }
      case Kind::kCall: return call(at);
      case Kind::kNot: return wrapped("(NOT ", condition(at.parts[0]), ")", Type::kCondition);
      case Kind::kAnd:
      case Kind::kOr: {
        std::vector<Part> parts;
        for (const Expression& part : at.parts) parts.push_back(condition(part));
        return chain(parts, at.kind == Kind::kAnd ? " AND " : " OR ");
      }
      case Kind::kCompare: return list(at, " " + at.word + " ", "", "");
      case Kind::kLike: return list(at, at.negated ? " NOT LIKE " : " LIKE ", "", "");
      case Kind::kIn: return list(at, at.negated ? " NOT IN (" : " IN (", ", ", ")");
      case Kind::kBetween: return list(at, at.negated ? " NOT BETWEEN " : " BETWEEN ", " AND ", "");
      case Kind::kMissing:
        return wrapped("(", value(at.parts[0]), at.negated ? " IS NOT NULL)" : " IS NULL)", Type::kCondition);
      case Kind::kArithmetic: {
        Part left = number(at.parts[0]), right = number(at.parts[1]);
        left.reads_structure |= right.reads_structure;
        // Of whole numbers SQL would give the whole part of a quotient.
        append(left.bound, at.word == "/" ? " * 1.0 / " : " " + at.word + " ", std::move(right.bound));
        return wrapped("(", std::move(left), ")", Type::kNumber);
      }
      case Kind::kMinus: return wrapped("(- ", number(at.parts[0]), ")", Type::kNumber);
    }
    throw std::logic_error("an expression of no kind");
  }

  static Part wrapped(const std::string& before, Part part, const std::string& after, Type type) {
    part.bound.sql = before + part.bound.sql + after;
    part.type = type;
    return part;
  }

  /// "first OPERATOR second BETWEEN third ... CLOSE", all of the first one's type.
  Part list(const Expression& at, const std::string& sign, const std::string& between, const std::string& close) {
    // In "'EGFR' = best_target" the text says no more than that a text is meant.
    Part all = value(at.parts[0]);
    const Type type = all.type;
    if (at.kind == Kind::kLike && type != Type::kText)
      fail(at.parts[0], "'like' is for texts", "compare numbers with < = >, or between");
    for (std::size_t i = 1; i < at.parts.size(); ++i) {
      Part next = value_like(at.parts[i], type);
      all.reads_structure |= next.reads_structure;
      append(all.bound, i == 1 ? sign : between, std::move(next.bound));
    }
    return wrapped("(", std::move(all), close + ")", Type::kCondition);
  }

  // --- functions ---
  const std::string& text_argument(const Expression& call, std::size_t number) const {
    const Expression& argument = call.parts.at(number);
    if (argument.kind != Kind::kText) fail(argument, call.word + "() takes a text here", "write it in quotes");
    return argument.word;
  }

  /// A question about the structure of a row: `add` notes it, and refuses what is none.
  template <class Add>
  Part structure(const Expression& at, const char* function, Type type, const Add& add) {
    const std::string& text = text_argument(at, 0);
    int number = 0;
    try {
      number = add(text);
    } catch (const UsageError& error) {
      fail(at.parts[0], std::string{"this is "} + error.what(), "try it in a structure editor first");
    }
    return {{std::string{function} + "(" + std::to_string(number) + ", h.smiles)", {}}, type, true};
  }

  Part call(const Expression& at) {
    const auto takes = [&](std::size_t least, std::size_t most, const char* usage) {
      if (at.parts.size() < least || at.parts.size() > most)
        fail(at, at.word + "() cannot have " + std::to_string(at.parts.size()) + " arguments", usage);
    };
    if (at.word == "smarts") {
      takes(1, 1, "smarts('[CX3](=O)[OX2H1]')");
      return structure(at, "digitalis_smarts", Type::kCondition,
                       [&](const std::string& smarts) { return structures_.add_smarts(smarts); });
    }
    if (at.word == "similar") {
      takes(1, 1, "similar('c1ccccc1O') > 0.6");
      return structure(at, "digitalis_similar", Type::kNumber,
                       [&](const std::string& smiles) { return structures_.add_similarity(smiles); });
    }
    if (at.word == "contact") {
      takes(1, 3, "contact('A:LEU:83'), contact('A:LEU:83', 'hbond') or contact('A:LEU:83', 'any', 'EGFR')");
      std::string from = "contacts AS k", where = "k.residue IN (" + residues_named(at) + ")";
      if (at.parts.size() > 1) where += " AND k.kind IN (" + kinds_named(at) + ")";
      if (at.parts.size() > 2) {
        from += " JOIN poses AS p USING (compound, pose)";
        where += " AND p.target = " + target_named(at);
      }
      return {{"EXISTS (SELECT 1 FROM " + from + " WHERE k.compound = h.place AND " + where + ")", {}},
              Type::kCondition};
    }
    const std::string nearest = nearest_name(at.word, {"smarts", "similar", "contact"});
    fail(at, "no function named '" + at.word + "'",
         nearest.empty() ? kFunctions : "did you mean '" + nearest + "'? " + kFunctions);
  }

  /// Numbers of the residues that a text names, with or without their chain: "3, 7".
  std::string residues_named(const Expression& call) {
    const std::string wanted = residue_key(text_argument(call, 0));
    std::string numbers;
    std::vector<std::string> names;
    Statement ask{
        results_,
        "SELECT residue, name FROM residues WHERE residue IN (SELECT residue FROM contacts) ORDER BY residue"};
    while (ask.step()) {
      names.emplace_back(ask.text(1));
      const std::string& name = names.back();
      if (wanted == residue_key(name) || wanted == residue_key(name.substr(std::min(name.find(':'), name.size()))))
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(ask.integer(0));
    }
    if (names.empty()) fail(call, "this run keeps no contacts", "only hits that were docked have some");
    if (!numbers.empty()) return numbers;
    const std::string nearest = nearest_name(call.parts[0].word, names);
    fail(call.parts[0], "no hit has a contact with such a residue",
         nearest.empty() ? "residues are " + join(names) : "did you mean '" + nearest + "'?");
  }

  /// Numbers of the kinds of contacts that begin with a text: "pi_stacking" is both of them, "any" is all.
  std::string kinds_named(const Expression& call) {
    const std::string& wanted = text_argument(call, 1);
    std::string numbers;
    std::vector<std::string> names;
    Statement ask{results_, "SELECT kind, name FROM contact_kinds ORDER BY kind"};
    while (ask.step()) {
      names.emplace_back(ask.text(1));
      if (wanted == "any" || (!wanted.empty() && names.back().starts_with(wanted)))
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(ask.integer(0));
    }
    if (numbers.empty()) fail(call.parts[1], "no such kind of contact", "kinds are any, " + join(names));
    return numbers;
  }

  /// Number of a target that poses are in.
  std::string target_named(const Expression& call) {
    const std::string& wanted = text_argument(call, 2);
    std::vector<std::string> names;
    Statement ask{results_,
                  "SELECT target, name FROM targets WHERE target IN (SELECT target FROM poses) ORDER BY target"};
    while (ask.step()) {
      names.emplace_back(ask.text(1));
      if (names.back() == wanted) return std::to_string(ask.integer(0));
    }
    fail(call.parts[2], "nothing was docked into a target of this name", "targets are " + join(names));
  }

  std::string_view text_;
  const HitColumns& columns_;
  Database& results_;
  SmilesQuestions& structures_;
};

std::string_view argument_text(sqlite3_value* value) {
  const auto* begin = static_cast<const char*>(sqlite3_value_blob(value));
  return begin == nullptr ? std::string_view{}
                          : std::string_view{begin, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void answer_smarts(sqlite3_context* context, int, sqlite3_value** arguments) {
  auto& questions = *static_cast<SmilesQuestions*>(sqlite3_user_data(context));
  sqlite3_result_int(context, questions.occurs(sqlite3_value_int(arguments[0]), argument_text(arguments[1])) ? 1 : 0);
}

void answer_similar(sqlite3_context* context, int, sqlite3_value** arguments) {
  auto& questions = *static_cast<SmilesQuestions*>(sqlite3_user_data(context));
  sqlite3_result_double(context, questions.similarity(sqlite3_value_int(arguments[0]), argument_text(arguments[1])));
}

void collect_names(const Expression& expression, std::vector<std::string>& names) {
  if (expression.kind == Kind::kColumn && std::find(names.begin(), names.end(), expression.word) == names.end())
    names.push_back(expression.word);
  for (const Expression& part : expression.parts) collect_names(part, names);
}

}  // namespace

BoundSql condition_sql(std::string_view text, const HitColumns& columns, Database& results,
                       SmilesQuestions& structures) {
  return Translator{text, columns, results, structures}.whole(parse_expression(text));
}

void register_structure_functions(Database& results, SmilesQuestions& structures) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  if (sqlite3_create_function_v2(results.handle(), "digitalis_smarts", 2, kFlags, &structures, &answer_smarts, nullptr,
                                 nullptr, nullptr) != SQLITE_OK ||
      sqlite3_create_function_v2(results.handle(), "digitalis_similar", 2, kFlags, &structures, &answer_similar,
                                 nullptr, nullptr, nullptr) != SQLITE_OK)
    results.fail("functions were refused");
}

std::vector<std::string> names_in(const Expression& expression) {
  std::vector<std::string> names;
  collect_names(expression, names);
  return names;
}

}  // namespace digitalis
