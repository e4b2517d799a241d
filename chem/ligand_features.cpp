#include <GraphMol/RWMol.h>
#include <GraphMol/RingInfo.h>

#include <algorithm>
#include <memory>

#include "chem/interaction_features.hpp"
#include "chem/ligand_molecule.hpp"
#include "chem/prepare_molecule.hpp"

namespace digitalis {
namespace {

using RDKit::Atom;
using RDKit::Bond;
using Features = InteractionFeatures;

constexpr int kCarbon = 6, kNitrogen = 7, kOxygen = 8, kPhosphorus = 15, kSulfur = 16;

/// Of a molecule without explicit hydrogens, whose atoms are in the order that the features shall have.
class Perception {
 public:
  explicit Perception(const RDKit::ROMol& mol) : mol_(mol) {}

  [[nodiscard]] LigandFeatures features() const {
    LigandFeatures found;
    found.atoms = mol_.getNumAtoms();
    for (const Bond* bond : mol_.bonds()) found.bonds.push_back({bond->getBeginAtomIdx(), bond->getEndAtomIdx()});
    for (const Atom* atom : mol_.atoms()) {
      const std::uint32_t i = atom->getIdx();
      if (const auto donor = donor_of(*atom)) found.donors.push_back(*donor);
      if (accepts(*atom)) found.acceptors.push_back(i);
      if (is_hydrophobic(*atom)) found.hydrophobic.push_back(i);
      if (binds_metals(*atom)) found.metal_binders.push_back(i);
      const bool halogen = atom->getAtomicNum() == 17 || atom->getAtomicNum() == 35 || atom->getAtomicNum() == 53;
      for (const Atom* other : mol_.atomNeighbors(atom))
        if (halogen && other->getAtomicNum() == kCarbon) found.halogens.push_back({i, other->getIdx()});
      add_charge(*atom, found);
    }
    add_rings(found);
    return found;
  }

 private:
  [[nodiscard]] std::vector<const Atom*> neighbours(const Atom& atom) const {
    std::vector<const Atom*> all;
    for (const Atom* other : mol_.atomNeighbors(&atom)) all.push_back(other);
    return all;
  }
  [[nodiscard]] const Bond& bond(const Atom& a, const Atom& b) const {
    return *mol_.getBondBetweenAtoms(a.getIdx(), b.getIdx());
  }
  [[nodiscard]] bool has_double_bond_to(const Atom& atom, std::initializer_list<int> elements) const {
    return std::ranges::any_of(neighbours(atom), [&](const Atom* other) {
      return bond(atom, *other).getBondType() == Bond::DOUBLE &&
             std::ranges::count(elements, other->getAtomicNum()) > 0;
    });
  }
  [[nodiscard]] std::vector<std::uint32_t> terminal(const Atom& atom, int element) const {
    std::vector<std::uint32_t> found;
    for (const Atom* other : neighbours(atom))
      if (other->getAtomicNum() == element && other->getDegree() == 1) found.push_back(other->getIdx());
    std::ranges::sort(found);
    return found;
  }
  [[nodiscard]] bool is_acidic_oxygen(std::uint32_t i) const {
    const Atom& oxygen = *mol_.getAtomWithIdx(i);
    return oxygen.getTotalNumHs() > 0 || oxygen.getFormalCharge() < 0;
  }

  /// Whether the nitrogen's lone pair belongs to what it is bonded to: amides, anilines, sulfonamides.
  [[nodiscard]] bool is_conjugated(const Atom& nitrogen) const {
    return std::ranges::any_of(neighbours(nitrogen), [&](const Atom* other) {
      return other->getIsAromatic() || has_double_bond_to(*other, {kCarbon, kNitrogen, kOxygen, kSulfur}) ||
             other->getHybridization() == Atom::SP;
    });
  }

  /// A nitrogen that carries a hydrogen more at pH 7 than it is written with, or is written so already.
  [[nodiscard]] bool is_amine(const Atom& atom) const {
    if (atom.getAtomicNum() != kNitrogen || atom.getIsAromatic() || atom.getFormalCharge() < 0) return false;
    const auto near = neighbours(atom);
    return !near.empty() && !is_conjugated(atom) && std::ranges::all_of(near, [&](const Atom* other) {
      return other->getAtomicNum() == kCarbon && bond(atom, *other).getBondType() == Bond::SINGLE;
    });
  }

