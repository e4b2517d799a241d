#include "chem/pdb_ligand.hpp"

#include <GraphMol/FileParsers/FileParsers.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/MonomerInfo.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <gemmi/cif.hpp>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace digitalis {
namespace {

using RDKit::Bond;

Bond::BondType order_of(std::string type) {
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::tolower(c); });
  if (type.starts_with("doub") || type == "2") return Bond::DOUBLE;
  if (type.starts_with("trip") || type == "3") return Bond::TRIPLE;
  if (type.starts_with("arom") || type.starts_with("delo") || type == "1.5") return Bond::AROMATIC;
  return Bond::SINGLE;
}

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

const RDKit::AtomPDBResidueInfo* residue_of(const RDKit::Atom& atom) {
  return dynamic_cast<const RDKit::AtomPDBResidueInfo*>(atom.getMonomerInfo());
}

std::filesystem::path monomer_file(const std::string& residue) {
  const char* folder = std::getenv("CLIBD_MON");
  const std::filesystem::path root = folder != nullptr ? folder : "/usr/share/refmac/monomers";
  const auto letter = static_cast<char>(std::tolower(static_cast<unsigned char>(residue.front())));
  return root / std::string(1, letter) / (residue + ".cif");
}

bool is_plain_name(const std::string& residue) {
  return !residue.empty() &&
         std::all_of(residue.begin(), residue.end(), [](unsigned char c) { return std::isalnum(c); });
}

/// Bonds, orders and charges by atom names; false when the dictionary does not have the residue, or not all its atoms.
bool set_bonds_by_dictionary(RDKit::RWMol& mol) {
  const auto* residue = mol.getNumAtoms() > 0 ? residue_of(*mol.getAtomWithIdx(0)) : nullptr;
  const std::string name = residue != nullptr ? trimmed(residue->getResidueName()) : "";
  if (!is_plain_name(name) || !std::filesystem::exists(monomer_file(name))) return false;
  std::map<std::string, unsigned> atom_of;
  for (const auto* atom : mol.atoms()) {
    const auto* info = residue_of(*atom);
    if (info == nullptr || trimmed(info->getResidueName()) != name) return false;
    if (!atom_of.emplace(trimmed(info->getName()), atom->getIdx()).second) return false;
  }
  const gemmi::cif::Document document = gemmi::cif::read_file(monomer_file(name).string());
  const auto* block = document.find_block("comp_" + name);
  if (block == nullptr) return false;
  auto& mutable_block = const_cast<gemmi::cif::Block&>(*block);  // gemmi's tables are not const
  std::set<std::string> known;
  for (const auto row : mutable_block.find("_chem_comp_atom.", {"atom_id"})) known.insert(row.str(0));
  for (const auto& [atom, index] : atom_of)
    if (!known.contains(atom)) return false;

  while (mol.getNumBonds() > 0) {
    const auto* bond = mol.getBondWithIdx(0);
    mol.removeBond(bond->getBeginAtomIdx(), bond->getEndAtomIdx());
  }
  for (const auto row : mutable_block.find("_chem_comp_bond.", {"atom_id_1", "atom_id_2", "type"})) {
    const auto a = atom_of.find(row.str(0)), b = atom_of.find(row.str(1));
    if (a == atom_of.end() || b == atom_of.end()) continue;  // a hydrogen, or not seen in the density
    const auto order = order_of(row.str(2));
    mol.addBond(a->second, b->second, order);
    if (order != Bond::AROMATIC) continue;
    mol.getBondBetweenAtoms(a->second, b->second)->setIsAromatic(true);
    mol.getAtomWithIdx(a->second)->setIsAromatic(true);
    mol.getAtomWithIdx(b->second)->setIsAromatic(true);
  }
  for (const auto row : mutable_block.find("_chem_comp_atom.", {"atom_id", "?charge"})) {
    const auto atom = atom_of.find(row.str(0));
    if (atom != atom_of.end() && row.has2(1))
      mol.getAtomWithIdx(atom->second)->setFormalCharge(std::atoi(row.str(1).c_str()));
  }
  return true;
}

/// A copy in which every bond is single: what two ways of writing a molecule have in common.
RDKit::RWMol bare_graph(const RDKit::RWMol& mol) {
  RDKit::RWMol bare(mol);
  for (auto* bond : bare.bonds()) {
    bond->setBondType(Bond::SINGLE);
    bond->setIsAromatic(false);
  }
  for (auto* atom : bare.atoms()) {
    atom->setIsAromatic(false);
    atom->setFormalCharge(0);
    atom->setChiralTag(RDKit::Atom::CHI_UNSPECIFIED);
  }
  return bare;
}

