#include "chem/ring_sampling.hpp"

#include <GraphMol/DistGeomHelpers/Embedder.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "chem/known_ring_shapes.hpp"
#include "chem/ring_shape.hpp"

namespace digitalis {
namespace {

// Distance geometry of the whole ligand costs the cube of its atoms, and only every second try finds a chair; a ligand
// with two rings would need a dozen tries. So each ring system is embedded on its own, with its hydrogens and the
// atoms next to it: 1 to 2 ms a try instead of 10 to 20. Its shapes are then put in place in the ligand's one
// conformer, and what hangs on the ring is moved along as a rigid body: bonds to a ring are never in a ring.
//
// A system's shapes depend on nothing but its atoms, bonds and stereo, in their order in the ligand: they are sampled
// once for all ligands that have it so.

namespace embedder = RDKit::DGeomHelpers;
using Positions = std::vector<Position>;

constexpr unsigned kTries = 6, kMoreTries = 18;  // of a ring of five or six; of larger ones, and several in one
constexpr int kSeed = 1;
constexpr double kMostExtraStrain = 1.0;  // over the best shape, in eclipsed bonds

/// Ring atoms that share rings, and the atoms bonded to them.
struct RingSystem {
  std::vector<std::uint32_t> atoms;
  struct Branch {
    std::uint32_t ring_atom, beside, first;  ///< `beside`: a ring neighbour of ring_atom; `first` is outside the ring
    std::vector<std::uint32_t> atoms;        ///< all that hangs there, `first` included
  };
  std::vector<Branch> branches;
};

std::vector<RingSystem> ring_systems(const RDKit::ROMol& mol) {
  const auto& rings = *mol.getRingInfo();
  std::vector<char> seen(mol.getNumAtoms(), 0);
  const auto reach = [&](std::uint32_t start, const auto& may_cross) {
    std::vector<std::uint32_t> found{start};
    seen[start] = 1;
    for (std::size_t i = 0; i < found.size(); ++i)
      for (const auto* bond : mol.atomBonds(mol.getAtomWithIdx(found[i]))) {
        const unsigned next = bond->getOtherAtomIdx(found[i]);
        if (seen[next] || !may_cross(*bond)) continue;
        seen[next] = 1;
        found.push_back(next);
      }
    return found;
  };
  const auto in_ring = [&](const RDKit::Bond& bond) { return rings.numBondRings(bond.getIdx()) > 0; };
  std::vector<RingSystem> systems;
  for (const auto* atom : mol.atoms()) {
    if (seen[atom->getIdx()] || rings.numAtomRings(atom->getIdx()) == 0) continue;
    systems.push_back({reach(atom->getIdx(), in_ring), {}});
  }
  for (RingSystem& system : systems)
    for (const std::uint32_t ring_atom : system.atoms)
      for (const auto* bond : mol.atomBonds(mol.getAtomWithIdx(ring_atom))) {
        if (in_ring(*bond)) continue;
        RingSystem::Branch branch{ring_atom, 0, bond->getOtherAtomIdx(ring_atom), {}};
        for (const auto* other : mol.atomBonds(mol.getAtomWithIdx(ring_atom)))
          if (in_ring(*other)) branch.beside = other->getOtherAtomIdx(ring_atom);
        std::fill(seen.begin(), seen.end(), 0);
        seen[ring_atom] = 1;
        branch.atoms = reach(branch.first, [](const RDKit::Bond&) { return true; });
        system.branches.push_back(std::move(branch));
      }
  return systems;
}

/// What the shapes of a ring system depend on: its atoms and those next to it, with their bonds and stereo.
struct Neighbourhood {
  std::vector<std::uint32_t> source;  ///< atoms of the ligand, ascending
  std::vector<char> inside, in_ring;  ///< by atom of the ligand