  [[nodiscard]] std::optional<Features::Donor> donor_of(const Atom& atom) const {
    const bool amine = is_amine(atom) && atom.getTotalDegree() < 4;  // a hydrogen more
    if (atom.getAtomicNum() != kNitrogen && atom.getAtomicNum() != kOxygen) return {};
    const std::uint32_t hydrogens = atom.getTotalNumHs() + (amine ? 1U : 0U);
    if (hydrogens == 0) return {};
    Features::Donor donor{.atom = atom.getIdx(), .hydrogens = hydrogens};
    for (const Atom* other : neighbours(atom))
      if (donor.neighbour_count < 3) donor.neighbours[donor.neighbour_count++] = other->getIdx();
    switch (donor.neighbour_count) {
      case 0: donor.where = Features::Hydrogens::kAnywhere; break;
      case 1: see_along_bond(atom, donor); break;
      case 2: donor.where = is_amine(atom) ? Features::Hydrogens::kPair : Features::Hydrogens::kOpposite; break;
      default: donor.where = Features::Hydrogens::kOpposite;
    }
    return donor;
  }

  void see_along_bond(const Atom& atom, Features::Donor& donor) const {
    donor.where = Features::Hydrogens::kCone;
    if (atom.getAtomicNum() != kNitrogen || atom.getHybridization() != Atom::SP2) return;
    const Atom& on = *mol_.getAtomWithIdx(donor.neighbours[0]);
    for (const Atom* other : neighbours(on))
      if (other != &atom) {
        donor.where = Features::Hydrogens::kPlanar;
        donor.neighbours[donor.neighbour_count++] = other->getIdx();
        return;
      }
  }

  [[nodiscard]] bool accepts(const Atom& atom) const {
    if (atom.getFormalCharge() > 0) return false;
    const auto near = neighbours(atom);
    if (atom.getAtomicNum() == kNitrogen) {
      if (atom.getIsAromatic()) return atom.getTotalDegree() == 2;
      return atom.getTotalDegree() < 3 || !is_conjugated(atom);
    }
    if (atom.getAtomicNum() != kOxygen || atom.getIsAromatic()) return false;
    if (near.size() == 1)  // nitro groups take badly
      return !(near[0]->getAtomicNum() == kNitrogen && near[0]->getFormalCharge() > 0 &&
               terminal(*near[0], kOxygen).size() > 1);
    const auto aromatic = std::ranges::count_if(near, [](const Atom* other) { return other->getIsAromatic(); });
    const bool ester = std::ranges::any_of(near, [&](const Atom* other) {
      return other->getAtomicNum() == kCarbon && has_double_bond_to(*other, {kOxygen});
    });
    return aromatic < 2 && !ester;
  }

  [[nodiscard]] bool is_hydrophobic(const Atom& atom) const {
    return atom.getAtomicNum() == kCarbon &&
           std::ranges::all_of(neighbours(atom), [](const Atom* other) { return other->getAtomicNum() == kCarbon; });
  }

  /// What accepts, nitrogens of sulfonamides and hydroxamates that a metal takes the hydrogen of, thiols.
  [[nodiscard]] bool binds_metals(const Atom& atom) const {
    if (atom.getAtomicNum() == kSulfur) return atom.getDegree() <= 1;
    if (accepts(atom)) return true;
    return atom.getAtomicNum() == kNitrogen && atom.getFormalCharge() <= 0 && atom.getTotalNumHs() > 0 &&
           std::ranges::any_of(neighbours(atom), [](const Atom* other) { return other->getAtomicNum() == kSulfur; });
  }

  void add_charge(const Atom& atom, LigandFeatures& found) const {
    const std::uint32_t i = atom.getIdx();
    const auto add = [&](bool positive, std::vector<std::uint32_t> atoms, std::vector<std::uint32_t> centre) {
      std::ranges::sort(atoms);
      found.charges.push_back({positive, std::move(atoms), std::move(centre), {}});
    };
    if (const auto group = acid_of(atom)) return add(false, group->first, group->second);
    if (const auto nitrogens = amidine_of(atom); !nitrogens.empty()) {
      auto atoms = nitrogens;
      atoms.push_back(i);
      return add(true, std::move(atoms), {i});
    }
    if (is_amine(atom)) {
      add(true, {i}, {i});
      if (atom.getDegree() == 3)
        for (const Atom* other : neighbours(atom)) found.charges.back().substituents.push_back(other->getIdx());
      return;
    }
    const int charge = atom.getFormalCharge();
    // Charges that neutralise each other (nitro groups, N-oxides, azides) attract nothing.
    const bool alone = std::ranges::none_of(neighbours(atom),
                                            [&](const Atom* other) { return other->getFormalCharge() * charge < 0; });
    if (charge != 0 && alone && !in_amidine(atom) && !in_acid(atom)) add(charge > 0, {i}, {i});
  }

