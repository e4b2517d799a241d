#include "chem/substructure_screen.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/PeriodicTable.h>
#include <GraphMol/QueryAtom.h>
#include <GraphMol/QueryBond.h>
#include <GraphMol/QueryOps.h>
#include <GraphMol/RDKitBase.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

using Elements = std::bitset<128>;
using AtomQuery = RDKit::Atom::QUERYATOM_QUERY;
using BondQuery = RDKit::Bond::QUERYBOND_QUERY;

/// Elements that an atom may have which answers a question with yes: all of them where that is not known.
Elements elements_of(const AtomQuery& query) {
  const std::string& name = query.getDescription();
  if (name == "AtomAtomicNum" || name == "AtomType") {
    const auto* equality = dynamic_cast<const RDKit::ATOM_EQUALS_QUERY*>(&query);
    if (equality == nullptr || equality->getTol() != 0) return Elements{}.set();
    const int element = name == "AtomType" ? equality->getVal() % 1000 : equality->getVal();
    if (element < 0 || element >= static_cast<int>(Elements{}.size())) return Elements{}.set();
    // "Not an aromatic carbon" leaves carbon.
    if (query.getNegation())
      return name == "AtomType" ? Elements{}.set() : Elements{}.set().reset(static_cast<std::size_t>(element));
    return Elements{}.set(static_cast<std::size_t>(element));
  }
  const bool is_and = name == "AtomAnd";
  if ((!is_and && name != "AtomOr") || query.getNegation()) return Elements{}.set();
  Elements elements;
  if (is_and) elements.set();
  for (auto child = query.beginChildren(); child != query.endChildren(); ++child)
    elements = is_and ? elements & elements_of(**child) : elements | elements_of(**child);
  return elements;
}

/// Does only a triple bond answer with yes?
bool asks_triple(const BondQuery& query) {
  if (query.getNegation()) return false;
  const std::string& name = query.getDescription();
  if (name == "BondOrder") {
    const auto* equality = dynamic_cast<const RDKit::BOND_EQUALS_QUERY*>(&query);
    return equality != nullptr && equality->getTol() == 0 && equality->getVal() == RDKit::Bond::TRIPLE;
  }
  if (name != "BondAnd") return false;
  return std::any_of(query.beginChildren(), query.endChildren(), [](const auto& child) { return asks_triple(*child); });
}

/// What a SMILES writes.
struct Counts {
  std::array<std::uint32_t, 128> atoms{};  // by atomic number
  std::uint32_t triple_bonds = 0;
};

constexpr std::size_t letter(char c) { return static_cast<std::size_t>(c - 'A'); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

/// Atomic numbers by symbol: of one letter at [first][0], of two at [first][second].
class Symbols {
 public:
  Symbols() {
    const RDKit::PeriodicTable& table = *RDKit::PeriodicTable::getTable();
    for (std::uint8_t element = 1; element <= 118; ++element) {
      const std::string symbol = table.getElementSymbol(element);
      at(symbol[0], symbol.size() > 1 ? symbol[1] : '\0') = element;
    }
  }
  /// 0: no element.
  [[nodiscard]] std::uint8_t operator()(char first, char second) const {
    return numbers_[letter(first)][second == '\0' ? 0 : 1 + static_cast<std::size_t>(second - 'a')];
  }

 private:
  std::uint8_t& at(char first, char second) {
    return numbers_[letter(first)][second == '\0' ? 0 : 1 + static_cast<std::size_t>(second - 'a')];
  }
  std::array<std::array<std::uint8_t, 27>, 26> numbers_{};
};

/// Nothing where the text is not what RDKit's writer makes of a molecule.
std::optional<Counts> counts_of(std::string_view smiles) {
  static const Symbols symbols;
  Counts counts;
  const auto upper = [](char c) { return static_cast<char>(c - 'a' + 'A'); };
  for (std::size_t at = 0; at < smiles.size(); ++at) {
    const char c = smiles[at];
    const char next = at + 1 < smiles.size() ? smiles[at + 1] : '\0';
    if (c == '[') {
      const std::size_t end = smiles.find(']', at);
      if (end == std::string_view::npos) return std::nullopt;
      std::size_t symbol = at + 1;
      while (symbol < end && smiles[symbol] >= '0' && smiles[symbol] <= '9') ++symbol;  // isotope
      const char first = smiles[symbol], second = is_lower(smiles[symbol + 1]) ? smiles[symbol + 1] : '\0';
      std::uint8_t element = 0;
      if (is_upper(first) || is_lower(first)) {  // aromatic ones, [nH] and [se], are in lower case
        const char capital = is_upper(first) ? first : upper(first);
        element = symbols(capital, second);
        if (element == 0) return std::nullopt;
      } else if (first != '*') {
        return std::nullopt;
      }
      ++counts.atoms[element];
      at = end;
    } else if (is_upper(c) || is_lower(c)) {
      const bool is_two = (c == 'C' && next == 'l') || (c == 'B' && next == 'r');
      const std::uint8_t element = symbols(is_upper(c) ? c : upper(c), is_two ? next : '\0');
      if (element == 0) return std::nullopt;
      ++counts.atoms[element];
      at += is_two ? 1 : 0;
    } else if (c == '*') {
      ++counts.atoms[0];
    } else if (c == '#') {
      ++counts.triple_bonds;
    } else if (c == ' ' || c == '\t' || c == '|' || c == '$' || c == '>' || c == '<') {
      return std::nullopt;  // extensions, quadruple and dative bonds
    }
  }
  return counts;
}

}  // namespace

SubstructureScreen::SubstructureScreen(const std::string& smarts) {
  std::unique_ptr<const RDKit::ROMol> query;
  try {
    if (!smarts.empty()) query.reset(RDKit::SmartsToMol(smarts));
  } catch (const std::exception&) {
    // RDKit's message holds the text.
  }
  if (!query || query->getNumAtoms() == 0) throw UsageError("not a SMARTS");
  std::vector<Elements> of_atoms;
  for (const RDKit::Atom* atom : query->atoms()) {
    Elements elements;
    if (atom->hasQuery())
      elements = elements_of(*atom->getQuery());
    else
      elements.set();
    if (!elements.test(1)) of_atoms.push_back(elements);
  }
  for (const Elements& elements : of_atoms) {
    if (std::ranges::find(needs_, elements, &Need::elements) != needs_.end()) continue;
    const auto atoms = std::ranges::count_if(of_atoms, [&](const Elements& one) { return (one & ~elements).none(); });
    needs_.push_back({elements, static_cast<std::uint32_t>(atoms)});
  }
  for (const RDKit::Bond* bond : query->bonds())
    if (bond->hasQuery() && asks_triple(*bond->getQuery())) ++triple_bonds_;
}

bool SubstructureScreen::may_occur(std::string_view smiles) const {
  const auto counts = counts_of(smiles);
  if (!counts) return true;
  if (counts->triple_bonds < triple_bonds_) return false;
  return std::ranges::all_of(needs_, [&](const Need& need) {
    std::uint32_t atoms = 0;
    for (std::size_t element = 0; element < counts->atoms.size(); ++element)
      if (need.elements.test(element)) atoms += counts->atoms[element];
    return atoms >= need.atoms;
  });
}

}  // namespace digitalis
