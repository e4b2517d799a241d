#include "chem/scaffold.hpp"

#include <GraphMol/ChemTransforms/ChemTransforms.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <exception>
#include <memory>
#include <stdexcept>

namespace digitalis {
namespace {

void make_generic(RDKit::RWMol& scaffold) {
  for (RDKit::Atom* atom : scaffold.atoms()) {
    atom->setAtomicNum(6);
    atom->setFormalCharge(0);
    atom->setIsAromatic(false);
    atom->setNoImplicit(false);
    atom->setNumExplicitHs(0);
    atom->setNumRadicalElectrons(0);
  }
  for (RDKit::Bond* bond : scaffold.bonds()) {
    bond->setBondType(RDKit::Bond::SINGLE);
    bond->setIsAromatic(false);
  }
}

std::string canonical_smiles(const RDKit::ROMol& molecule) {
  RDKit::SmilesWriteParams params;
  params.doIsomericSmiles = false;
  return RDKit::MolToSmiles(molecule, params);
}

// Null where RDKit refuses it.
std::unique_ptr<RDKit::RWMol> molecule_of(const std::string& smiles) {
  try {
    return std::unique_ptr<RDKit::RWMol>(RDKit::SmilesToMol(smiles));
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

std::string murcko_scaffold(const RDKit::ROMol& molecule, Scaffold scaffold) {
  try {
    const std::unique_ptr<RDKit::ROMol> cut(RDKit::MurckoDecompose(molecule));
    if (!cut || cut->getNumAtoms() == 0) return {};
    RDKit::RWMol rings(*cut);
    rings.clearComputedProps();
    if (scaffold == Scaffold::kGeneric) make_generic(rings);
    const bool strict = false;  // a generic atom may have more bonds than carbon takes
    rings.updatePropertyCache(strict);
    RDKit::MolOps::symmetrizeSSSR(rings);
    const std::string smiles = canonical_smiles(rings);
    // What the side chains left behind (hydrogens, perceived rings) can change RDKit's order of atoms: read anew, equal
    // scaffolds are equal strings.
    const auto anew = scaffold == Scaffold::kAtoms ? molecule_of(smiles) : nullptr;
    return anew ? canonical_smiles(*anew) : smiles;
  } catch (const std::exception& error) {
    throw std::runtime_error(std::string("no scaffold: ") + error.what());
  }
}

std::string murcko_scaffold(std::string_view smiles, Scaffold scaffold) {
  const auto molecule = molecule_of(std::string(smiles));
  return molecule ? murcko_scaffold(*molecule, scaffold) : std::string();
}

}  // namespace digitalis