/// Takes orders and charges from the template; the reason when that is impossible.
std::optional<std::string> set_bonds_by_template(RDKit::RWMol& mol, const std::string& smiles) {
  std::unique_ptr<RDKit::RWMol> wanted;
  try {
    wanted.reset(RDKit::SmilesToMol(smiles));
  } catch (const std::exception&) {  // the message may quote the structure
  }
  if (!wanted) return "the template is not a SMILES";
  RDKit::MolOps::Kekulize(*wanted);
  constexpr bool kImplicitOnly = false, kUpdateCounts = true, kSanitise = false;
  RDKit::MolOps::removeHs(mol, kImplicitOnly, kUpdateCounts, kSanitise);
  if (wanted->getNumAtoms() != mol.getNumAtoms())
    return "the template has " + std::to_string(wanted->getNumAtoms()) + " heavy atoms, the residue " +
           std::to_string(mol.getNumAtoms());
  RDKit::MatchVectType match;
  const RDKit::RWMol own_graph = bare_graph(mol), wanted_graph = bare_graph(*wanted);
  if (!RDKit::SubstructMatch(own_graph, wanted_graph, match))
    return "the template is bonded in another way than the residue";
  std::vector<unsigned> image(wanted->getNumAtoms());
  for (const auto& [from, to] : match) image[static_cast<std::size_t>(from)] = static_cast<unsigned>(to);
  for (const auto* bond : wanted->bonds())
    mol.getBondBetweenAtoms(image[bond->getBeginAtomIdx()], image[bond->getEndAtomIdx()])
        ->setBondType(bond->getBondType());
  for (const auto* atom : wanted->atoms()) {
    auto* own = mol.getAtomWithIdx(image[atom->getIdx()]);
    own->setFormalCharge(atom->getFormalCharge());
    own->setNumExplicitHs(atom->getNumExplicitHs());
    own->setNoImplicit(atom->getNoImplicit());
  }
  return std::nullopt;
}

/// Sanitised, stereo taken from the coordinates; false when valences do not add up.
bool sanitised(RDKit::RWMol& mol) try {
  RDKit::MolOps::sanitizeMol(mol);
  RDKit::MolOps::assignStereochemistryFrom3D(mol);
  return true;
} catch (const std::exception&) {
  return false;
}

Reject refused(const std::string& id, std::string detail, std::string hint) {
  Reject reject;
  reject.code = RejectCode::kBadMolBlock;
  reject.at.source = reject.compound_id = id;
  reject.detail = std::move(detail);
  reject.hint = std::move(hint);
  return reject;
}

}  // namespace

Result<PdbLigand> read_pdb_ligand(const std::string& pdb_block, const std::string& id,
                                  const std::string& template_smiles) try {
  constexpr bool kSanitise = false, kRemoveHydrogens = false, kByDistance = true;
  std::shared_ptr<RDKit::RWMol> mol(RDKit::PDBBlockToMol(pdb_block, kSanitise, kRemoveHydrogens, 0, kByDistance));
  if (!mol || mol->getNumAtoms() == 0) return refused(id, "no atoms in the PDB records", "");
  for (auto* atom : mol->atoms()) atom->setNoImplicit(false);

  PdbLigand ligand{mol, {}};
  if (!template_smiles.empty()) {
    if (auto reason = set_bonds_by_template(*mol, template_smiles)) return refused(id, *reason, "check the template");
    if (!sanitised(*mol)) return refused(id, "the template's valences do not fit", "check the template");
    return ligand;
  }
  RDKit::RWMol by_dictionary(*mol);
  if (set_bonds_by_dictionary(by_dictionary) && sanitised(by_dictionary)) {
    *mol = by_dictionary;
    return ligand;
  }
  RDKit::RWMol by_geometry(*mol);
  set_bond_orders_by_geometry(by_geometry);
  if (sanitised(by_geometry)) {
    *mol = by_geometry;
    ligand.notes.emplace_back("bond orders judged from geometry: give a template SMILES to be sure");
    return ligand;
  }
  if (!sanitised(*mol)) return refused(id, "bonds found by distance exceed valences", "give a template SMILES");
  ligand.notes.emplace_back("bond orders not found: all taken as single; give a template SMILES");
  return ligand;
} catch (const std::exception&) {  // messages may quote their input
  return refused(id, "the PDB records cannot be read", "");
}

}  // namespace digitalis
