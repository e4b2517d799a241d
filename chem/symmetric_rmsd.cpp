// Why not list all automorphisms: their number is the product over independent symmetries, 3!^4 4! for four tert-butyl
// groups on a carbon, and dendrimers or PEG-like tails have millions. The sum of squared deviations, however, falls
// apart where the molecule does. Cut at its bridges (bonds in no ring), a molecule is a tree of parts. Once the atom at
// a bridge has its image, what lies beyond is best mapped by itself, whatever the rest does. So:
//
//   cost(part on part, entry atom on entry atom) = min over mappings of the part alone of
//       sum over its atoms of  squared distance + sum over sets of equal branches of the cheapest assignment
//
// with each pair of branches computed once. Parts are ring systems or single atoms; their own mappings are few (120 for
// C60) and listed by backtracking, helped by colour refinement, which decides nearly everything beforehand. The result
// is exact unless one ring system has more than kMostMappings of its own, when the best of those is taken.

#include "chem/symmetric_rmsd.hpp"

#include <GraphMol/RWMol.h>
#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "chem/ligand_molecule.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kMostMappings = 4096;
constexpr std::size_t kMostSteps = 1'000'000;  // of backtracking, per part
constexpr std::uint32_t kMostBranches = 14;    // equal ones, on one atom: 2^14 subsets
constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// Neighbours with the kind of bond.
struct Topology {
  struct Neighbour {
    std::uint32_t atom = 0;
    bool bridge = false;
  };
  std::vector<std::vector<Neighbour>> neighbours;
  std::vector<std::uint32_t> colours;  // equal where refinement cannot tell atoms apart, over both molecules
  std::vector<std::uint32_t> pieces;   // connected piece of each atom
  std::uint32_t piece_count = 0;

  explicit Topology(const MoleculeGraph& graph) : neighbours(graph.atoms()), pieces(graph.atoms(), kNone) {
    for (const auto& [i, j] : graph.bonds) {
      neighbours[i].push_back({j, false});
      neighbours[j].push_back({i, false});
    }
    std::vector<std::uint32_t> order(graph.atoms(), 0);
    std::uint32_t visited = 0;
    for (std::uint32_t i = 0; i < graph.atoms(); ++i)
      if (order[i] == 0) {
        mark_bridges(i, kNone, order, visited);
        ++piece_count;
      }
    for (const std::uint8_t element : graph.elements) colours.push_back(element);
  }

  [[nodiscard]] bool joined_in_ring(std::uint32_t i, std::uint32_t j) const {
    return std::ranges::any_of(neighbours[i], [j](const Neighbour& n) { return n.atom == j && !n.bridge; });
  }

 private:
  /// Depth first; a bond is a bridge when nothing beyond it leads back (R. E. Tarjan, Inf. Process. Lett. 2 (1974)
  /// 160).
  std::uint32_t mark_bridges(std::uint32_t atom, std::uint32_t from, std::vector<std::uint32_t>& order,
                             std::uint32_t& visited) {
    const std::uint32_t own = order[atom] = ++visited;
    std::uint32_t low = own;
    pieces[atom] = piece_count;
    for (Neighbour& neighbour : neighbours[atom]) {
      if (neighbour.atom == from) continue;
      if (order[neighbour.atom] != 0) {
        low = std::min(low, order[neighbour.atom]);
        continue;
      }
      const std::uint32_t reached = mark_bridges(neighbour.atom, atom, order, visited);
      low = std::min(low, reached);
      if (reached > own) {
        neighbour.bridge = true;
        for (Neighbour& back : neighbours[neighbour.atom])
          if (back.atom == atom) back.bridge = true;
      }
    }
    return low;
  }
};

