#pragma once
// What an aggregate table never holds: columns and values that are about one person. Finds patterns, not meaning: a
// name in a note cannot be told from any other word.

#include <string_view>

namespace digitalis {

/// Ten digits whose last one fits the others by modulus 11, as in NHS numbers of England, Wales and the Isle of Man and
/// the health numbers of Scotland and Northern Ireland. NHS Data Model and Dictionary, "NHS NUMBER". All zeros do not
/// count.
[[nodiscard]] bool has_nhs_check_digit(std::string_view ten_digits);

/// The forbidden thing that a column of this name would hold ("NHS number", "postcode", ...); empty when there is none.
/// Case, spaces and punctuation of the name are ignored.
[[nodiscard]] std::string_view forbidden_column(std::string_view name);

inline constexpr std::string_view kNhsNumber = "a 10-digit number with an NHS check digit";
inline constexpr std::string_view kInsuranceNumber = "a National Insurance number";

/// What a cell seems to hold: one of these two, "a full postcode", "a full date", "a telephone number", "an e-mail
/// address", "a pseudonym or hash"; empty when nothing of the kind. UTF-8; other scripts' digits and characters without
/// width hide nothing. In a `number` only the first is looked for.
[[nodiscard]] std::string_view identifier_in(std::string_view cell, bool number);

}  // namespace digitalis