  Neighbourhood(const RDKit::ROMol& mol, const RingSystem& system)
      : inside(mol.getNumAtoms(), 0), in_ring(mol.getNumAtoms(), 0) {
    for (const auto atom : system.atoms) inside[atom] = in_ring[atom] = 1;
    for (const auto& branch : system.branches) inside[branch.first] = 1;
    for (std::uint32_t i = 0; i < mol.getNumAtoms(); ++i)
      if (inside[i]) source.push_back(i);
  }
};

/// What the ligand goes on to from an atom beside the ring is hydrogen in the piece, and its charge does not count.
int charge_in_piece(const RDKit::Atom& atom, const Neighbourhood& around) {
  return around.in_ring[atom.getIdx()] || atom.getDegree() == 1 ? atom.getFormalCharge() : 0;
}

/// The same text for equal neighbourhoods of ligands without aromatic bonds, different for different ones.
std::string key_of(const RDKit::ROMol& kekulised, const Neighbourhood& around, std::size_t most) {
  std::vector<std::uint32_t> place(kekulised.getNumAtoms(), 0);
  for (std::uint32_t k = 0; k < around.source.size(); ++k) place[around.source[k]] = k;
  std::string key = std::to_string(most);
  const auto add = [&](char before, auto value) { key += before + std::to_string(value); };
  for (const auto i : around.source) {
    const auto* atom = kekulised.getAtomWithIdx(i);
    add(around.in_ring[i] ? 'r' : 'b', atom->getAtomicNum());
    add(',', charge_in_piece(*atom, around));
    if (!around.in_ring[i]) continue;
    add(',', atom->getNoImplicit() ? 1 : 0);
    add(',', atom->getNumExplicitHs());
    add(',', atom->getNumRadicalElectrons());
    add(',', static_cast<int>(atom->getChiralTag()));
  }
  for (const auto* bond : kekulised.bonds()) {
    const auto a = bond->getBeginAtomIdx(), b = bond->getEndAtomIdx();
    if (!around.inside[a] || !around.inside[b]) continue;
    add('-', place[a]);
    add(',', place[b]);
    add(',', static_cast<int>(bond->getBondType()));
  }
  return key;
}

/// The ring system and its neighbours as a molecule of its own, atoms in the order of `around.source`. Stereo survives:
/// a ring atom keeps all its bonds, in their order.
std::optional<RDKit::RWMol> cut_out(const RDKit::ROMol& kekulised, const Neighbourhood& around) try {
  RDKit::RWMol piece(kekulised);
  piece.beginBatchEdit();
  for (auto* atom : piece.atoms()) {
    const auto i = atom->getIdx();
    if (!around.inside[i]) {
      piece.removeAtom(i);
      continue;
    }
    if (around.in_ring[i] || atom->getAtomicNum() == 1) continue;
    atom->setChiralTag(RDKit::Atom::CHI_UNSPECIFIED);
    atom->setNoImplicit(false);
    atom->setNumExplicitHs(0);
    atom->setFormalCharge(charge_in_piece(*kekulised.getAtomWithIdx(i), around));
  }
  piece.commitBatchEdit();
  for (auto* bond : piece.bonds())
    if (bond->getStereo() > RDKit::Bond::STEREOANY) bond->setStereo(RDKit::Bond::STEREONONE);
  RDKit::MolOps::sanitizeMol(piece);
  RDKit::UINT_VECT puckering;
  for (std::uint32_t k = 0; k < around.source.size(); ++k) {
    const auto* atom = piece.getAtomWithIdx(k);
    const bool puckers = atom->getHybridization() == RDKit::Atom::SP3 && around.in_ring[around.source[k]];
    if (puckers && atom->getTotalNumHs() > 0) puckering.push_back(k);
  }
  constexpr bool kExplicitOnly = false, kWithCoordinates = false;
  if (!puckering.empty()) RDKit::MolOps::addHs(piece, kExplicitOnly, kWithCoordinates, &puckering);
  return piece;
} catch (const std::exception&) {  // a piece that has no structure of its own keeps the shape it has
  return std::nullopt;
}

/// Different shapes of a ring system, least strained first.
std::vector<RingSystemShape> shapes_of(const RDKit::ROMol& kekulised, const Neighbourhood& around, std::size_t most) {
  auto piece = cut_out(kekulised, around);
  if (!piece) return {};
  const RingShape judge(*piece);
  if (!judge.can_change()) return {};
  embedder::EmbedParameters chosen = embedder::ETKDGv3;
  chosen.randomSeed = kSeed;
  chosen.maxIterations = 10;
  chosen.useSmallRingTorsions = true;
  const std::size_t wanted = most * (judge.has_macrocycle() ? 2 : 1);
  const auto ring_atoms = std::count(around.in_ring.begin(), around.in_ring.end(), 1);
  const unsigned tries = ring_atoms > 6 ? kMoreTries : kTries;
  [[maybe_unused]] const auto made = embedder::EmbedMultipleConfs(*piece, tries, chosen);

  std::vector<RingSystemShape> candidates;
  for (auto it = piece->beginConformers(); it != piece->endConformers(); ++it) {
    Positions at;
    for (const auto& p : (*it)->getPositions()) at.push_back({p.x, p.y, p.z});
    candidates.push_back({judge.strain(at), std::move(at)});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.strain < b.strain; });
  std::vector<RingSystemShape> shapes;
  for (RingSystemShape& candidate : candidates) {
    if (shapes.size() >= wanted || candidate.strain > candidates.front().strain + kMostExtraStrain) break;
    const bool known = std::any_of(shapes.begin(), shapes.end(),
                                   [&](const auto& other) { return judge.same(candidate.at, other.at); });
    if (!known) shapes.push_back(candidate);
  }
  return shapes;
}

/// Three axes at right angles: the first along a to b, c in the plane of the first two.
std::array<Position, 3> frame_of(const Position& a, const Position& b, const Position& c) {
  const auto unit = [](const Position& v) { return (1.0 / std::sqrt(dot(v, v))) * v; };
  const Position x = unit(b - a), z = unit(cross(x, c - a));
  return {x, cross(z, x), z};
}

/// Moves `p` as the body moves whose points a, b, c of `from` come to lie at those of `to`.
class RigidMove {
 public:
  RigidMove(const Positions& from, const Positions& to, std::uint32_t a, std::uint32_t b, std::uint32_t c)
      : origin_(from[b]),
        target_(to[b]),
        from_(frame_of(from[b], from[a], from[c])),
        to_(frame_of(to[b], to[a], to[c])) {}
  Position operator()(const Position& p) const {
    const Position d = p - origin_;
    Position moved = target_;
    for (std::size_t k = 0; k < 3; ++k) moved = moved + dot(d, from_[k]) * to_[k];
    return moved;
  }

