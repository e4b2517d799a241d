#include "chem/docking_chemistry.hpp"

#include <GraphMol/PeriodicTable.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/new_canon.h>

#include <algorithm>
#include <set>

namespace digitalis {
namespace {

using RDKit::Atom;
using RDKit::ROMol;

bool is_polar_hydrogen(const ROMol& mol, const Atom& hydrogen) {
  const auto polar = {7, 8, 9, 15, 16};
  for (const Atom* neighbour : mol.atomNeighbors(&hydrogen))
    if (std::find(polar.begin(), polar.end(), neighbour->getAtomicNum()) != polar.end()) return true;
  return false;
}

/// Whether a nitrogen's lone pair can take a hydrogen bond: not when it is spread over an aromatic ring or a double
/// bond next to it, and not when it is used up.
bool accepts(const ROMol& mol, const Atom& nitrogen) {
  if (nitrogen.getFormalCharge() == 1) return false;
  if (nitrogen.getTotalDegree() != 3 || nitrogen.getTotalValence() != 3) return true;
  for (const Atom* neighbour : mol.atomNeighbors(&nitrogen)) {
    if (neighbour->getIsAromatic()) return false;
    if (neighbour->getAtomicNum() == 6 && neighbour->getTotalDegree() == 3 && neighbour->getTotalValence() == 4)
      return false;
  }
  return true;
}

bool is_metal(int element) {
  // Between them stand the nonmetals and half metals of each row.
  return element == 3 || element == 4 || (element >= 11 && element <= 13) || (element >= 19 && element <= 31) ||
         (element >= 37 && element <= 50) || (element >= 55 && element <= 83) || (element >= 87 && element <= 103);
}

const AutoDockType* type_of(const ROMol& mol, const Atom& atom) {
  const int element = atom.getAtomicNum();
  switch (element) {
    case 1: return find_autodock_type(is_polar_hydrogen(mol, atom) ? "HD" : "H");
    case 5: return find_autodock_type("C");
    case 6: return find_autodock_type(atom.getIsAromatic() ? "A" : "C");
    case 7: return find_autodock_type(accepts(mol, atom) ? "NA" : "N");
    case 8: return find_autodock_type("OA");
    case 16: return find_autodock_type(atom.getTotalDegree() == 2 ? "SA" : "S");
    case 9:
    case 14:
    case 15:
    case 17:
    case 34:
    case 35:
    case 53:
    case 85:
      return find_autodock_type(RDKit::PeriodicTable::getTable()->getElementSymbol(static_cast<unsigned>(element)));
    default: break;
  }
  if (!is_metal(element)) return nullptr;
  const auto* known =
      find_autodock_type(RDKit::PeriodicTable::getTable()->getElementSymbol(static_cast<unsigned>(element)));
  return known != nullptr && known->plain == AtomType::kMetal ? known : find_autodock_type("Zn");
}

/// Ends of a chain: hydrogens, and what is bonded to nothing else but hydrogens on carbon.
bool is_terminal(const ROMol& mol, const Atom& atom) {
  int neighbours = 0;
  for (const Atom* other : mol.atomNeighbors(&atom))
    neighbours += other->getAtomicNum() != 1 || is_polar_hydrogen(mol, *other) ? 1 : 0;
  return atom.getAtomicNum() == 1 || neighbours < 2;
}

/// N of [NX3]-[CX3]=[O,N,S].
bool is_amide(const ROMol& mol, const Atom& nitrogen, const Atom& carbon) {
  if (nitrogen.getAtomicNum() != 7 || nitrogen.getIsAromatic() || nitrogen.getTotalDegree() != 3) return false;
  if (carbon.getAtomicNum() != 6 || carbon.getIsAromatic() || carbon.getTotalDegree() != 3) return false;
  for (const RDKit::Bond* bond : mol.atomBonds(&carbon)) {
    const Atom* other = bond->getOtherAtom(&carbon);
    const int element = other->getAtomicNum();
    if (bond->getBondType() != RDKit::Bond::DOUBLE || other->getIsAromatic()) continue;
    if (element == 7 || element == 8 || (element == 16 && other->getTotalDegree() == 1)) return true;
  }
  return false;
}

/// The two forms of a tertiary amide differ when its substituents do.
bool has_two_forms(const ROMol& mol, const Atom& nitrogen, const Atom& carbon, const std::vector<unsigned>& classes) {
  std::vector<unsigned> substituents;
  for (const Atom* other : mol.atomNeighbors(&nitrogen)) {
    if (other == &carbon) continue;
    if (other->getAtomicNum() == 1) return false;
    substituents.push_back(classes[other->getIdx()]);
  }
  return substituents.size() == 2 && substituents[0] != substituents[1];
}

/// Turning about a bond to a straight group moves nothing.
bool is_linear(const ROMol& mol, const TorsionTree& tree, std::uint32_t fragment) {
  for (std::uint32_t i = 0; i < tree.fragment_of.size(); ++i) {
    const Atom* atom = mol.getAtomWithIdx(i);
    if (tree.fragment_of[i] != fragment || atom->getAtomicNum() == 1) continue;
    const bool bends = atom->getHybridization() != Atom::SP && !(atom->getDegree() == 1 && atom->getAtomicNum() == 7);
    if (bends) return false;
  }
  return true;
}

}  // namespace

std::vector<const AutoDockType*> autodock_types_of(const ROMol& mol) {
  std::vector<const AutoDockType*> types;
  types.reserve(mol.getNumAtoms());
  for (const Atom* atom : mol.atoms()) types.push_back(type_of(mol, *atom));
  return types;
}

std::vector<std::optional<AtomType>> docking_types_of(const ROMol& mol, std::span<const AutoDockType* const> types) {
  auto scored = docking_types(types, neighbours_of(mol));
  for (const Atom* atom : mol.atoms())
    if (atom->getAtomicNum() == 5) scored[atom->getIdx()] = AtomType::kCarbonPolar;
  return scored;
}

Neighbours neighbours_of(const ROMol& mol) {
  Neighbours neighbours(mol.getNumAtoms());
  for (const RDKit::Bond* bond : mol.bonds()) {
    neighbours[bond->getBeginAtomIdx()].push_back(bond->getEndAtomIdx());
    neighbours[bond->getEndAtomIdx()].push_back(bond->getBeginAtomIdx());
  }
  return neighbours;
}

std::vector<Bond> turning_bonds_of(const ROMol& mol, bool turn_amides) {
  std::vector<unsigned> classes;  // made when a tertiary amide asks for it
  const auto stays = [&](const Atom& a, const Atom& b) {
    for (const auto& [nitrogen, carbon] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
      if (!is_amide(mol, *nitrogen, *carbon)) continue;
      constexpr bool kBreakTies = false;
      if (classes.empty()) RDKit::Canon::rankMolAtoms(mol, classes, kBreakTies);
      return !has_two_forms(mol, *nitrogen, *carbon, classes);
    }
    return false;
  };
  std::vector<Bond> turning;
  for (const RDKit::Bond* bond : mol.bonds()) {
    if (bond->getBondType() != RDKit::Bond::SINGLE || mol.getRingInfo()->numBondRings(bond->getIdx()) > 0) continue;
    const Atom &a = *bond->getBeginAtom(), &b = *bond->getEndAtom();
    if (is_terminal(mol, a) || is_terminal(mol, b)) continue;
    if (!turn_amides && stays(a, b)) continue;
    turning.emplace_back(a.getIdx(), b.getIdx());
  }
  return turning;
}

TorsionTree torsion_tree_of(const ROMol& mol, bool turn_amides) {
  std::vector<char> heavy;
  for (const Atom* atom : mol.atoms()) heavy.push_back(atom->getAtomicNum() != 1);
  TorsionTree tree = torsion_tree_of(neighbours_of(mol), turning_bonds_of(mol, turn_amides), heavy);
  for (std::uint32_t f = 1; f < tree.fragments.size(); ++f) tree.fragments[f].frozen = is_linear(mol, tree, f);
  return tree;
}

}  // namespace digitalis
