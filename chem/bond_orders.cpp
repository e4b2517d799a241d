// Bond orders from geometry. Idea: flat atoms need a double bond; which one of their bonds it is, is a matching problem
// in which short bonds go first. Lengths: F. H. Allen et al., J. Chem. Soc. Perkin Trans. 2 (1987) S1-S19,
// doi:10.1039/P298700000S1.

#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

#include "chem/pdb_ligand.hpp"

namespace digitalis {
namespace {

using RDKit::Atom;
using RDKit::Bond;

class BondOrders {
 public:
  explicit BondOrders(RDKit::RWMol& mol) : mol_(mol), partner_(mol.getNumAtoms(), nullptr) {
    RDKit::MolOps::findSSSR(mol);
    for (const auto& ring : mol.getRingInfo()->atomRings())
      if ((ring.size() == 5 || ring.size() == 6) && is_flat(ring)) flat_rings_.push_back(ring);
  }

  void assign() {
    for (Bond* bond : mol_.bonds()) set_triple(*bond);
    for (Atom* atom : mol_.atoms()) set_oxides(*atom);
    for (const Atom* atom : mol_.atoms())
      if (atom->getAtomicNum() == 6 && needs_double_bond(*atom) && partner_[atom->getIdx()] == nullptr) {
        std::vector<char> visited(mol_.getNumAtoms(), 0);
        visited[atom->getIdx()] = 1;
        (void)match(atom, visited);
      }
    for (const Atom* atom : mol_.atoms())
      if (const Atom* other = partner_[atom->getIdx()]; other != nullptr && atom->getIdx() < other->getIdx())
        mol_.getBondBetweenAtoms(atom->getIdx(), other->getIdx())->setBondType(Bond::DOUBLE);
  }

 private:
  double length_A(const Bond& bond) const {
    const auto& at = mol_.getConformer().getPositions();
    return (at[bond.getBeginAtomIdx()] - at[bond.getEndAtomIdx()]).length();
  }
  unsigned heavy_degree(const Atom& atom) const {
    unsigned count = 0;
    for (const Atom* other : mol_.atomNeighbors(&atom)) count += other->getAtomicNum() != 1 ? 1U : 0U;
    return count;
  }
  static bool is(const Atom& atom, int element) { return atom.getAtomicNum() == element; }

  /// The mean angle between its bonds; flat atoms have 120 degrees, tetrahedral ones 109.
  double mean_angle_degrees(const Atom& atom) const {
    const auto& at = mol_.getConformer().getPositions();
    double sum = 0.0;
    int count = 0;
    for (const Atom* a : mol_.atomNeighbors(&atom))
      for (const Atom* b : mol_.atomNeighbors(&atom)) {
        if (a->getIdx() >= b->getIdx()) continue;
        sum += (at[a->getIdx()] - at[atom.getIdx()]).angleTo(at[b->getIdx()] - at[atom.getIdx()]);
        ++count;
      }
    return count == 0 ? 0.0 : sum / count * 180.0 / std::numbers::pi;
  }

  bool is_flat(const std::vector<int>& ring) const {
    const auto& at = mol_.getConformer().getPositions();
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const auto p = [&](std::size_t k) { return at[static_cast<std::size_t>(ring[(i + k) % ring.size()])]; };
      const auto n1 = (p(1) - p(0)).crossProduct(p(2) - p(1)), n2 = (p(2) - p(1)).crossProduct(p(3) - p(2));
      if (n1.angleTo(n2) * 180.0 / std::numbers::pi > 20.0) return false;
    }
    return true;
  }

  /// Angles in rings of five are small in flat rings as well: there the ring's own torsions tell.
  bool in_flat_ring(const Atom& atom) const { return in_same_flat_ring(atom, atom); }
  bool in_same_flat_ring(const Atom& a, const Atom& b) const {
    return std::any_of(flat_rings_.begin(), flat_rings_.end(), [&](const auto& ring) {
      const auto holds = [&](const Atom& atom) {
        return std::find(ring.begin(), ring.end(), static_cast<int>(atom.getIdx())) != ring.end();
      };
      return holds(a) && holds(b);
    });
  }

  bool needs_double_bond(const Atom& atom) const {
    const unsigned degree = atom.getDegree();
    if (degree > 3 || triple_.contains(atom.getIdx())) return false;
    if (degree == 3) return mean_angle_degrees(atom) > 117.5;  // three angles of a flat atom add up to 360
    if (degree == 2) return mean_angle_degrees(atom) > 116.0 || in_flat_ring(atom);
    return false;  // an end: its neighbour asks for it when the bond is short
  }