 private:
  Position origin_, target_;
  std::array<Position, 3> from_, to_;
};

/// The ligand with this shape of the ring system. The ring stays near where it was; branches keep their torsion
/// against the ring.
Positions with_shape(const Positions& at, const RingSystem& system, const Positions& shape) {
  const std::uint32_t a = system.atoms[0], b = system.atoms[1], c = system.atoms[2];
  const RigidMove into_place(shape, at, a, b, c);
  Positions placed = at, ring = at;
  for (const auto atom : system.atoms) placed[atom] = ring[atom] = into_place(shape[atom]);
  for (const auto& branch : system.branches) {
    ring[branch.first] = into_place(shape[branch.first]);
    const RigidMove along(at, ring, branch.first, branch.ring_atom, branch.beside);
    const Position shift = ring[branch.first] - along(at[branch.first]);  // the bond's length is the shape's
    for (const auto atom : branch.atoms) placed[atom] = along(at[atom]) + shift;
  }
  return placed;
}

}  // namespace

std::vector<Positions> sample_ring_shapes(const RDKit::ROMol& mol, std::uint32_t most, KnownRingShapes& known) {
  RDKit::RWMol kekulised(mol);
  kekulised.clearConformers();
  constexpr bool kClearAromaticity = true;
  if (!RDKit::MolOps::KekulizeIfPossible(kekulised, kClearAromaticity)) return {};
  struct Choice {
    RingSystem system;
    std::vector<std::uint32_t> source;
    KnownRingShapes::Shapes shapes;
  };
  std::vector<Choice> choices;
  std::size_t limit = most;
  for (RingSystem& system : ring_systems(mol)) {
    Neighbourhood around(mol, system);
    const std::string key = key_of(kekulised, around, most);
    auto shapes = known.find(key);
    if (!shapes) {
      shapes = std::make_shared<const std::vector<RingSystemShape>>(shapes_of(kekulised, around, most));
      known.add(key, shapes);
    }
    limit = std::max(limit, std::min<std::size_t>(shapes->size(), 2 * most));
    if (!shapes->empty()) choices.push_back({std::move(system), std::move(around.source), std::move(shapes)});
  }
  if (choices.empty()) return {};

  // Combinations as vectors of shape numbers, the best first, then by what they add in strain.
  struct Combination {
    double strain = 0.0;
    std::vector<std::size_t> shape;
  };
  std::vector<Combination> combinations{{}};
  for (const Choice& choice : choices) {
    std::vector<Combination> longer;
    for (const Combination& combination : combinations)
      for (std::size_t k = 0; k < choice.shapes->size(); ++k) {
        Combination next = combination;
        next.strain += (*choice.shapes)[k].strain - choice.shapes->front().strain;
        next.shape.push_back(k);
        longer.push_back(std::move(next));
      }
    std::stable_sort(longer.begin(), longer.end(), [](const auto& a, const auto& b) { return a.strain < b.strain; });
    if (longer.size() > limit) longer.resize(limit);
    combinations = std::move(longer);
  }
  Positions at;
  for (const auto& p : mol.getConformer().getPositions()) at.push_back({p.x, p.y, p.z});
  std::vector<Positions> conformers;
  for (const Combination& combination : combinations) {
    Positions placed = at;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      const auto& [system, source, shapes] = choices[i];
      Positions shape(at.size());  // by atom of the ligand; those of the system and its neighbours mean anything
      for (std::size_t k = 0; k < source.size(); ++k) shape[source[k]] = (*shapes)[combination.shape[i]].at[k];
      placed = with_shape(placed, system, shape);
    }
    conformers.push_back(std::move(placed));
  }
  return conformers;
}

}  // namespace digitalis
