#include "chem/smiles_shape.hpp"

#include <algorithm>
#include <bitset>
#include <cstddef>

namespace digitalis {
namespace {

constexpr std::string_view kBondSymbols = "-=#$:/\\~";
constexpr std::size_t kMaxBracketAtom = 40;
constexpr std::size_t kRingNumbers = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// Length of the atom outside brackets that `text` begins with, 0 if there is none.
std::size_t bare_atom(std::string_view text) {
  if (text.starts_with("Cl") || text.starts_with("Br")) return 2;
  constexpr std::string_view kOneLetter = "BCNOPSFIbcnops*";
  return !text.empty() && kOneLetter.find(text.front()) != std::string_view::npos ? 1 : 0;
}

/// Length of the bracket atom that `text` begins with, 0 if it is not one.
std::size_t bracket_atom(std::string_view text) {
  const auto close = text.substr(0, kMaxBracketAtom).find(']');
  if (close == std::string_view::npos || close == 1) return 0;
  bool has_element = false;
  for (const char c : text.substr(1, close - 1)) {
    has_element = has_element || is_letter(c) || c == '*' || c == '#';
    constexpr std::string_view kOthers = "*#@+-:'";
    if (!is_letter(c) && !is_digit(c) && kOthers.find(c) == std::string_view::npos) return 0;
  }
  return has_element ? close + 1 : 0;
}

/// A ring number at the start of `text`: its length (0: none) and value.
struct RingNumber {
  std::size_t length = 0;
  std::size_t value = 0;
};

RingNumber ring_number(std::string_view text) {
  const auto digit = [&](std::size_t at) { return static_cast<std::size_t>(text[at] - '0'); };
  if (is_digit(text[0])) return {1, digit(0)};
  if (text.size() >= 3 && is_digit(text[1]) && is_digit(text[2])) return {3, 10 * digit(1) + digit(2)};
  const auto close = text.substr(0, 5).find(')');
  if (text.size() < 4 || text[1] != '(' || close == std::string_view::npos || close < 3) return {};
  std::size_t value = 0;
  for (std::size_t at = 2; at < close; ++at) {
    if (!is_digit(text[at])) return {};
    value = 10 * value + digit(at);
  }
  return {close + 1, value};
}

}  // namespace

std::string_view smiles_defect(std::string_view text) {
  if (text.empty()) return "it is empty";
  if (text.front() != '[' && bare_atom(text) == 0) return "it does not start with an atom";
  std::bitset<kRingNumbers> open_rings;
  std::size_t open_branches = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto rest = text.substr(at);
    const char c = rest.front();
    if (const auto atom = bare_atom(rest); atom > 0) {
      at += atom;
    } else if (c == '[') {
      const auto length = bracket_atom(rest);
      if (length == 0) return "an atom in brackets is malformed";
      at += length;
    } else if (is_digit(c) || c == '%') {
      const auto ring = ring_number(rest);
      if (ring.length == 0) return "a ring number is malformed";
      open_rings.flip(ring.value % kRingNumbers);
      at += ring.length;
    } else if (c == '(') {
      ++open_branches;
      ++at;
    } else if (c == ')') {
      if (open_branches == 0) return "a branch is closed that was not opened";
      --open_branches;
      ++at;
    } else if (kBondSymbols.find(c) != std::string_view::npos || c == '.' || c == '>') {
      ++at;  // '>' stands in dative bonds
    } else {
      return "it holds a character that no SMILES has";
    }
  }
  if (open_branches > 0) return "a branch is not closed";
  if (open_rings.any()) return "a ring bond is not closed";
  return {};
}

std::size_t count_atoms(std::string_view smiles) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < smiles.size();) {
    if (smiles[at] == '[') {
      ++count;
      at = std::min(smiles.find(']', at), smiles.size());
    } else if (const auto length = bare_atom(smiles.substr(at)); length > 0) {
      ++count;
      at += length;
      continue;
    }
    ++at;
  }
  return count;
}

bool looks_like_smiles(std::string_view text) {
  const auto space = text.find_first_of(" \t");
  if (space == std::string_view::npos) return smiles_defect(text).empty();
  const auto tail = text.substr(text.find_first_not_of(" \t", space));
  return tail.size() >= 2 && tail.front() == '|' && tail.back() == '|' && smiles_defect(text.substr(0, space)).empty();
}

}  // namespace digitalis
