#include "scoring/outcomes/identifiers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "scoring/outcomes/unicode.hpp"

namespace digitalis {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_word(char c) { return is_digit(c) || is_letter(c); }

/// A run of digits, or of letters, of a plain text.
struct Token {
  std::string_view text;
  std::string_view gap;  ///< between it and the token before
  bool digits;
};

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  std::size_t gap = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_word(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    const bool digits = is_digit(text[at]);
    while (at < text.size() && (digits ? is_digit(text[at]) : is_letter(text[at]))) ++at;
    tokens.push_back({text.substr(begin, at - begin), text.substr(gap, begin - gap), digits});
    gap = at;
  }
  return tokens;
}

bool joins_digits(std::string_view gap) {
  return gap.size() <= 3 && gap.find_first_not_of(" -._/") == std::string_view::npos;
}

/// Calls `found` with the digits of every way to join neighbouring runs of digits into `length` of them.
template <class Found>
bool any_number(std::span<const Token> tokens, std::size_t length, const Found& found) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::string digits;
    for (std::size_t j = i; j < tokens.size() && digits.size() < length; ++j) {
      if (!tokens[j].digits || (j > i && !joins_digits(tokens[j].gap))) break;
      digits += tokens[j].text;
    }
    if (digits.size() == length && found(digits)) return true;
  }
  return false;
}

int number_of(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

bool is_year(std::string_view text) { return text.size() == 4 && number_of(text) >= 1880 && number_of(text) <= 2099; }
bool is_day(std::string_view text) { return text.size() <= 2 && number_of(text) >= 1 && number_of(text) <= 31; }
bool is_month(std::string_view text) { return text.size() <= 2 && number_of(text) >= 1 && number_of(text) <= 12; }
bool is_day_and_month(std::string_view a, std::string_view b) {
  return is_day(a) && is_day(b) && (is_month(a) || is_month(b));
}

bool is_month_name(std::string_view word) {
  constexpr std::array<std::string_view, 12> kMonths{"JANUARY",   "FEBRUARY", "MARCH",    "APRIL",
                                                     "MAY",       "JUNE",     "JULY",     "AUGUST",
                                                     "SEPTEMBER", "OCTOBER",  "NOVEMBER", "DECEMBER"};
  return word == "SEPT" || std::any_of(kMonths.begin(), kMonths.end(), [&](std::string_view month) {
           return word == month || word == month.substr(0, 3);
         });
}

bool is_date(const Token& a, const Token& b, const Token& c) {
  const auto near = [](std::string_view gap) { return gap.size() <= 3; };
  if (!near(b.gap) || !near(c.gap)) return false;
  if (a.digits && b.digits && c.digits) {
    if (is_year(a.text)) return is_day_and_month(b.text, c.text);
    if (is_year(c.text)) return is_day_and_month(a.text, b.text);
    const bool dated = b.gap == c.gap && (b.gap == "/" || b.gap == "." || b.gap == "-");
    return dated && c.text.size() == 2 && is_day_and_month(a.text, b.text);
  }
  const auto day = [](const Token& token) { return token.digits && is_day(token.text); };
  const auto month = [](const Token& token) { return !token.digits && is_month_name(token.text); };
  const auto year = [](const Token& token) { return token.digits && (token.text.size() == 2 || is_year(token.text)); };
  if (month(a)) return day(b) && year(c);
  return month(b) && ((day(a) && year(c)) || (year(a) && day(c)));
}

bool holds_date(std::vector<Token> tokens) {
  for (const Token& token : tokens) {
    const std::string_view text = token.text;
    if (!token.digits || text.size() != 8) continue;
    if (is_year(text.substr(0, 4)) && is_day_and_month(text.substr(4, 2), text.substr(6))) return true;
    if (is_year(text.substr(4)) && is_day_and_month(text.substr(0, 2), text.substr(2, 2))) return true;
  }
  std::erase_if(tokens, [](const Token& token) {
    constexpr std::array<std::string_view, 5> kFillers{"ST", "ND", "RD", "TH", "OF"};
    return std::find(kFillers.begin(), kFillers.end(), token.text) != kFillers.end();
  });
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i)
    if (is_date(tokens[i], tokens[i + 1], tokens[i + 2])) return true;
  return false;
}

