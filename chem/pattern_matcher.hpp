#pragma once
// Asks compiled patterns of one molecule after the other. See pattern_set.hpp for the idea.

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "chem/pattern_set.hpp"

namespace digitalis {

/// Holds one molecule at a time. Not for concurrent use of one object: one per worker thread, sharing one PatternSet.
/// Answers equal RDKit's SubstructMatch without chirality, for patterns with fewer than its 1,000 matches.
class PatternMatcher {
 public:
  explicit PatternMatcher(std::shared_ptr<const PatternSet> patterns);

  /// Takes a sanitised molecule. A few microseconds; nothing of it is kept, but atom numbers below are the molecule's.
  void load(const RDKit::ROMol& molecule);
  /// The same with every hydrogen an atom, heavy atoms first, in the order of RDKit's MolOps::addHs.
  void load_with_hydrogens(const RDKit::ROMol& molecule);

  [[nodiscard]] std::size_t atom_count() const { return rows_.size(); }
  /// Does the pattern occur?
  [[nodiscard]] bool matches(int pattern);
  /// Does the pattern (anchored at its first atom) occur with its first atom at `atom`?
  [[nodiscard]] bool matches_at(int pattern, std::uint32_t atom);
  /// Number of atoms for which matches_at() holds.
  [[nodiscard]] std::uint32_t count_atoms(int pattern);
  /// Number of bonds a pattern of two atoms (anchored) occurs at, in either direction.
  [[nodiscard]] std::uint32_t count_bonds(int pattern);

 private:
  struct HashFacts {
    std::size_t operator()(const AtomFacts& facts) const noexcept;
  };

  void reset(std::size_t atoms);
  void read(const RDKit::ROMol& molecule);
  void finish();
  const std::uint64_t* row_of(const AtomFacts& facts);
  [[nodiscard]] bool may_match(const PatternSet::Pattern& pattern) const;
  [[nodiscard]] bool passes(const PatternSet::Step& step, std::uint32_t atom);
  [[nodiscard]] bool answer(std::int32_t node, std::uint32_t atom);
  [[nodiscard]] bool answer_pattern(int pattern, std::uint32_t atom);
  [[nodiscard]] bool extend(const PatternSet::Pattern& pattern, std::uint32_t step, std::uint32_t* images);

  struct Edge {
    std::uint32_t atom;
    std::uint64_t row;  ///< answers to the bond questions
  };

  std::shared_ptr<const PatternSet> patterns_;
  std::size_t words_;
  std::unordered_map<AtomFacts, std::unique_ptr<std::uint64_t[]>, HashFacts> known_rows_;

  // The molecule.
  std::vector<AtomFacts> facts_;
  std::vector<const std::uint64_t*> rows_;  ///< answers to the atom questions, by atom
  std::vector<std::uint32_t> first_edge_;   ///< by atom, one more at the end
  std::vector<Edge> edges_;
  std::vector<std::uint64_t> at_least_;  ///< row by level: questions that 1, 2, 3 atoms answer with yes
  std::vector<std::uint8_t> memo_;       ///< recursive answers: 0 not asked, 1 no, 2 yes; by pattern and atom
};

}  // namespace digitalis
