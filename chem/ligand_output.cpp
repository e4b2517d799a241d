#include <GraphMol/FileParsers/FileParsers.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <stdexcept>

#include "chem/docking_chemistry.hpp"
#include "chem/ligand_molecule.hpp"
#include "chem/ligand_preparation.hpp"
#include "chem/pdbqt_ligand.hpp"
#include "chem/pose_hydrogens.hpp"
#include "chem/prepare_molecule.hpp"

namespace digitalis {
namespace {

using Tags = std::vector<std::pair<std::string, std::string>>;

/// A text that cannot break the lines of a record.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return std::iscntrl(c) != 0; }, ' ');
  return text;
}

/// An SD data field ends at an empty line, so that a value must not hold one.
std::string data_fields(const Tags& tags) {
  std::string out;
  for (const auto& [name, value] : tags) {
    std::string clean = one_line(name);
    std::replace_if(
        clean.begin(), clean.end(), [](char c) { return c == '<' || c == '>'; }, '_');
    out += ">  <" + clean + ">\n" + one_line(value) + "\n\n";
  }
  return out + "$$$$\n";
}

std::string mol_block(RDKit::RWMol& mol, const std::string& id) {
  mol.setProp("_Name", one_line(id));
  return RDKit::MolToMolBlock(mol);
}

/// The molecule with one conformer.
std::unique_ptr<RDKit::RWMol> with_positions(const RDKit::RWMol& source, std::span<const Position> at) {
  auto mol = std::make_unique<RDKit::RWMol>(source);
  mol->clearConformers();
  auto* conformer = new RDKit::Conformer(mol->getNumAtoms());  // owned by the molecule from here on
  conformer->set3D(true);
  for (unsigned i = 0; i < mol->getNumAtoms(); ++i) conformer->setAtomPos(i, {at[i][0], at[i][1], at[i][2]});
  mol->addConformer(conformer, true);
  // The record says what was docked: a double bond that was left open in the input has a side now.
  for (RDKit::Bond* bond : mol->bonds()) {
    if (bond->getBondDir() == RDKit::Bond::EITHERDOUBLE) bond->setBondDir(RDKit::Bond::NONE);
    if (bond->getStereo() == RDKit::Bond::STEREOANY) bond->setStereo(RDKit::Bond::STEREONONE);
  }
  RDKit::MolOps::assignStereochemistryFrom3D(*mol);
  return mol;
}

/// Writes the torsion tree of a molecule, fragment by fragment.
class PdbqtWriter {
 public:
  PdbqtWriter(const RDKit::RWMol& mol, const TorsionTree& tree, std::span<const Position> at)
      : mol_(mol), tree_(tree), at_(at), types_(autodock_types_of(mol)), serial_(mol.getNumAtoms(), 0) {
    text_ = "ROOT\n";
    write_atoms(0);
    text_ += "ENDROOT\n";
    write_children(0);
    text_ += "TORSDOF " + std::to_string(tree.fragments.size() - 1) + "\n";
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  /// From 1; 0 for hydrogens on carbon, which are not written.
  [[nodiscard]] int serial(std::uint32_t atom) const { return serial_[atom]; }

 private:
  bool written(std::uint32_t atom) const { return types_[atom]->role != AutoDockType::Role::kHydrogen; }

  void write_atom(std::uint32_t i) {
    serial_[i] = ++last_serial_;
    const std::string symbol = mol_.getAtomWithIdx(i)->getSymbol();
    const std::string name = symbol + std::to_string(++of_element_[symbol]);
    char line[128];
    std::snprintf(line, sizeof line, "ATOM  %5d %-4.4s UNL     1    %8.3f%8.3f%8.3f  1.00  0.00    %6.3f %-2.3s\n",
                  last_serial_, name.size() < 4 ? (" " + name).c_str() : name.c_str(), at_[i][0], at_[i][1], at_[i][2],
                  0.0, std::string(types_[i]->name).c_str());
    text_ += line;
  }

  void write_atoms(std::uint32_t fragment) {
    if (fragment > 0) write_atom(tree_.fragments[fragment].axis_to);
    for (std::uint32_t i = 0; i < tree_.fragment_of.size(); ++i)
      if (tree_.fragment_of[i] == fragment && written(i) && serial_[i] == 0) write_atom(i);
  }

  void write_children(std::uint32_t parent) {
    for (std::uint32_t f = parent + 1; f < tree_.fragments.size(); ++f) {
      const TorsionTree::Fragment& fragment = tree_.fragments[f];
      if (fragment.parent != static_cast<std::int32_t>(parent)) continue;
      char ends[32];
      std::snprintf(ends, sizeof ends, "%4d %4d\n", serial_[fragment.axis_from], last_serial_ + 1);
      text_ += std::string("BRANCH ") + ends;
      write_atoms(f);
      write_children(f);
      text_ += std::string("ENDBRANCH ") + ends;
    }
  }

  const RDKit::RWMol& mol_;
  const TorsionTree& tree_;
  std::span<const Position> at_;
  std::vector<const AutoDockType*> types_;
  std::vector<int> serial_;
  std::map<std::string, int> of_element_;
  int last_serial_ = 0;
  std::string text_;
};

std::unique_ptr<RDKit::RWMol> molecule_in_canonical_order(std::string_view smiles, std::string& canonical) {
  const std::unique_ptr<RDKit::RWMol> parsed(RDKit::SmilesToMol(std::string(smiles)));
  return parsed ? in_canonical_order(*parsed, canonical) : nullptr;
}

}  // namespace

std::string sdf_record(const PreparedLigand& ligand, std::span<const Position> positions, const Tags& tags) {
  if (ligand.pdbqt) return mol_block_of_pdbqt(ligand, positions) + data_fields(tags);
  const auto& source = *ligand.molecule->mol;
  const auto mol = with_positions(source, by_source(ligand.docking, positions, source.getNumAtoms()));
  const bool keeps_coordinates = ligand.smiles.empty();
  if (!keeps_coordinates) relax_clashing_hydrogens(*mol);
  return mol_block(*mol, ligand.id) + data_fields(tags);
}

std::string to_pdbqt(const PreparedLigand& ligand, std::span<const Position> positions,
                     const std::vector<std::string>& remarks) {
  if (ligand.pdbqt) return pdbqt_with_positions(ligand, positions, remarks);
  const PreparedLigand::Molecule& molecule = *ligand.molecule;
  const auto at = by_source(ligand.docking, positions, molecule.mol->getNumAtoms());
  const PdbqtWriter writer(*molecule.mol, molecule.tree, at);
  std::string out;
  for (const std::string& remark : remarks) out += "REMARK " + one_line(remark) + "\n";
  out += "REMARK  Name = " + one_line(ligand.id) + "\n";
  return out + writer.text();
}

std::vector<Position> heavy_atoms_in_smiles_order(const PreparedLigand& ligand, std::span<const Position> positions) {
  if (!ligand.molecule) throw std::logic_error("heavy_atoms_in_smiles_order: a ligand without a molecule");
  const auto at = by_source(ligand.docking, positions, ligand.molecule->mol->getNumAtoms());
  std::vector<Position> ordered;
  ordered.reserve(ligand.molecule->smiles_order.size());
  for (const std::uint32_t atom : ligand.molecule->smiles_order) ordered.push_back(at[atom]);
  return ordered;
}

std::string sdf_record_of_pose(std::string_view smiles, const std::string& id, std::span<const Position> heavy_atoms,
                               const Tags& tags) {
  std::string canonical;
  const auto bare = molecule_in_canonical_order(smiles, canonical);
  if (!bare) throw std::logic_error("sdf_record_of_pose: " + id + ": not a SMILES");
  const auto order = canonical_heavy_atoms(*bare, canonical);
  if (order.size() != heavy_atoms.size() || order.size() != bare->getNumAtoms())
    throw std::logic_error("sdf_record_of_pose: " + id + ": " + std::to_string(heavy_atoms.size()) + " positions for " +
                           std::to_string(order.size()) + " heavy atoms");
  std::vector<Position> at(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) at[order[i]] = heavy_atoms[i];
  const auto mol = with_positions(*bare, at);
  constexpr bool kExplicitOnly = false, kWithCoordinates = true;
  RDKit::MolOps::addHs(*mol, kExplicitOnly, kWithCoordinates);
  relax_clashing_hydrogens(*mol);
  return mol_block(*mol, id) + data_fields(tags);
}

}  // namespace digitalis
