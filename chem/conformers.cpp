#include "chem/conformers.hpp"

#include <ForceField/ForceField.h>
#include <GraphMol/DistGeomHelpers/Embedder.h>
#include <GraphMol/ForceFieldHelpers/MMFF/AtomTyper.h>
#include <GraphMol/ForceFieldHelpers/MMFF/Builder.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "chem/ring_shape.hpp"

namespace digitalis {
namespace {

// How the molecule is embedded was chosen by measurement (chem/README.md). Distance geometry costs the cube of the
// atoms, so hydrogens are left out, but for those that shapes depend on: of stereocentres, which with three neighbours
// alone are often found inside out, and of rings that pucker, which would seldom become chairs. A few steps of a force
// field, with all hydrogens, then repair angles; they cost little, give better bonds and angles than embedding all
// hydrogens does, and what is left of strain lies in torsions.

namespace embedder = RDKit::DGeomHelpers;

constexpr int kMinimiserSteps = 50;
constexpr double kMostExtraStrain = 1.0;  // of a ring shape over the best one, in eclipsed bonds
constexpr double kNonBonded_A = 4.0;      // the rest of the molecule is docking's business

embedder::EmbedParameters parameters(std::uint32_t seed) {
  embedder::EmbedParameters chosen = embedder::ETKDGv3;
  chosen.randomSeed = static_cast<int>(seed & 0x3fffffffU);
  chosen.maxIterations = 10;
  chosen.useSmallRingTorsions = true;
  return chosen;
}

void add_hydrogens(RDKit::RWMol& mol, const RDKit::UINT_VECT* only_on = nullptr) {
  constexpr bool kExplicitOnly = false;
  const bool with_coordinates = mol.getNumConformers() > 0;
  RDKit::MolOps::addHs(mol, kExplicitOnly, with_coordinates, only_on);
}

void add_hydrogens_that_shape(RDKit::RWMol& mol) {
  const auto& rings = *mol.getRingInfo();
  RDKit::UINT_VECT shaping;
  for (const auto* atom : mol.atoms()) {
    const bool puckers = atom->getHybridization() == RDKit::Atom::SP3 && rings.numAtomRings(atom->getIdx()) > 0;
    if ((puckers || atom->getChiralTag() != RDKit::Atom::CHI_UNSPECIFIED) && atom->getTotalNumHs() > 0)
      shaping.push_back(atom->getIdx());
  }
  if (!shaping.empty()) add_hydrogens(mol, &shaping);
}

/// The first conformer, if need be from other starts: crowded molecules embed better from random coordinates, and few
/// only with all hydrogens.
bool embed_one(RDKit::RWMol& mol, embedder::EmbedParameters& chosen) {
  if (embedder::EmbedMolecule(mol, chosen) >= 0) return true;
  chosen.useRandomCoords = true;
  chosen.useSmallRingTorsions = false;
  if (embedder::EmbedMolecule(mol, chosen) >= 0) return true;
  add_hydrogens(mol);
  chosen.maxIterations = 30;
  return embedder::EmbedMolecule(mol, chosen) >= 0;
}

std::vector<Position> positions_of(const RDKit::Conformer& conformer) {
  std::vector<Position> positions;
  for (const auto& at : conformer.getPositions()) positions.push_back({at.x, at.y, at.z});
  return positions;
}

/// Leaves one conformer of each ring shape, at most `most`, the least strained; shapes much more strained than the best
/// are boats where there is a chair.
void keep_different(RDKit::RWMol& mol, const RingShape& shape, std::size_t most) {
  struct Candidate {
    double strain;
    unsigned id;
    std::vector<Position> at;
  };
  std::vector<Candidate> candidates;
  for (auto it = mol.beginConformers(); it != mol.endConformers(); ++it) {
    auto at = positions_of(**it);
    candidates.push_back({shape.strain(at), (*it)->getId(), std::move(at)});
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.strain < b.strain; });
  std::vector<const Candidate*> kept;
  for (const Candidate& candidate : candidates) {
    const bool known = std::any_of(kept.begin(), kept.end(),
                                   [&](const Candidate* other) { return shape.same(candidate.at, other->at); });
    if (!known && kept.size() < most && candidate.strain < candidates.front().strain + kMostExtraStrain) {
      kept.push_back(&candidate);
    } else {
      mol.removeConformer(candidate.id);
    }
  }
}

/// Adds conformers until there were enough tries, twice as many when no good one came up.
void add_ring_shapes(RDKit::RWMol& mol, const RingShape& shape, embedder::EmbedParameters& chosen, unsigned tries) {
  chosen.clearConfs = false;
  chosen.useRandomCoords = false;
  for (int round = 0; round < 2; ++round) {
    chosen.randomSeed += 1000;
    [[maybe_unused]] const auto added = embedder::EmbedMultipleConfs(mol, tries, chosen);
    for (auto it = mol.beginConformers(); it != mol.endConformers(); ++it)
      if (shape.strain(positions_of(**it)) < kMostExtraStrain) return;
  }
}

/// Relaxes every conformer and sorts them by energy. Elements that MMFF does not know, boron for one, stay as embedded.
void relax(RDKit::RWMol& mol) {
  RDKit::MMFF::MMFFMolProperties properties(mol);
  if (!properties.isValid()) return;
  std::vector<std::pair<double, RDKit::CONFORMER_SPTR>> by_energy;
  for (auto it = mol.beginConformers(); it != mol.endConformers(); ++it) {
    const std::unique_ptr<ForceFields::ForceField> field(
        RDKit::MMFF::constructForceField(mol, &properties, kNonBonded_A, static_cast<int>((*it)->getId())));
    field->initialize();
    field->minimize(kMinimiserSteps);
    by_energy.emplace_back(field->calcEnergy(), *it);
  }
  if (by_energy.size() < 2) return;
  std::stable_sort(by_energy.begin(), by_energy.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<RDKit::Conformer*> sorted;
  for (const auto& [energy, conformer] : by_energy) sorted.push_back(new RDKit::Conformer(*conformer));
  mol.clearConformers();
  for (auto* conformer : sorted) mol.addConformer(conformer, true);  // takes it over
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
  add_hydrogens_that_shape(mol);
  auto chosen = parameters(seed);
  if (!embed_one(mol, chosen)) return false;
  const RingShape shape(mol);
  if (shape.can_change()) {
    // The further ones are to be the same stereoisomer.
    RDKit::MolOps::assignStereochemistryFrom3D(mol);
    const std::uint32_t most = most_ring_conformers * (shape.has_macrocycle() ? 2 : 1);
    add_ring_shapes(mol, shape, chosen, std::max(most, 4U) - 1);
    keep_different(mol, shape, most);
  }
  add_hydrogens(mol);
  relax(mol);
  return true;
}

}  // namespace digitalis
