#pragma once
// The language in which hits are asked for: "score_kcal_mol < -9 and mw < 450 and not pains". A condition is read to a
// tree; what its names mean is said by condition.hpp. Grammar, loosest first; words in any case:
//
//   condition   and | or | not
//   comparison  sum (= == != <> < <= > >=) sum | sum [not] like sum | sum [not] in (sum, ...)
//               | sum [not] between sum and sum | sum is [not] missing        (or null)
//   sum         + - * / and a leading minus, as usual
//   value       12.5e-3 | 'text' or "text" | column | [column of any name] | function(value, ...) | (condition)
//
// A quote in a text is written twice, as is a ] in a column's name; nothing else is special: SMILES keep their
// backslashes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

/// A part of an expression with its place in the text.
struct Expression {
  enum class Kind : std::uint8_t {
    kNumber,
    kText,
    kColumn,
    kCall,
    kNot,
    kAnd,
    kOr,
    kCompare,
    kLike,
    kIn,
    kBetween,
    kMissing,
    kArithmetic,
    kMinus
  } kind = Kind::kNumber;
  std::size_t begin = 0, end = 0;  ///< bytes of the text
  std::string word = {};           ///< a text, a name, or an operator as SQL writes it
  double number = 0;
  bool negated = false;  ///< not like, not in, not between, is not missing
  std::vector<Expression> parts = {};
};

/// Reads a whole text.
/// @throws UsageError  what is wrong, the text with a caret under the place, what was expected there
[[nodiscard]] Expression parse_expression(std::string_view text);

/// "what", the text with `^~~` under [begin, end), then "hint: ...". Structures that smarts() and similar() are given
/// are shown as dots.
[[nodiscard]] std::string pointing_at(std::string_view text, std::size_t begin, std::size_t end,
                                      const std::string& what, const std::string& hint);

}  // namespace digitalis
