#include "chem/torsion_tree.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <stdexcept>

namespace digitalis {
namespace {

using Types = std::span<const std::optional<AtomType>>;

/// For each fragment, the fragment it is rigidly part of in docking: itself or one before it.
std::vector<std::uint32_t> merged_fragments(const TorsionTree& tree, Types types) {
  const std::size_t n = tree.fragments.size();
  std::vector<char> moves(n, 0);  // turning it moves a scored atom
  for (std::uint32_t atom = 0; atom < types.size(); ++atom) {
    const std::uint32_t f = tree.fragment_of[atom];
    if (types[atom] && (f == 0 || atom != tree.fragments[f].axis_to)) moves[f] = 1;
  }
  // Whatever hangs on a fragment by a scored atom moves with it: the axis of a child starts at the fragment's own
  // first atom, or at another one, which is then counted already.
  for (std::size_t f = n; f-- > 1;)
    if (types[tree.fragments[f].axis_to]) moves[static_cast<std::size_t>(tree.fragments[f].parent)] = 1;

  std::vector<std::uint32_t> target(n);
  std::iota(target.begin(), target.end(), 0U);
  for (std::size_t f = 1; f < n; ++f) {
    const TorsionTree::Fragment& fragment = tree.fragments[f];
    const bool axis_is_scored = types[fragment.axis_to].has_value() && types[fragment.axis_from].has_value();
    if (fragment.frozen || !moves[f] || !axis_is_scored) target[f] = target[static_cast<std::size_t>(fragment.parent)];
  }
  return target;
}

/// Marks what is at most three bonds away from `atom`.
void mark_near(const Neighbours& bonds, std::uint32_t atom, std::vector<char>& near) {
  std::vector<std::uint32_t> shell{atom}, next;
  near[atom] = 1;
  for (int steps = 0; steps < 3; ++steps) {
    next.clear();
    for (const std::uint32_t a : shell)
      for (const std::uint32_t b : bonds[a])
        if (!near[b]) {
          near[b] = 1;
          next.push_back(b);
        }
    shell.swap(next);
  }
}

/// A bond that turns counts half for each end that has another scored atom bonded to it.
double effective_torsions(const TorsionTree& tree, Types types, const Neighbours& bonds) {
  const auto counts = [&](std::uint32_t atom) {
    return std::count_if(bonds[atom].begin(), bonds[atom].end(), [&](auto b) { return types[b].has_value(); }) > 1;
  };
  double sum = 0.0;
  for (std::size_t f = 1; f < tree.fragments.size(); ++f) {
    const auto [a, b] = std::array{tree.fragments[f].axis_from, tree.fragments[f].axis_to};
    const bool bonded = std::find(bonds[a].begin(), bonds[a].end(), b) != bonds[a].end();
    if (bonded && types[a] && types[b]) sum += 0.5 * (counts(a) + counts(b));
  }
  return sum;
}

/// The rigid fragments and which of them each turning bond joins.
struct Skeleton {
  std::vector<std::uint32_t> fragment_of;
  std::vector<std::vector<std::pair<std::uint32_t, Bond>>>
      joined;  ///< of each fragment: the other one, own and other end
};

Skeleton skeleton_of(const Neighbours& bonds, std::span<const Bond> turning) {
  constexpr auto kNone = static_cast<std::uint32_t>(-1);
  std::set<Bond> turns;
  for (const auto& [a, b] : turning) turns.insert({{a, b}, {b, a}});
  Skeleton skeleton;
  skeleton.fragment_of.assign(bonds.size(), kNone);
  std::uint32_t fragments = 0;
  for (std::uint32_t start = 0; start < bonds.size(); ++start) {
    if (skeleton.fragment_of[start] != kNone) continue;
    std::vector<std::uint32_t> todo{start};
    skeleton.fragment_of[start] = fragments;
    while (!todo.empty()) {
      const std::uint32_t a = todo.back();
      todo.pop_back();
      for (const std::uint32_t b : bonds[a])
        if (skeleton.fragment_of[b] == kNone && !turns.contains({a, b})) {
          skeleton.fragment_of[b] = fragments;
          todo.push_back(b);
        }
    }
    ++fragments;
  }
  skeleton.joined.resize(fragments);
  for (const auto& [a, b] : turns)
    skeleton.joined[skeleton.fragment_of[a]].emplace_back(skeleton.fragment_of[b], Bond{a, b});
  return skeleton;
}

/// Takes the outermost fragments off, layer by layer, until one or two are left.
std::uint32_t central_fragment(const Skeleton& skeleton, std::span<const char> weight) {
  const std::size_t n = skeleton.joined.size();
  std::vector<std::size_t> degree(n), size(n);
  for (std::size_t f = 0; f < n; ++f) degree[f] = skeleton.joined[f].size();
  for (std::size_t atom = 0; atom < weight.size(); ++atom) size[skeleton.fragment_of[atom]] += weight[atom] ? 1 : 0;
  std::vector<char> gone(n, 0);
  for (std::size_t left = n; left > 2;) {
    std::vector<std::uint32_t> leaves;
    for (std::uint32_t f = 0; f < n; ++f)
      if (!gone[f] && degree[f] <= 1) leaves.push_back(f);
    if (leaves.empty()) break;
    for (const std::uint32_t f : leaves) {
      gone[f] = 1;
      --left;
      for (const auto& [other, bond] : skeleton.joined[f]) --degree[other];
    }
  }
  std::uint32_t best = 0;
  bool found = false;
  for (std::uint32_t f = 0; f < n; ++f)
    if (!gone[f] && (!found || size[f] > size[best])) {
      best = f;
      found = true;
    }
  return best;
}

}  // namespace

TorsionTree torsion_tree_of(const Neighbours& bonds, std::span<const Bond> turning, std::span<const char> weight) {
  const Skeleton skeleton = skeleton_of(bonds, turning);
  constexpr auto kNone = static_cast<std::uint32_t>(-1);
  std::vector<std::uint32_t> number(skeleton.joined.size(), kNone);
  TorsionTree tree;
  // Depth first, so that a branch stands whole before the next begins, as in a file.
  const auto visit = [&](const auto& self, std::uint32_t fragment, const TorsionTree::Fragment& made) -> void {
    const auto own = static_cast<std::int32_t>(tree.fragments.size());
    number[fragment] = static_cast<std::uint32_t>(own);
    tree.fragments.push_back(made);
    for (const auto& [other, bond] : skeleton.joined[fragment])
      if (number[other] == kNone) self(self, other, {own, bond.first, bond.second, false});
  };
  visit(visit, central_fragment(skeleton, weight), {});
  tree.fragment_of.reserve(bonds.size());
  for (const std::uint32_t fragment : skeleton.fragment_of) tree.fragment_of.push_back(number[fragment]);
  return tree;
}

FixedDistances::FixedDistances(const TorsionTree& tree) : bodies_(tree.fragment_of.size()) {
  // What moves as one body with a fragment: its atoms, both ends of its axis, and where its children's axes end.
  for (std::size_t atom = 0; atom < bodies_.size(); ++atom) bodies_[atom].push_back(tree.fragment_of[atom]);
  for (std::uint32_t f = 1; f < tree.fragments.size(); ++f) {
    const TorsionTree::Fragment& fragment = tree.fragments[f];
    bodies_[fragment.axis_to].push_back(static_cast<std::uint32_t>(fragment.parent));
    bodies_[fragment.axis_from].push_back(f);
  }
}

bool FixedDistances::operator()(std::uint32_t a, std::uint32_t b) const {
  const auto& others = bodies_[b];
  return std::any_of(bodies_[a].begin(), bodies_[a].end(),
                     [&](std::uint32_t body) { return std::find(others.begin(), others.end(), body) != others.end(); });
}

DockingLigand docking_ligand_of(const TorsionTree& tree, Types types, const Neighbours& bonds) {
  const std::size_t n = types.size();
  const auto target = merged_fragments(tree, types);

  DockingLigand ligand;
  constexpr auto kNone = static_cast<std::uint32_t>(-1);
  std::vector<std::uint32_t> index(n, kNone);                       // of a source atom among the scored ones
  std::vector<std::uint32_t> number(tree.fragments.size(), kNone);  // of a fragment among those that docking turns
  std::vector<std::vector<std::uint32_t>> members(tree.fragments.size());
  for (std::uint32_t atom = 0; atom < n; ++atom)
    if (types[atom]) members[target[tree.fragment_of[atom]]].push_back(atom);
  for (std::size_t f = 0; f < tree.fragments.size(); ++f) {
    if (target[f] != f) continue;
    auto& own = members[f];
    if (own.empty()) throw std::logic_error("torsion tree: a fragment without scored atoms");
    const TorsionTree::Fragment& fragment = tree.fragments[f];
    if (f > 0) std::stable_partition(own.begin(), own.end(), [&](auto atom) { return atom == fragment.axis_to; });
    number[f] = static_cast<std::uint32_t>(ligand.fragments.size());
    DockingLigand::Fragment made;
    if (f > 0) {
      made.parent = static_cast<std::int32_t>(number[target[static_cast<std::size_t>(fragment.parent)]]);
      made.axis_from = index[fragment.axis_from];
    }
    made.first = static_cast<std::uint32_t>(ligand.types.size());
    for (const std::uint32_t atom : own) {
      index[atom] = static_cast<std::uint32_t>(ligand.types.size());
      ligand.types.push_back(*types[atom]);
      ligand.source.push_back(atom);
    }
    made.end = static_cast<std::uint32_t>(ligand.types.size());
    ligand.fragments.push_back(made);
  }
  ligand.ligand_atoms = static_cast<std::uint32_t>(ligand.types.size());
  for (std::uint32_t atom = 0; atom < n; ++atom)
    if (!types[atom]) ligand.passengers.push_back({number[target[tree.fragment_of[atom]]], atom});

  const FixedDistances fixed(tree);
  std::vector<char> near(n);
  for (std::uint32_t i = 0; i < ligand.ligand_atoms; ++i) {
    std::fill(near.begin(), near.end(), 0);
    mark_near(bonds, ligand.source[i], near);
    for (std::uint32_t j = i + 1; j < ligand.ligand_atoms; ++j)
      if (!near[ligand.source[j]] && !fixed(ligand.source[i], ligand.source[j])) ligand.pairs.emplace_back(i, j);
  }
  ligand.effective_torsions = effective_torsions(tree, types, bonds);
  ligand.torsions = static_cast<std::uint32_t>(tree.fragments.size() - 1);
  return ligand;
}

std::vector<Position> conformer_of(const DockingLigand& ligand, std::span<const Position> by_source) {
  std::vector<Position> positions;
  positions.reserve(ligand.source.size() + ligand.passengers.size());
  for (const std::uint32_t atom : ligand.source) positions.push_back(by_source[atom]);
  for (const auto& passenger : ligand.passengers) positions.push_back(by_source[passenger.source]);
  return positions;
}

std::vector<Position> by_source(const DockingLigand& ligand, std::span<const Position> positions,
                                std::size_t source_atoms) {
  std::vector<Position> sorted(source_atoms);
  for (std::size_t i = 0; i < ligand.ligand_atoms; ++i) sorted[ligand.source[i]] = positions[i];
  // With side chains, theirs stand between the ligand's atoms and the passengers.
  for (std::size_t i = 0; i < ligand.passengers.size(); ++i)
    if (ligand.passengers[i].source < source_atoms) sorted[ligand.passengers[i].source] = positions[ligand.atoms() + i];
  return sorted;
}

}  // namespace digitalis
