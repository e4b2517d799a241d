#include "chem/ring_shape.hpp"

#include <GraphMol/ROMol.h>
#include <GraphMol/new_canon.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace digitalis {
namespace {

constexpr double kSameTorsion_rad = 30.0 * std::numbers::pi / 180.0;
constexpr std::size_t kMostRelabelings = 64;

bool is_tetrahedral(const RDKit::Atom& atom) { return atom.getHybridization() == RDKit::Atom::SP3; }

double torsion_rad(const Position& a, const Position& b, const Position& c, const Position& d) {
  const Position first = b - a, axis = c - b, last = d - c;
  const Position n1 = cross(first, axis), n2 = cross(axis, last);
  return std::atan2(std::sqrt(dot(axis, axis)) * dot(first, n2), dot(n1, n2));
}

/// Ways to exchange atoms of the same symmetry class among those `used`, so that bonds between them stay bonds; others
/// stay in place. Backtracking over few atoms; stops at kMostRelabelings.
class Relabeler {
 public:
  Relabeler(const RDKit::ROMol& mol, std::vector<std::uint32_t> used, const std::vector<unsigned>& classes)
      : mol_(mol), used_(std::move(used)), classes_(classes), image_(mol.getNumAtoms()), taken_(mol.getNumAtoms(), 0) {
    std::iota(image_.begin(), image_.end(), 0U);
    extend(0);
  }
  [[nodiscard]] std::vector<std::vector<std::uint32_t>> found() && { return std::move(found_); }

 private:
  void extend(std::size_t depth) {
    if (found_.size() >= kMostRelabelings) return;
    if (depth == used_.size()) {
      found_.push_back(image_);
      return;
    }
    const std::uint32_t atom = used_[depth];
    const auto attempt = [&](std::uint32_t candidate) {
      if (taken_[candidate] || classes_[candidate] != classes_[atom] || !fits(depth, atom, candidate)) return;
      image_[atom] = candidate;
      taken_[candidate] = 1;
      extend(depth + 1);
      taken_[candidate] = 0;
      image_[atom] = atom;
    };
    attempt(atom);  // itself first, so that the first relabeling changes nothing
    for (const std::uint32_t candidate : used_)
      if (candidate != atom) attempt(candidate);
  }

  bool fits(std::size_t depth, std::uint32_t atom, std::uint32_t candidate) const {
    for (std::size_t k = 0; k < depth; ++k) {
      const bool bonded = mol_.getBondBetweenAtoms(atom, used_[k]) != nullptr;
      if (bonded != (mol_.getBondBetweenAtoms(candidate, image_[used_[k]]) != nullptr)) return false;
    }
    return true;
  }

  const RDKit::ROMol& mol_;
  std::vector<std::uint32_t> used_;
  const std::vector<unsigned>& classes_;
  std::vector<std::uint32_t> image_;
  std::vector<char> taken_;
  std::vector<std::vector<std::uint32_t>> found_;
};

}  // namespace

RingShape::RingShape(const RDKit::ROMol& mol) {
  const auto& rings = *mol.getRingInfo();
  std::vector<std::uint32_t> used;
  for (const auto* bond : mol.bonds()) {
    const auto sizes = rings.bondRingSizes(bond->getIdx());
    if (sizes.empty() || bond->getIsAromatic() || bond->getBondType() != RDKit::Bond::SINGLE) continue;
    const int largest = *std::max_element(sizes.begin(), sizes.end());
    if (largest < 5) continue;
    has_macrocycle_ |= largest > 8;
    const auto *b = bond->getBeginAtom(), *c = bond->getEndAtom();
    for (const auto* a : mol.atomNeighbors(b))
      for (const auto* d : mol.atomNeighbors(c)) {
        if (a == c || d == b || a == d || a->getAtomicNum() == 1 || d->getAtomicNum() == 1) continue;
        torsions_.push_back({a->getIdx(), b->getIdx(), c->getIdx(), d->getIdx()});
        const bool within = rings.areAtomsInSameRing(a->getIdx(), d->getIdx()) &&
                            rings.areAtomsInSameRing(a->getIdx(), c->getIdx()) &&
                            rings.areAtomsInSameRing(b->getIdx(), d->getIdx());
        if (within && is_tetrahedral(*b) && is_tetrahedral(*c)) staggered_.push_back(torsions_.back());
        for (const auto* atom : {a, b, c, d}) used.push_back(atom->getIdx());
      }
  }
  if (torsions_.empty()) return;
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  std::vector<unsigned> classes;
  constexpr bool kBreakTies = false;
  RDKit::Canon::rankMolAtoms(mol, classes, kBreakTies);
  relabelings_ = Relabeler(mol, std::move(used), classes).found();
}

double RingShape::strain(const std::vector<Position>& at) const {
  double sum = 0.0;
  for (const auto& [a, b, c, d] : staggered_)
    sum += 0.5 * (1.0 + std::cos(3.0 * torsion_rad(at[a], at[b], at[c], at[d])));
  return sum;
}

bool RingShape::same(const std::vector<Position>& a, const std::vector<Position>& b) const {
  const auto torsion_of = [](const std::vector<Position>& at, const Torsion& t) {
    return torsion_rad(at[t[0]], at[t[1]], at[t[2]], at[t[3]]);
  };
  return std::any_of(relabelings_.begin(), relabelings_.end(), [&](const std::vector<std::uint32_t>& image) {
    return std::all_of(torsions_.begin(), torsions_.end(), [&](const Torsion& t) {
      const double difference = torsion_of(a, t) - torsion_of(b, {image[t[0]], image[t[1]], image[t[2]], image[t[3]]});
      return std::abs(std::remainder(difference, 2.0 * std::numbers::pi)) < kSameTorsion_rad;
    });
  });
}

}  // namespace digitalis
