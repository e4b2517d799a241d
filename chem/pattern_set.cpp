#include "chem/pattern_set.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/QueryAtom.h>
#include <GraphMol/QueryBond.h>
#include <GraphMol/QueryOps.h>
#include <GraphMol/RDKitBase.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

namespace digitalis {
namespace {

enum class Fact : std::uint8_t {
  kAtomicNumber,
  kType,
  kAromatic,
  kAliphatic,
  kCharge,
  kNegativeCharge,
  kDegree,
  kTotalDegree,
  kHydrogens,
  kOwnHydrogens,
  kHasOwnHydrogens,
  kValence,
  kRings,
  kInRing,
  kSmallestRing,
  kRingBonds,
  kIsotope
};

// RDKit's names of the questions, and what they ask for (its QueryOps.h).
constexpr std::pair<std::string_view, Fact> kFacts[] = {{"AtomAtomicNum", Fact::kAtomicNumber},
                                                        {"AtomType", Fact::kType},
                                                        {"AtomIsAromatic", Fact::kAromatic},
                                                        {"AtomIsAliphatic", Fact::kAliphatic},
                                                        {"AtomFormalCharge", Fact::kCharge},
                                                        {"AtomNegativeFormalCharge", Fact::kNegativeCharge},
                                                        {"AtomExplicitDegree", Fact::kDegree},
                                                        {"AtomTotalDegree", Fact::kTotalDegree},
                                                        {"AtomHCount", Fact::kHydrogens},
                                                        {"AtomImplicitHCount", Fact::kOwnHydrogens},
                                                        {"AtomHasImplicitH", Fact::kHasOwnHydrogens},
                                                        {"AtomTotalValence", Fact::kValence},
                                                        {"AtomInNRings", Fact::kRings},
                                                        {"AtomInRing", Fact::kInRing},
                                                        {"AtomMinRingSize", Fact::kSmallestRing},
                                                        {"AtomRingBondCount", Fact::kRingBonds},
                                                        {"AtomIsotope", Fact::kIsotope}};

// "In any number of rings", which RDKit writes as a ring count of -1.
constexpr std::int32_t kAnyNumber = -1;

int value_of(Fact fact, const AtomFacts& atom) {
  switch (fact) {
    case Fact::kAtomicNumber: return atom.atomic_number;
    case Fact::kType: return atom.atomic_number + 1000 * atom.aromatic;
    case Fact::kAromatic: return atom.aromatic;
    case Fact::kAliphatic: return atom.aromatic ? 0 : 1;
    case Fact::kCharge: return atom.charge;
    case Fact::kNegativeCharge: return -atom.charge;
    case Fact::kDegree: return atom.degree;
    case Fact::kTotalDegree: return atom.degree + atom.own_hydrogens;
    case Fact::kHydrogens: return atom.own_hydrogens + atom.neighbour_hydrogens;
    case Fact::kOwnHydrogens: return atom.own_hydrogens;
    case Fact::kHasOwnHydrogens: return atom.own_hydrogens > 0 ? 1 : 0;
    case Fact::kValence: return atom.valence;
    case Fact::kRings: return atom.rings;
    case Fact::kInRing: return atom.rings > 0 ? 1 : 0;
    case Fact::kSmallestRing: return atom.smallest_ring;
    case Fact::kRingBonds: return static_cast<int>(atom.ring_bonds);
    case Fact::kIsotope: return atom.isotope;
  }
  throw std::logic_error("an atom question without an answer");
}

// Thrown inside compile() only: the pattern goes to RDKit.
struct NotUnderstood {};

using AtomQuery = RDKit::Atom::QUERYATOM_QUERY;
using BondQuery = RDKit::Bond::QUERYBOND_QUERY;

// One answer of a bond question, by the tree's own logic.
bool bond_holds(const BondQuery& query, int type, bool in_ring) {
  const auto& name = query.getDescription();
  bool result = false;
  if (name == "BondAnd" || name == "BondOr") {
    const bool all = name == "BondAnd";
    result = all;
    for (auto child = query.beginChildren(); child != query.endChildren(); ++child)
      if (bond_holds(**child, type, in_ring) != all) result = !all;
    return result != query.getNegation();
  }
  if (name == "BondNull") return !query.getNegation();
  const auto* equality = dynamic_cast<const RDKit::BOND_EQUALS_QUERY*>(&query);
  if (equality == nullptr || equality->getTol() != 0) throw NotUnderstood{};
  int value = 0;
  if (name == "BondOrder")
    value = type;
  else if (name == "SingleOrAromaticBond")
    value = type == RDKit::Bond::SINGLE || type == RDKit::Bond::AROMATIC;
  else if (name == "DoubleOrAromaticBond")
    value = type == RDKit::Bond::DOUBLE || type == RDKit::Bond::AROMATIC;
  else if (name == "SingleOrDoubleBond")
    value = type == RDKit::Bond::SINGLE || type == RDKit::Bond::DOUBLE;
  else if (name == "BondInRing")
    value = in_ring;
  else
    throw NotUnderstood{};
  return (value == equality->getVal()) != query.getNegation();
}

// How rare atoms are that answer yes: searches start there. Weights are rough frequencies in drug-like molecules.
struct Common {
  AtomFacts facts;
  int weight;
};
const Common kCommonAtoms[] = {{{6, 1, 0, 2, 1, 0, 4, 1, 6, 0, 2}, 40}, {{6, 1, 0, 3, 0, 0, 4, 1, 6, 0, 2}, 25},
                               {{6, 1, 0, 3, 0, 0, 4, 1, 5, 0, 2}, 6},  {{6, 0, 0, 2, 2, 0, 4, 0, 0, 0, 0}, 15},
                               {{6, 0, 0, 2, 2, 0, 4, 1, 6, 0, 2}, 12}, {{6, 0, 0, 1, 3, 0, 4, 0, 0, 0, 0}, 12},
                               {{6, 0, 0, 3, 0, 0, 4, 0, 0, 0, 0}, 12}, {{6, 0, 0, 3, 1, 0, 4, 0, 0, 0, 0}, 4},
                               {{6, 0, 0, 3, 1, 0, 4, 1, 6, 0, 2}, 5},  {{8, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0}, 14},
                               {{8, 0, 0, 2, 0, 0, 2, 0, 0, 0, 0}, 8},  {{8, 0, 0, 1, 1, 0, 2, 0, 0, 0, 0}, 4},
                               {{7, 0, 0, 2, 1, 0, 3, 0, 0, 0, 0}, 9},  {{7, 0, 0, 3, 0, 0, 3, 1, 6, 0, 2}, 5},
                               {{7, 1, 0, 2, 0, 0, 3, 1, 6, 0, 2}, 6},  {{7, 1, 0, 2, 0, 0, 3, 1, 5, 0, 2}, 4},
                               {{16, 1, 0, 2, 0, 0, 2, 1, 5, 0, 2}, 2}, {{16, 0, 0, 4, 0, 0, 6, 0, 0, 0, 0}, 2},
                               {{9, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0}, 4},  {{17, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0}, 3}};

}  // namespace

// What compile() found out, before anything is stored.
struct PatternSet::Draft {
  std::vector<std::uint16_t> atom;  ///< by query atom
  std::vector<std::int32_t> exact;
  std::vector<int> weight;  ///< how common atoms are that pass
};

int PatternSet::add(const std::string& smarts, Anchor anchor) {
  const std::unique_ptr<RDKit::RWMol> query{RDKit::SmartsToMol(smarts)};
  if (!query) throw std::invalid_argument("not a SMARTS");
  return add(*query, anchor);
}

int PatternSet::add(const RDKit::ROMol& query, Anchor anchor) {
  try {
    return compile(query, anchor);
  } catch (const NotUnderstood&) {
    return kNotCompiled;
  }
}

int PatternSet::compile(const RDKit::ROMol& query, Anchor anchor) {
  const unsigned size = query.getNumAtoms();
  if (size == 0 || size > 200 || query.hasProp("_queryRootAtom")) throw NotUnderstood{};
  Draft draft;
  for (const auto* atom : query.atoms()) {
    const auto full = full_tree(*atom);
    draft.atom.push_back(atom_question(upper_bound(full)));
    draft.exact.push_back(is_recursive(full) ? full : -1);
    int weight = is_recursive(full) ? -1 : 0;  // a recursive atom is rarer than its bound
    for (const auto& common : kCommonAtoms)
      if (holds(atom_questions_[draft.atom.back()], common.facts)) weight += common.weight;
    draft.weight.push_back(weight);
  }

  // The order of the search: the rarest atom, then always the rarest one that hangs on what is already placed.
  std::vector<int> place(size, -1);
  std::vector<unsigned> order;
  std::vector<Step> steps;
  std::vector<Closure> closures;
  while (order.size() < size) {
    unsigned best = size;
    bool best_hangs = false;
    for (unsigned i = 0; i < size; ++i) {
      if (place[i] >= 0) continue;
      bool hangs = false;
      for (const auto* neighbour : query.atomNeighbors(query.getAtomWithIdx(i)))
        hangs |= place[neighbour->getIdx()] >= 0;
      if (best == size || (hangs && !best_hangs) || (hangs == best_hangs && draft.weight[i] < draft.weight[best])) {
        best = i;
        best_hangs = hangs;
      }
      if (order.empty() && anchor == Anchor::kFirstAtom) break;  // only atom 0 may come first
    }
    Step step{-1, 0, draft.atom[best], draft.exact[best], static_cast<std::uint32_t>(closures.size()), 0};
    for (const auto* bond : query.atomBonds(query.getAtomWithIdx(best))) {
      const int other = place[bond->getOtherAtomIdx(best)];
      if (other < 0) continue;
      const auto question = bond_question(*bond);
      if (step.parent < 0) {
        step.parent = static_cast<std::int16_t>(other);
        step.bond = question;
      } else {
        closures.push_back({static_cast<std::uint16_t>(other), question});
        ++step.closure_count;
      }
    }
    place[best] = static_cast<int>(order.size());
    order.push_back(best);
    steps.push_back(step);
  }

  std::string key;  // equal keys are equal searches
  if (anchor == Anchor::kFirstAtom) {
    for (const auto& step : steps) {
      key += std::to_string(step.parent) + ',' + std::to_string(step.bond) + ',' + std::to_string(step.atom) + ',' +
             std::to_string(step.exact) + ',' + std::to_string(step.closure_count) + ';';
    }
    for (const auto& closure : closures) key += std::to_string(closure.step) + '-' + std::to_string(closure.bond) + ';';
    if (const auto known = pattern_numbers_.find(key); known != pattern_numbers_.end()) return known->second;
  }

  std::map<std::pair<unsigned, unsigned>, std::uint64_t> required;  // (level, word) -> mask
  std::map<std::uint16_t, unsigned> count;
  for (const auto question : draft.atom) {
    const unsigned level = count[question]++;
    if (level < kLevels) required[{level, question / 64U}] |= std::uint64_t{1} << (question % 64U);
  }
  const Pattern pattern{static_cast<std::uint32_t>(steps_.size()), size,
                        static_cast<std::uint32_t>(requirements_.size()), static_cast<std::uint32_t>(required.size()),
                        -1};
  for (auto& step : steps) step.closures += static_cast<std::uint32_t>(closures_.size());
  steps_.insert(steps_.end(), steps.begin(), steps.end());
  closures_.insert(closures_.end(), closures.begin(), closures.end());
  for (const auto& [where, mask] : required)
    requirements_.push_back({static_cast<std::uint16_t>(where.first), static_cast<std::uint16_t>(where.second), mask});
  patterns_.push_back(pattern);
  const int number = static_cast<int>(patterns_.size()) - 1;
  if (anchor == Anchor::kFirstAtom) pattern_numbers_[key] = number;
  return number;
}

std::int32_t PatternSet::add_node(Node node) {
  auto key = std::make_tuple(static_cast<int>(node.kind), node.negated, static_cast<int>(node.fact), node.value,
                             node.children);
  const auto [place, is_new] = node_numbers_.try_emplace(std::move(key), static_cast<std::int32_t>(nodes_.size()));
  if (is_new) nodes_.push_back(std::move(node));
  return place->second;
}

std::int32_t PatternSet::full_tree(const RDKit::Atom& atom) {
  if (!atom.hasQuery()) throw NotUnderstood{};
  return full_tree(*atom.getQuery());
}

template <class Query>
std::int32_t PatternSet::full_tree(const Query& query) {
  const auto& name = query.getDescription();
  Node node{Node::Kind::kTrue, query.getNegation(), 0, 0, {}};
  if (name == "AtomAnd" || name == "AtomOr" || name == "AtomXor") {
    node.kind = name == "AtomAnd" ? Node::Kind::kAnd : name == "AtomOr" ? Node::Kind::kOr : Node::Kind::kXor;
    for (auto child = query.beginChildren(); child != query.endChildren(); ++child)
      node.children.push_back(full_tree(**child));
    // Cheap questions first; the order has no influence on the answer.
    std::ranges::stable_partition(node.children, [this](auto child) { return !is_recursive(child); });
    return add_node(std::move(node));
  }
  if (name == "AtomNull") return add_node(std::move(node));
  if (const auto* recursive = dynamic_cast<const RDKit::RecursiveStructureQuery*>(&query)) {
    node.kind = Node::Kind::kPattern;
    node.value = compile(*recursive->getQueryMol(), Anchor::kFirstAtom);
    auto& memo = patterns_[static_cast<std::size_t>(node.value)].memo;
    if (memo < 0) memo = static_cast<std::int32_t>(recursive_count_++);
    return add_node(std::move(node));
  }
  const auto* equality = dynamic_cast<const RDKit::ATOM_EQUALS_QUERY*>(&query);
  const auto* fact = std::ranges::find(kFacts, std::string_view{name}, [](const auto& entry) { return entry.first; });
  if (equality == nullptr || equality->getTol() != 0 || fact == std::end(kFacts)) throw NotUnderstood{};
  node.kind = Node::Kind::kFact;
  node.fact = static_cast<std::uint8_t>(fact->second);
  node.value = equality->getVal();
  if (node.value < 0 && fact->second == Fact::kRings) node.value = kAnyNumber;
  return add_node(std::move(node));
}

bool PatternSet::is_recursive(std::int32_t index) const {
  const auto& node = nodes_[static_cast<std::size_t>(index)];
  return node.kind == Node::Kind::kPattern ||
         std::ranges::any_of(node.children, [this](auto child) { return is_recursive(child); });
}

// A question without recursion that is answered with yes wherever the full one is.
std::int32_t PatternSet::upper_bound(std::int32_t full) {
  if (!is_recursive(full)) return full;
  const Node node = nodes_[static_cast<std::size_t>(full)];  // a copy: add_node() moves the originals
  const std::int32_t always = add_node({Node::Kind::kTrue, false, 0, 0, {}});
  if (node.negated || node.kind == Node::Kind::kXor) return always;
  if (node.kind == Node::Kind::kPattern) {
    const auto root = steps_[pattern(node.value).first_step].atom;
    return atom_questions_[root];
  }
  Node bound{node.kind, false, 0, 0, {}};
  for (const auto child : node.children) bound.children.push_back(upper_bound(child));
  return add_node(std::move(bound));
}

bool PatternSet::holds(std::int32_t index, const AtomFacts& facts) const {
  const auto& node = nodes_[static_cast<std::size_t>(index)];
  bool result = false;
  switch (node.kind) {
    case Node::Kind::kTrue: result = true; break;
    case Node::Kind::kFact: {
      const auto fact = static_cast<Fact>(node.fact);
      const int value = value_of(fact, facts);
      result = fact == Fact::kRings && node.value == kAnyNumber ? value != 0 : value == node.value;
      break;
    }
    case Node::Kind::kAnd:
      result = std::ranges::all_of(node.children, [&](auto child) { return holds(child, facts); });
      break;
    case Node::Kind::kOr:
      result = std::ranges::any_of(node.children, [&](auto child) { return holds(child, facts); });
      break;
    case Node::Kind::kXor:
      for (const auto child : node.children) result ^= holds(child, facts);
      break;
    case Node::Kind::kPattern: throw std::logic_error("a recursive question asked of an atom alone");
  }
  return result != node.negated;
}

std::uint16_t PatternSet::atom_question(std::int32_t node) {
  const auto number = static_cast<std::uint16_t>(atom_questions_.size());
  const auto [place, is_new] = atom_question_numbers_.try_emplace(node, number);
  if (is_new) atom_questions_.push_back(node);
  return place->second;
}

std::uint16_t PatternSet::bond_question(const RDKit::Bond& bond) {
  if (!bond.hasQuery() || bond.getBondType() == RDKit::Bond::DATIVE) throw NotUnderstood{};
  const auto next = bond_question_numbers_.size();
  const auto [place, is_new] =
      bond_question_numbers_.try_emplace(RDKit::describeQuery(&bond), static_cast<std::uint16_t>(next));
  if (!is_new) return place->second;
  if (next >= 64) {
    bond_question_numbers_.erase(place);
    throw NotUnderstood{};
  }
  for (int type = 0; type < 32; ++type) {
    for (const bool in_ring : {false, true}) {
      if (bond_holds(*bond.getQuery(), type, in_ring))
        bond_rows_[static_cast<std::size_t>(type)][in_ring ? 1 : 0] |= std::uint64_t{1} << next;
    }
  }
  return place->second;
}

void PatternSet::fill_row(const AtomFacts& facts, std::uint64_t* row) const {
  std::fill_n(row, row_words(), 0);
  for (std::size_t i = 0; i < atom_questions_.size(); ++i)
    if (holds(atom_questions_[i], facts)) row[i / 64] |= std::uint64_t{1} << (i % 64);
}

}  // namespace digitalis