/// Where `mask` ends when it matches at `at` with no letter or digit on either side; else 0. '9' is a digit, 'A' a
/// letter,
/// '~' up to two spaces or hyphens.
std::size_t end_of_match(std::string_view text, std::size_t at, std::string_view mask) {
  if (at > 0 && is_word(text[at - 1])) return 0;
  for (const char m : mask) {
    if (m == '~') {
      for (int i = 0; i < 2 && at < text.size() && (text[at] == ' ' || text[at] == '-'); ++i) ++at;
      continue;
    }
    if (at == text.size()) return 0;
    const char c = text[at++];
    if (!(m == '9' ? is_digit(c) : is_letter(c))) return 0;
  }
  return at == text.size() || !is_word(text[at]) ? at : 0;
}

/// Royal Mail's postcode areas, with those of the islands.
bool is_postcode_area(std::string_view letters) {
  constexpr std::string_view kAreas =
      " AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK "
      "FY G "
      "GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR "
      "NW OL "
      "OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD "
      "WF "
      "WN WR WS WV YO ZE ";
  return kAreas.find(' ' + std::string{letters} + ' ') != std::string_view::npos;
}

bool is_postcode(std::string_view text, std::size_t at) {
  constexpr std::array<std::string_view, 6> kMasks{"A9~9AA", "A99~9AA", "A9A~9AA", "AA9~9AA", "AA99~9AA", "AA9A~9AA"};
  for (const std::string_view mask : kMasks) {
    const std::size_t end = end_of_match(text, at, mask);
    if (end == 0 || !is_postcode_area(text.substr(at, mask[1] == 'A' ? 2 : 1))) continue;
    // The last two letters are none of those that look like another: "5MG" is no end of a postcode.
    if (text.substr(end - 2, 2).find_first_of("CIKMOV") == std::string_view::npos) return true;
  }
  return false;
}

bool holds_pseudonym(std::string_view text) {
  std::size_t run = 0;
  for (const char c : text) {
    if (is_digit(c) || (c >= 'A' && c <= 'F'))
      ++run;
    else if (c != '-')
      run = 0;
    if (run >= 32) return true;
  }
  return false;
}

bool holds_address(std::string_view text) {
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1))
    if (at > 0 && is_word(text[at - 1]) && at + 1 < text.size() && is_word(text[at + 1]) &&
        text.find('.', at) != std::string_view::npos)
      return true;
  return false;
}

}  // namespace

bool has_nhs_check_digit(std::string_view ten_digits) {
  if (ten_digits.size() != 10 || !std::all_of(ten_digits.begin(), ten_digits.end(), is_digit)) return false;
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += (10 - i) * (ten_digits[static_cast<std::size_t>(i)] - '0');
  const int check = (11 - sum % 11) % 11;
  return sum > 0 && check == ten_digits[9] - '0';
}

