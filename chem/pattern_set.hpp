#pragma once
// SMARTS patterns compiled to plain arrays, so that hundreds of them can be asked of a molecule in microseconds.
//
// The problem: RDKit answers one SMARTS at a time. Each answer allocates, runs a general subgraph search and calls a
// virtual query tree per atom pair; the 765 alerts of RDKit's FilterCatalog take 10 ms per molecule that way, most of
// it to say no. The idea: across all patterns there are only some 400 different questions about an atom and 15 about a
// bond, and each depends on a dozen small numbers (AtomFacts). Those numbers recur, so the answers to all questions are
// computed once per kind of atom and kept as a bit row. A molecule is then a list of bit rows: a pattern whose
// questions nobody answers with yes is dropped by a few word operations, the rest by a backtracking search over bits.
// Recursive SMARTS are patterns of their own, asked lazily. Rejected: fingerprint screens (too weak for PAINS, whose
// patterns are large but made of common parts) and reading SMARTS ourselves: the patterns are taken from RDKit's parsed
// query trees, so its reading of SMARTS is ours. A pattern that holds anything not known here is not compiled; its
// owner asks RDKit instead.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace RDKit {
class Atom;
class Bond;
class ROMol;
}  // namespace RDKit

namespace digitalis {

/// All that a compiled pattern can ask of one atom. Plain bytes without padding, so that it can be hashed as such.
struct AtomFacts {
  std::uint8_t atomic_number = 0;
  std::uint8_t aromatic = 0;
  std::int8_t charge = 0;
  std::uint8_t degree = 0;               ///< neighbours in the graph
  std::uint8_t own_hydrogens = 0;        ///< hydrogens that are not atoms of the graph
  std::uint8_t neighbour_hydrogens = 0;  ///< hydrogens that are
  std::uint8_t valence = 0;
  std::uint8_t rings = 0;
  std::uint16_t smallest_ring = 0;
  std::uint16_t isotope = 0;
  std::uint32_t ring_bonds = 0;
  bool operator==(const AtomFacts&) const = default;
};
static_assert(sizeof(AtomFacts) == 16);

/// Compiled patterns. Filled by one thread; then read by any number at once.
class PatternSet {
 public:
  /// Where a search may start: at the pattern's rarest atom, or only at its first one.
  enum class Anchor : std::uint8_t { kAnywhere, kFirstAtom };
  static constexpr int kNotCompiled = -1;

  /// Compiles a query molecule. Returns its number, or kNotCompiled when it asks something that is not known here.
  int add(const RDKit::ROMol& query, Anchor anchor = Anchor::kAnywhere);
  /// The same from SMARTS. Throws std::invalid_argument when RDKit cannot read it.
  int add(const std::string& smarts, Anchor anchor = Anchor::kAnywhere);

  // The rest is for PatternMatcher.

  /// One query atom in the order of the search: reached over a bond from an earlier one, or free (parent -1).
  struct Step {
    std::int16_t parent;
    std::uint16_t bond;      ///< bond question towards the parent
    std::uint16_t atom;      ///< atom question every match answers with yes
    std::int32_t exact;      ///< node of the full question when it is recursive, else -1
    std::uint32_t closures;  ///< first of the ring closures to earlier steps
    std::uint32_t closure_count;
  };
  struct Closure {
    std::uint16_t step, bond;
  };
  /// At least `level` + 1 atoms of the molecule must answer every question in `mask` with yes.
  struct Requirement {
    std::uint16_t level, word;
    std::uint64_t mask;
  };
  struct Pattern {
    std::uint32_t first_step, step_count, first_requirement, requirement_count;
    std::int32_t memo;  ///< its place among the recursive patterns, else -1
  };
  /// A node of an atom question's tree.
  struct Node {
    enum class Kind : std::uint8_t { kAnd, kOr, kXor, kFact, kPattern, kTrue } kind;
    bool negated;
    std::uint8_t fact;
    std::int32_t value;  ///< of a fact, or number of the recursive pattern
    std::vector<std::int32_t> children;
  };
  static constexpr std::size_t kLevels = 3;

  [[nodiscard]] const Pattern& pattern(int number) const { return patterns_[static_cast<std::size_t>(number)]; }
  [[nodiscard]] const Step* steps(const Pattern& pattern) const { return steps_.data() + pattern.first_step; }
  [[nodiscard]] const Closure* closures(const Step& step) const { return closures_.data() + step.closures; }
  [[nodiscard]] const Requirement* requirements(const Pattern& p) const {
    return requirements_.data() + p.first_requirement;
  }
  [[nodiscard]] const Node& node(std::int32_t index) const { return nodes_[static_cast<std::size_t>(index)]; }
  [[nodiscard]] std::size_t recursive_count() const { return recursive_count_; }
  /// Words of a bit row with one bit per atom question.
  [[nodiscard]] std::size_t row_words() const { return (atom_questions_.size() + 63) / 64; }
  /// Answers all atom questions for one kind of atom. O(questions).
  void fill_row(const AtomFacts& facts, std::uint64_t* row) const;
  /// Answers a question without recursion.
  [[nodiscard]] bool holds(std::int32_t node, const AtomFacts& facts) const;
  /// Answers all bond questions for one kind of bond.
  [[nodiscard]] std::uint64_t bond_row(std::uint8_t bond_type, bool in_ring) const {
    return bond_rows_[bond_type & 31U][in_ring ? 1 : 0];
  }

 private:
  struct Draft;
  int compile(const RDKit::ROMol& query, Anchor anchor);
  std::int32_t add_node(Node node);
  std::int32_t full_tree(const RDKit::Atom& atom);
  template <class Query>
  std::int32_t full_tree(const Query& query);
  std::int32_t upper_bound(std::int32_t full);
  [[nodiscard]] bool is_recursive(std::int32_t index) const;

  std::uint16_t atom_question(std::int32_t node);
  std::uint16_t bond_question(const RDKit::Bond& bond);

  std::vector<Pattern> patterns_;
  std::size_t recursive_count_ = 0;
  std::vector<Step> steps_;
  std::vector<Closure> closures_;
  std::vector<Requirement> requirements_;
  std::vector<Node> nodes_;
  std::map<std::tuple<int, bool, int, int, std::vector<std::int32_t>>, std::int32_t> node_numbers_;
  std::map<std::string, int> pattern_numbers_;  ///< of the anchored ones: recursive SMARTS repeat a lot
  std::vector<std::int32_t> atom_questions_;    ///< node by question
  std::map<std::int32_t, std::uint16_t> atom_question_numbers_;
  std::map<std::string, std::uint16_t> bond_question_numbers_;
  std::array<std::array<std::uint64_t, 2>, 32> bond_rows_{};
};

}  // namespace digitalis
