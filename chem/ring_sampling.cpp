#include "chem/ring_sampling.hpp"

#include <GraphMol/DistGeomHelpers/Embedder.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <optional>
#include <utility>

#include "chem/ring_shape.hpp"

namespace digitalis {
namespace {

// Distance geometry of the whole ligand costs the cube of its atoms, and only every second try finds a chair; a ligand
// with two rings would need a dozen tries. So each ring system is embedded on its own, with its hydrogens and the
// atoms next to it: 1 to 2 ms a try instead of 10 to 20. Its shapes are then put in place in the ligand's one
// conformer, and what hangs on the ring is moved along as a rigid body: bonds to a ring are never in a ring.

namespace embedder = RDKit::DGeomHelpers;
using Positions = std::vector<Position>;

constexpr unsigned kTries = 6;
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

/// The ring system and its neighbours as a molecule of its own. Stereo survives: a ring atom keeps all its bonds, in
/// their order.
struct Piece {
  RDKit::RWMol mol;
  std::vector<std::uint32_t> source;  ///< of each atom
};

std::optional<Piece> cut_out(const RDKit::ROMol& mol, const RingSystem& system) try {
  std::vector<char> inside(mol.getNumAtoms(), 0), in_ring(mol.getNumAtoms(), 0);
  for (const auto atom : system.atoms) inside[atom] = in_ring[atom] = 1;
  for (const auto& branch : system.branches) inside[branch.first] = 1;
  Piece piece{RDKit::RWMol(mol), {}};
  piece.mol.clearConformers();
  constexpr bool kClearAromaticity = true;
  RDKit::MolOps::Kekulize(piece.mol, kClearAromaticity);
  piece.mol.beginBatchEdit();
  for (auto* atom : piece.mol.atoms()) {
    const auto i = atom->getIdx();
    if (!inside[i]) {
      piece.mol.removeAtom(i);
      continue;
    }
    piece.source.push_back(i);
    if (in_ring[i] || atom->getAtomicNum() == 1) continue;
    // What it was bonded to becomes hydrogen, which is not embedded.
    atom->setChiralTag(RDKit::Atom::CHI_UNSPECIFIED);
    atom->setNoImplicit(false);
    atom->setNumExplicitHs(0);
    for (const auto* other : mol.atomNeighbors(mol.getAtomWithIdx(i)))
      if (!inside[other->getIdx()] && atom->getFormalCharge() != 0) atom->setFormalCharge(0);
  }
  piece.mol.commitBatchEdit();
  for (auto* bond : piece.mol.bonds())
    if (bond->getStereo() > RDKit::Bond::STEREOANY) bond->setStereo(RDKit::Bond::STEREONONE);
  RDKit::MolOps::sanitizeMol(piece.mol);
  RDKit::UINT_VECT puckering;
  for (std::uint32_t k = 0; k < piece.source.size(); ++k) {
    const auto* atom = piece.mol.getAtomWithIdx(k);
    const bool puckers = atom->getHybridization() == RDKit::Atom::SP3 && in_ring[piece.source[k]];
    if (puckers && atom->getTotalNumHs() > 0) puckering.push_back(k);
  }
  constexpr bool kExplicitOnly = false, kWithCoordinates = false;
  if (!puckering.empty()) RDKit::MolOps::addHs(piece.mol, kExplicitOnly, kWithCoordinates, &puckering);
  return piece;
} catch (const std::exception&) {  // a piece that has no structure of its own keeps the shape it has
  return std::nullopt;
}

struct Shape {
  double strain;
  Positions at;  ///< by atom of the ligand; only those of the ring system and its neighbours mean anything
};

/// Different shapes of a ring system, least strained first.
std::vector<Shape> shapes_of(const RDKit::ROMol& mol, const RingSystem& system, std::size_t most, std::uint32_t seed) {
  auto piece = cut_out(mol, system);
  if (!piece) return {};
  const RingShape judge(piece->mol);
  if (!judge.can_change()) return {};
  embedder::EmbedParameters chosen = embedder::ETKDGv3;
  chosen.randomSeed = static_cast<int>(seed & 0x3fffffffU);
  chosen.maxIterations = 10;
  chosen.useSmallRingTorsions = true;
  const std::size_t wanted = most * (judge.has_macrocycle() ? 2 : 1);
  const unsigned tries = judge.has_macrocycle() ? 2 * kTries : kTries;
  [[maybe_unused]] const auto made = embedder::EmbedMultipleConfs(piece->mol, tries, chosen);

  struct Candidate {
    double strain;
    Positions at;
  };
  std::vector<Candidate> candidates;
  for (auto it = piece->mol.beginConformers(); it != piece->mol.endConformers(); ++it) {
    Positions at;
    for (const auto& p : (*it)->getPositions()) at.push_back({p.x, p.y, p.z});
    candidates.push_back({judge.strain(at), std::move(at)});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.strain < b.strain; });
  std::vector<Shape> shapes;
  std::vector<const Candidate*> kept;
  for (const Candidate& candidate : candidates) {
    const bool known = std::any_of(kept.begin(), kept.end(),
                                   [&](const Candidate* other) { return judge.same(candidate.at, other->at); });
    if (known || kept.size() >= wanted || candidate.strain > candidates.front().strain + kMostExtraStrain) continue;
    kept.push_back(&candidate);
    Shape shape{candidate.strain, Positions(mol.getNumAtoms())};
    for (std::size_t k = 0; k < piece->source.size(); ++k) shape.at[piece->source[k]] = candidate.at[k];
    shapes.push_back(std::move(shape));
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
Positions with_shape(const Positions& at, const RingSystem& system, const Shape& shape) {
  const std::uint32_t a = system.atoms[0], b = system.atoms[1], c = system.atoms[2];
  const RigidMove into_place(shape.at, at, a, b, c);
  Positions placed = at, ring = at;
  for (const auto atom : system.atoms) placed[atom] = ring[atom] = into_place(shape.at[atom]);
  for (const auto& branch : system.branches) {
    ring[branch.first] = into_place(shape.at[branch.first]);
    const RigidMove along(at, ring, branch.first, branch.ring_atom, branch.beside);
    const Position shift = ring[branch.first] - along(at[branch.first]);  // the bond's length is the shape's
    for (const auto atom : branch.atoms) placed[atom] = along(at[atom]) + shift;
  }
  return placed;
}

/// Ring systems that can change, and combinations of their shapes as vectors of shape numbers: the best first, then by
/// what they add in strain.
struct RingChoices {
  struct Choice {
    RingSystem system;
    std::vector<Shape> shapes;
  };
  std::vector<Choice> choices;
  std::vector<std::vector<std::size_t>> combinations;

  [[nodiscard]] Positions placed_in(Positions at, std::size_t combination) const {
    for (std::size_t i = 0; i < choices.size(); ++i)
      at = with_shape(at, choices[i].system, choices[i].shapes[combinations[combination][i]]);
    return at;
  }
};

RingChoices ring_choices(const RDKit::ROMol& mol, std::uint32_t most, std::uint32_t seed) {
  RingChoices found;
  std::size_t limit = most;
  for (RingSystem& system : ring_systems(mol)) {
    auto shapes = shapes_of(mol, system, most, seed + static_cast<std::uint32_t>(found.choices.size()));
    limit = std::max(limit, std::min<std::size_t>(shapes.size(), 2 * most));
    if (!shapes.empty()) found.choices.push_back({std::move(system), std::move(shapes)});
  }
  if (found.choices.empty()) return found;
  struct Combination {
    double strain = 0.0;
    std::vector<std::size_t> shape;
  };
  std::vector<Combination> combinations{{}};
  for (const auto& choice : found.choices) {
    std::vector<Combination> longer;
    for (const Combination& combination : combinations)
      for (std::size_t k = 0; k < choice.shapes.size(); ++k) {
        Combination next = combination;
        next.strain += choice.shapes[k].strain - choice.shapes[0].strain;
        next.shape.push_back(k);
        longer.push_back(std::move(next));
      }
    std::stable_sort(longer.begin(), longer.end(), [](const auto& a, const auto& b) { return a.strain < b.strain; });
    if (longer.size() > limit) longer.resize(limit);
    combinations = std::move(longer);
  }
  for (Combination& combination : combinations) found.combinations.push_back(std::move(combination.shape));
  return found;
}

Positions positions_of(const RDKit::Conformer& conformer) {
  Positions at;
  for (const auto& p : conformer.getPositions()) at.push_back({p.x, p.y, p.z});
  return at;
}

}  // namespace

std::vector<Positions> sample_ring_shapes(const RDKit::ROMol& mol, std::uint32_t most, std::uint32_t seed) {
  const RingChoices found = ring_choices(mol, most, seed);
  const Positions at = positions_of(mol.getConformer());
  std::vector<Positions> conformers;
  for (std::size_t i = 0; i < found.combinations.size(); ++i) conformers.push_back(found.placed_in(at, i));
  return conformers;
}

void reshape_rings(RDKit::ROMol& mol, std::uint32_t most, std::uint32_t seed) {
  const RingChoices found = ring_choices(mol, most, seed);
  if (found.choices.empty()) return;
  std::size_t next = 0;
  for (auto it = mol.beginConformers(); it != mol.endConformers(); ++it, ++next) {
    const Positions placed = found.placed_in(positions_of(**it), next % found.combinations.size());
    for (unsigned i = 0; i < mol.getNumAtoms(); ++i) (*it)->setAtomPos(i, {placed[i][0], placed[i][1], placed[i][2]});
  }
}

}  // namespace digitalis