/// Splits colours by those of the neighbours until nothing changes, in both molecules alike.
void refine_colours(Topology& a, Topology& b) {
  using Signature = std::pair<std::uint32_t, std::vector<std::pair<bool, std::uint32_t>>>;
  std::size_t classes = 0;
  for (;;) {
    std::map<Signature, std::uint32_t> names;
    std::vector<Signature> signatures;
    for (const Topology* molecule : {&a, &b})
      for (std::size_t i = 0; i < molecule->colours.size(); ++i) {
        Signature& own = signatures.emplace_back(molecule->colours[i], Signature::second_type{});
        for (const auto& [atom, bridge] : molecule->neighbours[i])
          own.second.emplace_back(bridge, molecule->colours[atom]);
        std::ranges::sort(own.second);
        names.emplace(own, 0);
      }
    std::uint32_t next = 0;
    for (auto& [signature, name] : names) name = next++;
    std::size_t at = 0;
    for (Topology* molecule : {&a, &b})
      for (std::uint32_t& colour : molecule->colours) colour = names.at(signatures[at++]);
    if (names.size() == classes) return;
    classes = names.size();
  }
}

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> values) {
  std::ranges::sort(values);
  return values;
}

/// Atoms of the ligand alone, without side chains of the receptor. Elements by atom type, so that a molecule and its
/// PDBQT file agree about what has no type of its own, such as boron.
MoleculeGraph graph_of(const PreparedLigand& ligand) {
  const DockingLigand& docking = ligand.docking;
  const std::span types = std::span{docking.types}.first(docking.ligand_atoms);
  MoleculeGraph graph;
  if (!ligand.molecule) {
    // Atoms of a folded pose may touch; those that move against each other are no bond, however near.
    const std::set<std::pair<std::uint32_t, std::uint32_t>> apart(docking.pairs.begin(), docking.pairs.end());
    graph = graph_by_distance(types, docking.conformers.front());
    std::erase_if(graph.bonds, [&apart](const auto& bond) { return apart.contains(bond); });
    return graph;
  }
  std::map<std::uint32_t, std::uint32_t> index;  // by atom of the molecule
  for (std::uint32_t i = 0; i < types.size(); ++i) {
    graph.elements.push_back(element_of(types[i]));
    index[docking.source[i]] = i;
  }
  for (const RDKit::Bond* bond : ligand.molecule->mol->bonds()) {
    const auto begin = index.find(bond->getBeginAtomIdx()), end = index.find(bond->getEndAtomIdx());
    if (begin != index.end() && end != index.end()) graph.bonds.emplace_back(begin->second, end->second);
  }
  return graph;
}

std::vector<Position> first_conformer(const DockingLigand& ligand) {
  const auto& all = ligand.conformers.front();
  return {all.begin(), all.begin() + ligand.ligand_atoms};
}

[[noreturn]] void not_the_same(const std::string& why) {
  throw UsageError("the reference is not the same molecule as the ligand: " + why +
                   "; hint: give the reference as the same compound, salts and covalent partners removed");
}

}  // namespace

/// Finds the matches, deepest first.
class SymmetricRmsd::Builder {
 public:
  Builder(const Topology& ligand, const Topology& reference, std::vector<Match>& matches)
      : ligand_(ligand), reference_(reference), matches_(matches) {}

  /// The match of the part around `v` with the part around `w`, reached from where `from_*` say (kNone: nowhere);
  /// kNoMatch when there is none.
  std::uint32_t match(std::uint32_t v, std::uint32_t from_v, std::uint32_t w, std::uint32_t from_w) {
    if (ligand_.colours[v] != reference_.colours[w]) return kNoMatch;
    const Key key{v, from_v, w, from_w};
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    return known_[key] = keep(v, from_v, {{w, from_w}});
  }

  /// The match of connected pieces: their first atom that few others look like, on each that looks like it.
  std::uint32_t match_pieces(std::uint32_t piece, std::uint32_t of_reference) {
    std::uint32_t root = kNone;
    std::size_t fewest = kNone;
    for (std::uint32_t v = 0; v < ligand_.pieces.size(); ++v) {
      if (ligand_.pieces[v] != piece) continue;
      const auto alike = static_cast<std::size_t>(std::ranges::count(ligand_.colours, ligand_.colours[v]));
      if (alike < fewest) std::tie(root, fewest) = std::pair{v, alike};
    }
    std::vector<Image> images;
    for (std::uint32_t w = 0; w < reference_.pieces.size(); ++w)
      if (reference_.pieces[w] == of_reference && reference_.colours[w] == ligand_.colours[root])
        images.push_back({w, kNone});
    return keep(root, kNone, images);
  }

