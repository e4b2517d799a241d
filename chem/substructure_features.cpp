#include "chem/substructure_features.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/QueryAtom.h>
#include <GraphMol/QueryBond.h>
#include <GraphMol/QueryOps.h>
#include <GraphMol/RDKitBase.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

/// Atoms and bonds by what can be asked of them; 0: not known.
struct TypedGraph {
  struct Edge {
    std::uint32_t to;
    std::uint8_t bond;  ///< RDKit's number of its type
  };
  std::vector<std::uint16_t> types;     ///< 2 x element + aromatic
  std::vector<std::uint16_t> elements;  ///< 1 + element
  std::vector<std::vector<Edge>> edges;
};

constexpr std::size_t kLongestPath = 5;        // atoms, whatever their bonds
constexpr std::size_t kLongestBondedPath = 4;  // with their bonds
constexpr std::size_t kLargestRing = 8;
static_assert(2 * kLongestBondedPath - 1 <= kLargestRing && kLongestPath <= kLargestRing);

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
  return hash ^ (hash >> 29U);
}

/// A few codes without an allocation: half of the time otherwise.
class Codes {
 public:
  void add(std::uint16_t code) { values_[size_++] = code; }
  [[nodiscard]] std::span<std::uint16_t> all() { return std::span{values_}.first(size_); }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  std::array<std::uint16_t, kLargestRing> values_{};  // the longest: a ring, or a path with its bonds
  std::size_t size_ = 0;
};

std::uint64_t hash_of(std::uint64_t kind, std::span<const std::uint16_t> codes) {
  std::uint64_t hash = mixed(0, kind);
  for (const std::uint16_t code : codes) hash = mixed(hash, code);
  return hash;
}

/// Walks all simple paths and rings of a graph and sets their bits.
class FeatureWalk {
 public:
  explicit FeatureWalk(const TypedGraph& graph) : graph_(graph), is_on_path_(graph.types.size()) {}

  SubstructureFeatures run() {
    for (std::uint32_t atom = 0; atom < graph_.types.size(); ++atom) {
      if (graph_.elements[atom] == 0) continue;
      path_ = {atom};
      bonds_.clear();
      is_on_path_[atom] = true;
      extend();
      is_on_path_[atom] = false;
    }
    return features_;
  }

 private:
  enum Kind : std::uint8_t { kPath, kBondedPath, kElementPath, kRing, kElementRing };

  void extend() {
    for (const TypedGraph::Edge& edge : graph_.edges[path_.back()]) {
      if (edge.to == path_.front() && path_.size() > 2 && is_lowest_first_) ring();
      if (is_on_path_[edge.to] || path_.size() == kLargestRing) continue;
      // Rings are found from their lowest atom; paths longer than the longest go on only for them.
      const bool may_close = edge.to > path_.front() && is_lowest_first_;
      if (path_.size() >= kLongestPath && !may_close) continue;
      if (graph_.elements[edge.to] == 0) continue;
      path_.push_back(edge.to);
      bonds_.push_back(edge.bond);
      is_on_path_[edge.to] = true;
      const bool before = is_lowest_first_;
      is_lowest_first_ = may_close;
      if (path_.size() <= kLongestPath) path();
      extend();
      is_lowest_first_ = before;
      is_on_path_[edge.to] = false;
      bonds_.pop_back();
      path_.pop_back();
    }
  }

  /// Each path is walked from both ends; one of them counts.
  void path() {
    if (path_.front() > path_.back()) return;
    if (Codes types = codes(graph_.types); !types.empty()) {
      add(kPath, types);
      if (path_.size() <= kLongestBondedPath && std::ranges::find(bonds_, 0) == bonds_.end()) {
        Codes with_bonds;
        for (std::size_t i = 0; i < path_.size(); ++i) {
          if (i > 0) with_bonds.add(bonds_[i - 1]);
          with_bonds.add(types.all()[i]);
        }
        add(kBondedPath, with_bonds);
      }
    }
    if (path_.size() > kLongestBondedPath) return;
    if (Codes elements = codes(graph_.elements); !elements.empty()) add(kElementPath, elements);
  }

  /// A path that reads the same whichever end comes first.
  void add(Kind kind, Codes codes) {
    const auto all = codes.all();
    // Chains of one kind of atom are everywhere.
    if (kind != kBondedPath && std::ranges::adjacent_find(all, std::not_equal_to{}) == all.end()) return;
    if (std::lexicographical_compare(all.rbegin(), all.rend(), all.begin(), all.end())) std::ranges::reverse(all);
    set(hash_of(kind, all));
  }

  void ring() {
    if (path_[1] > path_.back()) return;  // the other way round
    for (const Kind kind : {kRing, kElementRing}) {
      Codes around = codes(kind == kRing ? graph_.types : graph_.elements);
      if (around.empty()) continue;
      Codes best = around;
      const auto all = around.all(), least = best.all();
      for (int way = 0; way < 2; ++way) {
        for (std::size_t turn = 0; turn < all.size(); ++turn) {
          std::ranges::rotate(all, all.begin() + 1);
          if (std::ranges::lexicographical_compare(all, least)) std::ranges::copy(all, least.begin());
        }
        std::ranges::reverse(all);
      }
      set(hash_of(kind, least));
    }
  }

  /// Empty where one is not known.
  [[nodiscard]] Codes codes(const std::vector<std::uint16_t>& of_atoms) const {
    Codes found;
    for (const std::uint32_t atom : path_) {
      if (of_atoms[atom] == 0) return {};
      found.add(of_atoms[atom]);
    }
    return found;
  }

