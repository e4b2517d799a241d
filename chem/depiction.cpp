#include "chem/depiction.hpp"

#include <GraphMol/Depictor/RDDepictor.h>
#include <GraphMol/FileParsers/FileParsers.h>
#include <GraphMol/FileParsers/MolFileStereochem.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/PeriodicTable.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

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

/// The molecule with one 2D conformer, drawn by RDKit's own code whatever coordgen's global switch says, and laid
/// along its longest axis: the same SMILES gives the same drawing on every machine.
std::unique_ptr<RDKit::RWMol> laid_out(const std::string& smiles, bool for_drawing) {
  std::unique_ptr<RDKit::RWMol> mol{RDKit::SmilesToMol(smiles)};
  if (!mol || mol->getNumAtoms() == 0) return nullptr;
  if (for_drawing) add_hydrogens_of_ring_fusions(*mol);
  const bool canonical_orientation = true, clear_conformers = true, without_coordgen = true;
  RDDepict::compute2DCoords(*mol, nullptr, canonical_orientation, clear_conformers, 0, 0, 0, false, without_coordgen);
  RDDepict::straightenDepiction(*mol);  // by at most 15 degrees, so that rings stand as chemists draw them
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

std::optional<Depiction> depict(const std::string& smiles) {
  try {
    const auto mol = laid_out(smiles, true);
    if (!mol || mol->getNumAtoms() > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
    RDKit::MolOps::Kekulize(*mol);
    RDKit::WedgeMolBonds(*mol, &mol->getConformer());  // also turns a bond round so that it begins at its stereocentre

    Depiction drawing;
    drawing.atoms.reserve(mol->getNumAtoms());
    drawing.bonds.reserve(mol->getNumBonds());
    const auto& positions = mol->getConformer().getPositions();
    for (const auto* atom : mol->atoms()) {
      const auto& at = positions[atom->getIdx()];
      drawing.atoms.push_back({static_cast<float>(at.x), static_cast<float>(at.y), label_of(*mol, *atom)});
    }
    const auto& rings = *mol->getRingInfo();
    for (const auto* bond : mol->bonds()) {
      drawing.bonds.push_back({static_cast<std::uint16_t>(bond->getBeginAtomIdx()),
                               static_cast<std::uint16_t>(bond->getEndAtomIdx()), order_of(*bond), stereo_of(*bond),
                               rings.numBondRings(bond->getIdx()) > 0});
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
