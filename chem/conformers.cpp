#include "chem/conformers.hpp"

#include <ForceField/ForceField.h>
#include <GraphMol/DistGeomHelpers/Embedder.h>
#include <GraphMol/ForceFieldHelpers/MMFF/AtomTyper.h>
#include <GraphMol/ForceFieldHelpers/MMFF/Builder.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

#include <memory>
#include <vector>

#include "chem/geometry.hpp"
#include "chem/ring_sampling.hpp"

namespace digitalis {
namespace {

// How the molecule is embedded was chosen by measurement (chem/README.md). Distance geometry costs the cube of the
// atoms, so hydrogens are left out, but for those of stereocentres, which with three neighbours alone are often found
// inside out. Puckered rings, which need theirs to become chairs, are embedded apart (ring_sampling.hpp). A few steps
// of a force field, with all hydrogens, then repair angles; they cost little, give better bonds and angles than
// embedding all hydrogens does, and what is left of strain lies in torsions.

namespace embedder = RDKit::DGeomHelpers;

constexpr int kMinimiserSteps = 50;
constexpr double kNonBonded_A = 4.0;  // the rest of the molecule is docking's business

embedder::EmbedParameters parameters(std::uint32_t seed) {
  embedder::EmbedParameters chosen = embedder::ETKDGv3;
  chosen.randomSeed = static_cast<int>(seed & 0x3fffffffU);
  chosen.maxIterations = 10;
  return chosen;
}

void add_hydrogens(RDKit::RWMol& mol, const RDKit::UINT_VECT* only_on = nullptr) {
  constexpr bool kExplicitOnly = false;
  const bool with_coordinates = mol.getNumConformers() > 0;
  RDKit::MolOps::addHs(mol, kExplicitOnly, with_coordinates, only_on);
}

void add_hydrogens_of_stereocentres(RDKit::RWMol& mol) {
  RDKit::UINT_VECT centres;
  for (const auto* atom : mol.atoms())
    if (atom->getChiralTag() != RDKit::Atom::CHI_UNSPECIFIED && atom->getTotalNumHs() > 0)
      centres.push_back(atom->getIdx());
  if (!centres.empty()) add_hydrogens(mol, &centres);
}

/// The first conformer, if need be from other starts: crowded molecules embed better from random coordinates, and few
/// only with all hydrogens.
bool embed_one(RDKit::RWMol& mol, embedder::EmbedParameters& chosen) {
  if (embedder::EmbedMolecule(mol, chosen) >= 0) return true;
  chosen.useRandomCoords = true;
  if (embedder::EmbedMolecule(mol, chosen) >= 0) return true;
  add_hydrogens(mol);
  chosen.maxIterations = 30;
  return embedder::EmbedMolecule(mol, chosen) >= 0;
}

void set_conformers(RDKit::RWMol& mol, const std::vector<std::vector<Position>>& conformers) {
  mol.clearConformers();
  for (const auto& positions : conformers) {
    auto* conformer = new RDKit::Conformer(mol.getNumAtoms());  // owned by the molecule from here on
    conformer->set3D(true);
    for (unsigned i = 0; i < mol.getNumAtoms(); ++i)
      conformer->setAtomPos(i, {positions[i][0], positions[i][1], positions[i][2]});
    mol.addConformer(conformer, true);
  }
}

/// Relaxes every conformer. Elements that MMFF does not know, boron for one, stay as embedded.
void relax(RDKit::RWMol& mol) {
  RDKit::MMFF::MMFFMolProperties properties(mol);
  if (!properties.isValid()) return;
  for (auto it = mol.beginConformers(); it != mol.endConformers(); ++it) {
    const std::unique_ptr<ForceFields::ForceField> field(
        RDKit::MMFF::constructForceField(mol, &properties, kNonBonded_A, static_cast<int>((*it)->getId())));
    field->initialize();
    field->minimize(kMinimiserSteps);
  }
}

/// RDKit fills its tables of torsions and parameters at first use; let one thread do that.
void fill_tables() {
  [[maybe_unused]] static const bool filled = [] {
    const std::unique_ptr<RDKit::RWMol> butane(RDKit::SmilesToMol("CCCC"));
    const auto chosen = parameters(1);
    const bool made = embedder::EmbedMolecule(*butane, chosen) >= 0;
    add_hydrogens(*butane);
    relax(*butane);
    return made;
  }();
}

}  // namespace

bool make_conformers(RDKit::RWMol& mol, std::uint32_t most_ring_conformers, std::uint32_t seed) {
  fill_tables();
  add_hydrogens_of_stereocentres(mol);
  auto chosen = parameters(seed);
  if (!embed_one(mol, chosen)) return false;
  RDKit::MolOps::assignStereochemistryFrom3D(mol);  // so that all shapes are of one stereoisomer
  if (const auto shapes = sample_ring_shapes(mol, most_ring_conformers, seed); !shapes.empty())
    set_conformers(mol, shapes);
  add_hydrogens(mol);
  relax(mol);
  return true;
}

}  // namespace digitalis