  /// Longer than this, a bond is single; 0: never a double bond.
  static double longest_double_A(const Atom& a, const Atom& b) {
    const int low = std::min(a.getAtomicNum(), b.getAtomicNum()), high = std::max(a.getAtomicNum(), b.getAtomicNum());
    if (low == 6 && high == 6) return 1.46;
    if (low == 6 && high == 7) return 1.42;
    if (low == 6 && high == 8) return 1.30;
    if (low == 6 && high == 16) return 1.71;
    if (low == 7 && high == 7) return 1.38;
    if (low == 7 && high == 8) return 1.26;
    return 0.0;
  }

  bool can_take(const Atom& other) const {
    if (triple_.contains(other.getIdx()) || oxidised_.contains(other.getIdx())) return false;
    switch (other.getAtomicNum()) {
      case 6: return needs_double_bond(other) || (heavy_degree(other) == 1 && other.getDegree() <= 3);
      case 7: return other.getDegree() <= 2 && (heavy_degree(other) == 1 || needs_double_bond(other));
      case 8:
      case 16: return other.getDegree() == 1;
      default: return false;
    }
  }

  /// Finds a partner, moving other atoms' partners where they have a choice.
  bool match(const Atom* atom, std::vector<char>& visited) {
    std::vector<std::pair<double, const Atom*>> choices;
    for (const Bond* bond : mol_.atomBonds(atom)) {
      const Atom* other = bond->getOtherAtom(atom);
      const double limit_A = longest_double_A(*atom, *other);
      // By how much of a double bond it looks: a carbonyl before an imidic acid, a bond of a flat ring, which may be
      // aromatic, before one that leaves it.
      double excess_A = length_A(*bond) - limit_A;
      if (is(*other, 8)) excess_A -= 0.10;
      if (in_same_flat_ring(*atom, *other)) excess_A -= 0.12;
      if (limit_A > 0.0 && length_A(*bond) < limit_A + 0.04 && can_take(*other)) choices.emplace_back(excess_A, other);
    }
    std::sort(choices.begin(), choices.end(), [](const auto& a, const auto& b) {
      return std::pair{a.first, a.second->getIdx()} < std::pair{b.first, b.second->getIdx()};
    });
    for (const auto& [excess_A, other] : choices) {
      if (visited[other->getIdx()]) continue;
      visited[other->getIdx()] = 1;
      const Atom* rival = partner_[other->getIdx()];
      if (rival != nullptr && !match(rival, visited)) continue;
      partner_[atom->getIdx()] = other;
      partner_[other->getIdx()] = atom;
      return true;
    }
    return false;
  }

  void set_triple(Bond& bond) {
    const Atom &a = *bond.getBeginAtom(), &b = *bond.getEndAtom();
    const auto straight = [&](const Atom& atom) {
      return atom.getDegree() == 1 || (atom.getDegree() == 2 && mean_angle_degrees(atom) > 160.0);
    };
    const bool possible = (is(a, 6) || is(a, 7)) && (is(b, 6) || is(b, 7)) && (is(a, 6) || is(b, 6));
    if (!possible || !straight(a) || !straight(b) || length_A(bond) > 1.25) return;
    if (a.getDegree() + b.getDegree() < 3) return;
    bond.setBondType(Bond::TRIPLE);
    triple_[a.getIdx()] = triple_[b.getIdx()] = true;
  }

  /// Nitro groups, sulfones, sulfoxides, phosphates.
  void set_oxides(Atom& atom) {
    std::vector<std::pair<double, Bond*>> ends;
    for (Bond* bond : mol_.atomBonds(&atom))
      if (const Atom* other = bond->getOtherAtom(&atom); is(*other, 8) && other->getDegree() == 1)
        ends.emplace_back(length_A(*bond), bond);
    std::sort(ends.begin(), ends.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto oxidise = [&](Bond* bond) {
      bond->setBondType(Bond::DOUBLE);
      oxidised_[bond->getOtherAtomIdx(atom.getIdx())] = true;
    };
    if (is(atom, 7) && atom.getDegree() == 3 && ends.size() == 2) {
      oxidise(ends[0].second);
      atom.setFormalCharge(1);
      Atom* anion = ends[1].second->getOtherAtom(&atom);
      anion->setFormalCharge(-1);
      oxidised_[anion->getIdx()] = true;
    }
    if (is(atom, 16) && atom.getDegree() >= 3)
      for (std::size_t i = 0; i < std::min<std::size_t>(ends.size(), atom.getDegree() == 3 ? 1 : 2); ++i)
        oxidise(ends[i].second);
    if (is(atom, 15) && !ends.empty()) oxidise(ends[0].second);
  }

  RDKit::RWMol& mol_;
  std::vector<const Atom*> partner_;
  std::vector<std::vector<int>> flat_rings_;
  std::map<unsigned, bool> triple_, oxidised_;
};

}  // namespace

void set_bond_orders_by_geometry(RDKit::RWMol& mol) { BondOrders(mol).assign(); }

}  // namespace digitalis