std::string_view forbidden_column(std::string_view name) {
  std::string word;
  for (const char c : plain_ascii(name))
    if (is_word(c)) word += c;
  struct Forbidden {
    std::string_view word;
    bool inside;  ///< also as a part of the name
    std::string_view what;
  };
  static constexpr Forbidden kForbidden[] = {{"NHSNUMBER", true, "NHS number"},
                                             {"NHSNO", true, "NHS number"},
                                             {"CHINUMBER", true, "CHI number"},
                                             {"CHI", false, "CHI number"},
                                             {"HCNUMBER", true, "health number"},
                                             {"PATIENTID", true, "patient id"},
                                             {"PATIENTNUMBER", true, "patient id"},
                                             {"PATID", false, "patient id"},
                                             {"PATIENT", false, "patient id"},
                                             {"PERSONID", true, "person id"},
                                             {"PERSON", false, "person id"},
                                             {"SUBJECTID", true, "person id"},
                                             {"PARTICIPANTID", true, "person id"},
                                             {"PSEUDO", true, "pseudonym"},
                                             {"HESID", true, "pseudonym"},
                                             {"STUDYID", true, "pseudonym"},
                                             {"TOKENID", true, "pseudonym"},
                                             {"HOSPITALNUMBER", true, "hospital number"},
                                             {"HOSPITALNO", true, "hospital number"},
                                             {"MRN", false, "hospital number"},
                                             {"SPELLID", true, "record id"},
                                             {"EPISODEID", true, "record id"},
                                             {"EPIKEY", true, "record id"},
                                             {"ATTENDANCEID", true, "record id"},
                                             {"RECORDID", true, "record id"},
                                             {"NAME", false, "name"},
                                             {"FULLNAME", true, "name"},
                                             {"FORENAME", true, "name"},
                                             {"FIRSTNAME", true, "name"},
                                             {"SURNAME", true, "name"},
                                             {"LASTNAME", true, "name"},
                                             {"FAMILYNAME", true, "name"},
                                             {"GIVENNAME", true, "name"},
                                             {"PATIENTNAME", true, "name"},
                                             {"INITIALS", true, "name"},
                                             {"DOB", false, "date of birth"},
                                             {"DATEOFBIRTH", true, "date of birth"},
                                             {"BIRTHDATE", true, "date of birth"},
                                             {"BIRTHDAY", true, "date of birth"},
                                             {"BIRTHDT", true, "date of birth"},
                                             {"DOD", false, "date of death"},
                                             {"DATEOFDEATH", true, "date of death"},
                                             {"DEATHDATE", true, "date of death"},
                                             {"DEATHDT", true, "date of death"},
                                             {"ADMISSIONDATE", true, "date of admission"},
                                             {"ADMIDATE", true, "date of admission"},
                                             {"DISCHARGEDATE", true, "date of discharge"},
                                             {"DISDATE", true, "date of discharge"},
                                             {"POSTCODE", true, "postcode"},
                                             {"POSTALCODE", true, "postcode"},
                                             {"ADDRESS", true, "address"},
                                             {"UPRN", true, "address"},
                                             {"EMAIL", true, "e-mail address"},
                                             {"TELEPHONE", true, "telephone number"},
                                             {"PHONE", true, "telephone number"},
                                             {"MOBILE", false, "telephone number"},
                                             {"NINO", false, "National Insurance number"},
                                             {"NATIONALINSURANCE", true, "National Insurance number"}};
  for (const Forbidden& forbidden : kForbidden)
    if (word == forbidden.word || (forbidden.inside && word.find(forbidden.word) != std::string::npos))
      return forbidden.what;
  return {};
}

std::string_view identifier_in(std::string_view cell, bool number) {
  const std::string text = plain_ascii(cell);
  if (number) {
    const std::string_view whole = std::string_view{text}.substr(0, text.find('.'));
    const auto first = whole.find_first_of("0123456789");
    return first != std::string_view::npos && has_nhs_check_digit(whole.substr(first)) ? kNhsNumber
                                                                                       : std::string_view{};
  }
  const std::vector<Token> tokens = tokens_of(text);
  if (any_number(tokens, 10, has_nhs_check_digit)) return kNhsNumber;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_postcode(text, at)) return "a full postcode";
    if (end_of_match(text, at, "AA~99~99~99~A") > 0) return kInsuranceNumber;
  }
  if (holds_date(tokens)) return "a full date";
  if (any_number(tokens, 11, [](const std::string& digits) { return digits.starts_with("07"); }) ||
      any_number(tokens, 12, [](const std::string& digits) { return digits.starts_with("447"); }))
    return "a telephone number";
  if (holds_address(text)) return "an e-mail address";
  if (holds_pseudonym(text)) return "a pseudonym or hash";
  return {};
}

}  // namespace digitalis
