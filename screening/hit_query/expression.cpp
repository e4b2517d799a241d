#include "screening/hit_query/expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

/// Deeper expressions are no questions of people, and would end in a stack that is too small.
constexpr int kMostDepth = 100;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Bytes above 127 belong to letters of other alphabets.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80U;
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

struct Token {
  enum class Kind : std::uint8_t { kNumber, kText, kName, kColumn, kSign, kEnd } kind = Kind::kEnd;
  std::size_t begin = 0, end = 0;
  std::string word = {};  ///< a text without quotes, a name as written, a sign
  double number = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) { next(); }

  Expression whole() {
    if (token_.kind == Token::Kind::kEnd) fail(0, 0, "the expression is empty", "mw < 450 and not pains");
    Expression all = condition();
    if (token_.kind != Token::Kind::kEnd) unexpected("'and', 'or' or the end");
    return all;
  }

 private:
  using Kind = Expression::Kind;

  [[noreturn]] void fail(std::size_t begin, std::size_t end, const std::string& what, const std::string& hint) const {
    throw UsageError(pointing_at(text_, begin, end, what, hint));
  }
  [[noreturn]] void unexpected(const std::string& wanted) const {
    fail(token_.begin, token_.end,
         token_.kind == Token::Kind::kEnd ? "the expression ends too early" : "cannot go on here",
         "expected " + wanted);
  }

  // --- tokens ---
  void next() {
    last_end_ = token_.end;
    std::size_t at = token_.end;
    while (at < text_.size() && is_space(text_[at])) ++at;
    token_ = {.begin = at, .end = at};
    if (at == text_.size()) return;
    const char c = text_[at];
    if (is_digit(c) || (c == '.' && at + 1 < text_.size() && is_digit(text_[at + 1]))) return read_number();
    if (c == '\'' || c == '"') return read_quoted(Token::Kind::kText, c, "a text that is not closed");
    if (c == '[') return read_quoted(Token::Kind::kColumn, ']', "a column's name that is not closed");
    if (is_letter(c)) {
      while (at < text_.size() && (is_letter(text_[at]) || is_digit(text_[at]))) ++at;
      return take(Token::Kind::kName, at);
    }
    static constexpr std::array<std::string_view, 14> kSigns{"<=", ">=", "!=", "<>", "==", "<", ">",
                                                             "=",  "+",  "-",  "*",  "/",  "(", ")"};
    if (c == ',') return take(Token::Kind::kSign, at + 1);
    for (const std::string_view sign : kSigns)
      if (text_.substr(at).starts_with(sign)) return take(Token::Kind::kSign, at + sign.size());
    fail(at, at + 1, "this sign has no meaning here", "texts stand in quotes, columns of other names in [ ]");
  }
  void take(Token::Kind kind, std::size_t end) {
    token_.kind = kind;
    token_.end = end;
    token_.word = std::string{text_.substr(token_.begin, end - token_.begin)};
  }
  void read_number() {
    const char* first = text_.data() + token_.begin;
    const auto [end, error] = std::from_chars(first, text_.data() + text_.size(), token_.number);
    take(Token::Kind::kNumber, static_cast<std::size_t>(end - text_.data()));
    if (error != std::errc{}) fail(token_.begin, token_.end, "this number is too large or too small", "");
    if (token_.end < text_.size() && is_letter(text_[token_.end]))
      fail(token_.begin, token_.end + 1, "a number runs into a name", "units are those of the column");
  }
  void read_quoted(Token::Kind kind, char quote, const char* unclosed) {
    std::string word;
    for (std::size_t at = token_.begin + 1; at < text_.size(); ++at) {
      if (text_[at] != quote) {
        word += text_[at];
      } else if (at + 1 < text_.size() && text_[at + 1] == quote) {
        word += text_[at++];
      } else {
        take(kind, at + 1);
        token_.word = std::move(word);
        return;
      }
    }
    fail(token_.begin, text_.size(), unclosed, std::string{"write a "} + quote + " after it");
  }

  [[nodiscard]] bool is_sign(std::string_view sign) const {
    return token_.kind == Token::Kind::kSign && token_.word == sign;
  }
  [[nodiscard]] bool is_word(std::string_view word) const {
    return token_.kind == Token::Kind::kName && lower(token_.word) == word;
  }
  bool skip_sign(std::string_view sign) {
    if (!is_sign(sign)) return false;
    next();
    return true;
  }
  bool skip_word(std::string_view word) {
    if (!is_word(word)) return false;
    next();
    return true;
  }

  // --- grammar ---
  Expression node(Kind kind, std::vector<Expression> parts, std::string word = "") const {
    Expression made{.kind = kind, .begin = parts.front().begin, .end = last_end_, .word = std::move(word)};
    made.parts = std::move(parts);
    return made;
  }

  Expression condition() {
    return chain(Kind::kOr, "or", [this] { return conjunction(); });
  }
  Expression conjunction() {
    return chain(Kind::kAnd, "and", [this] { return negation(); });
  }

  template <class Part>
  Expression chain(Kind kind, std::string_view word, const Part& part) {
    std::vector<Expression> parts;
    parts.push_back(part());
    while (skip_word(word)) parts.push_back(part());
    return parts.size() == 1 ? std::move(parts.front()) : node(kind, std::move(parts));
  }

  Expression negation() {
    const Deeper deeper{*this};
    const std::size_t begin = token_.begin;
    if (!skip_word("not")) return comparison();
    std::vector<Expression> parts;
    parts.push_back(negation());
    Expression made = node(Kind::kNot, std::move(parts));
    made.begin = begin;
    return made;
  }

  Expression comparison() {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kComparisons{
        {{"=", "="}, {"==", "="}, {"!=", "<>"}, {"<>", "<>"}, {"<", "<"}, {"<=", "<="}, {">", ">"}, {">=", ">="}}};
    std::vector<Expression> parts;
    parts.push_back(sum());
    for (const auto& [sign, sql] : kComparisons)
      if (skip_sign(sign)) {
        parts.push_back(sum());
        return node(Kind::kCompare, std::move(parts), std::string{sql});
      }
    if (skip_word("is")) {
      const bool negated = skip_word("not");
      if (!skip_word("missing") && !skip_word("null")) unexpected("'missing'");
      return negated_node(Kind::kMissing, std::move(parts), negated);
    }
    const bool negated = skip_word("not");
    if (skip_word("like")) {
      parts.push_back(sum());
      return negated_node(Kind::kLike, std::move(parts), negated);
    }
    if (skip_word("between")) {
      parts.push_back(sum());
      if (!skip_word("and")) unexpected("'and' and the upper bound");
      parts.push_back(sum());
      return negated_node(Kind::kBetween, std::move(parts), negated);
    }
    if (skip_word("in")) {
      if (!skip_sign("(")) unexpected("a list in parentheses: ('A', 'B')");
      list(parts);
      return negated_node(Kind::kIn, std::move(parts), negated);
    }
    if (negated) unexpected("'like', 'in' or 'between' after 'not'");
    return std::move(parts.front());
  }

  Expression negated_node(Kind kind, std::vector<Expression> parts, bool negated) const {
    Expression made = node(kind, std::move(parts));
    made.negated = negated;
    return made;
  }

  /// Values up to the closing parenthesis, of which there is at least one.
  void list(std::vector<Expression>& parts) {
    do parts.push_back(sum());
    while (skip_sign(","));
    if (!skip_sign(")")) unexpected("',' or ')'");
  }

  Expression sum() {
    return arithmetic("+", "-", [this] { return arithmetic("*", "/", [this] { return unary(); }); });
  }

  template <class Part>
  Expression arithmetic(std::string_view one, std::string_view other, const Part& part) {
    Expression left = part();
    for (int count = 0; is_sign(one) || is_sign(other); ++count) {
      if (count == kMostDepth) fail(token_.begin, token_.end, "the expression is too long here", "");
      std::string sign = token_.word;
      next();
      std::vector<Expression> parts;
      parts.push_back(std::move(left));
      parts.push_back(part());
      left = node(Kind::kArithmetic, std::move(parts), std::move(sign));
    }
    return left;
  }

  Expression unary() {
    const Deeper deeper{*this};
    const std::size_t begin = token_.begin;
    if (!skip_sign("-")) return value();
    std::vector<Expression> parts;
    parts.push_back(unary());
    Expression made = node(Kind::kMinus, std::move(parts));
    made.begin = begin;
    return made;
  }

  Expression value() {
    const Token token = token_;
    Expression made{.begin = token.begin, .end = token.end, .word = token.word, .number = token.number};
    if (skip_sign("(")) {
      made = condition();
      if (!skip_sign(")")) unexpected("')'");
      return made;
    }
    if (token.kind == Token::Kind::kEnd || token.kind == Token::Kind::kSign || is_keyword(token))
      unexpected("a column, a number, a text in quotes or a function");
    next();
    switch (token.kind) {
      case Token::Kind::kNumber: made.kind = Kind::kNumber; break;
      case Token::Kind::kText: made.kind = Kind::kText; break;
      default: made.kind = Kind::kColumn; break;
    }
    if (token.kind == Token::Kind::kName && skip_sign("(")) {
      made.kind = Kind::kCall;
      made.word = lower(token.word);
      if (!skip_sign(")")) list(made.parts);
      made.end = last_end_;
    }
    return made;
  }

  static bool is_keyword(const Token& token) {
    static constexpr std::array<std::string_view, 9> kWords{"and", "or",   "not",     "like",   "in",
                                                            "is",  "null", "missing", "between"};
    return token.kind == Token::Kind::kName &&
           std::find(kWords.begin(), kWords.end(), lower(token.word)) != kWords.end();
  }

  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser.depth_ > 2 * kMostDepth)
        parser.fail(parser.token_.begin, parser.token_.end, "the expression is nested too deeply", "");
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    Parser& parser_;
  };

  std::string_view text_;
  Token token_;
  std::size_t last_end_ = 0;  ///< of the token before
  int depth_ = 0;
};