  using Group = std::pair<std::vector<std::uint32_t>, std::vector<std::uint32_t>>;  ///< atoms, centre
  /// Carboxylic, phosphoric, phosphonic, sulfuric and sulfonic acids by their central atom, charged or not.
  [[nodiscard]] std::optional<Group> acid_of(const Atom& atom) const {
    const int element = atom.getAtomicNum();
    if (element != kCarbon && element != kPhosphorus && element != kSulfur) return {};
    const auto oxygens = terminal(atom, kOxygen);
    const bool acidic = std::ranges::any_of(oxygens, [&](std::uint32_t j) { return is_acidic_oxygen(j); });
    if (element == kCarbon && !(acidic && has_double_bond_to(atom, {kOxygen}))) return {};
    // Files draw them in many ways, P(=O)(=O) among them: what counts is how many oxygens share the charge.
    if (oxygens.size() < (element == kSulfur ? 3U : 2U)) return {};
    auto atoms = oxygens;
    atoms.push_back(atom.getIdx());
    if (element == kCarbon) return Group{std::move(atoms), oxygens};
    return Group{std::move(atoms), {atom.getIdx()}};
  }
  [[nodiscard]] bool in_acid(const Atom& atom) const {
    return std::ranges::any_of(neighbours(atom), [&](const Atom* other) { return acid_of(*other).has_value(); });
  }

  /// Nitrogens of an amidine or guanidine by its carbon: a double bond to one, a single bond to others, none of them
  /// bonded to what takes its electrons.
  [[nodiscard]] std::vector<std::uint32_t> amidine_of(const Atom& atom) const {
    if (atom.getAtomicNum() != kCarbon || atom.getIsAromatic()) return {};
    std::vector<std::uint32_t> nitrogens;
    bool imine = false;
    for (const Atom* other : neighbours(atom)) {
      if (other->getAtomicNum() != kNitrogen) continue;
      if (other->getIsAromatic() || other->getFormalCharge() < 0) return {};
      for (const Atom* beyond : neighbours(*other))
        if (beyond != &atom && (beyond->getAtomicNum() != kCarbon || beyond->getIsAromatic() ||
                                has_double_bond_to(*beyond, {kOxygen, kNitrogen, kSulfur})))
          return {};
      imine = imine || bond(atom, *other).getBondType() == Bond::DOUBLE;
      nitrogens.push_back(other->getIdx());
    }
    if (!imine || nitrogens.size() < 2) return {};
    return nitrogens;
  }
  [[nodiscard]] bool in_amidine(const Atom& atom) const {
    return atom.getAtomicNum() == kNitrogen &&
           std::ranges::any_of(neighbours(atom), [&](const Atom* other) { return !amidine_of(*other).empty(); });
  }

  void add_rings(LigandFeatures& found) const {
    for (const std::vector<int>& ring : mol_.getRingInfo()->atomRings()) {
      if (ring.size() != 5 && ring.size() != 6) continue;
      if (!std::ranges::all_of(ring,
                               [&](int i) { return mol_.getAtomWithIdx(static_cast<unsigned>(i))->getIsAromatic(); }))
        continue;
      found.rings.emplace_back(ring.begin(), ring.end());
    }
    std::ranges::sort(found.rings, {}, [](std::vector<std::uint32_t> ring) {
      std::ranges::sort(ring);
      return ring;
    });
  }

  const RDKit::ROMol& mol_;
};

}  // namespace

LigandFeatures ligand_features(std::string_view smiles) {
  return Perception{*in_order_of_poses(*molecule_of_poses(smiles))}.features();
}

LigandFeatures ligand_features(const PreparedLigand& ligand) {
  return ligand.molecule ? Perception{*in_order_of_poses(*ligand.molecule->mol)}.features() : LigandFeatures{};
}

}  // namespace digitalis