 private:
  using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>;
  struct Image {
    std::uint32_t atom = 0, from = kNone;
  };
  /// The state of one backtracking search.
  struct Search {
    Match match;
    std::vector<std::uint32_t> order;   // atoms of the part, each after one it is joined to
    std::vector<std::uint32_t> anchor;  // of each: an earlier one that it is joined to
    std::map<std::uint32_t, std::uint32_t> image;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> pair_index;  // kNone: the two do not fit
    std::uint32_t from_v = kNone, from_w = kNone;
    std::size_t steps = 0;
  };

  std::uint32_t keep(std::uint32_t v, std::uint32_t from_v, const std::vector<Image>& images) {
    Search search;
    search.from_v = from_v;
    search.order = {v};
    search.anchor = {kNone};
    for (std::size_t k = 0; k < search.order.size(); ++k)
      for (const auto& [atom, bridge] : ligand_.neighbours[search.order[k]])
        if (!bridge && std::ranges::find(search.order, atom) == search.order.end()) {
          search.anchor.push_back(search.order[k]);
          search.order.push_back(atom);
        }
    for (const Image& image : images) {
      search.from_w = image.from;
      place(search, 0, image.atom);
    }
    if (search.match.mappings.empty()) return kNoMatch;
    matches_.push_back(std::move(search.match));
    return static_cast<std::uint32_t>(matches_.size() - 1);
  }

  /// Maps atom k of the order on `w` and goes on, when the two fit.
  void place(Search& search, std::size_t k, std::uint32_t w) {
    const std::uint32_t v = search.order[k];
    if (++search.steps > kMostSteps || search.match.mappings.size() >= kMostMappings) return;
    if (ligand_.colours[v] != reference_.colours[w]) return;
    for (const auto& [earlier, image] : search.image)
      if (image == w || ligand_.joined_in_ring(v, earlier) != reference_.joined_in_ring(w, image)) return;
    if (pair_of(search, v, w) == kNone) return;
    search.image[v] = w;
    if (k + 1 == search.order.size()) {
      std::vector<std::uint32_t>& mapping = search.match.mappings.emplace_back();
      for (const auto& [atom, image] : search.image) mapping.push_back(search.pair_index.at({atom, image}));
    } else {
      for (const auto& [next, bridge] : reference_.neighbours[search.image.at(search.anchor[k + 1])])
        if (!bridge) place(search, k + 1, next);
    }
    search.image.erase(v);
  }

  /// The pair of the two atoms with the branches on them; kNone when those do not fit.
  std::uint32_t pair_of(Search& search, std::uint32_t v, std::uint32_t w) {
    if (const auto known = search.pair_index.find({v, w}); known != search.pair_index.end()) return known->second;
    AtomPair pair{v, w, {}};
    const bool entry = v == search.order.front();
    const auto own = by_colour(ligand_, v, entry ? search.from_v : kNone);
    const auto images = by_colour(reference_, w, entry ? search.from_w : kNone);
    std::uint32_t index = kNone;
    if (fill_branches(pair, own, images)) {
      index = static_cast<std::uint32_t>(search.match.pairs.size());
      search.match.pairs.push_back(std::move(pair));
    }
    return search.pair_index[{v, w}] = index;
  }

  using ByColour = std::map<std::uint32_t, std::vector<std::uint32_t>>;
  static ByColour by_colour(const Topology& molecule, std::uint32_t atom, std::uint32_t from) {
    ByColour branches;
    for (const auto& [neighbour, bridge] : molecule.neighbours[atom])
      if (bridge && neighbour != from) branches[molecule.colours[neighbour]].push_back(neighbour);
    return branches;
  }

  bool fill_branches(AtomPair& pair, const ByColour& own, const ByColour& images) {
    if (own.size() != images.size()) return false;
    for (const auto& [colour, atoms] : own) {
      const auto found = images.find(colour);
      if (found == images.end() || found->second.size() != atoms.size()) return false;
      if (atoms.size() > kMostBranches) not_the_same("an atom with too many equal branches to compare");
      Branches branches{static_cast<std::uint32_t>(atoms.size()), {}};
      for (const std::uint32_t v : atoms)
        for (const std::uint32_t w : found->second)
          branches.matches.push_back(match(v, pair.ligand, w, pair.reference));
      const std::vector<double> no_cost(matches_.size(), 0.0);
      if (cheapest(branches, no_cost) == kInfinite) return false;
      pair.branches.push_back(std::move(branches));
    }
    return true;
  }

