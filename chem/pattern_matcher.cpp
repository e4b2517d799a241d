#include "chem/pattern_matcher.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/RDKitBase.h>
#include <GraphMol/RingInfo.h>

namespace digitalis {
namespace {

// Kinds of atoms kept: more than real libraries show, few enough (1 MB) for any input.
constexpr std::size_t kMaxKnownRows = 10'000;
// compile() takes no larger pattern.
constexpr std::size_t kMaxSteps = 200;

template <class To, class From>
To clamp_to(From value) {
  return static_cast<To>(
      std::clamp<long>(static_cast<long>(value), std::numeric_limits<To>::min(), std::numeric_limits<To>::max()));
}

}  // namespace

std::size_t PatternMatcher::HashFacts::operator()(const AtomFacts& facts) const noexcept {
  const auto words = std::bit_cast<std::array<std::uint64_t, 2>>(facts);
  const std::uint64_t mixed = (words[0] ^ (words[1] * 0x9E3779B97F4A7C15U)) * 0xD6E8FEB86659FD93U;
  return mixed ^ (mixed >> 32U);
}

PatternMatcher::PatternMatcher(std::shared_ptr<const PatternSet> patterns)
    : patterns_(std::move(patterns)), words_(patterns_->row_words()) {}

const std::uint64_t* PatternMatcher::row_of(const AtomFacts& facts) {
  auto& row = known_rows_[facts];
  if (!row) {
    row = std::make_unique<std::uint64_t[]>(words_);
    patterns_->fill_row(facts, row.get());
  }
  return row.get();
}

void PatternMatcher::reset(std::size_t atoms) {
  if (known_rows_.size() > kMaxKnownRows) known_rows_.clear();  // rows_ of the last molecule are about to go
  facts_.assign(atoms, {});
  rows_.assign(atoms, nullptr);
  first_edge_.assign(atoms + 1, 0);
  edges_.clear();
}

void PatternMatcher::load(const RDKit::ROMol& molecule) {
  read(molecule);
  finish();
}

void PatternMatcher::read(const RDKit::ROMol& molecule) {
  const unsigned size = molecule.getNumAtoms();
  reset(size);
  const auto& rings = *molecule.getRingInfo();
  for (const auto* atom : molecule.atoms()) {
    auto& facts = facts_[atom->getIdx()];
    facts.atomic_number = clamp_to<std::uint8_t>(atom->getAtomicNum());
    facts.aromatic = atom->getIsAromatic() ? 1 : 0;
    facts.charge = clamp_to<std::int8_t>(atom->getFormalCharge());
    facts.own_hydrogens = clamp_to<std::uint8_t>(atom->getTotalNumHs(false));
    facts.valence = clamp_to<std::uint8_t>(atom->getTotalValence());
    facts.isotope = clamp_to<std::uint16_t>(atom->getIsotope());
    facts.rings = clamp_to<std::uint8_t>(rings.numAtomRings(atom->getIdx()));
    if (facts.rings > 0) facts.smallest_ring = clamp_to<std::uint16_t>(rings.minAtomRingSize(atom->getIdx()));
  }
  for (const auto* atom : molecule.atoms()) {
    const auto index = atom->getIdx();
    auto& facts = facts_[index];
    first_edge_[index] = static_cast<std::uint32_t>(edges_.size());
    for (const auto* bond : molecule.atomBonds(atom)) {
      const auto other = bond->getOtherAtomIdx(index);
      const bool in_ring = rings.numBondRings(bond->getIdx()) > 0;
      edges_.push_back({other, patterns_->bond_row(static_cast<std::uint8_t>(bond->getBondType()), in_ring)});
      ++facts.degree;
      if (facts_[other].atomic_number == 1) ++facts.neighbour_hydrogens;
      if (in_ring) ++facts.ring_bonds;
    }
  }
  first_edge_[size] = static_cast<std::uint32_t>(edges_.size());
}

void PatternMatcher::load_with_hydrogens(const RDKit::ROMol& molecule) {
  read(molecule);
  const auto heavy = static_cast<std::uint32_t>(facts_.size());
  const auto bond = patterns_->bond_row(RDKit::Bond::SINGLE, false);
  AtomFacts hydrogen;
  hydrogen.atomic_number = hydrogen.degree = hydrogen.valence = 1;
  std::vector<Edge> edges;
  std::vector<std::uint32_t> first(heavy, 0);
  std::vector<Edge> back;  // of the hydrogens, in their order
  for (std::uint32_t atom = 0; atom < heavy; ++atom) {
    first[atom] = static_cast<std::uint32_t>(edges.size());
    edges.insert(edges.end(), edges_.begin() + first_edge_[atom], edges_.begin() + first_edge_[atom + 1]);
    const auto own_hydrogens = facts_[atom].own_hydrogens;
    hydrogen.neighbour_hydrogens = facts_[atom].atomic_number == 1 ? 1 : 0;
    for (unsigned i = 0; i < own_hydrogens; ++i) {
      edges.push_back({heavy + static_cast<std::uint32_t>(back.size()), bond});
      back.push_back({atom, bond});
      facts_.push_back(hydrogen);
    }
    auto& facts = facts_[atom];
    facts.degree = static_cast<std::uint8_t>(facts.degree + own_hydrogens);
    facts.neighbour_hydrogens = static_cast<std::uint8_t>(facts.neighbour_hydrogens + own_hydrogens);
    facts.own_hydrogens = 0;
  }
  first_edge_ = std::move(first);
  for (const auto& edge : back) {
    first_edge_.push_back(static_cast<std::uint32_t>(edges.size()));
    edges.push_back(edge);
  }
  first_edge_.push_back(static_cast<std::uint32_t>(edges.size()));
  edges_ = std::move(edges);
  rows_.resize(facts_.size());
  finish();
}

void PatternMatcher::finish() {
  at_least_.assign(PatternSet::kLevels * words_, 0);
  auto* one = at_least_.data();
  auto* two = one + words_;
  auto* three = two + words_;
  for (std::size_t atom = 0; atom < facts_.size(); ++atom) {
    const auto* row = row_of(facts_[atom]);
    rows_[atom] = row;
    for (std::size_t word = 0; word < words_; ++word) {
      three[word] |= two[word] & row[word];
      two[word] |= one[word] & row[word];
      one[word] |= row[word];
    }
  }
  memo_.assign(patterns_->recursive_count() * facts_.size(), 0);
}

bool PatternMatcher::may_match(const PatternSet::Pattern& pattern) const {
  const auto* requirement = patterns_->requirements(pattern);
  for (std::uint32_t i = 0; i < pattern.requirement_count; ++i, ++requirement) {
    if ((at_least_[requirement->level * words_ + requirement->word] & requirement->mask) != requirement->mask)
      return false;
  }
  return true;
}

bool PatternMatcher::passes(const PatternSet::Step& step, std::uint32_t atom) {
  if (((rows_[atom][step.atom / 64U] >> (step.atom % 64U)) & 1U) == 0) return false;
  return step.exact < 0 || answer(step.exact, atom);
}

bool PatternMatcher::answer(std::int32_t index, std::uint32_t atom) {
  const auto& node = patterns_->node(index);
  using Kind = PatternSet::Node::Kind;
  bool result = false;
  switch (node.kind) {
    case Kind::kAnd:
      result = std::ranges::all_of(node.children, [&](auto child) { return answer(child, atom); });
      break;
    case Kind::kOr: result = std::ranges::any_of(node.children, [&](auto child) { return answer(child, atom); }); break;
    case Kind::kXor:
      for (const auto child : node.children) result ^= answer(child, atom);
      break;
    case Kind::kPattern: result = answer_pattern(node.value, atom); break;
    case Kind::kFact:
    case Kind::kTrue: return patterns_->holds(index, facts_[atom]);
  }
  return result != node.negated;
}

bool PatternMatcher::answer_pattern(int pattern, std::uint32_t atom) {
  auto& memo = memo_[static_cast<std::size_t>(patterns_->pattern(pattern).memo) * rows_.size() + atom];
  if (memo == 0) memo = matches_at(pattern, atom) ? 2 : 1;
  return memo == 2;
}

bool PatternMatcher::matches(int number) {
  const auto& pattern = patterns_->pattern(number);
  if (pattern.step_count > rows_.size() || !may_match(pattern)) return false;
  std::array<std::uint32_t, kMaxSteps> images;
  return extend(pattern, 0, images.data());
}

bool PatternMatcher::matches_at(int number, std::uint32_t atom) {
  const auto& pattern = patterns_->pattern(number);
  if (!passes(*patterns_->steps(pattern), atom)) return false;
  if (pattern.step_count == 1) return true;
  std::array<std::uint32_t, kMaxSteps> images;
  images[0] = atom;
  return extend(pattern, 1, images.data());
}

std::uint32_t PatternMatcher::count_atoms(int pattern) {
  std::uint32_t count = 0;
  if (!may_match(patterns_->pattern(pattern))) return 0;
  for (std::uint32_t atom = 0; atom < rows_.size(); ++atom) count += matches_at(pattern, atom) ? 1U : 0U;
  return count;
}

std::uint32_t PatternMatcher::count_bonds(int number) {
  const auto& pattern = patterns_->pattern(number);
  const auto* steps = patterns_->steps(pattern);
  std::uint32_t count = 0;
  for (std::uint32_t atom = 0; atom < rows_.size(); ++atom) {
    for (auto k = first_edge_[atom]; k < first_edge_[atom + 1]; ++k) {
      const auto other = edges_[k].atom;
      if (other < atom || ((edges_[k].row >> steps[1].bond) & 1U) == 0) continue;
      const bool matches =
          (passes(steps[0], atom) && passes(steps[1], other)) || (passes(steps[0], other) && passes(steps[1], atom));
      count += matches ? 1U : 0U;
    }
  }
  return count;
}

// Places the query atom of `step` and all that follow. images[i] is the atom of step i.
bool PatternMatcher::extend(const PatternSet::Pattern& pattern, std::uint32_t step, std::uint32_t* images) {
  if (step == pattern.step_count) return true;
  const auto& now = patterns_->steps(pattern)[step];
  const auto fits = [&](std::uint32_t atom) {
    if (((rows_[atom][now.atom / 64U] >> (now.atom % 64U)) & 1U) == 0) return false;  // most end here
    if (std::find(images, images + step, atom) != images + step) return false;
    if (now.exact >= 0 && !answer(now.exact, atom)) return false;
    const auto* closure = patterns_->closures(now);
    for (std::uint32_t i = 0; i < now.closure_count; ++i, ++closure) {
      const auto target = images[closure->step];
      auto k = first_edge_[atom];
      while (k < first_edge_[atom + 1] && edges_[k].atom != target) ++k;
      if (k == first_edge_[atom + 1] || ((edges_[k].row >> closure->bond) & 1U) == 0) return false;
    }
    return true;
  };
  if (now.parent < 0) {
    for (std::uint32_t atom = 0; atom < rows_.size(); ++atom) {
      if (!fits(atom)) continue;
      images[step] = atom;
      if (extend(pattern, step + 1, images)) return true;
    }
    return false;
  }
  const auto from = images[now.parent];
  for (auto k = first_edge_[from]; k < first_edge_[from + 1]; ++k) {
    if (((edges_[k].row >> now.bond) & 1U) == 0 || !fits(edges_[k].atom)) continue;
    images[step] = edges_[k].atom;
    if (extend(pattern, step + 1, images)) return true;
  }
  return false;
}

}  // namespace digitalis
