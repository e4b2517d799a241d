#include "chem/protomers.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <numbers>
#include <stdexcept>

#include "chem/pattern_matcher.hpp"
#include "chem/titratable_groups.hpp"

namespace digitalis {
namespace {

using Kind = TitratableGroup::Kind;
using RDKit::Atom;
using RDKit::RWMol;

// States grow as 2 to the number of groups: more groups than this are set to what each prefers alone.
constexpr std::size_t kMostCoupledGroups = 12;
// Equivalent states share out their weight: those of a perfectly symmetric molecule must still be found.
constexpr std::size_t kMostWrittenStates = 32;
constexpr double kLowestPka = -3.0, kFurtherOn = 0.4;

/// The tables, compiled.
struct Patterns {
  std::shared_ptr<PatternSet> set = std::make_shared<PatternSet>();
  std::vector<int> groups, acceptors;

  Patterns() {
    for (const TitratableGroup& group : titratable_groups()) groups.push_back(add(group.smarts));
    for (const ElectronAcceptor& acceptor : electron_acceptors()) acceptors.push_back(add(acceptor.smarts));
  }
  int add(const char* smarts) {
    const int number = set->add(std::string{smarts}, PatternSet::Anchor::kFirstAtom);
    if (number == PatternSet::kNotCompiled)
      throw std::logic_error(std::string{"titratable_groups: not compiled: "} + smarts);
    return number;
  }
};

const Patterns& patterns() {
  static const Patterns compiled;
  return compiled;
}

PatternMatcher& matcher() {
  thread_local PatternMatcher own{patterns().set};
  return own;
}

struct Site {
  std::uint32_t atom;
  const TitratableGroup* group;
  double pka;
  [[nodiscard]] bool is_acid() const { return group->kind == Kind::kAcid; }
  /// (pH - pKa) flattened by the spread: what the proton costs, in pKa units.
  [[nodiscard]] double proton_cost(double ph) const {
    const double deviation = group->spread * std::numbers::ln10;
    return (ph - pka) / std::sqrt(1.0 + std::numbers::pi / 8.0 * deviation * deviation);
  }
};

void set_state(Atom& atom, int charge, unsigned hydrogens) {
  atom.setFormalCharge(charge);
  atom.setNoImplicit(true);
  atom.setNumExplicitHs(hydrogens);
  atom.updatePropertyCache(false);
}

void add_proton(Atom& atom, int protons) {
  const int hydrogens = static_cast<int>(atom.getTotalNumHs()) + protons;
  set_state(atom, atom.getFormalCharge() + protons, static_cast<unsigned>(std::max(0, hydrogens)));
}

bool has_neighbour_of_sign(const RWMol& mol, const Atom& atom, int sign) {
  for (const auto* other : mol.atomNeighbors(&atom))
    if (other->getFormalCharge() * sign > 0) return true;
  return false;
}

/// All that a proton could have charged, neutral. Charges beside their counter-charge stay: nitro groups, N-oxides.
void neutralise(RWMol& mol) {
  for (auto* atom : mol.atoms()) {
    const int charge = atom->getFormalCharge(), element = atom->getAtomicNum();
    const bool cation =
        charge == 1 && element == 7 && atom->getTotalNumHs() > 0 && !has_neighbour_of_sign(mol, *atom, -1);
    const bool anion =
        charge == -1 && (element == 7 || element == 8 || element == 16) && !has_neighbour_of_sign(mol, *atom, 1);
    if (cation || anion) add_proton(*atom, -charge);
  }
}

/// Sums what acceptors around an amine do to its pKa, along every path over tetrahedral carbons: in a ring both ways
/// count.
class AmineShift {
 public:
  AmineShift(const RWMol& mol, PatternMatcher& matcher) : mol_(mol), matcher_(matcher) {}
  double operator()(std::uint32_t nitrogen) {
    shift_ = 0.0;
    path_[0] = nitrogen;
    walk(1);
    return shift_;
  }

 private:
  static constexpr std::size_t kLongest = 4;  // atoms between the nitrogen and what acts, and one more

  void walk(std::size_t length) {
    const Atom* last = mol_.getAtomWithIdx(path_[length - 1]);
    for (const auto* next : mol_.atomNeighbors(last)) {
      const std::uint32_t atom = next->getIdx();
      if (std::find(path_.begin(), path_.begin() + static_cast<std::ptrdiff_t>(length), atom) !=
          path_.begin() + static_cast<std::ptrdiff_t>(length))
        continue;
      const bool carrier =
          next->getAtomicNum() == 6 && !next->getIsAromatic() && next->getDegree() + next->getTotalNumHs() == 4;
      if (!carrier && length > 1) shift_ += effect(atom, length);
      if (!carrier || length + 1 > kLongest) continue;
      path_[length] = atom;
      if (length + 1 <= kLongest) walk(length + 1);
    }
  }
  double effect(std::uint32_t atom, std::size_t bonds) {
    const auto rows = electron_acceptors();
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (matcher_.matches_at(patterns().acceptors[i], atom))
        return bonds == 2 ? rows[i].on_alpha_carbon : rows[i].on_beta_carbon * (bonds == 3 ? 1.0 : kFurtherOn);
    return 0.0;
  }