/// The text in one line, with what smarts() and similar() are given as dots.
std::string in_one_line(std::string_view text) {
  std::string line{text};
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F) c = ' ';
  const std::string words = lower(line);
  for (const char* function : {"smarts", "similar"})
    for (std::size_t at = words.find(function); at != std::string::npos; at = words.find(function, at + 1)) {
      std::size_t quote = at + std::string_view{function}.size();
      while (quote < line.size() && (line[quote] == ' ' || line[quote] == '(')) ++quote;
      if (quote == line.size() || (line[quote] != '\'' && line[quote] != '"')) continue;
      for (std::size_t i = quote + 1; i < line.size() && line[i] != line[quote]; ++i) line[i] = '.';
    }
  return line;
}

/// Places that a text takes on a terminal, taking a character for one.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

Expression parse_expression(std::string_view text) { return Parser{text}.whole(); }

std::string pointing_at(std::string_view text, std::size_t begin, std::size_t end, const std::string& what,
                        const std::string& hint) {
  const std::size_t marked = std::max<std::size_t>(1, width(text.substr(begin, end - begin)));
  return what + "\n  " + in_one_line(text) + "\n  " + std::string(width(text.substr(0, begin)), ' ') + "^" +
         std::string(marked - 1, '~') + (hint.empty() ? "" : "\nhint: " + hint);
}

}  // namespace digitalis
