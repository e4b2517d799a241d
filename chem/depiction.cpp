#include "chem/depiction.hpp"

#include <GraphMol/Depictor/RDDepictor.h>
#include <GraphMol/FileParsers/FileParsers.h>
#include <GraphMol/FileParsers/MolFileStereochem.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/PeriodicTable.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <limits>
#include <memory>

namespace digitalis {
namespace {

/// Where rings meet at a stereocentre only its hydrogen is free to carry the wedge, so that hydrogen is drawn.
void add_hydrogens_of_ring_fusions(RDKit::RWMol& mol) {
  RDKit::UINT_VECT fusions;
  for (const auto* atom : mol.atoms()) {
    const auto tag = atom->getChiralTag();
    const bool stereo = tag == RDKit::Atom::CHI_TETRAHEDRAL_CW || tag == RDKit::Atom::CHI_TETRAHEDRAL_CCW;
    if (stereo && atom->getDegree() == 3 && atom->getTotalNumHs() == 1 &&
        mol.getRingInfo()->numAtomRings(atom->getIdx()) > 1) {
      fusions.push_back(atom->getIdx());
    }
  }
  const bool explicit_only = false, with_coordinates = false;
  if (!fusions.empty()) RDKit::MolOps::addHs(mol, explicit_only, with_coordinates, &fusions);
}

/// Radius in bonds of the environments that two molecules are compared by.
constexpr unsigned kEnvironmentRadius = 2;

using Environments = RDKit::MorganFingerprints::BitInfoMap;

/// Where each environment is: its hash, and (centre, radius) of its places.
Environments environments_of(const RDKit::ROMol& mol) {
  Environments places;
  const bool chirality = false, bond_types = true, counts = true, nonzero_only = false, redundant_too = true;
  const std::unique_ptr<RDKit::SparseIntVect<std::uint32_t>> fingerprint{RDKit::MorganFingerprints::getFingerprint(
      mol, kEnvironmentRadius, nullptr, nullptr, chirality, bond_types, counts, nonzero_only, &places, redundant_too)};
  return places;
}

/// Which atoms lie in an environment of the full radius that is among `shared`.
std::vector<bool> marks_of(const std::string& smiles, const std::vector<std::uint32_t>& shared) {
  // Not of the molecule that is drawn: hydrogens that carry wedges would be part of its environments.
  const std::unique_ptr<const RDKit::ROMol> bare{RDKit::SmilesToMol(smiles)};
  if (!bare) return {};
  const RDKit::ROMol& mol = *bare;
  std::vector<bool> marked(mol.getNumAtoms(), false);
  for (const auto& [hash, places] : environments_of(mol)) {
    if (!std::binary_search(shared.begin(), shared.end(), hash)) continue;
    for (const auto& [centre, radius] : places) {
      if (radius != kEnvironmentRadius) continue;
      std::vector<unsigned> reached{centre};
      for (std::size_t from = 0, bonds = 0; bonds < radius; ++bonds) {
        const std::size_t until = reached.size();
        for (; from < until; ++from)
          for (const auto* neighbour : mol.atomNeighbors(mol.getAtomWithIdx(reached[from])))
            reached.push_back(neighbour->getIdx());
      }
      for (const unsigned atom : reached) marked[atom] = true;
    }
  }
  return marked;
}

void lay_out(RDKit::RWMol& mol, const RDGeom::INT_POINT2D_MAP* fixed) {
  const bool clear_conformers = true, without_coordgen = true;
  RDDepict::compute2DCoords(mol, fixed, fixed == nullptr, clear_conformers, 0, 0, 0, false, without_coordgen);
  // By at most 15 degrees, so that rings stand as chemists draw them.
  if (!fixed) RDDepict::straightenDepiction(mol);
}

/// Where the scaffold stands, for the molecule's atoms; empty when it does not hold it.
RDGeom::INT_POINT2D_MAP places_of(const RDKit::ROMol& mol, const RDKit::ROMol& scaffold) {
  RDGeom::INT_POINT2D_MAP places;
  RDKit::MatchVectType match;
  if (!RDKit::SubstructMatch(mol, scaffold, match)) return places;
  for (const auto& [of_scaffold, of_mol] : match) {
    const auto& at = scaffold.getConformer().getAtomPos(static_cast<unsigned>(of_scaffold));
    places[of_mol] = {at.x, at.y};
  }
  return places;
}

/// The molecule with one 2D conformer, drawn by RDKit's own code whatever coordgen's global switch says, and laid
/// along its longest axis, or as the scaffold it holds: the same SMILES gives the same drawing on every machine.
std::unique_ptr<RDKit::RWMol> laid_out(const std::string& smiles, bool for_drawing,
                                       const RDKit::ROMol* scaffold = nullptr) {
  std::unique_ptr<RDKit::RWMol> mol{RDKit::SmilesToMol(smiles)};
  if (!mol || mol->getNumAtoms() == 0) return nullptr;
  if (for_drawing) add_hydrogens_of_ring_fusions(*mol);
  const auto fixed = scaffold ? places_of(*mol, *scaffold) : RDGeom::INT_POINT2D_MAP{};
  lay_out(*mol, fixed.empty() ? nullptr : &fixed);
  return mol;
}

/// "+", "-", "2+"; after hydrogens "++", so that the digits there always count hydrogens.
std::string charge_text(int charge, bool after_hydrogens) {
  if (charge == 0) return {};
  const char sign = charge > 0 ? '+' : '-';
  const auto size = static_cast<std::size_t>(std::abs(charge));
  if (size == 1) return {sign};
  return after_hydrogens ? std::string(size, sign) : std::to_string(size) + sign;
}

/// A carbon is a corner unless there is something to say about it, or its two double bonds would hide it in a line.
bool is_corner(const RDKit::ROMol& mol, const RDKit::Atom& atom) {
  if (atom.getAtomicNum() != 6 || atom.getDegree() == 0) return false;
  if (atom.getFormalCharge() != 0 || atom.getIsotope() != 0 || atom.getNumRadicalElectrons() != 0) return false;
  int double_bonds = 0;
  for (const auto* bond : mol.atomBonds(&atom)) double_bonds += bond->getBondType() == RDKit::Bond::DOUBLE ? 1 : 0;
  return double_bonds < 2;
}

std::string label_of(const RDKit::ROMol& mol, const RDKit::Atom& atom) {
  if (is_corner(mol, atom)) return {};
  std::string label;
  if (atom.getIsotope() != 0) label += std::to_string(atom.getIsotope());
  label += atom.getAtomicNum() == 0 ? "*" : atom.getSymbol();
  const unsigned hydrogens = atom.getTotalNumHs();
  if (hydrogens > 0) label += "H";
  if (hydrogens > 1) label += std::to_string(hydrogens);
  return label + charge_text(atom.getFormalCharge(), hydrogens > 0);
}

std::uint8_t order_of(const RDKit::Bond& bond) {
  switch (bond.getBondType()) {
    case RDKit::Bond::DOUBLE: return 2;
    case RDKit::Bond::TRIPLE: return 3;
    default: return 1;  // dative and other rare bonds: a plain line
  }
}

std::uint8_t stereo_of(const RDKit::Bond& bond) {
  switch (bond.getBondDir()) {
    case RDKit::Bond::BEGINWEDGE: return 1;
    case RDKit::Bond::BEGINDASH: return 2;
    case RDKit::Bond::UNKNOWN: return 3;
    default: return 0;
  }
}

}  // namespace

struct ScaffoldLayout::Molecule {
  std::unique_ptr<const RDKit::RWMol> laid_out;
};

ScaffoldLayout::ScaffoldLayout(const std::string& scaffold, const std::string& member) {
  if (scaffold.empty()) return;
  try {
    auto mol = laid_out(scaffold, false);
    const auto drawn = laid_out(member, true);
    if (!mol || !drawn) return;
    RDKit::MatchVectType match;
    if (RDKit::SubstructMatch(*drawn, *mol, match))
      for (const auto& [of_scaffold, of_member] : match)
        mol->getConformer().setAtomPos(static_cast<unsigned>(of_scaffold),
                                       drawn->getConformer().getAtomPos(static_cast<unsigned>(of_member)));
    molecule_ = std::make_unique<const Molecule>(Molecule{std::move(mol)});
  } catch (const std::exception&) {  // as in depict()
  }
}
ScaffoldLayout::~ScaffoldLayout() = default;
ScaffoldLayout::ScaffoldLayout(ScaffoldLayout&&) noexcept = default;
ScaffoldLayout& ScaffoldLayout::operator=(ScaffoldLayout&&) noexcept = default;

std::vector<std::uint32_t> atom_environments(const std::string& smiles) {
  std::vector<std::uint32_t> hashes;
  try {
    const std::unique_ptr<const RDKit::ROMol> mol{RDKit::SmilesToMol(smiles)};
    if (!mol) return hashes;
    for (const auto& [hash, places] : environments_of(*mol)) hashes.push_back(hash);
  } catch (const std::exception&) {  // as in depict()
  }
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

std::optional<Depiction> depict(const std::string& smiles, const DepictionHints& hints) {
  try {
    const auto* scaffold = hints.like ? hints.like->molecule() : nullptr;
    const auto mol = laid_out(smiles, true, scaffold ? scaffold->laid_out.get() : nullptr);
    if (!mol || mol->getNumAtoms() > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
    const std::vector<bool> marked = hints.shared ? marks_of(smiles, *hints.shared) : std::vector<bool>{};
    std::vector<bool> aromatic;
    for (const auto* bond : mol->bonds()) aromatic.push_back(bond->getIsAromatic());
    RDKit::MolOps::Kekulize(*mol);
    RDKit::WedgeMolBonds(*mol, &mol->getConformer());  // also turns a bond round so that it begins at its stereocentre

    Depiction drawing;
    drawing.atoms.reserve(mol->getNumAtoms());
    drawing.bonds.reserve(mol->getNumBonds());
    const auto& positions = mol->getConformer().getPositions();
    for (const auto* atom : mol->atoms()) {
      const auto& at = positions[atom->getIdx()];
      drawing.atoms.push_back({static_cast<float>(at.x), static_cast<float>(at.y), label_of(*mol, *atom),
                               atom->getIdx() < marked.size() && marked[atom->getIdx()]});
    }
    const auto& rings = *mol->getRingInfo();
    for (const auto* bond : mol->bonds()) {
      drawing.bonds.push_back({static_cast<std::uint16_t>(bond->getBeginAtomIdx()),
                               static_cast<std::uint16_t>(bond->getEndAtomIdx()), order_of(*bond), stereo_of(*bond),
                               rings.numBondRings(bond->getIdx()) > 0, aromatic[bond->getIdx()]});
    }
    return drawing;
  } catch (const std::exception&) {  // RDKit's parser, sanitisation and layout each throw their own kinds
    return std::nullopt;
  }
}

std::optional<std::string> mol_block_2d(const std::string& smiles, const std::string& title) {
  try {
    const auto mol = laid_out(smiles, false);
    if (!mol) return std::nullopt;
    std::string line = title;  // a line break in the title would shift every line of the block
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    mol->setProp("_Name", line);
    return RDKit::MolToMolBlock(*mol);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace digitalis