  const RWMol& mol_;
  PatternMatcher& matcher_;
  std::array<std::uint32_t, kLongest + 1> path_{};
  double shift_ = 0.0;
};

std::vector<Site> sites_of(const RWMol& mol) {
  PatternMatcher& match = matcher();
  match.load(mol);
  AmineShift shift{mol, match};
  const auto rows = titratable_groups();
  std::vector<Site> sites;
  for (const auto* atom : mol.atoms()) {
    const int element = atom->getAtomicNum();
    if (element != 7 && element != 8 && element != 16) continue;
    const std::uint32_t index = atom->getIdx();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!match.matches_at(patterns().groups[i], index)) continue;
      Site site{index, &rows[i], rows[i].pka};
      if (site.group->kind == Kind::kAmine) site.pka = std::max(kLowestPka, site.pka + shift(index));
      sites.push_back(site);
      break;
    }
  }
  return sites;
}

/// Shortest ways in bonds from an atom, up to `longest`, and in how many ways.
struct Ways {
  std::vector<std::uint8_t> bonds, count;
  Ways(const RWMol& mol, std::uint32_t from, std::uint8_t longest)
      : bonds(mol.getNumAtoms(), 255), count(mol.getNumAtoms(), 0) {
    std::vector<std::uint32_t> queue{from};
    bonds[from] = 0;
    count[from] = 1;
    for (std::size_t i = 0; i < queue.size(); ++i) {
      const std::uint32_t at = queue[i];
      if (bonds[at] == longest) continue;
      for (const auto* next : mol.atomNeighbors(mol.getAtomWithIdx(at))) {
        const std::uint32_t atom = next->getIdx();
        if (bonds[atom] == 255) {
          bonds[atom] = static_cast<std::uint8_t>(bonds[at] + 1);
          queue.push_back(atom);
        }
        if (bonds[atom] == bonds[at] + 1)
          count[atom] = static_cast<std::uint8_t>(std::min(255, count[atom] + count[at]));
      }
    }
  }
};

/// What it costs, in pKa units, that two groups bear charges of the same sign. Amines: 2.8 in ethylenediamine (9.9,
/// 6.8, of which 0.6 is statistics), 3.7 in piperazine (9.7, 5.3), 1.3 in 1,3-diaminopropane (10.6, 8.9), 0.7 in
/// putrescine (10.8, 9.6); groups that share a pi system 8 (biguanide 11.5, 2.9); acids two bonds apart 4.5 (methyl
/// phosphate 1.5, 6.3; barbituric acids 8.0, 12.5). Textbook values.
double repulsion(const Site& a, const Site& b, const Ways& ways) {
  const std::uint8_t bonds = ways.bonds[b.atom];
  if (a.is_acid() != b.is_acid() || bonds > 5) return 0.0;
  if (a.is_acid()) return bonds == 2 ? 4.5 : 0.0;
  if (a.group->kind == Kind::kBase && b.group->kind == Kind::kBase && bonds <= 4) return 8.0;
  constexpr std::array kByBonds{0.0, 8.0, 5.0, 2.8, 1.3, 0.7};
  return kByBonds[bonds] + (bonds == 3 && ways.count[b.atom] > 1 ? 0.9 : 0.0);
}

struct State {
  std::uint32_t charged = 0;  ///< bit by site
  double share = 0.0;
};

/// States of the sites, most frequent first. Sites beyond kMostCoupledGroups have been taken out before.
std::vector<State> states_of(const RWMol& mol, const std::vector<Site>& sites, double ph) {
  const std::size_t n = sites.size();
  std::vector<double> cost(n), pair(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    // Of the charged state over the neutral one.
    cost[i] = sites[i].is_acid() ? -sites[i].proton_cost(ph) : sites[i].proton_cost(ph);
    if (n == 1) break;
    const Ways ways{mol, sites[i].atom, 5};
    for (std::size_t j = 0; j < i; ++j) pair[i * n + j] = repulsion(sites[i], sites[j], ways);
  }
  std::vector<State> states(std::size_t{1} << n);
  std::vector<double> energy(states.size(), 0.0);
  double lowest = 0.0;
  for (std::size_t s = 1; s < states.size(); ++s) {  // each from the state without its highest charge
    const auto top = static_cast<std::size_t>(std::bit_width(s) - 1);
    energy[s] = energy[s ^ (std::size_t{1} << top)] + cost[top];
    for (std::size_t j = 0; j < top; ++j)
      if ((s >> j & 1U) != 0) energy[s] += pair[top * n + j];
    lowest = std::min(lowest, energy[s]);
  }
  double sum = 0.0;
  for (std::size_t s = 0; s < states.size(); ++s) {
    states[s] = {static_cast<std::uint32_t>(s), std::pow(10.0, lowest - energy[s])};
    sum += states[s].share;
  }
  for (State& state : states) state.share /= sum;
  std::stable_sort(states.begin(), states.end(), [](const State& a, const State& b) { return a.share > b.share; });
  return states;
}

