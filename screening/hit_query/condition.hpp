#pragma once
// What an expression over hits means: SQL over results.sqlite, with every number and text of the user a bound value,
// never a part of the SQL. Missing values make a comparison neither true nor false, as in SQL.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chem/smiles_questions.hpp"
#include "screening/database.hpp"
#include "screening/hit_query/expression.hpp"
#include "screening/hit_query/hit_columns.hpp"

namespace digitalis {

using BoundValue = std::variant<double, std::string>;

/// A piece of SQL and the values of its parameters, in their order.
struct BoundSql {
  std::string sql;
  std::vector<BoundValue> values;
};

/// Turns a condition into SQL that selects among `hits AS h`. What costs most is asked last.
/// @param structures  receives the expression's SMARTS and molecules
/// @throws UsageError  an unknown name with the nearest one, a text where a number must stand, a SMARTS that is none:
///                     with a caret under it
[[nodiscard]] BoundSql condition_sql(std::string_view text, const HitColumns& columns, Database& results,
                                     SmilesQuestions& structures);

/// Makes the functions of such SQL known to a database; `structures` must outlive its use. A function that throws would
/// end the program: SmilesQuestions' do not, once their questions were added.
void register_structure_functions(Database& results, SmilesQuestions& structures);

/// Names of the columns that the expression asks about, in their order, each once.
[[nodiscard]] std::vector<std::string> names_in(const Expression& expression);

}  // namespace digitalis