  const Topology& ligand_;
  const Topology& reference_;
  std::vector<Match>& matches_;
  std::map<Key, std::uint32_t> known_;
};

SymmetricRmsd::SymmetricRmsd(const MoleculeGraph& ligand, const MoleculeGraph& reference,
                             std::vector<Position> reference_A)
    : reference_A_(std::move(reference_A)), atoms_(static_cast<std::uint32_t>(ligand.atoms())) {
  if (ligand.atoms() != reference.atoms() || ligand.bonds.size() != reference.bonds.size())
    not_the_same(std::to_string(reference.atoms()) + " heavy atoms and " + std::to_string(reference.bonds.size()) +
                 " bonds, not " + std::to_string(ligand.atoms()) + " and " + std::to_string(ligand.bonds.size()));
  Topology own(ligand), of_reference(reference);
  refine_colours(own, of_reference);
  if (sorted(own.colours) != sorted(of_reference.colours) || own.piece_count != of_reference.piece_count)
    not_the_same("other elements or bonds");
  if (own.piece_count > kMostBranches) not_the_same("more than 14 separate pieces");

  Builder builder(own, of_reference, matches_);
  whole_.count = own.piece_count;
  for (std::uint32_t i = 0; i < own.piece_count; ++i)
    for (std::uint32_t j = 0; j < own.piece_count; ++j) whole_.matches.push_back(builder.match_pieces(i, j));
  if (cheapest(whole_, std::vector<double>(matches_.size(), 0.0)) == kInfinite) not_the_same("other elements or bonds");
}

SymmetricRmsd::SymmetricRmsd(const PreparedLigand& ligand, const PreparedLigand& reference)
    : SymmetricRmsd(graph_of(ligand), graph_of(reference), first_conformer(reference.docking)) {}

/// Dynamic programming over the subsets of images that the first branches may take.
double SymmetricRmsd::cheapest(const Branches& branches, std::span<const double> cost_of_match) {
  const std::uint32_t n = branches.count;
  const auto cost = [&](std::uint32_t i, std::uint32_t j) {
    const std::uint32_t match = branches.matches[i * n + j];
    return match == kNoMatch ? kInfinite : cost_of_match[match];
  };
  if (n == 1) return cost(0, 0);
  if (n == 2) return std::min(cost(0, 0) + cost(1, 1), cost(0, 1) + cost(1, 0));
  std::vector<double> best(std::size_t{1} << n, kInfinite);
  best[0] = 0.0;
  for (std::size_t taken = 0; taken + 1 < best.size(); ++taken) {
    const auto i = static_cast<std::uint32_t>(std::popcount(taken));
    for (std::uint32_t j = 0; j < n; ++j) {
      const std::size_t with = taken | std::size_t{1} << j;
      if (with != taken) best[with] = std::min(best[with], best[taken] + cost(i, j));
    }
  }
  return best.back();
}

double SymmetricRmsd::operator()(std::span<const Position> positions) const {
  std::vector<double> cost_of_match(matches_.size(), kInfinite), cost_of_pair;
  for (std::size_t m = 0; m < matches_.size(); ++m) {
    const Match& match = matches_[m];
    cost_of_pair.clear();
    for (const AtomPair& pair : match.pairs) {
      double cost = squared_distance(positions[pair.ligand], reference_A_[pair.reference]);
      for (const Branches& branches : pair.branches) cost += cheapest(branches, cost_of_match);
      cost_of_pair.push_back(cost);
    }
    for (const std::vector<std::uint32_t>& mapping : match.mappings) {
      double cost = 0.0;
      for (const std::uint32_t pair : mapping) cost += cost_of_pair[pair];
      cost_of_match[m] = std::min(cost_of_match[m], cost);
    }
  }
  return atoms_ == 0 ? 0.0 : std::sqrt(cheapest(whole_, cost_of_match) / atoms_);
}

}  // namespace digitalis