void charge(RWMol& mol, const Site& site) { add_proton(*mol.getAtomWithIdx(site.atom), site.is_acid() ? -1 : 1); }

}  // namespace

std::vector<Protomer> protomers_of(const RWMol& molecule, double ph, double least_share, std::uint32_t most) {
  RWMol neutral(molecule);
  bool has_stereo = false;
  for (const auto* bond : molecule.bonds()) has_stereo |= bond->getStereo() != RDKit::Bond::STEREONONE;
  neutralise(neutral);
  std::vector<Site> sites = sites_of(neutral);
  std::vector<bool> known(neutral.getNumAtoms(), false);
  for (const Site& site : sites) known[site.atom] = true;
  for (auto* atom : neutral.atoms())  // what no row knows stays as it was drawn
    if (const Atom* drawn = molecule.getAtomWithIdx(atom->getIdx()); !known[atom->getIdx()])
      if (drawn->getFormalCharge() != atom->getFormalCharge())
        set_state(*atom, drawn->getFormalCharge(), drawn->getTotalNumHs());

  std::vector<Site> fixed;
  if (sites.size() > kMostCoupledGroups) {
    std::stable_sort(sites.begin(), sites.end(), [ph](const Site& a, const Site& b) {
      return std::abs(a.proton_cost(ph)) < std::abs(b.proton_cost(ph));
    });
    for (std::size_t i = kMostCoupledGroups; i < sites.size(); ++i)
      if (sites[i].is_acid() == (sites[i].pka < ph)) fixed.push_back(sites[i]);
    sites.resize(kMostCoupledGroups);
  }
  for (const Site& site : fixed) charge(neutral, site);

  const std::vector<State> states = states_of(neutral, sites, ph);
  const auto protomer_of = [&](const State& state) {
    Protomer protomer;
    protomer.share = state.share;
    protomer.molecule = std::make_unique<RWMol>(neutral);
    for (const Site& site : fixed) protomer.groups.push_back({site.atom, site.group->name, site.is_acid() ? -1 : 1});
    for (std::size_t i = 0; i < sites.size(); ++i)
      if ((state.charged >> i & 1U) != 0) {
        charge(*protomer.molecule, sites[i]);
        protomer.groups.push_back({sites[i].atom, sites[i].group->name, sites[i].is_acid() ? -1 : 1});
      }
    std::sort(protomer.groups.begin(), protomer.groups.end(),
              [](const ChargedGroup& a, const ChargedGroup& b) { return a.atom < b.atom; });
    protomer.as_given = true;
    for (const auto* atom : molecule.atoms())
      protomer.as_given &=
          atom->getFormalCharge() == protomer.molecule->getAtomWithIdx(atom->getIdx())->getFormalCharge();
    if (has_stereo && !protomer.as_given) {
      // A side of C=N may have been that of a hydrogen alone.
      constexpr bool kClean = true, kForce = true;
      RDKit::MolOps::assignStereochemistry(*protomer.molecule, kClean, kForce);
    }
    protomer.smiles = RDKit::MolToSmiles(*protomer.molecule);
    return protomer;
  };
  std::vector<Protomer> protomers;
  std::map<std::string, std::size_t> by_smiles;
  for (std::size_t s = 0; s < std::min(states.size(), kMostWrittenStates); ++s) {
    if (s > 0 && states[s].share < least_share / 4.0) break;
    Protomer protomer = protomer_of(states[s]);
    const auto [at, is_new] = by_smiles.try_emplace(protomer.smiles, protomers.size());
    if (is_new) {
      protomers.push_back(std::move(protomer));
    } else {
      Protomer& same = protomers[at->second];
      same.share += protomer.share;
      same.as_given |= protomer.as_given;
    }
  }
  std::stable_sort(protomers.begin(), protomers.end(), [](const Protomer& a, const Protomer& b) {
    return a.share != b.share ? a.share > b.share : a.smiles < b.smiles;
  });
  std::size_t kept = 1;
  while (kept < std::min<std::size_t>(protomers.size(), std::max(1U, most)) && protomers[kept].share >= least_share)
    ++kept;
  protomers.resize(kept);
  return protomers;
}

}  // namespace digitalis
