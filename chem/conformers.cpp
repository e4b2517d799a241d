#include "chem/conformers.hpp"

#include <ForceField/ForceField.h>
#include <GraphMol/DistGeomHelpers/Embedder.h>
#include <GraphMol/ForceFieldHelpers/MMFF/AtomTyper.h>
#include <GraphMol/ForceFieldHelpers/MMFF/Builder.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

#include <algorithm>
#include <cmath>
#include <limits>
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
constexpr int kMoreMinimiserSteps = 150;               // where the first did not suffice
constexpr double kSuspect_A = 0.15, kBroken_A = 0.35;  // a bond against its length as embedded
constexpr double kNonBonded_A = 4.0;                   // the rest of the molecule is docking's business
constexpr double kMostStrain_kcal_mol = 20.0;          // above the best conformer, of what docking could turn too

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

std::vector<double> heavy_bond_lengths_A(const RDKit::RWMol& mol, const RDKit::Conformer& conformer) {
  const auto& at = conformer.getPositions();
  std::vector<double> lengths;
  for (const auto* bond : mol.bonds())
    if (bond->getBeginAtom()->getAtomicNum() > 1 && bond->getEndAtom()->getAtomicNum() > 1)
      lengths.push_back((at[bond->getBeginAtomIdx()] - at[bond->getEndAtomIdx()]).length());
  return lengths;
}

/// How far a heavy-atom bond is from its length as embedded, at most.
double most_stretched_A(const RDKit::RWMol& mol, const RDKit::Conformer& conformer,
                        const std::vector<double>& expected_A) {
  const auto lengths_A = heavy_bond_lengths_A(mol, conformer);
  double most_A = 0.0;
  for (std::size_t k = 0; k < lengths_A.size(); ++k) most_A = std::max(most_A, std::abs(lengths_A[k] - expected_A[k]));
  return most_A;
}

/// Relaxes every conformer and drops those with bonds far from `expected_A` or with much more energy than the best one:
/// what hangs on their rings clashes. Elements that MMFF does not know, boron for one, stay as embedded. False when
/// none is left.
bool relax(RDKit::RWMol& mol, const std::vector<double>& expected_A) {
  RDKit::MMFF::MMFFMolProperties properties(mol);
  if (!properties.isValid()) return true;
  properties.setMMFFEleTerm(false);  // charges of a ligand in vacuum attract each other more than any strain costs
  struct Relaxed {
    RDKit::Conformer* conformer;
    std::unique_ptr<ForceFields::ForceField> field;
    double energy_kcal_mol;
  };
  std::vector<Relaxed> all;
  double least_kcal_mol = std::numeric_limits<double>::infinity();
  for (auto it = mol.beginConformers(); it != mol.endConformers(); ++it) {
    std::unique_ptr<ForceFields::ForceField> field(
        RDKit::MMFF::constructForceField(mol, &properties, kNonBonded_A, static_cast<int>((*it)->getId())));
    field->initialize();
    field->minimize(kMinimiserSteps);
    all.push_back({it->get(), std::move(field), 0.0});
    all.back().energy_kcal_mol = all.back().field->calcEnergy();
    least_kcal_mol = std::min(least_kcal_mol, all.back().energy_kcal_mol);
  }
  std::vector<unsigned> unsound;
  for (auto& [conformer, field, energy_kcal_mol] : all) {
    const auto is_off = [&](double most_A) {
      return most_stretched_A(mol, *conformer, expected_A) > most_A ||
             energy_kcal_mol > least_kcal_mol + kMostStrain_kcal_mol;
    };
    // Lengths as embedded are off by up to 0.2 A themselves, so that only the second judgement is final.
    if (is_off(kSuspect_A)) {
      field->minimize(kMoreMinimiserSteps);
      energy_kcal_mol = field->calcEnergy();
    }
    if (is_off(kBroken_A)) unsound.push_back(conformer->getId());
  }
  if (unsound.size() == mol.getNumConformers()) return false;
  for (const unsigned id : unsound) mol.removeConformer(id);
  return true;
}

/// RDKit fills its tables of torsions and parameters at first use; let one thread do that.
void fill_tables() {
  [[maybe_unused]] static const bool filled = [] {
    const std::unique_ptr<RDKit::RWMol> butane(RDKit::SmilesToMol("CCCC"));
    const auto chosen = parameters(1);
    const bool made = embedder::EmbedMolecule(*butane, chosen) >= 0;
    add_hydrogens(*butane);
    return made && relax(*butane, heavy_bond_lengths_A(*butane, butane->getConformer()));
  }();
}

}  // namespace

bool make_conformers(RDKit::RWMol& mol, std::uint32_t most_ring_conformers, std::uint32_t seed,
                     KnownRingShapes& known) {
  fill_tables();
  add_hydrogens_of_stereocentres(mol);
  auto chosen = parameters(seed);
  if (!embed_one(mol, chosen)) return false;
  RDKit::MolOps::assignStereochemistryFrom3D(mol);  // so that all shapes are of one stereoisomer
  const auto lengths_A = heavy_bond_lengths_A(mol, mol.getConformer());
  const RDKit::Conformer embedded = mol.getConformer();
  if (const auto shapes = sample_ring_shapes(mol, most_ring_conformers, known); !shapes.empty())
    set_conformers(mol, shapes);
  RDKit::RWMol whole(mol);
  add_hydrogens(whole);
  if (!relax(whole, lengths_A)) {
    // Rings as embedded, then.
    whole = mol;
    whole.clearConformers();
    whole.addConformer(new RDKit::Conformer(embedded), true);  // takes it over
    add_hydrogens(whole);
    [[maybe_unused]] const bool sound = relax(whole, lengths_A);
  }
  mol = whole;
  return true;
}

}  // namespace digitalis