  void set(std::uint64_t hash) {
    const std::uint64_t bit = (hash >> 20U) % (64 * SubstructureFeatures::kWords);
    features_.words[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }

  const TypedGraph& graph_;
  std::vector<bool> is_on_path_;
  std::vector<std::uint32_t> path_;
  std::vector<std::uint8_t> bonds_;
  bool is_lowest_first_ = true;  // of the path's atoms
  SubstructureFeatures features_;
};

constexpr std::size_t kElements = 128;
/// What an atom may be: 2 x element + aromatic.
using Choices = std::bitset<2 * kElements>;

std::uint16_t type_code(std::size_t choice) { return static_cast<std::uint16_t>(1 + choice); }

Choices element(std::size_t number) { return Choices{}.set(2 * number).set(2 * number + 1); }

Choices aromatic(bool is_aromatic) {
  Choices choices;
  for (std::size_t i = is_aromatic ? 1 : 0; i < choices.size(); i += 2) choices.set(i);
  return choices;
}

/// Everything that can answer a question with yes: all where that is not known.
Choices choices_of(const RDKit::Atom::QUERYATOM_QUERY& query) {
  const std::string& name = query.getDescription();
  if (name == "AtomAnd" || name == "AtomOr") {
    if (query.getNegation()) return Choices{}.set();
    Choices choices;
    if (name == "AtomAnd") choices.set();
    for (auto child = query.beginChildren(); child != query.endChildren(); ++child)
      choices = name == "AtomAnd" ? choices & choices_of(**child) : choices | choices_of(**child);
    return choices;
  }
  const auto* equality = dynamic_cast<const RDKit::ATOM_EQUALS_QUERY*>(&query);
  if (equality == nullptr || equality->getTol() != 0 || query.getNegation() || equality->getVal() < 0)
    return Choices{}.set();
  const auto value = static_cast<std::size_t>(equality->getVal());
  if (name == "AtomAtomicNum" && value < kElements) return element(value);
  if (name == "AtomType" && value % 1000 < kElements) return element(value % 1000) & aromatic(value >= 1000);
  if (name == "AtomIsAromatic" && value == 1) return aromatic(true);
  if (name == "AtomIsAliphatic" && value == 1) return aromatic(false);
  return Choices{}.set();
}

/// RDKit's number of the only type that a bond between such atoms can have; 0 where there are several.
std::uint8_t bond_needed(const RDKit::Bond& bond, bool has_aliphatic_end) {
  if (!bond.hasQuery()) return 0;
  const auto& query = *bond.getQuery();
  if (query.getNegation()) return 0;
  const std::string& name = query.getDescription();
  // Bonds of an atom that is not aromatic are not either.
  if (name == "SingleOrAromaticBond") return has_aliphatic_end ? static_cast<std::uint8_t>(RDKit::Bond::SINGLE) : 0;
  const auto* equality = dynamic_cast<const RDKit::BOND_EQUALS_QUERY*>(&query);
  if (name != "BondOrder" || equality == nullptr || equality->getTol() != 0) return 0;
  return static_cast<std::uint8_t>(equality->getVal());
}

void add_edge(TypedGraph& graph, const RDKit::Bond& bond, std::uint8_t type) {
  graph.edges[bond.getBeginAtomIdx()].push_back({bond.getEndAtomIdx(), type});
  graph.edges[bond.getEndAtomIdx()].push_back({bond.getBeginAtomIdx(), type});
}

}  // namespace

SubstructureFeatures features_of(const RDKit::ROMol& molecule) {
  TypedGraph graph;
  graph.edges.resize(molecule.getNumAtoms());
  for (const RDKit::Atom* atom : molecule.atoms()) {
    const auto number = static_cast<std::size_t>(atom->getAtomicNum());
    graph.types.push_back(type_code(2 * number + (atom->getIsAromatic() ? 1 : 0)));
    graph.elements.push_back(static_cast<std::uint16_t>(1 + number));
  }
  for (const RDKit::Bond* bond : molecule.bonds())
    add_edge(graph, *bond, static_cast<std::uint8_t>(bond->getBondType()));
  return FeatureWalk{graph}.run();
}

SubstructureFeatures features_needed(const std::string& smarts) {
  std::unique_ptr<const RDKit::ROMol> query;
  try {
    if (!smarts.empty()) query.reset(RDKit::SmartsToMol(smarts));
  } catch (const std::exception&) {
    // RDKit's message holds the text.
  }
  if (!query || query->getNumAtoms() == 0) throw UsageError("not a SMARTS");
  TypedGraph graph;
  graph.edges.resize(query->getNumAtoms());
  std::vector<bool> is_aliphatic;
  for (const RDKit::Atom* atom : query->atoms()) {
    const Choices choices = atom->hasQuery() ? choices_of(*atom->getQuery()) : Choices{}.set();
    std::uint16_t type = 0, its_element = 0;
    for (std::size_t i = 0; i < kElements; ++i) {
      if ((choices & element(i)).none() || (choices & ~element(i)).any()) continue;
      its_element = static_cast<std::uint16_t>(1 + i);
      if (choices.count() == 1) type = type_code(choices.test(2 * i) ? 2 * i : 2 * i + 1);
    }
    graph.types.push_back(type);
    graph.elements.push_back(its_element);
    is_aliphatic.push_back((choices & aromatic(true)).none());
  }
  for (const RDKit::Bond* bond : query->bonds())
    add_edge(graph, *bond,
             bond_needed(*bond, is_aliphatic[bond->getBeginAtomIdx()] || is_aliphatic[bond->getEndAtomIdx()]));
  return FeatureWalk{graph}.run();
}

}  // namespace digitalis
